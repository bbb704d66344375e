package org.paravane.core.instructions.system;

import static org.paravane.core.decode.Opcode.Trait.BRANCH;
import static org.paravane.core.decode.Opcode.Trait.ENDS_BLOCK;
import static org.paravane.core.decode.Opcode.Trait.MAY_FAULT;

import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.CpuMode;
import org.paravane.core.cpu.GuestFault;
import org.paravane.core.cpu.Instruction;
import org.paravane.core.cpu.MemoryOperand;
import org.paravane.core.cpu.Rflags;
import org.paravane.core.cpu.Segments;
import org.paravane.core.decode.Decoded;
import org.paravane.core.decode.OpcodeMap;

/**
 * IN, OUT, INS and OUTS (SDM Vol. 1 7.3.10, chapter 19). A repeated INS or OUTS does one element each time it is executed
 * and leaves RIP where it is until the count is used up, so that interrupts come in between.
 */
public final class PortIo {
  /** In place of a port number: the number is in DX. */
  private static final int IN_DX = -1;

  private PortIo() {}

  /** Adds the family's rows. */
  public static void addTo(OpcodeMap map) {
    map.add("E4", "IN", "AL,Ib", d -> new In(8, immediatePort(d)), ENDS_BLOCK, MAY_FAULT);
    map.add("E5", "IN", "eAX,Ib", d -> new In(bits(d), immediatePort(d)), ENDS_BLOCK, MAY_FAULT);
    map.add("E6", "OUT", "Ib,AL", d -> new Out(8, immediatePort(d)), ENDS_BLOCK, MAY_FAULT);
    map.add("E7", "OUT", "Ib,eAX", d -> new Out(bits(d), immediatePort(d)), ENDS_BLOCK, MAY_FAULT);
    map.add("EC", "IN", "AL,DX", d -> new In(8, IN_DX), ENDS_BLOCK, MAY_FAULT);
    map.add("ED", "IN", "eAX,DX", d -> new In(bits(d), IN_DX), ENDS_BLOCK, MAY_FAULT);
    map.add("EE", "OUT", "DX,AL", d -> new Out(8, IN_DX), ENDS_BLOCK, MAY_FAULT);
    map.add("EF", "OUT", "DX,eAX", d -> new Out(bits(d), IN_DX), ENDS_BLOCK, MAY_FAULT);
    map.add("6C", "INS", "Yb,DX", d -> string(d, true, 8), BRANCH, MAY_FAULT);
    map.add("6D", "INS", "Yz,DX", d -> string(d, true, bits(d)), BRANCH, MAY_FAULT);
    map.add("6E", "OUTS", "DX,Xb", d -> string(d, false, 8), BRANCH, MAY_FAULT);
    map.add("6F", "OUTS", "DX,Xz", d -> string(d, false, bits(d)), BRANCH, MAY_FAULT);
  }

  private static int bits(Decoded d) {
    return d.operandSize() == 16 ? 16 : 32;
  }

  private static int immediatePort(Decoded d) {
    return (int) d.immediate() & 0xff;
  }

  private static Instruction string(Decoded d, boolean in, int bits) {
    int segment = in ? Segments.ES : d.segmentOr(Segments.DS);
    boolean flat =
        d.is64()
            || (d.mode() & CpuMode.FLAT) != 0 && segment <= Segments.DS && segment != Segments.CS;
    int pointer = in ? Cpu.RDI : Cpu.RSI;
    MemoryOperand element =
        new MemoryOperand(segment, pointer, Cpu.ZERO, 0, 0, d.addressMask(), !flat);
    return new StringTransfer(
        in,
        bits,
        element,
        d.addressSize(),
        d.repeatPrefix() != 0,
        NextAddress.ofSelf(d),
        NextAddress.of(d));
  }

  private static int port(Cpu cpu, int immediate) {
    return immediate == IN_DX ? cpu.get16(Cpu.RDX) : immediate;
  }

  private static void requireAllowed(Cpu cpu, int port, int sizeBytes) {
    if (cpu.control.protectedMode()
        && (cpu.cpl > (cpu.systemFlags >> 12 & 3) || (cpu.systemFlags & Rflags.VM) != 0)
        && !cpu.platform.opensPort(port)
        && !cpu.task.portAllowed(port, sizeBytes)) {
      throw cpu.fault(GuestFault.GP, 0);
    }
  }

  private static int read(Cpu cpu, int port, int sizeBytes) {
    cpu.debug.checkPort(port, sizeBytes);
    return cpu.ports.read(port, sizeBytes);
  }

  private static void write(Cpu cpu, int port, int sizeBytes, int value) {
    cpu.debug.checkPort(port, sizeBytes);
    cpu.ports.write(port, sizeBytes, value);
  }

  record In(int bits, int immediatePort) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      int port = port(cpu, immediatePort);
      requireAllowed(cpu, port, bits >> 3);
      cpu.set(Cpu.RAX, bits, read(cpu, port, bits >> 3));
    }
  }

  record Out(int bits, int immediatePort) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      int port = port(cpu, immediatePort);
      requireAllowed(cpu, port, bits >> 3);
      write(cpu, port, bits >> 3, (int) cpu.get(Cpu.RAX, bits));
    }
  }

  record StringTransfer(
      boolean in,
      int bits,
      MemoryOperand element,
      int addressBits,
      boolean repeated,
      NextAddress self,
      NextAddress next)
      implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      long count = repeated ? cpu.get(Cpu.RCX, addressBits) : 1;
      if (count == 0) {
        cpu.rip(next.in(cpu));
        return;
      }
      int sizeBytes = bits >> 3;
      int port = cpu.get16(Cpu.RDX);
      requireAllowed(cpu, port, sizeBytes);
      if (in) {
        long linear = element.forWrite(cpu, sizeBytes);
        cpu.memory.requireWritable(linear, element.segment(), sizeBytes);
        cpu.memory.write(linear, element.segment(), bits, read(cpu, port, sizeBytes));
      } else {
        write(cpu, port, sizeBytes, (int) element.read(cpu, bits));
      }
      int step = (cpu.systemFlags & Rflags.DF) != 0 ? -sizeBytes : sizeBytes;
      cpu.set(element.base(), addressBits, cpu.gpr[element.base()] + step);
      if (repeated) {
        cpu.set(Cpu.RCX, addressBits, count - 1);
      }
      cpu.rip(repeated && count > 1 ? self.in(cpu) : next.in(cpu));
    }
  }
}
