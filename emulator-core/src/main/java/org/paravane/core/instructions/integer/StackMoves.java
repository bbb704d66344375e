package org.paravane.core.instructions.integer;

import static org.paravane.core.decode.Opcode.Trait.DEFAULT64;
import static org.paravane.core.decode.Opcode.Trait.MAY_FAULT;

import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.Instruction;
import org.paravane.core.cpu.MemoryOperand;
import org.paravane.core.cpu.Segments;
import org.paravane.core.decode.Decoded;
import org.paravane.core.decode.OpcodeMap;

/** PUSH and POP of general registers, memory and immediates (SDM Vol. 1 7.3.1.4). */
public final class StackMoves {
  private StackMoves() {}

  /** Adds the family's rows. */
  public static void addTo(OpcodeMap map) {
    map.add("50+r", "PUSH", "Zv", d -> pushRegister(d, d.opcodeRegister()), DEFAULT64, MAY_FAULT);
    map.add("58+r", "POP", "Zv", d -> popRegister(d, d.opcodeRegister()), DEFAULT64, MAY_FAULT);
    map.add("FF /6", "PUSH", "Ev", StackMoves::pushOperand, DEFAULT64, MAY_FAULT);
    map.add("8F /0", "POP", "Ev", StackMoves::popOperand, DEFAULT64, MAY_FAULT);
    map.add(
        "68",
        "PUSH",
        "Iz",
        d -> new PushImmediate(d.operandSize(), d.immediate()),
        DEFAULT64,
        MAY_FAULT);
    map.add(
        "6A",
        "PUSH",
        "Ib",
        d -> new PushImmediate(d.operandSize(), d.immediate()),
        DEFAULT64,
        MAY_FAULT);
  }

  private static Instruction pushRegister(Decoded d, int source) {
    return d.is64() && d.operandSize() == 64
        ? new Push64(source)
        : new Push(d.operandSize(), source);
  }

  private static Instruction popRegister(Decoded d, int destination) {
    return d.is64() && d.operandSize() == 64
        ? new Pop64(destination)
        : new Pop(d.operandSize(), destination);
  }

  private static Instruction pushOperand(Decoded d) {
    return d.isRegister() ? pushRegister(d, d.rm()) : new PushMemory(d.operandSize(), d.memory());
  }

  private static Instruction popOperand(Decoded d) {
    if (d.isRegister()) {
      return popRegister(d, d.rm());
    }
    // An address that uses RSP uses its value after the pop.
    MemoryOperand memory = d.memory();
    return new PopMemory(
        d.operandSize(), memory.base() == Cpu.RSP ? memory.plus(d.operandSize() >> 3) : memory);
  }

  record Push64(int source) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      long[] gpr = cpu.gpr;
      long rsp = gpr[Cpu.RSP] - 8;
      cpu.memory.write64(rsp, Segments.SS, gpr[source]);
      gpr[Cpu.RSP] = rsp;
    }
  }

  record Pop64(int destination) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      long[] gpr = cpu.gpr;
      long rsp = gpr[Cpu.RSP];
      long value = cpu.memory.read64(rsp, Segments.SS);
      gpr[Cpu.RSP] = rsp + 8;
      gpr[destination] = value;
    }
  }

  record Push(int bits, int source) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      cpu.stack.push(bits, cpu.get(source, bits));
    }
  }

  record Pop(int bits, int destination) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      long value = cpu.stack.pop(bits);
      cpu.set(destination, bits, value);
    }
  }

  record PushMemory(int bits, MemoryOperand source) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      cpu.stack.push(bits, source.read(cpu, bits));
    }
  }

  record PopMemory(int bits, MemoryOperand destination) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      long value = cpu.stack.peek(0, bits);
      destination.write(cpu, bits, value);
      cpu.stack.pointer(cpu.stack.pointer() + (bits >> 3));
    }
  }

  record PushImmediate(int bits, long value) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      cpu.stack.push(bits, value);
    }
  }
}
