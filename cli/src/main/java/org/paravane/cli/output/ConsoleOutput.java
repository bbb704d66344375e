package org.paravane.cli.output;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import org.paravane.harness.spec.ErrorCode;
import org.paravane.harness.spec.HarnessException;

/** The guest's bytes on their way to the standard output, unchanged. Used by the thread that runs the machine. */
public final class ConsoleOutput {
  private static final int BUFFER_BYTES = 8192;

  private final OutputStream out;
  private boolean unflushed;

  /** Writes to {@code out}. */
  public ConsoleOutput(OutputStream out) {
    this.out = new BufferedOutputStream(out, BUFFER_BYTES);
  }

  /**
   * Takes the next byte, 0 to 255; it may wait for {@link #flush}.
   *
   * @throws HarnessException {@link ErrorCode#HOST_IO} if the output is closed or full
   */
  public void accept(int value) {
    try {
      out.write(value);
      unflushed = true;
    } catch (IOException e) {
      throw broken(e);
    }
  }

  /**
   * Lets everything out.
   *
   * @throws HarnessException {@link ErrorCode#HOST_IO} if the output is closed or full
   */
  public void flush() {
    if (!unflushed) {
      return;
    }
    unflushed = false;
    try {
      out.flush();
    } catch (IOException e) {
      throw broken(e);
    }
  }

  private static HarnessException broken(IOException e) {
    return new HarnessException(
        ErrorCode.HOST_IO,
        "The console cannot be written to the standard output: " + e.getMessage() + ".",
        e);
  }
}
