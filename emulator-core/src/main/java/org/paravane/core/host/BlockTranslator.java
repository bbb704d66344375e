package org.paravane.core.host;

import java.util.Set;
import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.CpuMode;
import org.paravane.core.decode.Decoded;
import org.paravane.core.decode.Decoder;
import org.paravane.core.decode.FlagLiveness;
import org.paravane.core.decode.Opcode;
import org.paravane.core.instructions.InstructionSet;

/** Translates the instructions of one block after the other, in 64-bit mode. */
final class BlockTranslator {
  private static final int MAX_INSTRUCTIONS = 64;

  /** Instructions that change nothing which a guest could see. */
  private static final Set<String> NOTHING =
      Set.of(
          "NOP",
          "ENDBR32",
          "ENDBR64",
          "LFENCE",
          "MFENCE",
          "SFENCE",
          "PREFETCH",
          "PREFETCHW",
          "PREFETCHNTA",
          "PREFETCHT0",
          "PREFETCHT1",
          "PREFETCHT2");

  private final Decoder decoder = new Decoder(InstructionSet.map());
  private final Opcode[] rows = new Opcode[MAX_INSTRUCTIONS];
  private final boolean[] hasMemory = new boolean[MAX_INSTRUCTIONS];
  private final boolean[] flagsLive = new boolean[MAX_INSTRUCTIONS];

  private final BlockCode block;
  private final IntegerInstructions integers;
  private final ShiftInstructions shifts;
  private final MultiplyInstructions products;
  private final FlagInstructions flags;
  private final StringInstructions strings;
  private final BitInstructions bits;
  private final StackInstructions stack;
  private final BranchInstructions branches;
  private final VectorInstructions vectors;

  BlockTranslator(BlockCode block) {
    this.block = block;
    integers = new IntegerInstructions(block);
    shifts = new ShiftInstructions(block);
    products = new MultiplyInstructions(block);
    flags = new FlagInstructions(block);
    strings = new StringInstructions(block);
    bits = new BitInstructions(block);
    stack = new StackInstructions(block);
    branches = new BranchInstructions(block);
    vectors = new VectorInstructions(block);
  }

  /**
   * Translates the instructions of a block, as far as it can.
   *
   * @param bytes the block's bytes
   * @param length how many
   * @param mode see {@link CpuMode}
   * @return false if it can't even translate the first one
   */
  boolean translate(byte[] bytes, int length, int mode) {
    int count = decode(bytes, length, mode);
    block.begin(count);
    int position = 0;
    for (int i = 0; i < count; i++) {
      decoder.decode(bytes, position, length, mode, position);
      Decoded d = decoder.decoded();
      position += d.length();
      block.next(i, flagsLive[i]);
      if (rows[i] == null || !translate(d)) {
        if (i == 0) {
          return false;
        }
        block.exit();
        return true;
      }
    }
    if (rows[count - 1] == null || !rows[count - 1].has(Opcode.Trait.BRANCH)) {
      block.endWith(length);
    }
    return true;
  }

  /** Finds out which instructions there are, and whose flags are seen. */
  private int decode(byte[] bytes, int length, int mode) {
    int count = 0;
    for (int position = 0; position < length; count++) {
      Decoder.Outcome outcome = decoder.decode(bytes, position, length, mode, position);
      Decoded d = decoder.decoded();
      rows[count] = outcome == Decoder.Outcome.DECODED ? d.opcode() : null;
      hasMemory[count] = d.memory() != null;
      position += Math.max(d.length(), 1);
    }
    FlagLiveness.find(rows, hasMemory, count, flagsLive);
    return count;
  }

  private boolean translate(Decoded d) {
    if (d.memory() != null && !BlockCode.addressable(d.memory())) {
      return false;
    }
    return switch (d.opcode().table()) {
      case 0 -> oneByte(d);
      case 1 -> twoBytes(d);
      default -> false;
    };
  }

  private boolean oneByte(Decoded d) {
    int opcode = d.opcodeByte();
    int size = (opcode & 1) == 0 ? 8 : d.operandSize();
    if (opcode < 0x40) {
      return arithmetic(d, opcode, size);
    }
    return switch (opcode) {
      case 0x63 -> integers.extend(d, 0x63, 32);
      case 0x68, 0x6a -> stack.pushImmediate(d);
      case 0x69, 0x6b -> products.threeOperands(d);
      case 0x80, 0x81 -> integers.binaryImmediate(d, d.modrm() >> 3 & 7, size);
      case 0x83 -> integers.binaryImmediate(d, d.modrm() >> 3 & 7, d.operandSize());
      case 0x84, 0x85 -> integers.test(d, size);
      case 0x86, 0x87 -> integers.exchange(d, size);
      case 0x88, 0x89 -> integers.store(d, size);
      case 0x8a, 0x8b -> integers.load(d, size);
      case 0x8d -> integers.loadAddress(d);
      case 0x90 -> exchangeOrNothing(d);
      case 0x98 -> integers.extendAccumulator(d.operandSize());
      case 0x99 -> integers.extendIntoData(d.operandSize());
      case 0x9c -> flags.push(d);
      case 0xa4, 0xa5, 0xaa, 0xab -> strings.fill(d, size);
      case 0xa8, 0xa9 -> integers.testImmediate(Cpu.RAX, size, (int) d.immediate());
      case 0xc0, 0xc1 -> shifts.byImmediate(d, size, (int) d.immediate());
      case 0xc2 -> branches.ret((int) d.immediate() & 0xffff);
      case 0xc3 -> branches.ret(0);
      case 0xc6, 0xc7 -> integers.storeImmediate(d, size);
      case 0xc9 -> stack.leave(d);
      case 0xd0, 0xd1 -> shifts.byImmediate(d, size, 1);
      case 0xd2, 0xd3 -> shifts.byCl(d, size);
      case 0xe8 -> branches.call(d);
      case 0xe9, 0xeb -> branches.jump(d);
      case 0xf5 -> flags.carry(Assembler.XOR);
      case 0xf6, 0xf7 -> unaryGroup(d, size);
      case 0xf8 -> flags.carry(Assembler.AND);
      case 0xf9 -> flags.carry(Assembler.OR);
      case 0xfa -> flags.clearInterruptFlag();
      case 0xfc, 0xfd -> flags.direction(opcode == 0xfd);
      case 0xfe, 0xff -> incrementGroup(d, size);
      default -> byOpcodeRegister(d, opcode);
    };
  }

  private boolean byOpcodeRegister(Decoded d, int opcode) {
    return switch (opcode >> 3) {
      case 0x50 >> 3 -> stack.push(d, d.opcodeRegister());
      case 0x58 >> 3 -> stack.pop(d, d.opcodeRegister());
      case 0x70 >> 3, 0x78 >> 3 -> branches.jumpIf(d);
      case 0x90 >> 3 -> integers.exchange(Cpu.RAX, d.opcodeRegister(), d.operandSize());
      case 0xb0 >> 3 -> integers.loadImmediate(d.opcodeRegister8(), 8, d.immediate());
      case 0xb8 >> 3 -> integers.loadImmediate(d.opcodeRegister(), d.operandSize(), d.immediate());
      default -> false;
    };
  }

  /** XCHG with the accumulator; of itself it is NOP, and with F3 PAUSE. */
  private boolean exchangeOrNothing(Decoded d) {
    return d.opcodeRegister() == Cpu.RAX
        || integers.exchange(Cpu.RAX, d.opcodeRegister(), d.operandSize());
  }

  private boolean arithmetic(Decoded d, int opcode, int size) {
    int operation = opcode >> 3;
    return switch (opcode & 7) {
      case 0, 1 -> integers.binary(d, operation, size, false);
      case 2, 3 -> integers.binary(d, operation, size, true);
      case 4, 5 -> integers.binaryImmediate(Cpu.RAX, operation, size, (int) d.immediate());
      default -> false;
    };
  }

  private boolean unaryGroup(Decoded d, int size) {
    return switch (d.modrm() >> 3 & 7) {
      case 0, 1 -> integers.testImmediate(d, size);
      case 2, 3 -> integers.unary(d, d.modrm() >> 3 & 7, size);
      default -> size != 8 && products.wide(d);
    };
  }

  private boolean incrementGroup(Decoded d, int size) {
    int operation = d.modrm() >> 3 & 7;
    if (operation < 2) {
      return integers.unary(d, operation, size);
    }
    if (size == 8) {
      return false;
    }
    return switch (operation) {
      case 2 -> branches.callIndirect(d);
      case 4 -> branches.jumpIndirect(d);
      case 6 -> d.isRegister() ? stack.push(d, d.rm()) : stack.pushMemory(d);
      default -> false;
    };
  }

  private boolean twoBytes(Decoded d) {
    int opcode = d.opcodeByte();
    int size = (opcode & 1) == 0 ? 8 : d.operandSize();
    return switch (opcode) {
      case 0xa3 -> bits.testByRegister(d, 4);
      case 0xab -> bits.testByRegister(d, 5);
      case 0xb3 -> bits.testByRegister(d, 6);
      case 0xbb -> bits.testByRegister(d, 7);
      case 0xba -> bits.testByImmediate(d);
      case 0xa4, 0xac -> bits.doubleShift(d, 0x0f00 | opcode);
      case 0xaf -> products.twoOperands(d);
      case 0xb0, 0xb1 -> integers.compareExchange(d, size);
      case 0xc0, 0xc1 -> integers.exchangeAdd(d, size);
      case 0xb6, 0xbe -> integers.extend(d, 0x0f00 | opcode, 8);
      case 0xb7, 0xbf -> integers.extend(d, 0x0f00 | opcode, 16);
      case 0xb8 -> bits.scan(d, 0xf30fb8);
      case 0xbc, 0xbd -> bits.scan(d, 0x0f00 | opcode);
      case 0xc3 -> integers.store(d, d.operandSize());
      default -> byHighBits(d, opcode);
    };
  }

  private boolean byHighBits(Decoded d, int opcode) {
    return switch (opcode >> 4) {
      case 4 -> integers.moveIf(d);
      case 8 -> branches.jumpIf(d);
      case 9 -> integers.setIf(d);
      default ->
          opcode >= 0xc8 && opcode <= 0xcf
              ? integers.swapBytes(d)
              : NOTHING.contains(d.opcode().mnemonic()) || vectors.translate(d);
    };
  }
}
