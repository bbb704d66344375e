package org.paravane.core.instructions.integer;

import static org.paravane.core.decode.Opcode.Trait.READS_FLAGS;

import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.Instruction;
import org.paravane.core.cpu.MemoryOperand;
import org.paravane.core.decode.Decoded;
import org.paravane.core.decode.OpcodeMap;

/** MOV of general registers, memory and immediates, MOVZX, MOVSX, MOVSXD, LEA, CMOVcc and SETcc (SDM Vol. 1 7.3.1). */
public final class DataMoves {
  private DataMoves() {}

  /** Adds the family's rows. */
  public static void addTo(OpcodeMap map) {
    map.add("88", "MOV", "Eb,Gb", d -> store(d, 8, d.reg8()));
    map.add("89", "MOV", "Ev,Gv", d -> store(d, d.operandSize(), d.reg()));
    map.add("8A", "MOV", "Gb,Eb", d -> load(d, 8, d.reg8()));
    map.add("8B", "MOV", "Gv,Ev", d -> load(d, d.operandSize(), d.reg()));
    map.add("A0", "MOV", "AL,Ob", d -> new LoadRegister(8, Cpu.RAX, d.memory()));
    map.add("A1", "MOV", "rAX,Ov", d -> load(d.operandSize(), Cpu.RAX, d.memory()));
    map.add("A2", "MOV", "Ob,AL", d -> new StoreRegister(8, d.memory(), Cpu.RAX));
    map.add("A3", "MOV", "Ov,rAX", d -> store(d.operandSize(), d.memory(), Cpu.RAX));
    map.add("B0+r", "MOV", "Zb,Ib", d -> immediate(8, d.opcodeRegister8(), d.immediate()));
    map.add(
        "B8+r", "MOV", "Zv,Iv", d -> immediate(d.operandSize(), d.opcodeRegister(), d.immediate()));
    map.add("C6 /0", "MOV", "Eb,Ib", d -> storeImmediate(d, 8));
    map.add("C7 /0", "MOV", "Ev,Iz", d -> storeImmediate(d, d.operandSize()));
    map.add("0F B6", "MOVZX", "Gv,Eb", d -> zeroExtend(d, 8, d.isRegister() ? d.rm8() : 0));
    map.add("0F B7", "MOVZX", "Gv,Ew", d -> zeroExtend(d, 16, d.isRegister() ? d.rm() : 0));
    map.add("0F BE", "MOVSX", "Gv,Eb", d -> signExtend(d, 8, d.isRegister() ? d.rm8() : 0));
    map.add("0F BF", "MOVSX", "Gv,Ew", d -> signExtend(d, 16, d.isRegister() ? d.rm() : 0));
    map.add(
        "63",
        "MOVSXD",
        "Gv,Ez",
        DataMoves::moveSignExtendDoubleword,
        org.paravane.core.decode.Opcode.Trait.ONLY64);
    map.add("8D", "LEA", "Gv,M", DataMoves::loadEffectiveAddress);
    for (int condition = 0; condition < 16; condition++) {
      String suffix = Conditions.SUFFIXES[condition];
      map.add(
          "0F %02X".formatted(0x40 + condition),
          "CMOV" + suffix,
          "Gv,Ev",
          DataMoves::conditionalMove,
          READS_FLAGS);
      map.add(
          "0F %02X".formatted(0x90 + condition),
          "SET" + suffix,
          "Eb",
          DataMoves::setOnCondition,
          READS_FLAGS);
    }
  }

  private static Instruction store(Decoded d, int bits, int source) {
    return d.isRegister()
        ? move(bits, bits == 8 ? d.rm8() : d.rm(), source)
        : store(bits, d.memory(), source);
  }

  private static Instruction store(int bits, MemoryOperand destination, int source) {
    return switch (bits) {
      case 64 -> new StoreRegister64(destination, source);
      case 32 -> new StoreRegister32(destination, source);
      default -> new StoreRegister(bits, destination, source);
    };
  }

  private static Instruction load(Decoded d, int bits, int destination) {
    if (d.isRegister()) {
      return move(bits, destination, bits == 8 ? d.rm8() : d.rm());
    }
    return load(bits, destination, d.memory());
  }

  private static Instruction load(int bits, int destination, MemoryOperand source) {
    return switch (bits) {
      case 64 -> new LoadRegister64(destination, source);
      case 32 -> new LoadRegister32(destination, source);
      default -> new LoadRegister(bits, destination, source);
    };
  }

  private static Instruction move(int bits, int destination, int source) {
    return switch (bits) {
      case 64 -> new MoveRegister64(destination, source);
      case 32 -> new MoveRegister32(destination, source);
      default -> new MoveRegister(bits, destination, source);
    };
  }

  private static Instruction immediate(int bits, int destination, long immediate) {
    return switch (bits) {
      case 64 -> new MoveImmediate(destination, immediate);
      case 32 -> new MoveImmediate(destination, immediate & 0xffff_ffffL);
      default -> new MoveNarrowImmediate(bits, destination, (int) immediate);
    };
  }

  private static Instruction storeImmediate(Decoded d, int bits) {
    return d.isRegister()
        ? immediate(bits, bits == 8 ? d.rm8() : d.rm(), d.immediate())
        : new StoreImmediate(bits, d.memory(), d.immediate());
  }

  private static Instruction zeroExtend(Decoded d, int sourceBits, int source) {
    if (d.operandSize() == 16) {
      return d.isRegister()
          ? new ExtendRegister16(false, sourceBits, d.reg(), source)
          : new ExtendMemory16(false, sourceBits, d.reg(), d.memory());
    }
    // Writing 32 bits clears the upper half, so 32 and 64 bits are the same.
    return d.isRegister()
        ? new ZeroExtendRegister(sourceBits, d.reg(), source)
        : sourceBits == 8
            ? new ZeroExtendByte(d.reg(), d.memory())
            : new ZeroExtendWord(d.reg(), d.memory());
  }

  private static Instruction signExtend(Decoded d, int sourceBits, int source) {
    if (d.operandSize() == 16) {
      return d.isRegister()
          ? new ExtendRegister16(true, sourceBits, d.reg(), source)
          : new ExtendMemory16(true, sourceBits, d.reg(), d.memory());
    }
    long mask = d.operandSize() == 64 ? -1L : 0xffff_ffffL;
    return d.isRegister()
        ? new SignExtendRegister(sourceBits, mask, d.reg(), source)
        : new SignExtendMemory(sourceBits, mask, d.reg(), d.memory());
  }

  private static Instruction moveSignExtendDoubleword(Decoded d) {
    if (d.operandSize() != 64) {
      // Without REX.W it is a plain move.
      return load(d, d.operandSize(), d.reg());
    }
    return d.isRegister()
        ? new SignExtendRegister(32, -1L, d.reg(), d.rm())
        : new SignExtendMemory(32, -1L, d.reg(), d.memory());
  }

  private static Instruction loadEffectiveAddress(Decoded d) {
    return switch (d.operandSize()) {
      case 64 -> new LoadAddress(d.reg(), d.memory(), -1L);
      case 32 -> new LoadAddress(d.reg(), d.memory(), 0xffff_ffffL);
      default -> new LoadAddress16(d.reg(), d.memory());
    };
  }

  private static Instruction conditionalMove(Decoded d) {
    return d.isRegister()
        ? new ConditionalMove(d.condition(), d.operandSize(), d.reg(), d.rm())
        : new ConditionalLoad(d.condition(), d.operandSize(), d.reg(), d.memory());
  }

  private static Instruction setOnCondition(Decoded d) {
    return d.isRegister()
        ? new SetRegister(d.condition(), d.rm8())
        : new SetMemory(d.condition(), d.memory());
  }

  record MoveRegister64(int destination, int source) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      cpu.gpr[destination] = cpu.gpr[source];
    }
  }

  record MoveRegister32(int destination, int source) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      cpu.gpr[destination] = cpu.gpr[source] & 0xffff_ffffL;
    }
  }

  record MoveRegister(int bits, int destination, int source) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      cpu.set(destination, bits, cpu.get(source, bits));
    }
  }

  record MoveImmediate(int destination, long value) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      cpu.gpr[destination] = value;
    }
  }

  record MoveNarrowImmediate(int bits, int destination, int value) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      cpu.set(destination, bits, value);
    }
  }

  record LoadRegister64(int destination, MemoryOperand source) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      cpu.gpr[destination] = source.read64(cpu);
    }
  }

  record LoadRegister32(int destination, MemoryOperand source) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      cpu.gpr[destination] = source.read32(cpu) & 0xffff_ffffL;
    }
  }

  record LoadRegister(int bits, int destination, MemoryOperand source) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      cpu.set(destination, bits, source.read(cpu, bits));
    }
  }

  record StoreRegister64(MemoryOperand destination, int source) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      destination.write64(cpu, cpu.gpr[source]);
    }
  }

  record StoreRegister32(MemoryOperand destination, int source) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      destination.write32(cpu, (int) cpu.gpr[source]);
    }
  }

  record StoreRegister(int bits, MemoryOperand destination, int source) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      destination.write(cpu, bits, cpu.get(source, bits));
    }
  }

  record StoreImmediate(int bits, MemoryOperand destination, long value) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      destination.write(cpu, bits, value);
    }
  }

  record ZeroExtendRegister(int sourceBits, int destination, int source) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      cpu.gpr[destination] = cpu.get(source, sourceBits);
    }
  }

  record ZeroExtendByte(int destination, MemoryOperand source) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      cpu.gpr[destination] = source.read8(cpu);
    }
  }

  record ZeroExtendWord(int destination, MemoryOperand source) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      cpu.gpr[destination] = source.read16(cpu);
    }
  }

  record SignExtendRegister(int sourceBits, long mask, int destination, int source)
      implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      int shift = 64 - sourceBits;
      cpu.gpr[destination] = cpu.get(source, sourceBits) << shift >> shift & mask;
    }
  }

  record SignExtendMemory(int sourceBits, long mask, int destination, MemoryOperand source)
      implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      int shift = 64 - sourceBits;
      cpu.gpr[destination] = source.read(cpu, sourceBits) << shift >> shift & mask;
    }
  }

  record ExtendRegister16(boolean signed, int sourceBits, int destination, int source)
      implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      int value = (int) cpu.get(source, sourceBits);
      cpu.set16(destination, signed && sourceBits == 8 ? (byte) value : value);
    }
  }

  record ExtendMemory16(boolean signed, int sourceBits, int destination, MemoryOperand source)
      implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      int value = (int) source.read(cpu, sourceBits);
      cpu.set16(destination, signed && sourceBits == 8 ? (byte) value : value);
    }
  }

  record LoadAddress(int destination, MemoryOperand source, long mask) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      cpu.gpr[destination] = source.offset(cpu) & mask;
    }
  }

  record LoadAddress16(int destination, MemoryOperand source) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      cpu.set16(destination, (int) source.offset(cpu));
    }
  }

  record ConditionalMove(int condition, int bits, int destination, int source)
      implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      // A 32-bit destination loses its upper half even if the condition is false.
      cpu.set(destination, bits, cpu.get(cpu.condition(condition) ? source : destination, bits));
    }
  }

  record ConditionalLoad(int condition, int bits, int destination, MemoryOperand source)
      implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      long value = source.read(cpu, bits);
      cpu.set(destination, bits, cpu.condition(condition) ? value : cpu.get(destination, bits));
    }
  }

  record SetRegister(int condition, int destination) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      cpu.set8(destination, cpu.condition(condition) ? 1 : 0);
    }
  }

  record SetMemory(int condition, MemoryOperand destination) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      destination.write8(cpu, cpu.condition(condition) ? 1 : 0);
    }
  }
}
