package org.paravane.cli.command;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.OptionalLong;
import org.paravane.cli.options.Endpoint;
import org.paravane.core.execution.Machine;
import org.paravane.debug.gdb.GdbServer;
import org.paravane.harness.spec.BootSpec;
import org.paravane.harness.spec.ClockMode;
import org.paravane.harness.spec.ErrorCode;
import org.paravane.harness.spec.HarnessException;
import org.paravane.harness.spi.BootDebugger;

/** A boot's debugger that is a gdb somewhere. */
final class GdbDebugger implements BootDebugger, AutoCloseable {
  private final GdbServer server;
  private final Endpoint endpoint;

  private GdbDebugger(GdbServer server, Endpoint endpoint) {
    this.server = server;
    this.endpoint = endpoint;
  }

  /**
   * Listens for gdb.
   *
   * @param waits whether the guest executes nothing before gdb lets it
   * @throws HarnessException if there is no such host, or the port can't be had
   */
  static GdbDebugger listen(Endpoint endpoint, BootSpec spec, boolean waits) {
    InetAddress host;
    try {
      host = InetAddress.getByName(endpoint.host());
    } catch (UnknownHostException e) {
      throw new HarnessException(
          ErrorCode.BAD_OPTION,
          "There is no host '%s' to listen at.".formatted(endpoint.host()),
          e);
    }
    try {
      boolean reversible = spec.clock() == ClockMode.VIRTUAL;
      GdbServer server = GdbServer.listen(host, endpoint.port(), reversible, waits);
      return new GdbDebugger(server, new Endpoint(endpoint.host(), server.port()));
    } catch (IOException e) {
      throw new HarnessException(
          ErrorCode.HOST_IO,
          "gdb can't be waited for at %s: %s.".formatted(endpoint, e.getMessage()),
          e);
    }
  }

  /** Where it listens. */
  Endpoint endpoint() {
    return endpoint;
  }

  @Override
  public void machine(Machine machine, Runnable wake) {
    server.machine(machine, wake);
  }

  @Override
  public OptionalLong rewindsTo() {
    return server.rewindsTo();
  }

  @Override
  public void wentBack(long instructions) {
    server.wentBack(instructions);
  }

  @Override
  public boolean wantsCheckpoint(long instructions, long last) {
    return server.wantsCheckpoint(instructions, last);
  }

  @Override
  public OptionalLong takeDiverged() {
    return server.takeDiverged();
  }

  @Override
  public boolean killed() {
    return server.killed();
  }

  @Override
  public void release() {
    server.release();
  }

  @Override
  public void close() {
    server.close();
  }
}
