package org.paravane.platform.lguest;

import java.util.function.IntConsumer;
import org.paravane.boot.entry.EntryState;
import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.Deprivileged;
import org.paravane.core.cpu.GuestFault;
import org.paravane.core.cpu.InterruptController;
import org.paravane.core.cpu.Platform;
import org.paravane.core.execution.Machine;
import org.paravane.platform.EntryStates;
import org.paravane.platform.pc.ProcessorIdentity;

/** A processor with a guest kernel at ring 1: every exception, interrupt and INT n comes here. */
final class LguestPlatform implements Platform, Deprivileged {
  static final int HYPERCALL_VECTOR = 0x1f;

  private static final int EXCEPTIONS = 32;
  private static final int ERROR_PRESENT = 1;
  private static final int ERROR_IDT = 2;

  /** MCE, MTRR and MCA: their registers can't be reached from ring 1. */
  private static final int WITH_REGISTERS = 1 << 7 | 1 << 12 | 1 << 14;

  private final Machine machine;
  private final LguestGuest guest;
  private final LguestHypercalls hypercalls;

  LguestPlatform(Machine machine, HostPages pages, IntConsumer console) {
    this.machine = machine;
    guest = new LguestGuest(machine, pages);
    hypercalls = new LguestHypercalls(guest, console);
  }

  /** Puts the processor at the kernel's entry. */
  void enter(Cpu cpu, EntryState entry) {
    EntryStates.apply(entry, cpu);
    guest.enter(cpu);
    cpu.cpl = LguestGuest.RING;
    cpu.updateMode();
  }

  @Override
  public void cpuid(Cpu cpu, int leaf, int subleaf, CpuidResult result) {
    ProcessorIdentity.cpuid(leaf, subleaf, 0, 1, false, result);
    if (leaf == 1) {
      result.edx &= ~WITH_REGISTERS;
    }
  }

  @Override
  public long readMsr(Cpu cpu, int msr) {
    throw cpu.fault(GuestFault.GP, 0);
  }

  @Override
  public void writeMsr(Cpu cpu, int msr, long value) {
    throw cpu.fault(GuestFault.GP, 0);
  }

  @Override
  public long timeStampCounter(Cpu cpu) {
    return machine.nanos();
  }

  @Override
  public InterruptController interruptController(Cpu cpu) {
    return guest.interrupts;
  }

  @Override
  public Deprivileged deprivileged() {
    return this;
  }

  @Override
  public boolean syscall(Cpu cpu, long returnAddress) {
    throw cpu.fault(GuestFault.UD);
  }

  @Override
  public boolean deliver(Cpu cpu, int vector, boolean software, int errorCode) {
    if (software) {
      softwareInterrupt(cpu, vector);
    } else if (vector == GuestFault.PF) {
      pageFault(cpu, errorCode);
    } else if (vector != GuestFault.GP || errorCode != 0 || !PortInstructions.emulate(cpu)) {
      guest.traps.enter(vector, vector < EXCEPTIONS && GuestFault.hasErrorCode(vector), errorCode);
    }
    return true;
  }

  /** Only the vectors that the host leaves to the guest, with a gate open to the CPL, and the hypercall's. */
  private void softwareInterrupt(Cpu cpu, int vector) {
    if (vector == HYPERCALL_VECTOR && cpu.cpl == LguestGuest.RING) {
      hypercalls.call(cpu);
      return;
    }
    boolean systemCall = guest.data() != null && vector == guest.data().systemCallVector();
    boolean direct =
        vector < EXCEPTIONS
            && vector != GuestFault.NM
            && vector != GuestFault.GP
            && vector != GuestFault.PF;
    if (!(systemCall || direct) || !guest.traps.open(vector, cpu.cpl)) {
      throw cpu.fault(GuestFault.GP, vector * 8 + ERROR_IDT);
    }
    guest.traps.enter(vector, false, 0);
  }

  private void pageFault(Cpu cpu, int errorCode) {
    long linear = cpu.control.cr2();
    switch (guest.shadow.fault(linear, errorCode)) {
      case MAPPED -> {
        // The access is tried again.
      }
      case ABSENT -> reflect(linear, errorCode & ~ERROR_PRESENT);
      case FORBIDDEN -> reflect(linear, errorCode | ERROR_PRESENT);
      case BAD -> guest.kill("bad page table entry for %#x at %#x", linear, cpu.rip());
    }
  }

  private void reflect(long linear, int errorCode) {
    if (guest.data() != null) {
      guest.data().cr2(linear);
    }
    guest.traps.enter(GuestFault.PF, true, errorCode);
  }
}
