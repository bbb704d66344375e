package org.paravane.core.host;

import java.util.Set;
import java.util.stream.Collectors;
import org.paravane.core.decode.Decoded;
import org.paravane.core.decode.Opcode;
import org.paravane.core.decode.OperandCode;

/**
 * SSE and SSE2 on XMM registers (SDM Vol. 1 10.4, 11.4): the host executes the same instruction, with its own registers
 * and with MXCSR as the guest has it. Rows say by their operands what there is to do.
 *
 * <p>Later extensions are left to the interpreter, as not every host has them.
 */
final class VectorInstructions {
  private static final Set<String> FEATURES = Set.of("SSE", "SSE2");

  /** Operands by method, immediates left out: see {@link OperandCode}. */
  private static final Set<String> SHAPES =
      Set.of("VW", "VM", "VU", "WV", "MV", "VE", "EV", "GU", "GW", "U");

  private static final Set<String> UNALIGNED = Set.of("MOVUPS", "MOVUPD", "MOVDQU");

  private static final int WHOLE_BYTES = 16;

  private final BlockCode block;
  private final Assembler code;
  private final VectorRegisters registers;

  VectorInstructions(BlockCode block) {
    this.block = block;
    code = block.code;
    registers = block.vectors;
  }

  /** Tells whether {@link #translate} can do a row, with whatever registers. */
  static boolean suits(Opcode row) {
    if (row.table() != 1 || !FEATURES.contains(row.feature()) || !SHAPES.contains(shape(row))) {
      return false;
    }
    // Processors differ in these approximations, and MASKMOVDQU's memory operand is implied.
    return !row.mnemonic().startsWith("RCP")
        && !row.mnemonic().startsWith("RSQRT")
        && !row.mnemonic().equals("MASKMOVDQU");
  }

  private static String shape(Opcode row) {
    return row.operands().stream()
        .filter(operand -> operand.method() != 'I')
        .map(operand -> String.valueOf(operand.method()))
        .collect(Collectors.joining());
  }

  /** Any of them. */
  boolean translate(Decoded d) {
    if (!suits(d.opcode())) {
      return false;
    }
    block.requireSse();
    int opcode = d.opcode().mandatoryPrefix() << 16 | 0x0f00 | d.opcodeByte();
    switch (shape(d.opcode())) {
      case "WV", "MV" -> fromRegister(d, opcode);
      case "VE" -> fromGeneral(d, opcode);
      case "EV", "GU", "GW" -> toGeneral(d, opcode);
      case "U" -> shift(d, opcode);
      default -> toRegister(d, opcode);
    }
    return true;
  }

  /** From ModR/M.rm to the XMM register in ModR/M.reg, or a comparison of both. */
  private void toRegister(Decoded d, int opcode) {
    source(d);
    if (!overwrites(d)) {
      registers.load(d.reg());
    }
    emit(d, 32, opcode, d.reg());
    if (d.opcode().has(Opcode.Trait.WRITES_FLAGS)) {
      block.flagsSet();
    } else {
      registers.written(d.reg());
    }
  }

  /** A move from ModR/M.reg. */
  private void fromRegister(Decoded d, int opcode) {
    if (!d.isRegister()) {
      checkOperand(d, true);
      registers.load(d.reg());
      block.atOperand(32, temporal(opcode), d.reg());
      return;
    }
    registers.load(d.reg());
    boolean scalar = opcode == 0xf30f11 || opcode == 0xf20f11;
    if (scalar) {
      registers.load(d.rm());
    }
    code.registers(32, opcode, d.reg(), d.rm());
    registers.written(d.rm());
  }

  /** The store that does not go past the caches: guest memory is ordinary memory. */
  private static int temporal(int opcode) {
    return switch (opcode) {
      case 0x0f2b, 0x660f2b, 0x660fe7 -> 0x0f29;
      default -> opcode;
    };
  }

  /** MOVD, MOVQ, PINSRW, CVTSI2SS and CVTSI2SD: from a general register or memory. */
  private void fromGeneral(Decoded d, int opcode) {
    if (!d.isRegister()) {
      checkOperand(d, false);
    }
    if (d.opcodeByte() != 0x6e) {
      registers.load(d.reg());
    }
    int bits = d.rexW() ? 64 : 32;
    if (d.isRegister()) {
      code.registers(bits, opcode, d.reg(), block.value(d.rm(), Assembler.RCX));
    } else {
      block.atOperand(bits, opcode, d.reg());
    }
    immediate(d);
    registers.written(d.reg());
  }

  /** MOVD, MOVQ, PEXTRW, masks of signs and CVT*SI: to a general register, or to memory. */
  private void toGeneral(Decoded d, int opcode) {
    int bits = d.rexW() ? 64 : 32;
    if (d.opcode().operands().getFirst().method() == 'G') {
      source(d);
      int place = block.place(d.reg(), Assembler.RDX);
      emit(d, bits, opcode, place);
      block.written(d.reg(), place);
    } else if (d.isRegister()) {
      registers.load(d.reg());
      int place = block.place(d.rm(), Assembler.RDX);
      code.registers(bits, opcode, d.reg(), place);
      block.written(d.rm(), place);
    } else {
      checkOperand(d, true);
      registers.load(d.reg());
      block.atOperand(bits, opcode, d.reg());
    }
  }

  /** A shift by an immediate. */
  private void shift(Decoded d, int opcode) {
    registers.load(d.rm());
    code.registers(32, opcode, d.modrm() >> 3 & 7, d.rm());
    immediate(d);
    registers.written(d.rm());
  }

  /** Makes the source in ModR/M.rm accessible. */
  private void source(Decoded d) {
    if (!d.isRegister()) {
      checkOperand(d, false);
    } else if (!isZeroing(d)) {
      registers.load(d.rm());
    }
  }

  private void emit(Decoded d, int bits, int opcode, int reg) {
    if (d.isRegister()) {
      code.registers(bits, opcode, reg, d.rm());
    } else {
      block.atOperand(bits, opcode, reg);
    }
    immediate(d);
  }

  private void immediate(Decoded d) {
    if (d.opcode().operands().getLast().method() == 'I') {
      code.byteAt((int) d.immediate());
    }
  }

  /**
   * Checks the memory operand. What is aligned for the guest is so for the host, as pages are and RAM begins at a multiple of
   * 16.
   */
  private void checkOperand(Decoded d, boolean write) {
    int bytes = operandBytes(d);
    block.check(d.memory(), bytes, write);
    if (bytes == WHOLE_BYTES && !UNALIGNED.contains(d.opcode().mnemonic())) {
      // TEST AL, 15
      code.byteAt(0xa8);
      code.byteAt(WHOLE_BYTES - 1);
      block.exitIf(BlockCode.NOT_EQUAL);
    }
  }

  private static int operandBytes(Decoded d) {
    for (OperandCode operand : d.opcode().operands()) {
      if ("WME".indexOf(operand.method()) >= 0) {
        return switch (operand.type()) {
          case "dw" -> 2;
          case "ss" -> 4;
          case "sd", "q" -> 8;
          case "y" -> d.rexW() ? 8 : 4;
          default -> WHOLE_BYTES;
        };
      }
    }
    throw new IllegalArgumentException(d.opcode().toString());
  }

  /** Tells whether nothing of ModR/M.reg's old value is left or counts: moves, packed conversions and the like. */
  private static boolean overwrites(Decoded d) {
    int prefix = d.opcode().mandatoryPrefix();
    boolean packed = prefix == 0 || prefix == 0x66;
    return switch (d.opcodeByte()) {
      case 0x10 -> packed || !d.isRegister();
      case 0x51, 0x5a -> packed;
      case 0x28, 0x5b, 0x6f, 0x70, 0x7e, 0xe6 -> true;
      default -> isZeroing(d);
    };
  }

  /** XOR of a register with itself. */
  private static boolean isZeroing(Decoded d) {
    boolean xor = d.opcodeByte() == 0x57 || d.opcodeByte() == 0xef;
    return xor && d.isRegister() && d.reg() == d.rm();
  }
}
