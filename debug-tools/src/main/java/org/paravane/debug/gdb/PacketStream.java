package org.paravane.debug.gdb;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Packets on a connection: {@code $data#checksum}, acknowledged by {@code +} or asked for again by {@code -} until both
 * sides agree to do without (GDB manual E.1). One thread reads, one writes.
 */
final class PacketStream {
  /** What {@link #read} gives for the byte 0x03, by which gdb interrupts a running program. */
  static final String INTERRUPT = "\3";

  /** The longest packet that is taken, in bytes: twice what we tell gdb. */
  private static final int MOST_BYTES = 1 << 17;

  private final InputStream in;
  private final OutputStream out;
  private byte[] last = {};
  private volatile boolean acknowledges = true;

  PacketStream(InputStream in, OutputStream out) {
    this.in = in;
    this.out = out;
  }

  /** Both sides stop to acknowledge, from the packet behind the next reply on. */
  void stopAcknowledging() {
    acknowledges = false;
  }

  /**
   * The contents of the next packet, a char a byte, with escapes resolved; or {@link #INTERRUPT}; null at the end.
   *
   * @throws IOException if the connection fails
   */
  String read() throws IOException {
    while (true) {
      switch (in.read()) {
        case -1 -> {
          return null;
        }
        case 3 -> {
          return INTERRUPT;
        }
        case '-' -> resend();
        case '$' -> {
          String packet = body();
          if (packet != null) {
            return packet;
          }
        }
        default -> {
          // An acknowledgement, or what is left of a damaged packet.
        }
      }
    }
  }

  /** The contents up to the checksum; null if it is wrong or the connection ends, and gdb is to send it again. */
  private String body() throws IOException {
    StringBuilder text = new StringBuilder();
    int sum = 0;
    int value = in.read();
    while (value != '#' && value >= 0 && text.length() < MOST_BYTES) {
      sum += value;
      if (value == '}') {
        value = in.read();
        sum += value;
        value ^= 0x20;
      }
      text.append((char) value);
      value = in.read();
    }
    int expected = Character.digit(in.read(), 16) << 4 | Character.digit(in.read(), 16);
    if (!acknowledges) {
      return text.toString();
    }
    boolean good = expected == (sum & 0xff);
    send(new byte[] {(byte) (good ? '+' : '-')});
    return good ? text.toString() : null;
  }

  /**
   * Sends a packet whose contents are ASCII.
   *
   * @throws IOException if the connection fails
   */
  void write(String contents) throws IOException {
    byte[] bytes = contents.getBytes(StandardCharsets.ISO_8859_1);
    ByteArrayOutputStream packet = new ByteArrayOutputStream(bytes.length + 4);
    packet.write('$');
    int sum = 0;
    for (byte value : bytes) {
      if (value == '$' || value == '#' || value == '}' || value == '*') {
        packet.write('}');
        packet.write(value ^ 0x20);
        sum += '}' + (value ^ 0x20);
      } else {
        packet.write(value);
        sum += value;
      }
    }
    packet.writeBytes("#%02x".formatted(sum & 0xff).getBytes(StandardCharsets.US_ASCII));
    last = packet.toByteArray();
    send(last);
  }

  private void resend() throws IOException {
    send(last);
  }

  private synchronized void send(byte[] bytes) throws IOException {
    out.write(bytes);
    out.flush();
  }
}
