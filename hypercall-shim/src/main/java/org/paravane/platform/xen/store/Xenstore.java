package org.paravane.platform.xen.store;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * The store of one machine: the host writes and reads it directly, one guest through requests, within quotas.
 *
 * @abi xen/docs/misc/xenstore.txt, xen/tools/xenstore/xenstored_core.c, xenstored_watch.c
 */
public final class Xenstore {
  private static final int CONTROL = 0;
  private static final int DIRECTORY = 1;
  private static final int READ = 2;
  private static final int GET_PERMS = 3;
  private static final int WATCH = 4;
  private static final int UNWATCH = 5;
  private static final int TRANSACTION_START = 6;
  private static final int TRANSACTION_END = 7;
  private static final int INTRODUCE = 8;
  private static final int RELEASE = 9;
  private static final int GET_DOMAIN_PATH = 10;
  private static final int WRITE = 11;
  private static final int MKDIR = 12;
  private static final int RM = 13;
  private static final int SET_PERMS = 14;
  private static final int WATCH_EVENT = 15;
  private static final int ERROR = 16;
  private static final int IS_DOMAIN_INTRODUCED = 17;
  private static final int RESUME = 18;
  private static final int SET_TARGET = 19;
  private static final int RESET_WATCHES = 21;

  private static final int DIRECTORY_PART = 20;

  /** More than so many running is too many. */
  private static final int MOST_TRANSACTIONS = 10;

  private static final int MOST_WATCHES = 128;
  private static final int HOST = 0;
  private static final byte[] OK = {'O', 'K', 0};

  private record Watch(String path, String given, String token) {}

  private final int guest;
  private final String home;
  private final TreeMap<Integer, StoreTransaction> transactions = new TreeMap<>();
  private final List<Watch> watches = new ArrayList<>();
  private final List<StoreMessage> events = new ArrayList<>();
  private final StoreTree tree = new StoreTree();
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
    StoreView.Listener silent = (changed, exact, before) -> {};
    tree.write(path, HOST, value.getBytes(StandardCharsets.ISO_8859_1), silent);
    tree.permissions(path, HOST, permissions, silent);
    changed(path, false, null);
  }

  /** Reads a value as the host, or null. */
  public String value(String path) {
    StoreNode node = tree.find(path);
    return node == null ? null : new String(node.value(), StandardCharsets.ISO_8859_1);
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
      case CONTROL, INTRODUCE, RELEASE, IS_DOMAIN_INTRODUCED, RESUME, SET_TARGET ->
          throw StoreError.EACCES.refusal();
      case DIRECTORY -> reply(message, StoreMessage.join(node(message).children()));
      case DIRECTORY_PART -> directoryPart(message);
      case READ -> reply(message, node(message).value());
      case GET_PERMS -> reply(message, StoreMessage.join(node(message).permissions().texts()));
      case WATCH -> watch(message);
      case UNWATCH -> unwatch(message);
      case TRANSACTION_START -> start(message);
      case TRANSACTION_END -> end(message);
      case GET_DOMAIN_PATH -> {
        view(message);
        yield reply(message, StoreMessage.join(List.of("/local/domain/" + domain(message))));
      }
      case WRITE -> write(message);
      case MKDIR -> {
        view(message).make(path(message), guest, listener(message));
        yield reply(message, OK);
      }
      case RM -> {
        view(message).remove(path(message), guest, listener(message));
        yield reply(message, OK);
      }
      case SET_PERMS -> setPermissions(message);
      case RESET_WATCHES -> {
        view(message);
        watches.clear();
        transactions.clear();
        yield reply(message, OK);
      }
      default -> throw StoreError.ENOSYS.refusal();
    };
  }

  private static StoreMessage reply(StoreMessage message, byte[] payload) {
    if (payload.length > StoreMessage.MOST_PAYLOAD) {
      throw StoreError.E2BIG.refusal();
    }
    return message.reply(message.type(), payload);
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

  private StoreTransaction transaction(StoreMessage message) {
    StoreTransaction transaction = transactions.get(message.transaction());
    if (transaction == null) {
      throw StoreError.ENOENT.refusal();
    }
    return transaction;
  }

  /** The store that a request works on. */
  private StoreView view(StoreMessage message) {
    return message.transaction() == 0 ? tree : transaction(message);
  }

  /** The node that the first text of a request names. */
  private StoreNode node(StoreMessage message) {
    return view(message).readable(path(message), guest);
  }

  private StoreView.Listener listener(StoreMessage message) {
    if (message.transaction() == 0) {
      return this::changed;
    }
    StoreTransaction transaction = transaction(message);
    return (path, exact, before) -> transaction.fireLater(path, exact);
  }

  /** So many of a node's children from an offset on as one message holds, with its generation first. */
  private StoreMessage directoryPart(StoreMessage message) {
    List<String> texts = message.texts();
    if (texts.size() != 2 || !texts.getLast().matches("[0-9]{1,9}")) {
      throw StoreError.EINVAL.refusal();
    }
    StoreNode node = node(message);
    int offset = Integer.parseInt(texts.getLast());
    StringBuilder part = new StringBuilder().append(node.generation()).append('\0');
    int room = StoreMessage.MOST_PAYLOAD - part.length() - 1;
    int at = 0;
    int used = 0;
    boolean all = true;
    for (String name : node.children()) {
      if (at >= offset && all) {
        all = used + name.length() < room;
        if (all) {
          part.append(name).append('\0');
          used += name.length() + 1;
        }
      }
      at += name.length() + 1;
    }
    if (all) {
      part.append('\0');
    }
    return reply(message, part.toString().getBytes(StandardCharsets.ISO_8859_1));
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
    byte[] value = Arrays.copyOfRange(payload, end + 1, payload.length);
    view(message).write(path(message), guest, value, listener(message));
    return reply(message, OK);
  }

  private StoreMessage setPermissions(StoreMessage message) {
    StoreView view = view(message);
    List<String> texts = message.texts();
    if (texts.size() < 2) {
      throw StoreError.EINVAL.refusal();
    }
    Permissions permissions = Permissions.parse(texts.subList(1, texts.size()));
    if (permissions.owner() != HOST && permissions.owner() != guest) {
      // There is no such domain.
      throw StoreError.ENOENT.refusal();
    }
    view.permissions(path(message), guest, permissions, listener(message));
    return reply(message, OK);
  }

  private StoreMessage start(StoreMessage message) {
    if (message.transaction() != 0) {
      transaction(message);
      throw StoreError.EBUSY.refusal();
    }
    if (transactions.size() > MOST_TRANSACTIONS) {
      throw StoreError.ENOSPC.refusal();
    }
    transactions.put(++lastTransaction, new StoreTransaction(tree, guest));
    return reply(message, StoreMessage.join(List.of(Integer.toString(lastTransaction))));
  }

  private StoreMessage end(StoreMessage message) {
    StoreTransaction transaction = transaction(message);
    List<String> texts = message.texts();
    boolean commit = texts.equals(List.of("T"));
    if (!commit && !texts.equals(List.of("F"))) {
      throw StoreError.EINVAL.refusal();
    }
    transactions.remove(message.transaction());
    if (commit) {
      transaction.commit(this::changed);
    }
    return reply(message, OK);
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
    if (watches.stream()
        .anyMatch(other -> other.path().equals(path) && other.token().equals(watch.token()))) {
      throw StoreError.EEXIST.refusal();
    }
    if (watches.size() > MOST_WATCHES) {
      throw StoreError.E2BIG.refusal();
    }
    watches.add(watch);
    events.add(event(watch, path));
    return message.reply(message.type(), OK);
  }

  private StoreMessage unwatch(StoreMessage message) {
    List<String> texts = message.texts();
    if (texts.size() != 2) {
      throw StoreError.EINVAL.refusal();
    }
    String given = texts.getFirst();
    boolean whole = given.startsWith("@") || given.startsWith("/");
    String path = whole ? given : home + "/" + given;
    boolean removed =
        watches.removeIf(
            watch -> watch.path().equals(path) && watch.token().equals(texts.getLast()));
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

  /** Tells those who watch a node that has changed, and whom its permissions, old or new, or its parent's let know. */
  private void changed(String path, boolean exact, Permissions before) {
    if (visible(path, before)) {
      for (Watch watch : watches) {
        boolean watched = exact ? path.equals(watch.path()) : StorePath.within(path, watch.path());
        if (watched) {
          events.add(event(watch, path));
        }
      }
    }
    hostWatch.accept(path);
  }

  private boolean visible(String path, Permissions before) {
    StoreNode node = tree.find(path);
    if (before != null && before.readable(guest)
        || node != null && node.permissions().readable(guest)) {
      return true;
    }
    StoreNode parent = tree.find(StorePath.parent(path));
    return (before != null || node != null)
        && parent != null
        && parent.permissions().readable(guest);
  }
}
