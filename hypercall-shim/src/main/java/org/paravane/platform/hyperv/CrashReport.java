package org.paravane.platform.hyperv;

import java.nio.charset.StandardCharsets;
import org.paravane.core.execution.Machine;
import org.paravane.core.machine.ExitReason;

/**
 * The crash registers (TLFS 2.4.4): five parameters, and a control register by which a guest says that it crashed. Of a
 * crash with a message, P3 and P4 are the message's address and length.
 */
final class CrashReport {
  private static final long CRASH_NOTIFY = 1L << 63;
  private static final long CRASH_MESSAGE = 1L << 62;

  /** What CRASH_CTL reads as. */
  static final long CAPABILITIES = CRASH_NOTIFY | CRASH_MESSAGE;

  private static final int MESSAGE_LIMIT_BYTES = 4096;

  private final Machine machine;
  private final long[] parameters = new long[5];

  CrashReport(Machine machine) {
    this.machine = machine;
  }

  long parameter(int index) {
    return parameters[index];
  }

  void parameter(int index, long value) {
    parameters[index] = value;
  }

  /** Writes CRASH_CTL: ends the run if it says that the guest crashed. */
  void control(long value) {
    if ((value & CRASH_NOTIFY) == 0) {
      return;
    }
    String text =
        "Hyper-V crash registers %#x %#x %#x %#x %#x"
            .formatted(parameters[0], parameters[1], parameters[2], parameters[3], parameters[4]);
    machine.exit(new ExitReason.GuestCrash((value & CRASH_MESSAGE) != 0 ? text + message() : text));
  }

  /** The last line of the message, which kernels fill from the end of their log. */
  private String message() {
    long length = parameters[4];
    if (length <= 0 || length > MESSAGE_LIMIT_BYTES || !machine.memory().contains(parameters[3], length)) {
      return "";
    }
    byte[] bytes = new byte[(int) length];
    machine.memory().read(parameters[3], bytes, 0, bytes.length);
    String printable = new String(bytes, StandardCharsets.US_ASCII).replaceAll("[^\\n\\x20-\\x7e]", "").strip();
    return printable.isEmpty() ? "" : ": " + printable.substring(printable.lastIndexOf('\n') + 1);
  }
}
