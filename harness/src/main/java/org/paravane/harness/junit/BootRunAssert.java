package org.paravane.harness.junit;

import org.assertj.core.api.AbstractAssert;
import org.paravane.harness.BootReport;

/** Assertions about a boot, some of which let it run. */
public final class BootRunAssert extends AbstractAssert<BootRunAssert, BootRun> {
  BootRunAssert(BootRun actual) {
    super(actual, BootRunAssert.class);
  }

  /**
   * The guest prints a marker, behind what was waited for before. It runs as soon as {@link #within} says how long it may, or
   * else when the next thing is asked of the run or the test ends.
   */
  public BootRunAssert reaches(String marker) {
    actual.expect(marker);
    return this;
  }

  /** The marker of {@link #reaches} comes in time; to about a million instructions if it does not. */
  public BootRunAssert within(Patience patience) {
    actual.within(patience);
    return this;
  }

  /** The guest has printed a text, at any time. */
  public BootRunAssert hasPrinted(String text) {
    if (!actual.console().contains(text)) {
      throw failure("Expected the console to hold%n  %s%nbut it is%n%s", text, actual.console());
    }
    return this;
  }

  /** The guest runs to its end and {@code paravane boot} would exit with that code for it. */
  public BootRunAssert endsWithExitCode(int code) {
    BootReport report = actual.finish();
    if (report.exitCode() != code) {
      throw failure(
          "Expected exit code %d, but it is %d: %s",
          code, report.exitCode(), report.outcome().summary());
    }
    return this;
  }

  /** The guest runs to its end, and that is a clean shutdown. */
  public BootRunAssert shutsDown() {
    return endsWithExitCode(0);
  }

  /** A register of the first processor holds a value: see {@link BootRun#register}. */
  public BootRunAssert hasRegister(String name, long value) {
    long held = actual.register(name);
    if (held != value) {
      throw failure("Expected %s to be 0x%x, but it is 0x%x", name, value, held);
    }
    return this;
  }
}
