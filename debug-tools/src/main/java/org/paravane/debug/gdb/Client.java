package org.paravane.debug.gdb;

import java.io.IOException;
import java.net.Socket;

/** One connection from gdb. It ends quietly: what can't be sent is what nobody waits for any more. */
final class Client implements AutoCloseable {
  private final Socket socket;
  private final PacketStream packets;

  Client(Socket socket) throws IOException {
    this.socket = socket;
    socket.setTcpNoDelay(true);
    packets =
        new PacketStream(
            new java.io.BufferedInputStream(socket.getInputStream()), socket.getOutputStream());
  }

  /** The next packet; null at the end of the connection. */
  String read() {
    try {
      return packets.read();
    } catch (IOException e) {
      return null;
    }
  }

  void send(String packet) {
    try {
      packets.write(packet);
    } catch (IOException e) {
      close();
    }
  }

  void stopAcknowledging() {
    packets.stopAcknowledging();
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      // Then it is as good as closed.
      return;
    }
  }
}
