package org.paravane.platform.xen.store;

import java.util.ArrayDeque;
import org.paravane.core.memory.PhysicalMemory;

/**
 * The page through which a guest talks to the store.
 *
 * <pre>
 * 000 requests 400   400 replies 400   800 req_cons 4   804 req_prod 4   808 rsp_cons 4   80c rsp_prod 4
 * 810 features 4     814 connection 4  818 error 4
 * </pre>
 */
public final class XenstoreRing {
  private static final int RING_BYTES = 1024;
  private static final int REPLIES = 0x400;
  private static final int REQ_CONS = 0x800;
  private static final int REQ_PROD = 0x804;
  private static final int RSP_CONS = 0x808;
  private static final int RSP_PROD = 0x80c;
  private static final int ERROR = 0x818;
  private static final int ERROR_RING_INDEX = 2;
  private static final int ERROR_PROTOCOL = 3;

  private final PhysicalMemory memory;
  private final long page;
  private final Xenstore store;
  private final Runnable notify;

  private final byte[] header = new byte[StoreMessage.HEADER_BYTES];
  private int headerBytes;
  private byte[] payload;
  private int payloadBytes;
  private final ArrayDeque<byte[]> replies = new ArrayDeque<>();
  private int replyBytesSent;
  private boolean broken;

  /**
   * Serves a ring.
   *
   * @param page guest-physical address of the page
   * @param notify tells the guest that the ring has moved
   */
  public XenstoreRing(PhysicalMemory memory, long page, Xenstore store, Runnable notify) {
    this.memory = memory;
    this.page = page;
    this.store = store;
    this.notify = notify;
  }

  /** Works off what is in the ring: the guest has sent, or the host has changed the store. */
  public void serve() {
    boolean moved = false;
    boolean again = true;
    while (again && !broken) {
      again = receive();
      store.takeEvents().forEach(event -> replies.add(event.encode()));
      again |= send();
      moved |= again;
    }
    if (moved) {
      notify.run();
    }
  }

  private int get(int offset) {
    return (int) memory.busRead(page + offset, 4);
  }

  private void put(int offset, int value) {
    memory.busWrite(page + offset, 4, value & 0xffff_ffffL);
  }

  private void fail(int error) {
    broken = true;
    put(ERROR, error);
    notify.run();
  }

  /** Takes what the guest has written; true if there was anything. */
  private boolean receive() {
    int consumer = get(REQ_CONS);
    int available = get(REQ_PROD) - consumer;
    if (Integer.compareUnsigned(available, RING_BYTES) > 0) {
      fail(ERROR_RING_INDEX);
      return false;
    }
    for (int i = 0; i < available && !broken; i++) {
      accept((byte) memory.busRead(page + (consumer + i & RING_BYTES - 1), 1));
    }
    put(REQ_CONS, consumer + available);
    return available != 0;
  }

  private void accept(byte value) {
    if (headerBytes < header.length) {
      header[headerBytes++] = value;
      if (headerBytes == header.length) {
        int length = headerField(12);
        if (Integer.compareUnsigned(length, StoreMessage.MOST_PAYLOAD) > 0) {
          fail(ERROR_PROTOCOL);
          return;
        }
        payload = new byte[length];
        payloadBytes = 0;
      }
    } else {
      payload[payloadBytes++] = value;
    }
    if (headerBytes == header.length && payloadBytes == payload.length) {
      headerBytes = 0;
      StoreMessage request =
          new StoreMessage(headerField(0), headerField(4), headerField(8), payload);
      replies.add(store.answer(request).encode());
      store.takeEvents().forEach(event -> replies.add(event.encode()));
    }
  }

  private int headerField(int offset) {
    return header[offset] & 0xff
        | (header[offset + 1] & 0xff) << 8
        | (header[offset + 2] & 0xff) << 16
        | header[offset + 3] << 24;
  }

  /** Writes as much as there is room for; true if it wrote anything. */
  private boolean send() {
    int producer = get(RSP_PROD);
    int used = producer - get(RSP_CONS);
    if (broken || Integer.compareUnsigned(used, RING_BYTES) > 0) {
      if (!broken) {
        fail(ERROR_RING_INDEX);
      }
      return false;
    }
    int room = RING_BYTES - used;
    int start = producer;
    while (room > 0 && !replies.isEmpty()) {
      byte[] reply = replies.peek();
      memory.busWrite(
          page + REPLIES + (producer++ & RING_BYTES - 1), 1, reply[replyBytesSent++] & 0xff);
      room--;
      if (replyBytesSent == reply.length) {
        replies.remove();
        replyBytesSent = 0;
      }
    }
    put(RSP_PROD, producer);
    return producer != start;
  }
}
