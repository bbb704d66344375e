package org.paravane.platform.hyperv;

import java.util.function.Consumer;
import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.CpuMode;
import org.paravane.core.device.interrupt.DeliveryMode;
import org.paravane.core.device.interrupt.InterruptMessage;
import org.paravane.core.execution.Machine;
import org.paravane.core.memory.GuestMemory;

/**
 * Hyper-V's hypercalls (TLFS chapter 3).
 *
 * <pre>
 * control: 15-0 code   16 fast   26-17 variable header   43-32 repetitions   59-48 where to start
 * result:  15-0 status   43-32 repetitions done
 * 64-bit:  control RCX   input RDX   output R8   result RAX        fast: the input itself is in RDX and R8
 * 32-bit:  control EDX:EAX   input EBX:ECX   output EDI:ESI   result EDX:EAX
 * </pre>
 */
final class HypervHypercalls {
  private static final int FLUSH_VIRTUAL_ADDRESS_SPACE = 0x02;
  private static final int FLUSH_VIRTUAL_ADDRESS_LIST = 0x03;
  private static final int NOTIFY_LONG_SPIN_WAIT = 0x08;
  private static final int SEND_SYNTHETIC_CLUSTER_IPI = 0x0b;

  private static final int SUCCESS = 0;
  private static final int INVALID_HYPERCALL_CODE = 2;
  private static final int INVALID_HYPERCALL_INPUT = 3;
  private static final int INVALID_ALIGNMENT = 4;
  private static final int INVALID_PARAMETER = 5;

  private static final long FAST = 1 << 16;
  private static final long ALL_PROCESSORS = 1;
  private static final int PAGE_BYTES = 4096;
  private static final int FIRST_LEGAL_VECTOR = 16;
  private static final int R8 = 8;

  private final Machine machine;
  private final Consumer<InterruptMessage> interrupts;

  HypervHypercalls(Machine machine, Consumer<InterruptMessage> interrupts) {
    this.machine = machine;
    this.interrupts = interrupts;
  }

  /** Carries out the hypercall that a processor's registers describe; false if it may make none (#UD). */
  boolean call(Cpu cpu) {
    if (cpu.cpl != 0 || !cpu.control.protectedMode()) {
      return false;
    }
    if (CpuMode.is64(cpu.mode)) {
      cpu.gpr[Cpu.RAX] = result(cpu.gpr[Cpu.RCX], cpu.gpr[Cpu.RDX], cpu.gpr[R8]);
    } else {
      long result = result(pair(cpu, Cpu.RDX, Cpu.RAX), pair(cpu, Cpu.RBX, Cpu.RCX), pair(cpu, Cpu.RDI, Cpu.RSI));
      cpu.set32(Cpu.RAX, (int) result);
      cpu.set32(Cpu.RDX, (int) (result >>> 32));
    }
    return true;
  }

  private static long pair(Cpu cpu, int high, int low) {
    return cpu.gpr[high] << 32 | cpu.gpr[low] & 0xffff_ffffL;
  }

  private long result(long control, long input, long second) {
    int repetitions = (int) (control >>> 32) & 0xfff;
    int start = (int) (control >>> 48) & 0xfff;
    boolean repeats = ((int) control & 0xffff) == FLUSH_VIRTUAL_ADDRESS_LIST;
    boolean fast = (control & FAST) != 0;
    if (repeats ? repetitions == 0 || start >= repetitions : repetitions != 0 || start != 0) {
      return known(control) ? INVALID_HYPERCALL_INPUT : INVALID_HYPERCALL_CODE;
    }
    return switch ((int) control & 0xffff) {
      case FLUSH_VIRTUAL_ADDRESS_SPACE -> fast ? INVALID_HYPERCALL_INPUT : flush(input, 0);
      case FLUSH_VIRTUAL_ADDRESS_LIST -> {
        int status = fast ? INVALID_HYPERCALL_INPUT : flush(input, repetitions);
        yield status == SUCCESS ? (long) repetitions << 32 : status;
      }
      case NOTIFY_LONG_SPIN_WAIT -> SUCCESS;
      case SEND_SYNTHETIC_CLUSTER_IPI -> fast ? sendIpi(input, second) : sendIpiFromMemory(input);
      default -> INVALID_HYPERCALL_CODE;
    };
  }

  private static boolean known(long control) {
    return switch ((int) control & 0xffff) {
      case FLUSH_VIRTUAL_ADDRESS_SPACE,
          FLUSH_VIRTUAL_ADDRESS_LIST,
          NOTIFY_LONG_SPIN_WAIT,
          SEND_SYNTHETIC_CLUSTER_IPI ->
          true;
      default -> false;
    };
  }

  /** Input has to be aligned to 8, inside one page, and in RAM. */
  private int inputStatus(long address, int bytes) {
    if ((address & 7) != 0) {
      return INVALID_ALIGNMENT;
    }
    boolean inside = (address & PAGE_BYTES - 1) + bytes <= PAGE_BYTES && machine.memory().contains(address, bytes);
    return inside ? SUCCESS : INVALID_PARAMETER;
  }

  /**
   * Flushes all translations of the processors named, which is more than was asked for.
   *
   * <pre>
   * input: 00 AddressSpace 8   08 Flags 8   10 ProcessorMask 8   18 GvaList 8 each
   * </pre>
   */
  private int flush(long input, int addresses) {
    int status = inputStatus(input, 0x18 + 8 * addresses);
    if (status != SUCCESS) {
      return status;
    }
    GuestMemory memory = machine.memory();
    boolean all = (memory.get64(input + 0x08) & ALL_PROCESSORS) != 0;
    long mask = all ? -1 : memory.get64(input + 0x10);
    for (Cpu cpu : machine.cpus()) {
      if (cpu.id < Long.SIZE && (mask >>> cpu.id & 1) != 0) {
        cpu.memory.flushAll();
      }
    }
    return SUCCESS;
  }

  /**
   * The input of SendSyntheticClusterIpi in memory.
   *
   * <pre>
   * 00 Vector 4   04 TargetVtl 1   05 padding 3   08 ProcessorMask 8
   * </pre>
   */
  private int sendIpiFromMemory(long input) {
    int status = inputStatus(input, 16);
    return status == SUCCESS
        ? sendIpi(machine.memory().get64(input), machine.memory().get64(input + 8))
        : status;
  }

  private int sendIpi(long vector, long mask) {
    if (vector < FIRST_LEGAL_VECTOR || vector > 0xff) {
      return INVALID_PARAMETER;
    }
    for (Cpu cpu : machine.cpus()) {
      if (cpu.id < Long.SIZE && (mask >>> cpu.id & 1) != 0) {
        interrupts.accept(new InterruptMessage(cpu.id, false, DeliveryMode.FIXED, (int) vector, false));
      }
    }
    return SUCCESS;
  }
}
