package org.paravane.platform.xen.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.paravane.core.memory.GuestRam;
import org.paravane.core.memory.PhysicalMemory;

/** The store on any messages: whole ones of any type, and rings of any contents. */
class XenstoreRingFuzzTest {
  private static final int PAGE_BYTES = 4096;
  private static final int RING_BYTES = 1024;
  private static final int REQ_PROD = 0x804;
  private static final int RSP_CONS = 0x808;
  private static final int RSP_PROD = 0x80c;
  private static final int SERVED = 64;

  static Stream<Arguments> messages() {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    String[] payloads = {
      "\0", "a\0", "/local/domain/1\0", "a\0value", "a\0token\0", "T\0", "a\0b1\0n0\0", "1\0"
    };
    for (int type = 0; type < 24; type++) {
      byte[] payload = payloads[type % payloads.length].getBytes(StandardCharsets.US_ASCII);
      all.writeBytes(new byte[] {(byte) type, (byte) (type % 3), (byte) payload.length});
      all.writeBytes(payload);
    }
    return Stream.of(Arguments.of((Object) all.toByteArray()));
  }

  static Stream<Arguments> rings() {
    byte[] honest = new StoreMessage(2, 1, 0, "a\0".getBytes(StandardCharsets.US_ASCII)).encode();
    byte[] large = new StoreMessage(11, 2, 0, new byte[RING_BYTES]).encode();
    return Stream.of(Arguments.of((Object) honest), Arguments.of((Object) large));
  }

  /** Each message is a type, a transaction, a length and a payload. */
  @MethodSource("messages")
  @FuzzTest(maxDuration = "30s")
  void messagesAreAnswered(byte[] input) {
    Xenstore store = new Xenstore(1);
    int at = 0;
    for (int i = 0; i < SERVED && at + 3 <= input.length; i++) {
      int length = Math.min(input[at + 2] & 0xff, input.length - at - 3);
      byte[] payload = Arrays.copyOfRange(input, at + 3, at + 3 + length);
      StoreMessage answer =
          store.answer(new StoreMessage(input[at] & 0x1f, i, input[at + 1] & 3, payload));
      assertThat(answer.request()).isEqualTo(i);
      assertThat(answer.payload().length).isLessThanOrEqualTo(StoreMessage.MOST_PAYLOAD);
      for (StoreMessage event : store.takeEvents()) {
        assertThat(event.payload().length).isLessThanOrEqualTo(StoreMessage.MOST_PAYLOAD);
      }
      at += 3 + length;
    }
  }

  /** The bytes go through the ring; where the first is odd, an index gets a value of the input now and then. */
  @MethodSource("rings")
  @FuzzTest(maxDuration = "30s")
  void ringsAreServed(byte[] input) {
    PhysicalMemory memory = new PhysicalMemory(new GuestRam(PAGE_BYTES));
    XenstoreRing ring = new XenstoreRing(memory, 0, new Xenstore(1), () -> {});
    boolean honest = input.length == 0 || (input[0] & 1) == 0;
    int producer = 0;
    for (int i = 0; i < input.length; i++) {
      memory.busWrite(producer++ & RING_BYTES - 1, 1, input[i] & 0xff);
      memory.busWrite(REQ_PROD, 4, producer);
      if (!honest && input[i] == 0x55) {
        memory.busWrite(REQ_PROD + 4L * (i % 3), 4, input[i / 2]);
      }
      if (i % 7 == 0) {
        ring.serve();
        memory.busWrite(RSP_CONS, 4, memory.busRead(RSP_PROD, 4));
      }
    }
    ring.serve();
    assertThat(memory.busRead(RSP_PROD, 4)).isNotNegative();
  }
}
