package org.paravane.core.instructions.x87;

import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.FpuState;
import org.paravane.core.cpu.Instruction;
import org.paravane.core.cpu.MemoryOperand;
import org.paravane.core.decode.Decoded;
import org.paravane.core.fpu.FloatException;

/**
 * FNSTENV, FLDENV, FNSAVE and FRSTOR (SDM Vol. 1 8.1.10). The environment with 32-bit operand size, by bytes; with
 * 16-bit size each row is a word and the rest is missing:
 *
 * <pre>
 *            protected mode                real-address and virtual-8086 mode
 *    0       FCW                           FCW
 *    4       FSW                           FSW
 *    8       FTW                           FTW
 *   12       FIP                           FIP bits 15-0
 *   16       FCS, FOP in bits 26-16        FOP in bits 10-0, FIP bits 31-16 in bits 27-12
 *   20       FDP                           FDP bits 15-0
 *   24       FDS                           FDP bits 31-16 in bits 27-12
 * </pre>
 *
 * Unused upper halves are ones. In the modes to the right pointers are linear. With 16-bit size in protected mode FOP
 * is missing. FNSAVE adds ST(0) to ST(7), 10 bytes each.
 */
final class Environment {
  private static final int ROWS = 7;
  private static final int REGISTER_BYTES = 10;
  private static final int ONES = 0xffff_0000;
  private static final int OPCODE_MASK = 0x7ff;

  private Environment() {}

  static void addTo(X87Rows rows) {
    rows.add("D9 /4", "FLDENV", "Menv", d -> new Load(Area.of(d, false)));
    rows.add("D9 /6", "FNSTENV", "Menv", d -> new Store(Area.of(d, false)));
    rows.add("DD /4", "FRSTOR", "Mstate", d -> new Load(Area.of(d, true)));
    rows.add("DD /6", "FNSAVE", "Mstate", d -> new Store(Area.of(d, true)));
  }

  /**
   * Where an environment lies.
   *
   * @param wide the operand size is 32 bits
   * @param registers the registers follow
   */
  private record Area(MemoryOperand operand, boolean wide, boolean registers) {
    static Area of(Decoded d, boolean registers) {
      return new Area(d.memory(), d.operandSize() != 16, registers);
    }

    int environmentBytes() {
      return ROWS * (wide ? 4 : 2);
    }

    int bytes() {
      return environmentBytes() + (registers ? 8 * REGISTER_BYTES : 0);
    }

    void write(Cpu cpu, long linear, int row, int value) {
      if (wide) {
        cpu.memory.write32(linear + 4L * row, operand.segment(), value);
      } else {
        cpu.memory.write16(linear + 2L * row, operand.segment(), value & 0xffff);
      }
    }

    int read(Cpu cpu, long linear, int row) {
      return wide
          ? cpu.memory.read32(linear + 4L * row, operand.segment())
          : cpu.memory.read16(linear + 2L * row, operand.segment());
    }
  }

  /** A pointer as the real-address forms show it. */
  private static int linear(long offset, int selector) {
    return (int) offset + (selector << 4);
  }

  record Store(Area area) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      Origin.requireAvailable(cpu);
      MemoryOperand operand = area.operand();
      long linear = operand.forWrite(cpu, area.bytes());
      cpu.memory.requireWritable(linear, operand.segment(), area.bytes());
      FpuState state = cpu.fpu;
      area.write(cpu, linear, 0, ONES | state.controlWord);
      area.write(cpu, linear, 1, ONES | state.storedStatusWord());
      area.write(cpu, linear, 2, ONES | cpu.x87.tagWord());
      if (cpu.control.paragraphSegments()) {
        writeLinearPointers(cpu, linear);
      } else {
        writePointers(cpu, linear);
      }
      if (area.registers()) {
        writeRegisters(cpu, linear + area.environmentBytes());
        state.initialize();
      } else {
        state.loadWords(state.controlWord | FloatException.ALL, state.storedStatusWord());
      }
    }

    private void writePointers(Cpu cpu, long linear) {
      FpuState state = cpu.fpu;
      area.write(cpu, linear, 3, (int) state.lastInstruction);
      area.write(cpu, linear, 4, state.lastInstructionSelector | state.lastOpcode << 16);
      area.write(cpu, linear, 5, (int) state.lastOperand);
      area.write(cpu, linear, 6, ONES | state.lastOperandSelector);
    }

    private void writeLinearPointers(Cpu cpu, long linear) {
      FpuState state = cpu.fpu;
      int instruction = linear(state.lastInstruction, state.lastInstructionSelector);
      int operand = linear(state.lastOperand, state.lastOperandSelector);
      area.write(cpu, linear, 3, ONES | instruction);
      area.write(cpu, linear, 4, instruction >>> 16 << 12 | state.lastOpcode);
      area.write(cpu, linear, 5, ONES | operand);
      area.write(cpu, linear, 6, operand >>> 16 << 12);
    }

    private void writeRegisters(Cpu cpu, long linear) {
      FpuState state = cpu.fpu;
      int segment = area.operand().segment();
      for (int i = 0; i < 8; i++) {
        int physical = state.top + i & 7;
        cpu.memory.write64(
            linear + (long) REGISTER_BYTES * i, segment, state.significand[physical]);
        cpu.memory.write16(
            linear + (long) REGISTER_BYTES * i + 8, segment, state.signExponent[physical]);
      }
    }
  }

  record Load(Area area) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      Origin.await(cpu);
      MemoryOperand operand = area.operand();
      long linear = operand.forRead(cpu, area.bytes());
      cpu.memory.requireReadable(linear, operand.segment(), area.bytes());
      FpuState state = cpu.fpu;
      state.loadWords(area.read(cpu, linear, 0) & 0xffff, area.read(cpu, linear, 1) & 0xffff);
      cpu.x87.tagWord(area.read(cpu, linear, 2));
      if (cpu.control.paragraphSegments()) {
        readLinearPointers(cpu, linear);
      } else {
        readPointers(cpu, linear);
      }
      if (area.registers()) {
        readRegisters(cpu, linear + area.environmentBytes());
      }
    }

    private void readPointers(Cpu cpu, long linear) {
      FpuState state = cpu.fpu;
      int selectorAndOpcode = area.read(cpu, linear, 4);
      state.lastInstruction = area.read(cpu, linear, 3) & 0xffff_ffffL;
      state.lastInstructionSelector = selectorAndOpcode & 0xffff;
      state.lastOpcode = selectorAndOpcode >> 16 & OPCODE_MASK;
      state.lastOperand = area.read(cpu, linear, 5) & 0xffff_ffffL;
      state.lastOperandSelector = area.read(cpu, linear, 6) & 0xffff;
    }

    private void readLinearPointers(Cpu cpu, long linear) {
      FpuState state = cpu.fpu;
      int upperAndOpcode = area.read(cpu, linear, 4);
      state.lastInstruction = pointer(area.read(cpu, linear, 3), upperAndOpcode);
      state.lastInstructionSelector = 0;
      state.lastOpcode = upperAndOpcode & OPCODE_MASK;
      state.lastOperand = pointer(area.read(cpu, linear, 5), area.read(cpu, linear, 6));
      state.lastOperandSelector = 0;
    }

    private static long pointer(int lower, int upper) {
      return lower & 0xffffL | (upper >>> 12 & 0xffffL) << 16;
    }

    private void readRegisters(Cpu cpu, long linear) {
      FpuState state = cpu.fpu;
      int segment = area.operand().segment();
      for (int i = 0; i < 8; i++) {
        int physical = state.top + i & 7;
        state.significand[physical] =
            cpu.memory.read64(linear + (long) REGISTER_BYTES * i, segment);
        state.signExponent[physical] =
            cpu.memory.read16(linear + (long) REGISTER_BYTES * i + 8, segment);
      }
    }
  }
}
