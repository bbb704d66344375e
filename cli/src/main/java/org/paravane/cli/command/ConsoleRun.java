package org.paravane.cli.command;

import java.util.Optional;
import org.paravane.cli.options.ConsoleOptions;
import org.paravane.cli.options.DebugOptions;
import org.paravane.cli.options.ObservationOptions;
import org.paravane.cli.output.ConsoleOutput;
import org.paravane.cli.output.Palette;
import org.paravane.cli.output.StatusLine;
import org.paravane.cli.terminal.EscapeKey;
import org.paravane.cli.terminal.Host;
import org.paravane.cli.terminal.InputPump;
import org.paravane.cli.terminal.Terminal;
import org.paravane.harness.BootListener;
import org.paravane.harness.BootReport;
import org.paravane.harness.BootSession;
import org.paravane.harness.Harness;
import org.paravane.harness.Progress;
import org.paravane.harness.spec.BootSpec;
import org.paravane.harness.spi.BootDebugger;

/**
 * One boot with its console on the standard streams. However it ends, by itself, by an exception or by a signal, the
 * terminal is put back and the reports get their time.
 */
final class ConsoleRun implements BootListener, AutoCloseable {
  private final Harness harness;
  private final Host host;
  private final ConsoleOptions options;
  private final DebugOptions debugOptions;
  private final ObservationOptions observed;
  private final ConsoleOutput output;
  private final StatusLine status;
  private final ExitHook hook;
  private int lastByte = '\n';
  private volatile BootSession session;
  private volatile Runnable restoreTerminal = () -> {};

  ConsoleRun(
      Harness harness,
      Host host,
      ConsoleOptions options,
      DebugOptions debugOptions,
      ObservationOptions observed,
      Palette palette) {
    this.debugOptions = debugOptions;
    this.observed = observed;
    this.harness = harness;
    this.host = host;
    this.options = options;
    this.output = new ConsoleOutput(host.output());
    boolean statusVisible =
        host.watched(Terminal.Stream.ERROR) && !host.terminal().isTerminal(Terminal.Stream.OUTPUT);
    this.status = new StatusLine(host.error(), statusVisible && !options.quiet(), palette);
    this.hook = new ExitHook(this::stop, () -> restoreTerminal.run());
  }

  /** Boots, from loading the image to the end of the run. */
  BootReport boot(BootSpec spec) {
    if (debugOptions.gdb().isEmpty()) {
      return run(spec, Optional.empty());
    }
    try (GdbDebugger debugger =
        GdbDebugger.listen(debugOptions.gdb().get(), spec, debugOptions.waits())) {
      host.error()
          .println(
              "paravane: gdb finds the guest with 'target remote %s'"
                  .formatted(debugger.endpoint()));
      return run(spec, Optional.of(debugger));
    }
  }

  private BootReport run(BootSpec spec, Optional<BootDebugger> debugger) {
    session = harness.prepare(spec, this, debugger);
    try (Observation _ = Observation.of(observed, session, host.error())) {
      if (options.input()) {
        connectInput(spec);
      }
      BootReport report = session.run();
      output.flush();
      return report;
    } finally {
      status.clear();
      restoreTerminal.run();
      startLine();
    }
  }

  /** What we print next to an unfinished console line on the same screen gets a line of its own. */
  private void startLine() {
    if (lastByte != '\n'
        && host.terminal().isTerminal(Terminal.Stream.OUTPUT)
        && host.terminal().isTerminal(Terminal.Stream.ERROR)) {
      host.error().println();
    }
  }

  private void connectInput(BootSpec spec) {
    boolean interactive = host.terminal().isTerminal(Terminal.Stream.INPUT);
    if (interactive) {
      session.openInput();
      if (!options.quiet()) {
        host.error()
            .println(
                "paravane: console of " + spec.image() + " on " + spec.platform() + "; " + keys());
      }
      restoreTerminal = host.terminal().enterRawMode();
    }
    EscapeKey key = interactive ? options.escape() : new EscapeKey(0);
    new InputPump(host.input(), session, key, () -> host.error().println("paravane: " + keys()))
        .start();
  }

  private String keys() {
    EscapeKey key = options.escape();
    return key.code() == 0
        ? "there is no escape key; only the guest or a signal ends the run."
        : "%1$s x leaves, %1$s h shows this, %1$s %1$s types %1$s.".formatted(key);
  }

  @Override
  public void console(int value) {
    lastByte = value;
    output.accept(value);
  }

  @Override
  public void progress(Progress progress) {
    output.flush();
    status.update(progress);
  }

  private void stop() {
    BootSession running = session;
    if (running != null) {
      running.interrupt();
    }
  }

  @Override
  public void close() {
    hook.close();
  }
}
