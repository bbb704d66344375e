package org.paravane.cli.output;

import java.io.PrintStream;
import org.paravane.harness.Progress;

/** One line on a terminal that says how far a boot is, rewritten in place a few times a second. */
public final class StatusLine {
  private static final long PERIOD_NANOS = 200_000_000L;
  private static final String ERASE = "\r\033[K";

  private final PrintStream out;
  private final boolean enabled;
  private final Palette palette;
  private Progress last;
  private boolean shown;

  /** Writes to {@code out} if {@code enabled}. */
  public StatusLine(PrintStream out, boolean enabled, Palette palette) {
    this.out = out;
    this.enabled = enabled;
    this.palette = palette;
  }

  /** Shows {@code progress}, unless the line is fresh. */
  public void update(Progress progress) {
    if (!enabled || (last != null && progress.hostNanos() - last.hostNanos() < PERIOD_NANOS)) {
      return;
    }
    long instructions = progress.instructions() - (last == null ? 0 : last.instructions());
    long nanos = progress.hostNanos() - (last == null ? 0 : last.hostNanos());
    out.print(
        ERASE
            + palette.faint(
                "[%s] guest time %s, %s, %s instructions"
                    .formatted(
                        progress.phase(),
                        Quantities.seconds(progress.virtualNanos()),
                        Quantities.rate(instructions, nanos),
                        Quantities.count(progress.instructions()))));
    out.flush();
    last = progress;
    shown = true;
  }

  /** Takes the line away, before anything else is printed. */
  public void clear() {
    if (shown) {
      out.print(ERASE);
      out.flush();
      shown = false;
    }
  }
}
