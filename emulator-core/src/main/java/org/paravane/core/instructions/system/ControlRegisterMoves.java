package org.paravane.core.instructions.system;

import static org.paravane.core.decode.Opcode.Trait.ENDS_BLOCK;
import static org.paravane.core.decode.Opcode.Trait.MAY_FAULT;
import static org.paravane.core.decode.Opcode.Trait.PRIVILEGED;

import org.paravane.core.cpu.ControlRegisters;
import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.DebugRegisters;
import org.paravane.core.cpu.GuestFault;
import org.paravane.core.cpu.Instruction;
import org.paravane.core.cpu.MemoryOperand;
import org.paravane.core.decode.Decoded;
import org.paravane.core.decode.OpcodeMap;

/** MOV to and from control and debug registers, CLTS, LMSW and SMSW (SDM Vol. 3A 2.8.1, 17.2). */
public final class ControlRegisterMoves {
  private static final long MACHINE_STATUS =
      ControlRegisters.CR0_PE
          | ControlRegisters.CR0_MP
          | ControlRegisters.CR0_EM
          | ControlRegisters.CR0_TS;

  private ControlRegisterMoves() {}

  /** Adds the family's rows. */
  public static void addTo(OpcodeMap map) {
    map.add("0F 20", "MOV", "Rd,Cd", d -> readControl(d), ENDS_BLOCK, PRIVILEGED, MAY_FAULT);
    map.add("0F 22", "MOV", "Cd,Rd", d -> writeControl(d), ENDS_BLOCK, PRIVILEGED, MAY_FAULT);
    map.add("0F 21", "MOV", "Rd,Dd", d -> readDebug(d), ENDS_BLOCK, PRIVILEGED, MAY_FAULT);
    map.add("0F 23", "MOV", "Dd,Rd", d -> writeDebug(d), ENDS_BLOCK, PRIVILEGED, MAY_FAULT);
    map.add("0F 06", "CLTS", "", d -> new ClearTaskSwitched(), ENDS_BLOCK, PRIVILEGED, MAY_FAULT);
    map.add(
        "0F 01 /6",
        "LMSW",
        "Ew",
        ControlRegisterMoves::loadMachineStatus,
        ENDS_BLOCK,
        PRIVILEGED,
        MAY_FAULT);
    map.add("0F 01 /4", "SMSW", "Evw", ControlRegisterMoves::storeMachineStatus, MAY_FAULT);
  }

  private static boolean controlRegister(int number) {
    return number == 0 || number >= 2 && number <= 4 || number == 8;
  }

  private static int bits(Decoded d) {
    return d.is64() ? 64 : 32;
  }

  private static Instruction readControl(Decoded d) {
    return controlRegister(d.reg()) ? new ReadControl(d.rm(), bits(d), d.reg()) : null;
  }

  private static Instruction writeControl(Decoded d) {
    return controlRegister(d.reg()) ? new WriteControl(d.reg(), d.rm(), bits(d)) : null;
  }

  private static Instruction readDebug(Decoded d) {
    return d.reg() < 8 ? new ReadDebug(d.rm(), bits(d), d.reg()) : null;
  }

  private static Instruction writeDebug(Decoded d) {
    return d.reg() < 8 ? new WriteDebug(d.reg(), d.rm(), bits(d)) : null;
  }

  private static Instruction loadMachineStatus(Decoded d) {
    return d.isRegister()
        ? new LoadMachineStatus(d.rm())
        : new LoadMachineStatusFromMemory(d.memory());
  }

  private static Instruction storeMachineStatus(Decoded d) {
    return d.isRegister()
        ? new StoreMachineStatus(d.rm(), d.operandSize())
        : new StoreMachineStatusToMemory(d.memory());
  }

  record ReadControl(int destination, int bits, int number) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      cpu.requirePrivilege();
      ControlRegisters control = cpu.control;
      long value =
          switch (number) {
            case 0 -> control.cr0();
            case 2 -> control.cr2();
            case 3 -> control.cr3();
            case 4 -> control.cr4();
            default -> cpu.platform.interruptController(cpu).taskPriorityClass();
          };
      cpu.set(destination, bits, value);
    }
  }

  record WriteControl(int number, int source, int bits) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      cpu.requirePrivilege();
      long value = cpu.get(source, bits);
      switch (number) {
        case 0 -> cpu.control.writeCr0(value);
        case 2 -> cpu.control.cr2(value);
        case 3 -> cpu.control.writeCr3(value);
        case 4 -> cpu.control.writeCr4(value);
        default -> {
          if (value >>> 4 != 0) {
            throw cpu.fault(GuestFault.GP, 0);
          }
          cpu.platform.interruptController(cpu).taskPriorityClass((int) value);
          cpu.attention();
        }
      }
    }
  }

  /** Checks what both directions check; gives the number with the aliases DR4 and DR5 resolved. */
  private static int debugRegister(Cpu cpu, int number) {
    boolean alias = number == 4 || number == 5;
    if (alias && (cpu.control.cr4() & ControlRegisters.CR4_DE) != 0) {
      throw cpu.fault(GuestFault.UD);
    }
    cpu.requirePrivilege();
    if (cpu.debug.generalDetect()) {
      cpu.debug.dr6(cpu.debug.dr6() | DebugRegisters.DR6_BD);
      throw cpu.fault(GuestFault.DB);
    }
    return alias ? number + 2 : number;
  }

  record ReadDebug(int destination, int bits, int number) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      int register = debugRegister(cpu, number);
      DebugRegisters debug = cpu.debug;
      cpu.set(
          destination,
          bits,
          register == 6 ? debug.dr6() : register == 7 ? debug.dr7() : debug.address(register));
    }
  }

  record WriteDebug(int number, int source, int bits) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      int register = debugRegister(cpu, number);
      long value = cpu.get(source, bits);
      if (register >= 6 && value >>> 32 != 0) {
        throw cpu.fault(GuestFault.GP, 0);
      }
      switch (register) {
        case 6 -> cpu.debug.dr6(value);
        case 7 -> cpu.debug.dr7(value);
        default -> cpu.debug.address(register, value);
      }
    }
  }

  record ClearTaskSwitched() implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      cpu.requirePrivilege();
      cpu.control.taskSwitched(false);
    }
  }

  private static void machineStatus(Cpu cpu, int value) {
    long cr0 = cpu.control.cr0();
    // PE can be set this way but not cleared.
    long kept = cr0 & ~MACHINE_STATUS | cr0 & ControlRegisters.CR0_PE;
    cpu.control.writeCr0(kept | value & MACHINE_STATUS);
  }

  record LoadMachineStatus(int source) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      cpu.requirePrivilege();
      machineStatus(cpu, cpu.get16(source));
    }
  }

  record LoadMachineStatusFromMemory(MemoryOperand source) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      cpu.requirePrivilege();
      machineStatus(cpu, source.read16(cpu));
    }
  }

  record StoreMachineStatus(int destination, int bits) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      DescriptorTables.requireInformationAllowed(cpu);
      cpu.set(destination, bits, cpu.control.cr0());
    }
  }

  record StoreMachineStatusToMemory(MemoryOperand destination) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      DescriptorTables.requireInformationAllowed(cpu);
      destination.write16(cpu, (int) cpu.control.cr0() & 0xffff);
    }
  }
}
