package org.paravane.core.device.interrupt;

/**
 * Register numbers of a local APIC: xAPIC offset divided by 16, or x2APIC MSR minus 800h, and which accesses x2APIC
 * mode allows (SDM volume 3A, table 12-6).
 */
final class ApicRegister {
  static final int ID = 0x02;
  static final int VERSION = 0x03;
  static final int TASK_PRIORITY = 0x08;
  static final int PROCESSOR_PRIORITY = 0x0a;
  static final int EOI = 0x0b;
  static final int LOGICAL_DESTINATION = 0x0d;
  static final int DESTINATION_FORMAT = 0x0e;
  static final int SPURIOUS_VECTOR = 0x0f;
  static final int IN_SERVICE = 0x10;
  static final int TRIGGER_MODE = 0x18;
  static final int REQUEST = 0x20;
  static final int ERROR_STATUS = 0x28;
  static final int COMMAND = 0x30;
  static final int COMMAND_HIGH = 0x31;
  static final int LVT_TIMER = 0x32;
  static final int LVT_THERMAL = 0x33;
  static final int LVT_PERFORMANCE = 0x34;
  static final int LVT_LINT0 = 0x35;
  static final int LVT_LINT1 = 0x36;
  static final int LVT_ERROR = 0x37;
  static final int INITIAL_COUNT = 0x38;
  static final int CURRENT_COUNT = 0x39;
  static final int DIVIDE_CONFIGURATION = 0x3e;
  static final int SELF_IPI = 0x3f;

  private static final int DELIVERY_STATUS_AND_REMOTE_IRR = 0x5000;

  private ApicRegister() {}

  /** The bits of a local vector table entry that software can set. */
  static int lvtWritableBits(int register) {
    return switch (register) {
      case LVT_TIMER -> 0x7_00ff;
      case LVT_THERMAL, LVT_PERFORMANCE -> 0x1_07ff;
      case LVT_LINT0, LVT_LINT1 -> 0x1_a7ff;
      default -> 0x1_00ff;
    };
  }

  /** Tells whether RDMSR of a register succeeds in x2APIC mode. */
  static boolean readableMsr(int register) {
    return switch (register) {
      case ID,
          VERSION,
          TASK_PRIORITY,
          PROCESSOR_PRIORITY,
          LOGICAL_DESTINATION,
          SPURIOUS_VECTOR,
          ERROR_STATUS ->
          true;
      case COMMAND, INITIAL_COUNT, CURRENT_COUNT, DIVIDE_CONFIGURATION -> true;
      default ->
          register >= IN_SERVICE && register < ERROR_STATUS
              || register >= LVT_TIMER && register <= LVT_ERROR;
    };
  }

  /** Tells whether WRMSR of a value to a register succeeds in x2APIC mode. */
  static boolean writableMsr(int register, long value) {
    long allowed =
        switch (register) {
          case TASK_PRIORITY, SELF_IPI -> 0xff;
          case EOI, ERROR_STATUS -> 0;
          case SPURIOUS_VECTOR -> 0x1ff;
          case COMMAND -> 0xffff_ffff_000c_dfffL;
          case INITIAL_COUNT -> 0xffff_ffffL;
          case DIVIDE_CONFIGURATION -> 0x0b;
          case LVT_TIMER, LVT_THERMAL, LVT_PERFORMANCE, LVT_LINT0, LVT_LINT1, LVT_ERROR ->
              lvtWritableBits(register) | DELIVERY_STATUS_AND_REMOTE_IRR;
          default -> -1;
        };
    return allowed != -1 && (value & ~allowed) == 0;
  }
}
