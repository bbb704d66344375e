package org.paravane.core.instructions.integer;

import static org.paravane.core.decode.Opcode.Trait.LOCKABLE;
import static org.paravane.core.decode.Opcode.Trait.WRITES_FLAGS;

import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.GuestFault;
import org.paravane.core.cpu.Instruction;
import org.paravane.core.cpu.MemoryOperand;
import org.paravane.core.cpu.Rflags;
import org.paravane.core.decode.Decoded;
import org.paravane.core.decode.OpcodeMap;

/** XCHG, XADD, CMPXCHG, CMPXCHG8B and CMPXCHG16B (SDM Vol. 1 7.3.1.2). Memory is written even if a comparison fails. */
public final class Exchange {
  private Exchange() {}

  /** Adds the family's rows. */
  public static void addTo(OpcodeMap map) {
    map.add("86", "XCHG", "Eb,Gb", d -> exchange(d, 8), LOCKABLE);
    map.add("87", "XCHG", "Ev,Gv", d -> exchange(d, d.operandSize()), LOCKABLE);
    map.add("90+r", "XCHG", "Zv,rAX", Exchange::withAccumulator);
    map.add("0F B0", "CMPXCHG", "Eb,Gb", d -> compareExchange(d, 8), LOCKABLE, WRITES_FLAGS);
    map.add(
        "0F B1",
        "CMPXCHG",
        "Ev,Gv",
        d -> compareExchange(d, d.operandSize()),
        LOCKABLE,
        WRITES_FLAGS);
    map.add("0F C0", "XADD", "Eb,Gb", d -> exchangeAdd(d, 8), LOCKABLE, WRITES_FLAGS);
    map.add("0F C1", "XADD", "Ev,Gv", d -> exchangeAdd(d, d.operandSize()), LOCKABLE, WRITES_FLAGS);
    map.add("0F C7 /1", "CMPXCHG8B", "Mq", Exchange::compareExchangePair, LOCKABLE);
  }

  private static int reg(Decoded d, int bits) {
    return bits == 8 ? d.reg8() : d.reg();
  }

  private static int rm(Decoded d, int bits) {
    return bits == 8 ? d.rm8() : d.rm();
  }

  private static Instruction exchange(Decoded d, int bits) {
    return d.isRegister()
        ? new RegisterRegister(bits, rm(d, bits), reg(d, bits))
        : new MemoryRegister(bits, d.memory(), reg(d, bits));
  }

  private static Instruction withAccumulator(Decoded d) {
    int register = d.opcodeRegister();
    // 90 is NOP: it does not even clear the upper half of RAX.
    return register == Cpu.RAX
        ? new Nothing()
        : new RegisterRegister(d.operandSize(), register, Cpu.RAX);
  }

  private static Instruction compareExchange(Decoded d, int bits) {
    return d.isRegister()
        ? new CompareRegister(bits, rm(d, bits), reg(d, bits))
        : new CompareMemory(bits, d.memory(), reg(d, bits));
  }

  private static Instruction exchangeAdd(Decoded d, int bits) {
    return d.isRegister()
        ? new AddRegister(bits, rm(d, bits), reg(d, bits))
        : new AddMemory(bits, d.memory(), reg(d, bits));
  }

  private static Instruction compareExchangePair(Decoded d) {
    return d.rexW() ? new Compare16Bytes(d.memory()) : new Compare8Bytes(d.memory());
  }

  private static void zeroFlag(Cpu cpu, boolean value) {
    cpu.statusFlags(cpu.statusFlags() & ~Rflags.ZF | (value ? Rflags.ZF : 0));
  }

  record Nothing() implements Instruction {
    @Override
    public void execute(Cpu cpu) {}
  }

  record RegisterRegister(int bits, int first, int second) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      long a = cpu.get(first, bits);
      cpu.set(first, bits, cpu.get(second, bits));
      cpu.set(second, bits, a);
    }
  }

  record MemoryRegister(int bits, MemoryOperand memory, int register) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      long linear = memory.forWrite(cpu, bits >> 3);
      long a = cpu.memory.update(linear, memory.segment(), bits);
      cpu.memory.write(linear, memory.segment(), bits, cpu.get(register, bits));
      cpu.set(register, bits, a);
    }
  }

  record CompareRegister(int bits, int destination, int source) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      long a = cpu.get(Cpu.RAX, bits);
      long b = cpu.get(destination, bits);
      cpu.flagsOfSubtract(a, b, 64 - bits);
      if (a == b) {
        cpu.set(destination, bits, cpu.get(source, bits));
      } else {
        cpu.set(Cpu.RAX, bits, b);
      }
    }
  }

  record CompareMemory(int bits, MemoryOperand destination, int source) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      long linear = destination.forWrite(cpu, bits >> 3);
      long b = cpu.memory.update(linear, destination.segment(), bits);
      long a = cpu.get(Cpu.RAX, bits);
      cpu.memory.write(linear, destination.segment(), bits, a == b ? cpu.get(source, bits) : b);
      cpu.flagsOfSubtract(a, b, 64 - bits);
      if (a != b) {
        cpu.set(Cpu.RAX, bits, b);
      }
    }
  }

  record AddRegister(int bits, int destination, int source) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      long a = cpu.get(destination, bits);
      long b = cpu.get(source, bits);
      cpu.flagsOfAdd(a, b, 64 - bits);
      cpu.set(source, bits, a);
      cpu.set(destination, bits, a + b);
    }
  }

  record AddMemory(int bits, MemoryOperand destination, int source) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      long linear = destination.forWrite(cpu, bits >> 3);
      long a = cpu.memory.update(linear, destination.segment(), bits);
      long b = cpu.get(source, bits);
      cpu.memory.write(linear, destination.segment(), bits, a + b);
      cpu.flagsOfAdd(a, b, 64 - bits);
      cpu.set(source, bits, a);
    }
  }

  record Compare8Bytes(MemoryOperand destination) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      long linear = destination.forWrite(cpu, 8);
      long value = cpu.memory.update64(linear, destination.segment());
      boolean equal = value == (cpu.gpr[Cpu.RDX] << 32 | cpu.gpr[Cpu.RAX] & 0xffff_ffffL);
      long replacement = equal ? cpu.gpr[Cpu.RCX] << 32 | cpu.gpr[Cpu.RBX] & 0xffff_ffffL : value;
      cpu.memory.write64(linear, destination.segment(), replacement);
      if (!equal) {
        cpu.gpr[Cpu.RAX] = value & 0xffff_ffffL;
        cpu.gpr[Cpu.RDX] = value >>> 32;
      }
      zeroFlag(cpu, equal);
    }
  }

  record Compare16Bytes(MemoryOperand destination) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      long linear = destination.forWrite(cpu, 16);
      int segment = destination.segment();
      if ((linear & 15) != 0) {
        throw cpu.fault(GuestFault.GP, 0);
      }
      long low = cpu.memory.update64(linear, segment);
      long high = cpu.memory.update64(linear + 8, segment);
      boolean equal = low == cpu.gpr[Cpu.RAX] && high == cpu.gpr[Cpu.RDX];
      cpu.memory.write64(linear, segment, equal ? cpu.gpr[Cpu.RBX] : low);
      cpu.memory.write64(linear + 8, segment, equal ? cpu.gpr[Cpu.RCX] : high);
      if (!equal) {
        cpu.gpr[Cpu.RAX] = low;
        cpu.gpr[Cpu.RDX] = high;
      }
      zeroFlag(cpu, equal);
    }
  }
}
