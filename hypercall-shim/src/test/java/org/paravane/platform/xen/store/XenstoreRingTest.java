package org.paravane.platform.xen.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.paravane.core.memory.GuestRam;
import org.paravane.core.memory.PhysicalMemory;

class XenstoreRingTest {
  private static final long PAGE = 0x3000;
  private static final int ERROR = 16;
  private static final int WATCH_EVENT = 15;

  private final PhysicalMemory memory = new PhysicalMemory(new GuestRam(1 << 20));
  private final Xenstore store = new Xenstore(1);
  private int notified;
  private final XenstoreRing ring = new XenstoreRing(memory, PAGE, store, () -> notified++);

  private record Reply(int type, int request, int transaction, String text) {}

  @BeforeEach
  void fill() {
    store.put("/local/domain/1", "", Permissions.readableBy(1));
    store.put("/local/domain/1/name", "guest", Permissions.readableBy(1));
    store.put("/local/domain/1/data", "", Permissions.ownedBy(1));
    store.put("/secret", "x", Permissions.ofHost());
    store.takeEvents();
  }

  private static byte[] message(int type, int transaction, String payload) {
    byte[] text = payload.getBytes(StandardCharsets.ISO_8859_1);
    return ByteBuffer.allocate(16 + text.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(type)
        .putInt(77)
        .putInt(transaction)
        .putInt(text.length)
        .put(text)
        .array();
  }

  private void write(byte[] bytes, int from, int to) {
    int producer = memory.get32(PAGE + 0x804);
    for (int i = from; i < to; i++) {
      memory.put8(PAGE + (producer++ & 0x3ff), bytes[i]);
    }
    memory.put32(PAGE + 0x804, producer);
    ring.serve();
  }

  private byte[] take() {
    int consumer = memory.get32(PAGE + 0x808);
    byte[] bytes = new byte[memory.get32(PAGE + 0x80c) - consumer];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) memory.get8(PAGE + 0x400 + (consumer + i & 0x3ff));
    }
    memory.put32(PAGE + 0x808, consumer + bytes.length);
    return bytes;
  }

  private List<Reply> replies() {
    ByteBuffer bytes = ByteBuffer.wrap(take()).order(ByteOrder.LITTLE_ENDIAN);
    List<Reply> replies = new ArrayList<>();
    while (bytes.hasRemaining()) {
      int type = bytes.getInt();
      int request = bytes.getInt();
      int transaction = bytes.getInt();
      byte[] text = new byte[bytes.getInt()];
      bytes.get(text);
      replies.add(
          new Reply(type, request, transaction, new String(text, StandardCharsets.ISO_8859_1)));
    }
    return replies;
  }

  private Reply ask(int type, int transaction, String payload) {
    byte[] request = message(type, transaction, payload);
    write(request, 0, request.length);
    List<Reply> replies = replies();
    assertThat(replies).isNotEmpty();
    return replies.getFirst();
  }

  private String ask(int type, String payload) {
    Reply reply = ask(type, 0, payload);
    return (reply.type == ERROR ? "!" : "") + reply.text;
  }

  @Test
  void readsRelativeAndAbsolutePaths() {
    assertThat(ask(2, 0, "name\0")).isEqualTo(new Reply(2, 77, 0, "guest"));
    assertThat(ask(2, "/local/domain/1/name\0")).isEqualTo("guest");
    assertThat(ask(1, "/local/domain/1\0")).isEqualTo("name\0data\0");
    assertThat(ask(10, "5\0")).isEqualTo("/local/domain/5\0");
    assertThat(notified).isEqualTo(4);
  }

  @Test
  void missingAndMalformedPathsAreErrors() {
    assertThat(ask(2, "none\0")).isEqualTo("!ENOENT\0");
    assertThat(ask(2, "a//b\0")).isEqualTo("!EINVAL\0");
    assertThat(ask(2, "a/\0")).isEqualTo("!EINVAL\0");
    assertThat(ask(2, "sp ace\0")).isEqualTo("!EINVAL\0");
    assertThat(ask(2, "")).isEqualTo("!EINVAL\0");
    assertThat(ask(11, "no-terminator")).isEqualTo("!EINVAL\0");
    assertThat(ask(99, "x\0")).isEqualTo("!ENOSYS\0");
  }

  @Test
  void permissionsHold() {
    assertThat(ask(2, "/secret\0")).isEqualTo("!EACCES\0");
    assertThat(ask(11, "name\0new")).isEqualTo("!EACCES\0");
    assertThat(ask(11, "data/a/b\0value")).isEqualTo("OK\0");
    assertThat(ask(2, "data/a/b\0")).isEqualTo("value");
    assertThat(ask(3, "data/a/b\0")).isEqualTo("n1\0");
    assertThat(ask(14, "data/a/b\0n1\0r0\0")).isEqualTo("OK\0");
    assertThat(ask(3, "data/a/b\0")).isEqualTo("n1\0r0\0");
    assertThat(ask(14, "name\0n1\0")).isEqualTo("!EACCES\0");
    assertThat(ask(14, "data/a/b\0q1\0")).isEqualTo("!EINVAL\0");
    assertThat(ask(12, "data/dir\0")).isEqualTo("OK\0");
    assertThat(ask(13, "data/a\0")).isEqualTo("OK\0");
    assertThat(ask(2, "data/a/b\0")).isEqualTo("!ENOENT\0");
    assertThat(ask(13, "data/a\0")).as("already gone").isEqualTo("OK\0");
    assertThat(ask(13, "data/x/y\0")).isEqualTo("!ENOENT\0");
  }

  @Test
  void messageMayArriveInPieces() {
    byte[] request = message(2, 0, "name\0");
    for (int i = 0; i < request.length - 1; i++) {
      write(request, i, i + 1);
      assertThat(memory.get32(PAGE + 0x80c)).isZero();
    }
    write(request, request.length - 1, request.length);
    assertThat(replies()).containsExactly(new Reply(2, 77, 0, "guest"));
  }

  @Test
  void pathThatIsTooLongArrivesInPiecesAndIsRefused() {
    byte[] request = message(2, 0, "x".repeat(2049) + "\0");
    for (int at = 0; at < request.length; at += 700) {
      write(request, at, Math.min(request.length, at + 700));
    }
    assertThat(replies()).containsExactly(new Reply(ERROR, 77, 0, "EINVAL\0"));
  }

  @Test
  void messagesWrapAround() {
    for (int i = 0; i < 100; i++) {
      assertThat(ask(2, "name\0")).isEqualTo("guest");
    }
    assertThat(memory.get32(PAGE + 0x804)).isGreaterThan(0x400);
  }

  @Test
  void longReplyWaitsForRoom() {
    String value = "v".repeat(3000);
    store.put("/local/domain/1/long", value, Permissions.readableBy(1));
    store.takeEvents();
    byte[] request = message(2, 0, "long\0");
    write(request, 0, request.length);
    StringBuilder got = new StringBuilder();
    for (byte[] part = take(); part.length > 0; part = take()) {
      got.append(new String(part, StandardCharsets.ISO_8859_1));
      ring.serve();
    }
    assertThat(got.substring(16)).isEqualTo(value);
  }

  @Test
  void oversizeMessageEndsTheConnection() {
    byte[] header = message(2, 0, "");
    header[12] = 1;
    header[13] = 0x10;
    write(header, 0, 16);
    assertThat(memory.get32(PAGE + 0x818)).as("protocol error").isEqualTo(3);
    byte[] request = message(2, 0, "name\0");
    write(request, 0, request.length);
    assertThat(take()).isEmpty();
  }

  @Test
  void impossibleIndicesEndTheConnection() {
    memory.put32(PAGE + 0x804, 0x401);
    ring.serve();
    assertThat(memory.get32(PAGE + 0x818)).as("ring index error").isEqualTo(2);
  }

  @Test
  void watchFiresAtOnceAndAfterChanges() {
    byte[] request = message(4, 0, "data\0token\0");
    write(request, 0, request.length);
    assertThat(replies())
        .containsExactly(
            new Reply(4, 77, 0, "OK\0"), new Reply(WATCH_EVENT, 0, 0, "data\0token\0"));
    request = message(11, 0, "data/x\0y");
    write(request, 0, request.length);
    assertThat(replies())
        .containsExactly(
            new Reply(11, 77, 0, "OK\0"), new Reply(WATCH_EVENT, 0, 0, "data/x\0token\0"));
    store.put("/local/domain/1/data/z", "1", Permissions.readableBy(1));
    ring.serve();
    assertThat(replies()).containsExactly(new Reply(WATCH_EVENT, 0, 0, "data/z\0token\0"));
    assertThat(ask(4, "data\0token\0")).isEqualTo("!EEXIST\0");
    assertThat(ask(5, "data\0token\0")).isEqualTo("OK\0");
    assertThat(ask(5, "data\0token\0")).isEqualTo("!ENOENT\0");
    assertThat(ask(11, "data/x\0z")).isEqualTo("OK\0");
    assertThat(take()).isEmpty();
  }

  @Test
  void watchSeesItsNodeGoAwayWithAParent() {
    ask(11, "data/a/b\0");
    ask(4, "data/a/b\0t\0");
    byte[] request = message(13, 0, "data/a\0");
    write(request, 0, request.length);
    assertThat(replies()).contains(new Reply(WATCH_EVENT, 0, 0, "data/a/b\0t\0"));
    assertThat(ask(21, "\0")).isEqualTo("OK\0");
    assertThat(ask(5, "data/a/b\0t\0")).isEqualTo("!ENOENT\0");
  }

  @Test
  void transactionIsSeenWhenItEnds() {
    int id = Integer.parseInt(ask(6, "\0").replace("\0", ""));
    assertThat(ask(11, id, "data/t\0new").text).isEqualTo("OK\0");
    assertThat(ask(2, "data/t\0")).isEqualTo("!ENOENT\0");
    assertThat(ask(2, id, "data/t\0").text).isEqualTo("new");
    assertThat(ask(7, id, "T\0").text).isEqualTo("OK\0");
    assertThat(ask(2, "data/t\0")).isEqualTo("new");
    assertThat(ask(7, id, "T\0").type).isEqualTo(ERROR);
  }

  @Test
  void transactionThatWasOvertakenIsTriedAgain() {
    int id = Integer.parseInt(ask(6, "\0").replace("\0", ""));
    ask(11, id, "data/t\0mine");
    ask(11, "data/t\0other");
    assertThat(ask(7, id, "T\0")).isEqualTo(new Reply(ERROR, 77, id, "EAGAIN\0"));
    assertThat(ask(2, "data/t\0")).isEqualTo("other");
  }

  @Test
  void abandonedTransactionChangesNothing() {
    int id = Integer.parseInt(ask(6, "\0").replace("\0", ""));
    ask(11, id, "data/t\0mine");
    assertThat(ask(7, id, "F\0").text).isEqualTo("OK\0");
    assertThat(ask(2, "data/t\0")).isEqualTo("!ENOENT\0");
    for (int i = 0; i < 11; i++) {
      assertThat(ask(6, "\0")).doesNotStartWith("!");
    }
    assertThat(ask(6, "\0")).isEqualTo("!ENOSPC\0");
    assertThat(ask(21, "\0")).as("ends all of them").isEqualTo("OK\0");
    assertThat(ask(6, "\0")).doesNotStartWith("!");
  }

  private int begin() {
    return Integer.parseInt(ask(6, "\0").replace("\0", ""));
  }

  @Test
  void transactionMindsOnlyWhatItHasLookedAt() {
    ask(11, "data/a\0first");
    ask(11, "data/b\0first");
    int id = begin();
    assertThat(ask(11, "data/a\0second")).isEqualTo("OK\0");
    assertThat(ask(2, id, "data/a\0").text).as("read for the first time").isEqualTo("second");
    assertThat(ask(11, "data/b\0other")).isEqualTo("OK\0");
    assertThat(ask(7, id, "T\0").text).isEqualTo("OK\0");

    id = begin();
    ask(2, id, "data/a\0");
    ask(11, id, "data/c\0new");
    ask(11, "data/a\0third");
    assertThat(ask(2, id, "data/a\0").text).as("stays as it was").isEqualTo("second");
    assertThat(ask(7, id, "T\0").text).as("it has read that").isEqualTo("EAGAIN\0");
    assertThat(ask(2, "data/c\0")).isEqualTo("!ENOENT\0");

    id = begin();
    assertThat(ask(2, id, "data/none\0").text).isEqualTo("ENOENT\0");
    ask(11, "data/none\0there");
    assertThat(ask(7, id, "T\0").text).as("nor was it there").isEqualTo("EAGAIN\0");

    id = begin();
    ask(11, id, "data/d\0new");
    ask(11, "data/e\0new");
    assertThat(ask(7, id, "T\0").text).as("both have changed data").isEqualTo("EAGAIN\0");
  }

  @Test
  void watchesSeeWhatATransactionHasChangedOnceItEnds() {
    ask(4, "data\0t\0");
    take();
    int id = begin();
    ask(11, id, "data/a/b\0x");
    ask(11, id, "data/a/b\0y");
    ask(13, id, "data/none\0");
    assertThat(take()).isEmpty();
    byte[] request = message(7, id, "T\0");
    write(request, 0, request.length);
    assertThat(replies())
        .containsExactly(
            new Reply(7, 77, id, "OK\0"), new Reply(WATCH_EVENT, 0, 0, "data/a/b\0t\0"));
  }

  @Test
  void watchesKeepSecrets() {
    ask(4, "/\0t\0");
    take();
    store.put("/secret", "y", Permissions.ofHost());
    store.put("/local/domain/1/name", "new", Permissions.readableBy(1));
    ring.serve();
    assertThat(replies())
        .as("the name of a node is seen by who may read the one above")
        .containsExactly(
            new Reply(WATCH_EVENT, 0, 0, "/secret\0t\0"),
            new Reply(WATCH_EVENT, 0, 0, "/local/domain/1/name\0t\0"));
    store.put("/secret/deep", "y", Permissions.ofHost());
    ring.serve();
    assertThat(replies()).isEmpty();
  }

  @Test
  void quotasHold() {
    String value = "v".repeat(900);
    write(message(11, 0, "data/v\0" + value), 0, 16 + 7 + 900);
    assertThat(replies().getFirst().text).isEqualTo("OK\0");
    byte[] request = message(11, 0, "data/v\0" + "v".repeat(2048 - 24 - 8));
    for (int at = 0; at < request.length; at += 700) {
      write(request, at, Math.min(request.length, at + 700));
    }
    assertThat(replies().getFirst().text).as("bytes of a node").isEqualTo("ENOSPC\0");
    assertThat(ask(14, "data/v\0n1\0r0\0r0\0r0\0r0\0")).isEqualTo("OK\0");
    assertThat(ask(14, "data/v\0n1\0r0\0r0\0r0\0r0\0r0\0")).isEqualTo("!ENOSPC\0");
    assertThat(ask(14, "data/v\0n0\0")).as("another owner").isEqualTo("!EPERM\0");
    assertThat(ask(14, "data/v\0n5\0")).as("no domain").isEqualTo("!ENOENT\0");
    for (int i = 0; i < 129; i++) {
      assertThat(ask(4, "data/" + i + "\0t\0")).isEqualTo("OK\0");
    }
    assertThat(ask(4, "data/more\0t\0")).isEqualTo("!E2BIG\0");
  }

  @Test
  void aDomainOwnsAThousandNodes() {
    for (int i = 0; i < 998; i++) {
      assertThat(ask(12, "data/" + i % 32 + "/" + i + "\0")).isIn("OK\0", "!ENOSPC\0");
    }
    int id = begin();
    assertThat(ask(12, "data/0/more\0")).isEqualTo("!ENOSPC\0");
    assertThat(ask(12, id, "data/0/more\0").text).isEqualTo("ENOSPC\0");
    assertThat(ask(13, "data/5\0")).isEqualTo("OK\0");
    assertThat(ask(12, "data/0/more\0")).isEqualTo("OK\0");
  }

  @Test
  void requestsOfTheToolstackAreNotForGuests() {
    for (int type : new int[] {0, 8, 9, 17, 18, 19}) {
      assertThat(ask(type, "1\0")).isEqualTo("!EACCES\0");
    }
    assertThat(ask(2, 99, "name\0").text).as("no transaction").isEqualTo("ENOENT\0");
    assertThat(ask(4, 99, "data\0t\0").text).as("watches have none").isEqualTo("OK\0");
  }

  @Test
  void directoryComesInParts() {
    ask(11, "data/a\0");
    ask(11, "data/bc\0");
    assertThat(ask(20, "data\0" + "0\0")).matches("[0-9]+\0a\0bc\0\0");
    assertThat(ask(20, "data\0" + "2\0")).matches("[0-9]+\0bc\0\0");
    assertThat(ask(20, "data\0" + "5\0")).matches("[0-9]+\0\0");
    assertThat(ask(20, "data\0")).isEqualTo("!EINVAL\0");
  }
}
