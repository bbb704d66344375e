package org.paravane.core.instructions.integer;

import static org.paravane.core.decode.Opcode.Trait.DEFAULT64;
import static org.paravane.core.decode.Opcode.Trait.INVALID64;
import static org.paravane.core.decode.Opcode.Trait.MAY_FAULT;

import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.CpuMode;
import org.paravane.core.cpu.GuestFault;
import org.paravane.core.cpu.Instruction;
import org.paravane.core.cpu.MemoryOperand;
import org.paravane.core.cpu.Segments;
import org.paravane.core.cpu.Stack;
import org.paravane.core.decode.Decoded;
import org.paravane.core.decode.OpcodeMap;

/** ENTER, LEAVE, PUSHA, POPA, BOUND and XLAT (SDM Vol. 1 6.6, 7.3.1, 7.3.8, 7.3.17). */
public final class Frames {
  private Frames() {}

  /** Adds the family's rows. */
  public static void addTo(OpcodeMap map) {
    map.add(
        "C8",
        "ENTER",
        "Iw,Ib",
        d -> new Enter(d.operandSize(), (int) d.immediate() & 0xffff, (int) d.immediate2() & 31),
        DEFAULT64,
        MAY_FAULT);
    map.add("C9", "LEAVE", "", d -> new Leave(d.operandSize()), DEFAULT64, MAY_FAULT);
    map.add("60", "PUSHA", "", d -> new PushAll(d.operandSize()), INVALID64, MAY_FAULT);
    map.add("61", "POPA", "", d -> new PopAll(d.operandSize()), INVALID64, MAY_FAULT);
    map.add(
        "62", "BOUND", "Gv,Ma", d -> new Bound(d.operandSize(), d.reg(), d.memory()), INVALID64);
    map.add("D7", "XLAT", "", Frames::translate, MAY_FAULT);
  }

  private static Instruction translate(Decoded d) {
    int segment = d.segmentOr(Segments.DS);
    boolean flat =
        (d.mode() & CpuMode.FLAT) != 0
            && (d.is64()
                || segment == Segments.DS
                || segment == Segments.SS
                || segment == Segments.ES);
    return new Translate(segment, !flat, d.addressMask());
  }

  record Enter(int bits, int frameBytes, int level) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      Stack stack = cpu.stack;
      int sizeBytes = bits >> 3;
      long mask = stack.mask();
      long framePointer = cpu.get(Cpu.RBP, bits);
      long top = stack.pointer() - sizeBytes & mask;
      int pushed = level == 0 ? 1 : level + 1;
      long bottom = stack.pointer() - (long) pushed * sizeBytes - frameBytes & mask;
      // The last access decides whether all can be done: the new stack top must be writable.
      long end = stack.forWrite(bottom, sizeBytes);
      write(cpu, top, framePointer);
      for (int i = 1; i < level; i++) {
        long display = cpu.gpr[Cpu.RBP] - (long) i * sizeBytes & mask;
        long value = cpu.memory.read(stack.forRead(display, sizeBytes), Segments.SS, bits);
        write(cpu, top - (long) i * sizeBytes & mask, value);
      }
      if (level > 0) {
        write(cpu, top - (long) level * sizeBytes & mask, top);
      }
      cpu.memory.requireWritable(end, Segments.SS, sizeBytes);
      cpu.gpr[Cpu.RBP] = mask == 0xffff ? cpu.gpr[Cpu.RBP] & ~0xffffL | top : top;
      stack.pointer(bottom);
    }

    private void write(Cpu cpu, long offset, long value) {
      cpu.memory.write(cpu.stack.forWrite(offset, bits >> 3), Segments.SS, bits, value);
    }
  }

  record Leave(int bits) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      Stack stack = cpu.stack;
      long frame = cpu.gpr[Cpu.RBP] & stack.mask();
      long value = cpu.memory.read(stack.forRead(frame, bits >> 3), Segments.SS, bits);
      stack.pointer(frame + (bits >> 3));
      cpu.set(Cpu.RBP, bits, value);
    }
  }

  record PushAll(int bits) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      Stack stack = cpu.stack;
      int sizeBytes = bits >> 3;
      long pointer = stack.pointer();
      // From the last pushed to the first, which a fault leaves for the restart to overwrite.
      for (int register = Cpu.RDI; register >= Cpu.RAX; register--) {
        long offset = pointer - (register + 1L) * sizeBytes & stack.mask();
        cpu.memory.write(stack.forWrite(offset, sizeBytes), Segments.SS, bits, cpu.gpr[register]);
      }
      stack.pointer(pointer - 8L * sizeBytes);
    }
  }

  record PopAll(int bits) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      Stack stack = cpu.stack;
      int sizeBytes = bits >> 3;
      long rdi = stack.peek(0, bits);
      long rsi = stack.peek(sizeBytes, bits);
      long rbp = stack.peek(2 * sizeBytes, bits);
      long rbx = stack.peek(4 * sizeBytes, bits);
      long rdx = stack.peek(5 * sizeBytes, bits);
      long rcx = stack.peek(6 * sizeBytes, bits);
      long rax = stack.peek(7 * sizeBytes, bits);
      cpu.set(Cpu.RDI, bits, rdi);
      cpu.set(Cpu.RSI, bits, rsi);
      cpu.set(Cpu.RBP, bits, rbp);
      cpu.set(Cpu.RBX, bits, rbx);
      cpu.set(Cpu.RDX, bits, rdx);
      cpu.set(Cpu.RCX, bits, rcx);
      cpu.set(Cpu.RAX, bits, rax);
      stack.pointer(stack.pointer() + 8L * sizeBytes);
    }
  }

  record Bound(int bits, int index, MemoryOperand bounds) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      int sizeBytes = bits >> 3;
      int unused = 64 - bits;
      long linear = bounds.forRead(cpu, 2 * sizeBytes);
      long lower = cpu.memory.read(linear, bounds.segment(), bits) << unused >> unused;
      long upper = cpu.memory.read(linear + sizeBytes, bounds.segment(), bits) << unused >> unused;
      long value = cpu.gpr[index] << unused >> unused;
      if (value < lower || value > upper) {
        throw cpu.fault(GuestFault.BR);
      }
    }
  }

  record Translate(int segment, boolean checked, long mask) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      long offset = cpu.gpr[Cpu.RBX] + (cpu.gpr[Cpu.RAX] & 0xff) & mask;
      long linear =
          checked
              ? cpu.segments.checkedRead(segment, offset, 1)
              : offset + cpu.segmentBase[segment];
      cpu.set8(Cpu.RAX, cpu.memory.read8(linear, segment));
    }
  }
}
