package org.paravane.core.instructions.system;

import static org.paravane.core.decode.Opcode.Trait.DEFAULT64;
import static org.paravane.core.decode.Opcode.Trait.ENDS_BLOCK;
import static org.paravane.core.decode.Opcode.Trait.INVALID64;
import static org.paravane.core.decode.Opcode.Trait.MAY_FAULT;

import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.Instruction;
import org.paravane.core.cpu.MemoryOperand;
import org.paravane.core.cpu.Segments;
import org.paravane.core.decode.Decoded;
import org.paravane.core.decode.OpcodeMap;

/** MOV, PUSH and POP of segment registers; LDS, LES, LFS, LGS and LSS (SDM Vol. 1 7.3.14). */
public final class SegmentLoads {
  private static final String[] NAMES = {"ES", "CS", "SS", "DS", "FS", "GS"};

  private SegmentLoads() {}

  /** Adds the family's rows. */
  public static void addTo(OpcodeMap map) {
    map.add("8C", "MOV", "Evw,Sw", SegmentLoads::store);
    map.add("8E", "MOV", "Sw,Evw", SegmentLoads::load, ENDS_BLOCK);
    for (int segment = Segments.ES; segment <= Segments.DS; segment++) {
      int s = segment;
      map.add(
          "%02X".formatted(6 + 8 * s),
          "PUSH",
          NAMES[s],
          d -> new Push(s, d.operandSize()),
          INVALID64,
          MAY_FAULT);
      if (s != Segments.CS) {
        map.add(
            "%02X".formatted(7 + 8 * s),
            "POP",
            NAMES[s],
            d -> new Pop(s, d.operandSize()),
            INVALID64,
            ENDS_BLOCK);
      }
    }
    for (int segment = Segments.FS; segment <= Segments.GS; segment++) {
      int s = segment;
      int opcode = 0xa0 + 8 * (s - Segments.FS);
      map.add(
          "0F %02X".formatted(opcode),
          "PUSH",
          NAMES[s],
          d -> new Push(s, d.operandSize()),
          DEFAULT64,
          MAY_FAULT);
      map.add(
          "0F %02X".formatted(opcode + 1),
          "POP",
          NAMES[s],
          d -> new Pop(s, d.operandSize()),
          DEFAULT64,
          ENDS_BLOCK);
    }
    map.add("C4", "LES", "Gv,Mp", d -> far(d, Segments.ES), INVALID64, ENDS_BLOCK);
    map.add("C5", "LDS", "Gv,Mp", d -> far(d, Segments.DS), INVALID64, ENDS_BLOCK);
    map.add("0F B2", "LSS", "Gv,Mp", d -> far(d, Segments.SS), ENDS_BLOCK);
    map.add("0F B4", "LFS", "Gv,Mp", d -> far(d, Segments.FS), ENDS_BLOCK);
    map.add("0F B5", "LGS", "Gv,Mp", d -> far(d, Segments.GS), ENDS_BLOCK);
  }

  private static Instruction store(Decoded d) {
    int segment = d.reg() & 7;
    if (segment > Segments.GS) {
      return null;
    }
    return d.isRegister()
        ? new StoreRegister(d.rm(), d.operandSize(), segment)
        : new StoreMemory(d.memory(), segment);
  }

  private static Instruction load(Decoded d) {
    int segment = d.reg() & 7;
    if (segment > Segments.GS || segment == Segments.CS) {
      return null;
    }
    return d.isRegister() ? new LoadRegister(segment, d.rm()) : new LoadMemory(segment, d.memory());
  }

  private static Instruction far(Decoded d, int segment) {
    return new LoadFar(
        segment, d.reg(), d.operandSize(), d.memory(), d.memory().plus(d.operandSize() >> 3));
  }

  private static void loadShadowing(Cpu cpu, int segment, int selector) {
    cpu.loader.load(segment, selector);
    if (segment == Segments.SS) {
      cpu.events.shadowInterruptsAndDebug();
      cpu.debug.cancelStep();
    }
  }

  record StoreRegister(int destination, int bits, int segment) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      cpu.set(destination, bits, cpu.segments.selector[segment]);
    }
  }

  record StoreMemory(MemoryOperand destination, int segment) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      destination.write16(cpu, cpu.segments.selector[segment]);
    }
  }

  record LoadRegister(int segment, int source) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      loadShadowing(cpu, segment, cpu.get16(source));
    }
  }

  record LoadMemory(int segment, MemoryOperand source) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      loadShadowing(cpu, segment, source.read16(cpu));
    }
  }

  record Push(int segment, int bits) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      cpu.stack.push(bits, cpu.segments.selector[segment]);
    }
  }

  record Pop(int segment, int bits) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      int selector = (int) cpu.stack.peek(0, bits);
      // The size of the stack pointer is that of the old stack.
      long pointer = cpu.stack.after(bits >> 3);
      loadShadowing(cpu, segment, selector);
      cpu.gpr[Cpu.RSP] = pointer;
    }
  }

  record LoadFar(
      int segment, int destination, int bits, MemoryOperand offset, MemoryOperand selector)
      implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      long value = offset.read(cpu, bits);
      cpu.loader.load(segment, selector.read16(cpu));
      cpu.set(destination, bits, value);
    }
  }
}
