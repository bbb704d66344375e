package org.paravane.platform.vmi;

import java.util.List;
import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.Descriptor;
import org.paravane.core.cpu.GuestFault;
import org.paravane.core.cpu.Rflags;
import org.paravane.core.cpu.Segments;
import org.paravane.core.execution.Machine;
import org.paravane.core.machine.ExitReason;

/**
 * The calls that the ROM hands to the platform: arguments in EAX, EDX, ECX, then on the stack; results in EAX, or EDX:EAX.
 * A call that a processor would refuse faults as its instruction does.
 */
final class VmiCalls {
  /** From ESP at VMCALL: the saved EBX and the return address lie below. */
  private static final int FIRST_STACK_ARGUMENT = 8;

  private static final int CURRENT_ADDRESS_SPACE = 0x10;
  private static final int PAGE = 0xffff_f000;
  private static final int FLUSH_LOCAL = 1;
  private static final int FLUSH_GLOBAL = 2;
  private static final int TSS_ESP0 = 4;
  private static final int TSS_SS0 = 8;

  private final Machine machine;
  private final VmiTimer timer;
  private final List<ApState> apStates;

  /** Answers for processors with these initial states, in the order of their APIC ids. */
  VmiCalls(Machine machine, VmiTimer timer, List<ApState> apStates) {
    this.machine = machine;
    this.timer = timer;
    this.apStates = apStates;
  }

  /**
   * Carries out a call at CPL 0.
   *
   * @return false if there is no such call
   * @throws GuestFault of the instruction that it stands for
   */
  boolean call(Cpu cpu, int number) {
    if (number == VmiRom.GET_RELOC) {
      relocation(cpu);
      return true;
    }
    VmiCall call = VmiCall.of(number);
    return call != null && (processor(cpu, call) || memory(cpu, call) || time(cpu, call));
  }

  private static void relocation(Cpu cpu) {
    VmiCall call = VmiCall.of(cpu.get32(Cpu.RAX));
    int rom = cpu.get32(Cpu.RCX) & -VmiRom.BYTES;
    cpu.set32(Cpu.RAX, call == null ? 0 : rom + VmiRom.offset(call));
    cpu.set32(
        Cpu.RDX, call == null ? VmiCall.Relocation.NONE.ordinal() : call.relocation.ordinal());
  }

  private boolean processor(Cpu cpu, VmiCall call) {
    int eax = cpu.get32(Cpu.RAX);
    int edx = cpu.get32(Cpu.RDX);
    switch (call) {
      case SET_GDT -> {
        int limit = cpu.memory.read16(address(eax), Segments.DS);
        cpu.segments.gdtrBase = address(cpu.memory.read32(address(eax + 2), Segments.DS));
        cpu.segments.gdtrLimit = limit;
      }
      case SET_IDT -> {
        int limit = cpu.memory.read16(address(eax), Segments.DS);
        cpu.segments.idtrBase = address(cpu.memory.read32(address(eax + 2), Segments.DS));
        cpu.segments.idtrLimit = limit;
      }
      case GET_GDT -> store(cpu, eax, cpu.segments.gdtrLimit, cpu.segments.gdtrBase);
      case GET_IDT -> store(cpu, eax, cpu.segments.idtrLimit, cpu.segments.idtrBase);
      case SET_LDT -> cpu.loader.loadLdtr(eax & 0xffff);
      case SET_TR -> cpu.loader.loadTr(eax & 0xffff);
      case GET_LDT -> cpu.set32(Cpu.RAX, cpu.segments.selector[Segments.LDTR]);
      case GET_TR -> cpu.set32(Cpu.RAX, cpu.segments.selector[Segments.TR]);
      case WRITE_GDT_ENTRY, WRITE_LDT_ENTRY, WRITE_IDT_ENTRY -> {
        long high = stack(cpu, 0) & 0xffff_ffffL;
        cpu.memory.write64(
            address(eax + 8 * edx), Segments.DS, high << 32 | cpu.get32(Cpu.RCX) & 0xffff_ffffL);
      }
      case UPDATE_KERNEL_STACK -> updateKernelStack(cpu, eax, edx);
      case SET_CR0 -> cpu.control.writeCr0(address(eax));
      case SET_CR2 -> cpu.control.cr2(address(eax));
      case SET_CR3 -> cpu.control.writeCr3(address(eax));
      case SET_CR4 -> cpu.control.writeCr4(address(eax));
      case GET_CR0 -> cpu.set32(Cpu.RAX, (int) cpu.control.cr0());
      case GET_CR2 -> cpu.set32(Cpu.RAX, (int) cpu.control.cr2());
      case GET_CR3 -> cpu.set32(Cpu.RAX, (int) cpu.control.cr3());
      case GET_CR4 -> cpu.set32(Cpu.RAX, (int) cpu.control.cr4());
      case SET_DR -> setDebugRegister(cpu, eax, address(edx));
      case GET_DR -> cpu.set32(Cpu.RAX, debugRegister(cpu, eax));
      case GET_INTERRUPT_MASK -> cpu.set32(Cpu.RAX, cpu.rflags() & Rflags.IF);
      case SET_INTERRUPT_MASK -> cpu.rflags(cpu.rflags() & ~Rflags.IF | eax & Rflags.IF);
      case SET_IOPL_MASK -> cpu.rflags(cpu.rflags() & ~Rflags.IOPL | eax & Rflags.IOPL);
      case SET_INITIAL_AP_STATE -> {
        if (edx >= 0 && edx < apStates.size()) {
          apStates.get(edx).read(cpu, eax);
        }
      }
      case REBOOT ->
          machine.exit(new ExitReason.Reset(eax == 0 ? "VMI Reboot, soft" : "VMI Reboot, hard"));
      case SHUTDOWN -> machine.exit(new ExitReason.PowerOff("VMI Shutdown"));
      default -> {
        return false;
      }
    }
    return true;
  }

  private static boolean memory(Cpu cpu, VmiCall call) {
    int eax = cpu.get32(Cpu.RAX);
    int edx = cpu.get32(Cpu.RDX);
    int ecx = cpu.get32(Cpu.RCX);
    switch (call) {
      case SET_PXE -> {
        cpu.memory.write32(address(edx), Segments.DS, eax);
        updated(cpu, ecx);
      }
      case SET_PXE_LONG -> {
        int flags = stack(cpu, 0);
        cpu.memory.write64(address(ecx), Segments.DS, address(edx) << 32 | address(eax));
        updated(cpu, flags);
      }
      case UPDATE_PXE, UPDATE_PXE_LONG -> updated(cpu, edx);
      case INVAL_PAGE -> cpu.memory.flushPage(address(eax));
      case FLUSH_TLB -> {
        if ((eax & FLUSH_GLOBAL) != 0) {
          cpu.memory.flushAll();
        } else if ((eax & FLUSH_LOCAL) != 0) {
          cpu.memory.flushNonGlobal();
        }
      }
      case APIC_WRITE -> cpu.memory.write32(address(eax), Segments.DS, edx);
      case APIC_READ -> cpu.set32(Cpu.RAX, cpu.memory.read32(address(eax), Segments.DS));
      default -> {
        return false;
      }
    }
    return true;
  }

  private boolean time(Cpu cpu, VmiCall call) {
    int eax = cpu.get32(Cpu.RAX);
    switch (call) {
      case GET_CYCLE_FREQUENCY -> result(cpu, VmiTimer.FREQUENCY_HZ);
      case GET_CYCLE_COUNTER -> result(cpu, timer.cycles(eax));
      case SET_ALARM -> {
        long period = address(stack(cpu, 1)) << 32 | address(stack(cpu, 0));
        long expiry = address(cpu.get32(Cpu.RCX)) << 32 | address(cpu.get32(Cpu.RDX));
        timer.set(cpu.id, eax, expiry, period);
      }
      case CANCEL_ALARM -> cpu.set32(Cpu.RAX, timer.cancel(cpu.id, eax) ? 1 : 0);
      case GET_WALLCLOCK_TIME -> result(cpu, timer.wallClock());
      // The host's clock is never set anew.
      case WALLCLOCK_UPDATED -> cpu.set32(Cpu.RAX, 0);
      default -> {
        return false;
      }
    }
    return true;
  }

  private static long address(int value) {
    return value & 0xffff_ffffL;
  }

  private static int stack(Cpu cpu, int argument) {
    int at = cpu.get32(Cpu.RSP) + FIRST_STACK_ARGUMENT + 4 * argument;
    return cpu.memory.read32(address((int) cpu.segmentBase[Segments.SS] + at), Segments.SS);
  }

  private static void result(Cpu cpu, long value) {
    cpu.set32(Cpu.RAX, (int) value);
    cpu.set32(Cpu.RDX, (int) (value >>> 32));
  }

  private static void store(Cpu cpu, int at, int limit, long base) {
    cpu.memory.write16(address(at), Segments.DS, limit);
    cpu.memory.write32(address(at + 2), Segments.DS, (int) base);
  }

  /** A change in the current address space need not wait for INVAL_PAGE. */
  private static void updated(Cpu cpu, int flags) {
    if ((flags & CURRENT_ADDRESS_SPACE) != 0) {
      cpu.memory.flushPage(address(flags & PAGE));
    }
  }

  private static void updateKernelStack(Cpu cpu, int selector, int esp0) {
    Segments segments = cpu.segments;
    boolean wide = (segments.rights[Segments.TR] & Descriptor.TYPE_TSS) == Descriptor.TYPE_TSS;
    if (wide && Integer.compareUnsigned(segments.limit[Segments.TR], TSS_SS0 + 1) >= 0) {
      cpu.memory.systemWrite(segments.base[Segments.TR] + TSS_ESP0, 32, esp0);
      cpu.memory.systemWrite(segments.base[Segments.TR] + TSS_SS0, 16, selector & 0xffff);
    }
  }

  private static void setDebugRegister(Cpu cpu, int number, long value) {
    switch (number) {
      case 0, 1, 2, 3 -> cpu.debug.address(number, value);
      case 6 -> cpu.debug.dr6(value);
      case 7 -> cpu.debug.dr7(value);
      default -> throw cpu.fault(GuestFault.UD);
    }
  }

  private static int debugRegister(Cpu cpu, int number) {
    return switch (number) {
      case 0, 1, 2, 3 -> (int) cpu.debug.address(number);
      case 6 -> (int) cpu.debug.dr6();
      case 7 -> (int) cpu.debug.dr7();
      default -> throw cpu.fault(GuestFault.UD);
    };
  }
}
