package org.paravane.platform.xen.store;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * One message of the wire.
 *
 * <pre>00 type 4   04 request id 4   08 transaction id 4   0c payload length 4   10 payload</pre>
 *
 * @param type what it is
 * @param request chosen by the client, the same in the reply
 * @param transaction 0 for none
 * @param payload at most {@link #MOST_PAYLOAD} bytes
 */
record StoreMessage(int type, int request, int transaction, byte[] payload) {
  static final int HEADER_BYTES = 16;
  static final int MOST_PAYLOAD = 4096;

  /** The payload as NUL-terminated texts; what follows the last NUL is one more. */
  List<String> texts() {
    List<String> texts = new ArrayList<>();
    int start = 0;
    for (int i = 0; i < payload.length; i++) {
      if (payload[i] == 0) {
        texts.add(text(start, i));
        start = i + 1;
      }
    }
    if (start < payload.length) {
      texts.add(text(start, payload.length));
    }
    return texts;
  }

  private String text(int start, int end) {
    return new String(payload, start, end - start, StandardCharsets.ISO_8859_1);
  }

  /** The reply of a type to this request. */
  StoreMessage reply(int replyType, byte[] replyPayload) {
    return new StoreMessage(replyType, request, transaction, replyPayload);
  }

  /** Texts with a NUL behind each. */
  static byte[] join(List<String> texts) {
    StringBuilder joined = new StringBuilder();
    texts.forEach(text -> joined.append(text).append('\0'));
    return joined.toString().getBytes(StandardCharsets.ISO_8859_1);
  }

  byte[] encode() {
    return ByteBuffer.allocate(HEADER_BYTES + payload.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(type)
        .putInt(request)
        .putInt(transaction)
        .putInt(payload.length)
        .put(payload)
        .array();
  }
}
