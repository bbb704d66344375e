package org.paravane.core.execution;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HexFormat;
import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.CpuMode;
import org.paravane.core.cpu.GuestFault;
import org.paravane.core.cpu.Instruction;
import org.paravane.core.decode.Decoded;
import org.paravane.core.decode.Decoder;
import org.paravane.core.decode.FlagLiveness;
import org.paravane.core.decode.Opcode;
import org.paravane.core.decode.OpcodeMap;
import org.paravane.core.instructions.integer.CompareBranches;

/** Decodes blocks from the memory of one machine. */
final class BlockBuilder {
  /** No block has more instructions. */
  static final int MAX_INSTRUCTIONS = 64;

  private static final HexFormat HEX = HexFormat.ofDelimiter(" ");

  /** Raises a fault that decoding found: #UD, or #GP for an instruction that is too long. */
  private record Undecodable(int vector) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      throw cpu.fault(vector);
    }
  }

  private final Decoder decoder;
  private final byte[] bytes = new byte[0x1000 + Decoder.MAX_LENGTH];
  private final Instruction[] code = new Instruction[MAX_INSTRUCTIONS];
  private final int[] starts = new int[MAX_INSTRUCTIONS];
  private final Opcode[] rows = new Opcode[MAX_INSTRUCTIONS];
  private final boolean[] hasMemory = new boolean[MAX_INSTRUCTIONS];
  private final boolean[] flagsLive = new boolean[MAX_INSTRUCTIONS];

  BlockBuilder(OpcodeMap map) {
    decoder = new Decoder(map);
  }

  /**
   * Decodes the block at a linear address.
   *
   * @param ramOffset where its first byte lies in RAM, or -1 if not in RAM
   * @throws GuestFault if the first instruction continues on a page that may not be fetched
   */
  Block build(Cpu cpu, long linear, long ramOffset, int mode) {
    return build(cpu, linear, ramOffset, mode, false);
  }

  /** Decodes the same block with every instruction as it is: each leaves the flags that it leaves, none are fused. */
  Block buildExact(Cpu cpu, long linear, long ramOffset, int mode) {
    return build(cpu, linear, ramOffset, mode, true);
  }

  private Block build(Cpu cpu, long linear, long ramOffset, int mode, boolean exact) {
    int available = 0x1000 - (int) (linear & 0xfff);
    if (ramOffset >= 0) {
      MemorySegment.copy(cpu.memory.ram(), ValueLayout.JAVA_BYTE, ramOffset, bytes, 0, available);
    } else {
      available = Math.min(available, Decoder.MAX_LENGTH);
      readBus(cpu, linear, 0, available);
    }
    int limit = (mode & CpuMode.SINGLE) != 0 || ramOffset < 0 ? 1 : MAX_INSTRUCTIONS;
    int count = 0;
    int position = 0;
    boolean branch = false;
    boolean near = true;
    long secondRamOffset = -1;
    while (count < limit) {
      Decoder.Outcome outcome = decoder.decode(bytes, position, available, mode, position);
      if (outcome == Decoder.Outcome.NEEDS_MORE) {
        if (count > 0) {
          break;
        }
        long next = linear + available;
        if (!CpuMode.is64(mode)) {
          next &= 0xffff_ffffL;
        }
        secondRamOffset = cpu.memory.ramOffsetForFetch(next);
        readBus(cpu, next, available, Decoder.MAX_LENGTH);
        outcome = decoder.decode(bytes, 0, available + Decoder.MAX_LENGTH, mode, 0);
        limit = 1;
      }
      starts[count] = position;
      if (outcome != Decoder.Outcome.DECODED) {
        code[count] = undecodable(outcome, position);
        rows[count++] = null;
        near = false;
        position += Math.max(decoder.decoded().length(), 1);
        break;
      }
      Decoded decoded = decoder.decoded();
      Instruction instruction = decoded.opcode().factory().create(decoded);
      Opcode row = decoded.opcode();
      if (instruction == null) {
        instruction = new Undecodable(GuestFault.UD);
        row = null;
      }
      code[count] = instruction;
      hasMemory[count] = decoded.memory() != null;
      rows[count++] = row;
      position += decoded.length();
      if (row == null || row.has(Opcode.Trait.BRANCH)) {
        branch = true;
        near = row != null && row.has(Opcode.Trait.NEAR);
        break;
      }
      if (row.has(Opcode.Trait.ENDS_BLOCK)) {
        near = false;
        break;
      }
    }
    if (!exact) {
      dropDeadFlags(count);
    }
    int slots = count;
    if (count >= 2 && !exact) {
      Instruction fused = CompareBranches.fuse(code[count - 2], code[count - 1]);
      if (fused != null) {
        code[--slots - 1] = fused;
      }
    }
    return new Block(
        java.util.Arrays.copyOf(code, slots),
        java.util.Arrays.copyOf(starts, slots),
        count,
        position,
        branch ? 0 : position,
        near,
        mode,
        ramOffset,
        ramOffset < 0 ? -1 : secondRamOffset);
  }

  private Instruction undecodable(Decoder.Outcome outcome, int position) {
    return switch (outcome) {
      case UNIMPLEMENTED -> {
        String hex = HEX.formatHex(bytes, position, position + decoder.decoded().length());
        yield new MissingInstruction(decoder.missing(), position, hex);
      }
      case TOO_LONG -> new Undecodable(GuestFault.GP);
      default -> new Undecodable(GuestFault.UD);
    };
  }

  private void readBus(Cpu cpu, long linear, int at, int count) {
    long physical = cpu.memory.physicalForFetch(linear);
    for (int i = 0; i < count; i++) {
      bytes[at + i] = (byte) cpu.physical.busRead(physical + i, 1);
    }
  }

  /** Replaces instructions whose status flags are overwritten before anything can see them. */
  private void dropDeadFlags(int count) {
    FlagLiveness.find(rows, hasMemory, count, flagsLive);
    for (int i = 0; i < count; i++) {
      if (rows[i] != null && !flagsLive[i]) {
        code[i] = code[i].withoutStatusFlags();
      }
    }
  }
}
