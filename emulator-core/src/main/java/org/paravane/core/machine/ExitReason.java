package org.paravane.core.machine;

/** Why a machine stopped running. */
public sealed interface ExitReason {
  /** The guest asked for power-off (ACPI S5, a hypercall, …). {@code how} names the way, for people. */
  record PowerOff(String how) implements ExitReason {}

  /** The guest asked for a reset. {@code how} names the way, for people. */
  record Reset(String how) implements ExitReason {}

  /** The guest reported a crash through its platform's interface. */
  record GuestCrash(String how) implements ExitReason {}

  /** An exception while delivering a double fault. */
  record TripleFault() implements ExitReason {}

  /** Every processor is halted and nothing that is left running can wake one. */
  record Halted() implements ExitReason {}

  /** The guest wrote {@code value} to the debug-exit port. */
  record DebugExit(int value) implements ExitReason {}

  /** The guest used something that is not implemented; {@code what} names it, with RIP and bytes. */
  record Unsupported(String what) implements ExitReason {}

  /** The instruction budget is spent. */
  record BudgetSpent() implements ExitReason {}

  /** Whoever runs the machine asked it to stop: a marker was seen, time is over, the user left. */
  record StopRequested() implements ExitReason {}
}
