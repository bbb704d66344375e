package org.paravane.debug.gdb;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.OptionalLong;
import org.paravane.core.execution.Machine;

/**
 * A port at which gdb finds a machine, one connection at a time. It may come and go while the machine runs; without it the
 * machine runs as if there were no port. All methods but {@link #release} are for the thread that runs the machine.
 */
public final class GdbServer implements AutoCloseable {
  private final ServerSocket socket;
  private final GdbTarget target;

  private GdbServer(ServerSocket socket, GdbTarget target) {
    this.socket = socket;
    this.target = target;
  }

  /**
   * Listens.
   *
   * @param port 0 for any that is free
   * @param reversible whether the machine can be built again and then does the same again, which is how to go back in time
   * @param waiting whether the machine executes nothing before a debugger lets it
   * @throws IOException if the port can't be had
   */
  public static GdbServer listen(InetAddress host, int port, boolean reversible, boolean waiting)
      throws IOException {
    ServerSocket socket = new ServerSocket();
    try {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(host, port), 1);
    } catch (IOException | IllegalArgumentException e) {
      socket.close();
      throw e;
    }
    GdbServer server = new GdbServer(socket, new GdbTarget(reversible, waiting));
    Thread.ofPlatform().daemon().name("paravane-gdb").start(server::serve);
    return server;
  }

  /** The port that it listens at. */
  public int port() {
    return socket.getLocalPort();
  }

  /**
   * Takes a machine that has not executed anything yet: the one to debug, and later perhaps one like it.
   *
   * @param wake makes the runner call {@link Machine#run} if it waits for something else; called on any thread
   */
  public void machine(Machine machine, Runnable wake) {
    target.machine(
        machine,
        () -> {
          machine.wake();
          wake.run();
        });
  }

  /**
   * Tells, after {@link Machine#run} returned, that the user goes back in time: that the machine is to be brought back to
   * this count of retired instructions, or to before, and {@link #wentBack} be told; or that one like it is to be built,
   * given to {@link #machine} and run in its place.
   */
  public OptionalLong rewindsTo() {
    return target.rewindsTo();
  }

  /** Says that the machine is what it was when so many instructions were retired. */
  public void wentBack(long instructions) {
    target.wentBack(instructions);
  }

  /**
   * Tells whether the machine's state is worth keeping, to go back to.
   *
   * @param instructions that it retired
   * @param last that it had retired when its state was last kept
   */
  public boolean wantsCheckpoint(long instructions, long last) {
    return target.wantsCheckpoint(instructions, last);
  }

  /**
   * The count of retired instructions at which the user changed something since this was last asked: from there on the
   * guest does not do what it did before.
   */
  public OptionalLong takeDiverged() {
    return target.takeDiverged();
  }

  /** Tells, after {@link Machine#run} returned, whether the user killed the guest. */
  public boolean killed() {
    return target.killed();
  }

  /** Lets the machine go, and {@link Machine#run} return, if gdb holds it; for any thread. */
  public void release() {
    target.release();
  }

  /** Says that the run is over, to gdb too. */
  @Override
  public void close() {
    target.ended();
    try {
      socket.close();
    } catch (IOException e) {
      // Nobody will connect any more in any case.
      return;
    }
  }

  private void serve() {
    while (!socket.isClosed()) {
      try (Socket connection = socket.accept();
          Client client = new Client(connection)) {
        target.connected(client);
        for (String packet = client.read(); packet != null; packet = client.read()) {
          target.received(client, packet);
        }
        target.disconnected(client);
      } catch (IOException e) {
        // A connection that failed at once, or close(): look which.
        continue;
      }
    }
  }
}
