package org.paravane.core.instructions.system;

import static org.paravane.core.decode.Opcode.Trait.BRANCH;
import static org.paravane.core.decode.Opcode.Trait.MAY_FAULT;
import static org.paravane.core.decode.Opcode.Trait.ONLY64;
import static org.paravane.core.decode.Opcode.Trait.PRIVILEGED;
import static org.paravane.core.decode.Opcode.Trait.READS_FLAGS;

import org.paravane.core.cpu.ControlRegisters;
import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.CpuMode;
import org.paravane.core.cpu.Deprivileged;
import org.paravane.core.cpu.GuestFault;
import org.paravane.core.cpu.Instruction;
import org.paravane.core.cpu.Rflags;
import org.paravane.core.cpu.Segments;
import org.paravane.core.decode.Decoded;
import org.paravane.core.decode.OpcodeMap;

/** SYSCALL, SYSRET, SYSENTER, SYSEXIT, SWAPGS, and RDFSBASE and its kin (SDM Vol. 3A 5.8.7, 5.8.8). */
public final class FastSystemCalls {
  private static final int FLAT = Segments.RIGHT_P | Segments.RIGHT_S | Segments.RIGHT_G;
  private static final int CODE = FLAT | 0xb;
  private static final int STACK = FLAT | Segments.RIGHT_DB | 3;
  private static final int DPL3 = 3 << Segments.RIGHT_DPL_SHIFT;
  private static final int SYSRET_FLAGS = 0x3c_7fd7;
  private static final int R11 = 11;

  private FastSystemCalls() {}

  /** Adds the family's rows. */
  public static void addTo(OpcodeMap map) {
    map.add("0F 05", "SYSCALL", "", d -> new SystemCall(NextAddress.of(d)), BRANCH, READS_FLAGS);
    map.add("0F 07", "SYSRET", "", d -> new SystemReturn(d.rexW()), BRANCH);
    map.add("0F 34", "SYSENTER", "", d -> new SystemEnter(), BRANCH, READS_FLAGS);
    map.add("0F 35", "SYSEXIT", "", d -> new SystemExit(d.rexW()), BRANCH, READS_FLAGS);
    map.add("0F 01 F8", "SWAPGS", "", d -> new SwapGs(), ONLY64, PRIVILEGED, MAY_FAULT);
    map.add(
        "FSGSBASE", "F3 0F AE /0", "RDFSBASE", "Ey", d -> read(d, Segments.FS), ONLY64, MAY_FAULT);
    map.add(
        "FSGSBASE", "F3 0F AE /1", "RDGSBASE", "Ey", d -> read(d, Segments.GS), ONLY64, MAY_FAULT);
    map.add(
        "FSGSBASE", "F3 0F AE /2", "WRFSBASE", "Ey", d -> write(d, Segments.FS), ONLY64, MAY_FAULT);
    map.add(
        "FSGSBASE", "F3 0F AE /3", "WRGSBASE", "Ey", d -> write(d, Segments.GS), ONLY64, MAY_FAULT);
  }

  private static Instruction read(Decoded d, int segment) {
    return d.isRegister() ? new ReadBase(d.rm(), d.operandSize(), segment) : null;
  }

  private static Instruction write(Decoded d, int segment) {
    return d.isRegister() ? new WriteBase(segment, d.rm(), d.operandSize()) : null;
  }

  private static void enter(
      Cpu cpu, int codeSelector, int stackSelector, int size, int cpl, long rip) {
    int dpl = cpl << Segments.RIGHT_DPL_SHIFT;
    cpu.segments.set(Segments.CS, codeSelector, 0, -1, CODE | size | dpl);
    cpu.segments.set(Segments.SS, stackSelector, 0, -1, STACK | dpl);
    cpu.cpl = cpl;
    cpu.rip(rip);
    cpu.updateMode();
  }

  private static boolean canonical(long address) {
    return address << 16 >> 16 == address;
  }

  private static void requireSystemCalls(Cpu cpu) {
    if (!CpuMode.is64(cpu.mode) || (cpu.control.efer() & ControlRegisters.EFER_SCE) == 0) {
      throw cpu.fault(GuestFault.UD);
    }
  }

  record SystemCall(NextAddress next) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      long returnRip = next.in(cpu);
      Deprivileged hypervisor = cpu.platform.deprivileged();
      // Programs call their kernel by SYSCALL too; the kernel lives in the upper half of the
      // addresses.
      if (hypervisor != null && cpu.listener != null && cpu.rip() < 0) {
        cpu.listener.hypercall(cpu, "syscall");
      }
      if (hypervisor != null && hypervisor.syscall(cpu, returnRip)) {
        return;
      }
      requireSystemCalls(cpu);
      int flags = cpu.rflags() & ~Rflags.RF;
      int selector = (int) (cpu.msrs.star >>> 32) & 0xfffc;
      cpu.gpr[Cpu.RCX] = returnRip;
      cpu.gpr[R11] = flags;
      cpu.rflags(flags & ~(int) cpu.msrs.fmask);
      if ((cpu.systemFlags & Rflags.TF) == 0) {
        cpu.debug.cancelStep();
      }
      enter(cpu, selector, selector + 8, Segments.RIGHT_L, 0, cpu.msrs.lstar);
    }
  }

  record SystemReturn(boolean wide) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      requireSystemCalls(cpu);
      cpu.requirePrivilege();
      long rip = cpu.gpr[Cpu.RCX];
      if (wide && !canonical(rip)) {
        throw cpu.fault(GuestFault.GP, 0);
      }
      int selector = (int) (cpu.msrs.star >>> 48) | 3;
      cpu.rflags((int) cpu.gpr[R11] & SYSRET_FLAGS);
      if (wide) {
        enter(cpu, selector + 16, selector + 8, Segments.RIGHT_L, 3, rip);
      } else {
        enter(cpu, selector, selector + 8, Segments.RIGHT_DB, 3, rip & 0xffff_ffffL);
      }
    }
  }

  record SystemEnter() implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      Deprivileged hypervisor = cpu.platform.deprivileged();
      if (hypervisor != null && hypervisor.sysenter(cpu)) {
        return;
      }
      int selector = (int) cpu.msrs.sysenterCs & 0xfffc;
      if (!cpu.control.protectedMode() || selector == 0) {
        throw cpu.fault(GuestFault.GP, 0);
      }
      boolean longMode = cpu.control.longModeActive();
      long mask = longMode ? -1L : 0xffff_ffffL;
      cpu.rflags(cpu.rflags() & ~(Rflags.VM | Rflags.IF | Rflags.RF));
      cpu.gpr[Cpu.RSP] = cpu.msrs.sysenterEsp & mask;
      int size = longMode ? Segments.RIGHT_L : Segments.RIGHT_DB;
      enter(cpu, selector, selector + 8, size, 0, cpu.msrs.sysenterEip & mask);
    }
  }

  record SystemExit(boolean wide) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      int selector = (int) cpu.msrs.sysenterCs & 0xfffc;
      long rip = cpu.gpr[Cpu.RDX];
      long pointer = cpu.gpr[Cpu.RCX];
      if (!cpu.control.protectedMode()
          || selector == 0
          || cpu.cpl != 0
          || wide && !(canonical(rip) && canonical(pointer))) {
        throw cpu.fault(GuestFault.GP, 0);
      }
      int code = selector + (wide ? 32 : 16) | 3;
      cpu.gpr[Cpu.RSP] = wide ? pointer : pointer & 0xffff_ffffL;
      enter(
          cpu,
          code,
          code + 8,
          wide ? Segments.RIGHT_L : Segments.RIGHT_DB,
          3,
          wide ? rip : rip & 0xffff_ffffL);
    }
  }

  record SwapGs() implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      cpu.requirePrivilege();
      long base = cpu.segments.base[Segments.GS];
      cpu.segments.setBase(Segments.GS, cpu.msrs.kernelGsBase);
      cpu.msrs.kernelGsBase = base;
    }
  }

  private static void requireBaseInstructions(Cpu cpu) {
    if ((cpu.control.cr4() & ControlRegisters.CR4_FSGSBASE) == 0) {
      throw cpu.fault(GuestFault.UD);
    }
  }

  record ReadBase(int destination, int bits, int segment) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      requireBaseInstructions(cpu);
      cpu.set(destination, bits, cpu.segments.base[segment]);
    }
  }

  record WriteBase(int segment, int source, int bits) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      requireBaseInstructions(cpu);
      long base = cpu.get(source, bits);
      if (!canonical(base)) {
        throw cpu.fault(GuestFault.GP, 0);
      }
      cpu.segments.setBase(segment, base);
    }
  }
}
