package org.paravane.platform.xen.store;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * The store of one machine: the host writes and reads it directly, one guest through requests. A transaction works on a
 * copy; it is refused with EAGAIN at its end if the store has changed meanwhile.
 */
public final class Xenstore {
  private static final int DIRECTORY = 1;
  private static final int READ = 2;
  private static final int GET_PERMS = 3;
  private static final int WATCH = 4;
  private static final int UNWATCH = 5;
  private static final int TRANSACTION_START = 6;
  private static final int TRANSACTION_END = 7;
  private static final int GET_DOMAIN_PATH = 10;
  private static final int WRITE = 11;
  private static final int MKDIR = 12;
  private static final int RM = 13;
  private static final int SET_PERMS = 14;
  private static final int WATCH_EVENT = 15;
  private static final int ERROR = 16;
  private static final int RESET_WATCHES = 21;

  private static final int MOST_TRANSACTIONS = 10;
  private static final int MOST_WATCHES = 512;
  private static final int HOST = 0;
  private static final byte[] OK = {'O', 'K', 0};

  private record Watch(String path, String given, String token) {}

  private static final class Transaction {
    private final StoreTree tree;
    private final long startedAt;
    private final List<String> changed = new ArrayList<>();

    Transaction(StoreTree tree, long startedAt) {
      this.tree = tree;
      this.startedAt = startedAt;
    }
  }

  private final int guest;
  private final String home;
  private final TreeMap<Integer, Transaction> transactions = new TreeMap<>();
  private final List<Watch> watches = new ArrayList<>();
  private final List<StoreMessage> events = new ArrayList<>();
  private StoreTree tree = new StoreTree();
  private long generation;
  private int lastTransaction;
  private Consumer<String> hostWatch = path -> {};

  /** An empty store with a guest of that domain id. */
  public Xenstore(int guest) {
    this.guest = guest;
    home = "/local/domain/" + guest;
  }

  /** The guest's home: where its relative paths begin. */
  public String home() {
    return home;
  }

  /** Names who learns of every path that changes: the seam for backends on the host. */
  public void hostWatch(Consumer<String> listener) {
    hostWatch = listener;
  }

  // The host's side

  /** Writes a value as the host, with permissions; parents are made with the permissions of theirs. */
  public void put(String path, String value, Permissions permissions) {
    tree.write(path, HOST, value.getBytes(StandardCharsets.ISO_8859_1));
    tree.permissions(path, HOST, permissions);
    changed(path);
  }

  /** Reads a value as the host, or null. */
  public String value(String path) {
    return tree.exists(path)
        ? new String(tree.read(path, HOST), StandardCharsets.ISO_8859_1)
        : null;
  }

  // The guest's side

  /** Answers a request of the guest. */
  StoreMessage answer(StoreMessage message) {
    try {
      return serve(message);
    } catch (StoreError.Refusal refusal) {
      return message.reply(ERROR, StoreMessage.join(List.of(refusal.error().name())));
    }
  }

  private StoreMessage serve(StoreMessage message) {
    int type = message.type();
    return switch (type) {
      case DIRECTORY ->
          message.reply(type, StoreMessage.join(view(message).directory(path(message), guest)));
      case READ -> message.reply(type, view(message).read(path(message), guest));
      case GET_PERMS ->
          message.reply(
              type, StoreMessage.join(view(message).permissions(path(message), guest).texts()));
      case WATCH -> watch(message);
      case UNWATCH -> unwatch(message);
      case TRANSACTION_START -> start(message);
      case TRANSACTION_END -> end(message);
      case GET_DOMAIN_PATH ->
          message.reply(type, StoreMessage.join(List.of("/local/domain/" + domain(message))));
      case WRITE -> write(message);
      case MKDIR -> makeDirectory(message);
      case RM -> remove(message);
      case SET_PERMS -> {
        List<String> texts = message.texts();
        String path = path(message);
        view(message).permissions(path, guest, Permissions.parse(texts.subList(1, texts.size())));
        yield done(message, path);
      }
      case RESET_WATCHES -> {
        watches.clear();
        yield message.reply(type, OK);
      }
      default -> throw StoreError.ENOSYS.refusal();
    };
  }

  private String path(StoreMessage message) {
    List<String> texts = message.texts();
    if (texts.isEmpty()) {
      throw StoreError.EINVAL.refusal();
    }
    return StorePath.absolute(texts.getFirst(), home);
  }

  private static int domain(StoreMessage message) {
    List<String> texts = message.texts();
    if (texts.isEmpty() || !texts.getFirst().matches("[0-9]{1,5}")) {
      throw StoreError.EINVAL.refusal();
    }
    return Integer.parseInt(texts.getFirst());
  }

  private Transaction transaction(StoreMessage message) {
    Transaction transaction = transactions.get(message.transaction());
    if (transaction == null) {
      throw StoreError.ENOENT.refusal();
    }
    return transaction;
  }

  /** The tree that a request works on. */
  private StoreTree view(StoreMessage message) {
    return message.transaction() == 0 ? tree : transaction(message).tree;
  }

  private StoreMessage done(StoreMessage message, String path) {
    if (message.transaction() == 0) {
      StoreMessage reply = message.reply(message.type(), OK);
      changed(path);
      return reply;
    }
    transaction(message).changed.add(path);
    return message.reply(message.type(), OK);
  }

  private StoreMessage write(StoreMessage message) {
    byte[] payload = message.payload();
    int end = 0;
    while (end < payload.length && payload[end] != 0) {
      end++;
    }
    if (end == payload.length) {
      throw StoreError.EINVAL.refusal();
    }
    String path = path(message);
    view(message).write(path, guest, Arrays.copyOfRange(payload, end + 1, payload.length));
    return done(message, path);
  }

  private StoreMessage makeDirectory(StoreMessage message) {
    String path = path(message);
    StoreTree view = view(message);
    boolean there = view.exists(path);
    view.make(path, guest);
    return there ? message.reply(message.type(), OK) : done(message, path);
  }

  private StoreMessage remove(StoreMessage message) {
    String path = path(message);
    return view(message).remove(path, guest)
        ? done(message, path)
        : message.reply(message.type(), OK);
  }

  private StoreMessage start(StoreMessage message) {
    if (message.transaction() != 0) {
      throw StoreError.EBUSY.refusal();
    }
    if (transactions.size() == MOST_TRANSACTIONS) {
      throw StoreError.ENOSPC.refusal();
    }
    transactions.put(++lastTransaction, new Transaction(tree.copy(), generation));
    return message.reply(
        message.type(), StoreMessage.join(List.of(Integer.toString(lastTransaction))));
  }

  private StoreMessage end(StoreMessage message) {
    Transaction transaction = transaction(message);
    List<String> texts = message.texts();
    boolean commit = texts.equals(List.of("T"));
    if (!commit && !texts.equals(List.of("F"))) {
      throw StoreError.EINVAL.refusal();
    }
    transactions.remove(message.transaction());
    if (commit && !transaction.changed.isEmpty()) {
      if (transaction.startedAt != generation) {
        throw StoreError.EAGAIN.refusal();
      }
      tree = transaction.tree;
      transaction.changed.forEach(this::changed);
    }
    return message.reply(message.type(), OK);
  }

  private StoreMessage watch(StoreMessage message) {
    List<String> texts = message.texts();
    if (texts.size() != 2) {
      throw StoreError.EINVAL.refusal();
    }
    String given = texts.getFirst();
    // Names with @ are events, not paths.
    String path = given.startsWith("@") ? given : StorePath.absolute(given, home);
    Watch watch = new Watch(path, given, texts.getLast());
    if (watches.contains(watch)) {
      throw StoreError.EEXIST.refusal();
    }
    if (watches.size() == MOST_WATCHES) {
      throw StoreError.E2BIG.refusal();
    }
    watches.add(watch);
    events.add(event(watch, path));
    return message.reply(message.type(), OK);
  }

  private StoreMessage unwatch(StoreMessage message) {
    List<String> texts = message.texts();
    boolean removed =
        texts.size() == 2
            && watches.removeIf(watch ->
                watch.given().equals(texts.getFirst()) && watch.token().equals(texts.getLast()));
    if (!removed) {
      throw StoreError.ENOENT.refusal();
    }
    return message.reply(message.type(), OK);
  }

  /** Watch events that wait to be sent; those that a request caused follow its reply. */
  List<StoreMessage> takeEvents() {
    List<StoreMessage> taken = List.copyOf(events);
    events.clear();
    return taken;
  }

  private StoreMessage event(Watch watch, String path) {
    String shown =
        watch.given().startsWith("/") || watch.given().startsWith("@")
            ? path
            : path.substring(home.length() + 1);
    return new StoreMessage(WATCH_EVENT, 0, 0, StoreMessage.join(List.of(shown, watch.token())));
  }

  private void changed(String path) {
    generation++;
    for (Watch watch : watches) {
      if (StorePath.within(path, watch.path())) {
        events.add(event(watch, path));
      } else if (StorePath.within(watch.path(), path) && !tree.exists(watch.path())) {
        // What it watched went away with a node above.
        events.add(event(watch, watch.path()));
      }
    }
    hostWatch.accept(path);
  }
}
