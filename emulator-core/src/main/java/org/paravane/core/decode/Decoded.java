package org.paravane.core.decode;

import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.CpuMode;
import org.paravane.core.cpu.MemoryOperand;

/**
 * One instruction taken apart: prefixes, opcode, operands. A {@link Decoder} fills it anew for each instruction; what is
 * to be kept must be copied. Register numbers are indices into {@link Cpu#gpr}, REX included.
 */
public final class Decoded {
  int mode;
  int startOffset;
  int length;
  int rex;
  int segmentOverride;
  boolean operandSizePrefix;
  boolean addressSizePrefix;
  int repeatPrefix;
  boolean lock;
  int opcodeByte;
  int modrm;
  MemoryOperand memory;
  long immediate;
  long immediate2;
  int operandSize;
  Opcode opcode;

  /** The execution mode that it was decoded for: see {@link CpuMode}. */
  public int mode() {
    return mode;
  }

  /** Tells whether it was decoded for 64-bit mode. */
  public boolean is64() {
    return CpuMode.is64(mode);
  }

  /** Offset of its first byte from the start of the block. */
  public int startOffset() {
    return startOffset;
  }

  /** Offset of the byte behind it from the start of the block: add to RIP for the address of the next instruction. */
  public int nextOffset() {
    return startOffset + length;
  }

  /** Its length in bytes, 1 to 15. */
  public int length() {
    return length;
  }

  /** Operand size in bits: 16, 32 or 64. */
  public int operandSize() {
    return operandSize;
  }

  /** Address size in bits: 16, 32 or 64. */
  public int addressSize() {
    return switch (mode & CpuMode.CODE_SIZE) {
      case CpuMode.CODE64 -> addressSizePrefix ? 32 : 64;
      case CpuMode.CODE32 -> addressSizePrefix ? 16 : 32;
      default -> addressSizePrefix ? 32 : 16;
    };
  }

  /** The mask of an address of {@link #addressSize()} bits. */
  public long addressMask() {
    return switch (addressSize()) {
      case 64 -> -1L;
      case 32 -> 0xffff_ffffL;
      default -> 0xffff;
    };
  }

  /** REX.W. */
  public boolean rexW() {
    return (rex & 8) != 0;
  }

  /** F2 (REPNE) or F3 (REP), whichever came last; 0 for none. */
  public int repeatPrefix() {
    return repeatPrefix;
  }

  /** LOCK. */
  public boolean lock() {
    return lock;
  }

  /** The segment override that counts in this mode, 0 to 5, or -1. */
  public int segmentOverride() {
    return segmentOverride;
  }

  /** The segment of a data access: the override, or else {@code standard}. */
  public int segmentOr(int standard) {
    return segmentOverride >= 0 ? segmentOverride : standard;
  }

  /** The last byte of the opcode. */
  public int opcodeByte() {
    return opcodeByte;
  }

  /** The condition code in the opcode, 0 to 15. */
  public int condition() {
    return opcodeByte & 15;
  }

  /** The register in the low bits of the opcode, 0 to 15. */
  public int opcodeRegister() {
    return opcodeByte & 7 | (rex & 1) << 3;
  }

  /** The same as an 8-bit register: see {@link Cpu#get8}. */
  public int opcodeRegister8() {
    return register8(opcodeRegister());
  }

  /** The ModR/M byte. */
  public int modrm() {
    return modrm;
  }

  /** Tells whether ModR/M's r/m operand is a register. */
  public boolean isRegister() {
    return modrm >= 0xc0;
  }

  /** ModR/M.reg with REX.R, 0 to 15. */
  public int reg() {
    return modrm >> 3 & 7 | (rex & 4) << 1;
  }

  /** ModR/M.reg as an 8-bit register: see {@link Cpu#get8}. */
  public int reg8() {
    return register8(reg());
  }

  /** ModR/M.rm with REX.B, 0 to 15; only if {@link #isRegister()}. */
  public int rm() {
    return modrm & 7 | (rex & 1) << 3;
  }

  /** ModR/M.rm as an 8-bit register: see {@link Cpu#get8}. */
  public int rm8() {
    return register8(rm());
  }

  private int register8(int register) {
    return rex == 0 && register >= 4 && register < 8 ? register - 4 + 16 : register;
  }

  /** The memory operand (ModR/M or moffs), or null. */
  public MemoryOperand memory() {
    return memory;
  }

  /** The immediate, or branch displacement, or offset of a far pointer; sign-extended (but a far pointer's is not). */
  public long immediate() {
    return immediate;
  }

  /** The second immediate: ENTER's level, the selector of a far pointer. */
  public long immediate2() {
    return immediate2;
  }

  /** The row of the opcode maps. */
  public Opcode opcode() {
    return opcode;
  }
}
