package org.paravane.core.instructions.system;

import static org.paravane.core.decode.Opcode.Trait.BRANCH;
import static org.paravane.core.decode.Opcode.Trait.ENDS_BLOCK;
import static org.paravane.core.decode.Opcode.Trait.MAY_FAULT;
import static org.paravane.core.decode.Opcode.Trait.PRIVILEGED;
import static org.paravane.core.decode.Opcode.Trait.READS_FLAGS;

import org.paravane.core.cpu.ControlRegisters;
import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.GuestFault;
import org.paravane.core.cpu.Instruction;
import org.paravane.core.cpu.MemoryOperand;
import org.paravane.core.cpu.Platform;
import org.paravane.core.cpu.Rflags;
import org.paravane.core.decode.Decoded;
import org.paravane.core.decode.OpcodeMap;

/**
 * CLI, STI, CLAC, STAC, HLT, PAUSE, CPUID, RDTSC, RDTSCP, RDMSR, WRMSR, RDPMC, INVD, WBINVD, INVLPG, VMCALL and VMMCALL
 * (SDM Vol. 3A 2.8).
 */
public final class ProcessorControl {
  private ProcessorControl() {}

  /** Adds the family's rows. */
  public static void addTo(OpcodeMap map) {
    map.add("FA", "CLI", "", d -> new ClearInterruptFlag(), MAY_FAULT);
    map.add("FB", "STI", "", d -> new SetInterruptFlag(), ENDS_BLOCK, MAY_FAULT);
    map.add(
        "SMAP",
        "NP 0F 01 CA",
        "CLAC",
        "",
        d -> new AlignmentCheckFlag(false),
        MAY_FAULT,
        PRIVILEGED);
    map.add(
        "SMAP",
        "NP 0F 01 CB",
        "STAC",
        "",
        d -> new AlignmentCheckFlag(true),
        MAY_FAULT,
        PRIVILEGED);
    map.add("F4", "HLT", "", d -> new Halt(), ENDS_BLOCK, MAY_FAULT, PRIVILEGED);
    map.add("F3 90", "PAUSE", "", d -> new Pause());
    map.add("0F A2", "CPUID", "", d -> new Identify(new Platform.CpuidResult()), ENDS_BLOCK);
    map.add("0F 31", "RDTSC", "", d -> new ReadTimeStamp(false), ENDS_BLOCK, MAY_FAULT);
    map.add(
        "RDTSCP", "0F 01 F9", "RDTSCP", "", d -> new ReadTimeStamp(true), ENDS_BLOCK, MAY_FAULT);
    map.add("0F 32", "RDMSR", "", d -> new ReadMsr(), ENDS_BLOCK, MAY_FAULT, PRIVILEGED);
    map.add("0F 30", "WRMSR", "", d -> new WriteMsr(), ENDS_BLOCK, MAY_FAULT, PRIVILEGED);
    map.add("0F 33", "RDPMC", "", d -> new ReadPerformanceCounter(), MAY_FAULT);
    map.add("0F 08", "INVD", "", d -> new InvalidateCaches(), MAY_FAULT, PRIVILEGED);
    map.add("0F 09", "WBINVD", "", d -> new InvalidateCaches(), MAY_FAULT, PRIVILEGED);
    map.add(
        "0F 01 /7", "INVLPG", "Mb", d -> new InvalidatePage(d.memory()), ENDS_BLOCK, PRIVILEGED);
    map.add("0F 01 C1", "VMCALL", "", d -> hypercall(d, false), BRANCH, READS_FLAGS);
    map.add("0F 01 D9", "VMMCALL", "", d -> hypercall(d, true), BRANCH, READS_FLAGS);
  }

  private static Instruction hypercall(Decoded d, boolean vmmcall) {
    return new Hypercall(vmmcall, NextAddress.of(d));
  }

  /** How CLI and STI may act: on IF, on VIF, or not at all (SDM Vol. 2 tables CLI, STI). */
  private static int interruptFlag(Cpu cpu) {
    boolean virtual8086 = (cpu.systemFlags & Rflags.VM) != 0;
    int ioPrivilege = cpu.systemFlags >> 12 & 3;
    if (!cpu.control.protectedMode() || ioPrivilege >= cpu.cpl) {
      return Rflags.IF;
    }
    long virtualization = virtual8086 ? ControlRegisters.CR4_VME : ControlRegisters.CR4_PVI;
    if (cpu.cpl == 3 && (cpu.control.cr4() & virtualization) != 0) {
      return Rflags.VIF;
    }
    throw cpu.fault(GuestFault.GP, 0);
  }

  record ClearInterruptFlag() implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      cpu.systemFlags &= ~interruptFlag(cpu);
    }
  }

  record SetInterruptFlag() implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      int flag = interruptFlag(cpu);
      if (flag == Rflags.VIF) {
        if ((cpu.systemFlags & Rflags.VIP) != 0) {
          throw cpu.fault(GuestFault.GP, 0);
        }
        cpu.systemFlags |= Rflags.VIF;
      } else if ((cpu.systemFlags & Rflags.IF) == 0) {
        cpu.systemFlags |= Rflags.IF;
        cpu.events.shadowInterrupts();
      }
    }
  }

  record AlignmentCheckFlag(boolean value) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      if (cpu.cpl != 0) {
        throw cpu.fault(GuestFault.UD);
      }
      cpu.systemFlags = value ? cpu.systemFlags | Rflags.AC : cpu.systemFlags & ~Rflags.AC;
      cpu.updateMode();
    }
  }

  record Halt() implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      cpu.requirePrivilege();
      cpu.platform.halt(cpu);
    }
  }

  record Pause() implements Instruction {
    @Override
    public void execute(Cpu cpu) {}
  }

  record Identify(Platform.CpuidResult result) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      cpu.platform.cpuid(cpu, cpu.get32(Cpu.RAX), cpu.get32(Cpu.RCX), result);
      cpu.set32(Cpu.RAX, result.eax);
      cpu.set32(Cpu.RBX, result.ebx);
      cpu.set32(Cpu.RCX, result.ecx);
      cpu.set32(Cpu.RDX, result.edx);
    }
  }

  private static void pair(Cpu cpu, long value) {
    cpu.set32(Cpu.RAX, (int) value);
    cpu.set32(Cpu.RDX, (int) (value >>> 32));
  }

  record ReadTimeStamp(boolean processor) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      if (cpu.cpl != 0 && (cpu.control.cr4() & ControlRegisters.CR4_TSD) != 0) {
        throw cpu.fault(GuestFault.GP, 0);
      }
      pair(cpu, cpu.msrs.timeStampCounter());
      if (processor) {
        cpu.set32(Cpu.RCX, (int) cpu.msrs.tscAux);
      }
    }
  }

  record ReadMsr() implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      cpu.requirePrivilege();
      pair(cpu, cpu.msrs.read(cpu.get32(Cpu.RCX)));
    }
  }

  record WriteMsr() implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      cpu.requirePrivilege();
      long value = cpu.gpr[Cpu.RDX] << 32 | cpu.gpr[Cpu.RAX] & 0xffff_ffffL;
      cpu.msrs.write(cpu.get32(Cpu.RCX), value);
    }
  }

  /** There are no performance counters, so that no value of ECX names one. */
  record ReadPerformanceCounter() implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      throw cpu.fault(GuestFault.GP, 0);
    }
  }

  /** There are no caches to see. */
  record InvalidateCaches() implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      cpu.requirePrivilege();
    }
  }

  record InvalidatePage(MemoryOperand page) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      cpu.requirePrivilege();
      cpu.memory.flushPage(page.offset(cpu) + cpu.segmentBase[page.segment()]);
    }
  }

  record Hypercall(boolean vmmcall, NextAddress next) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      if (cpu.listener != null) {
        cpu.listener.hypercall(cpu, vmmcall ? "vmmcall" : "vmcall");
      }
      long start = cpu.rip();
      cpu.rip(next.in(cpu));
      boolean done = false;
      try {
        done = cpu.platform.hypercall(cpu, vmmcall);
      } finally {
        // An instruction that is not carried out leaves RIP what it was.
        if (!done) {
          cpu.rip(start);
        }
      }
      if (!done) {
        throw cpu.fault(GuestFault.UD);
      }
    }
  }
}
