package org.paravane.cli.command;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** What gdb is to the stub: sends packets and takes the replies. */
final class GdbSocket implements AutoCloseable {
  private static final int PATIENCE_MILLIS = 60_000;

  private final Socket socket;
  private final InputStream in;

  GdbSocket(int port) {
    try {
      socket = new Socket("127.0.0.1", port);
      socket.setSoTimeout(PATIENCE_MILLIS);
      in = socket.getInputStream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Sends a packet and gives the reply. */
  String ask(String packet) {
    send(packet);
    return reply();
  }

  void send(String packet) {
    byte[] bytes = packet.getBytes(StandardCharsets.ISO_8859_1);
    int sum = 0;
    for (byte value : bytes) {
      sum += value;
    }
    write("$%s#%02x".formatted(packet, sum & 0xff));
  }

  /** Interrupts the running guest. */
  void interrupt() {
    write("\3");
  }

  private void write(String text) {
    try {
      socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The contents of the next packet; "" at the end of the connection. */
  String reply() {
    try {
      StringBuilder text = new StringBuilder();
      int value = in.read();
      while (value != '$' && value >= 0) {
        value = in.read();
      }
      for (value = in.read(); value != '#' && value >= 0; value = in.read()) {
        text.append((char) (value == '}' ? in.read() ^ 0x20 : value));
      }
      in.readNBytes(2);
      return text.toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Asks the monitor; its output. */
  String monitor(String command) {
    String reply =
        ask(
            "qRcmd,"
                + java.util.HexFormat.of().formatHex(command.getBytes(StandardCharsets.UTF_8)));
    return new String(java.util.HexFormat.of().parseHex(reply), StandardCharsets.UTF_8);
  }

  /** A register by gdb's number. */
  long register(int number) {
    return Long.reverseBytes(Long.parseUnsignedLong(ask("p%x".formatted(number)), 16));
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
