package org.paravane.core.host;

import java.util.Arrays;

/**
 * Encodes x86-64 instructions (SDM Vol. 2A chapter 2) into a growing array. Registers are numbered as the encoding does, 0 to
 * 15. An opcode is written as its bytes: {@code 0x01}, {@code 0x0faf}, {@code 0xf20f58} with a mandatory prefix, {@code
 * 0x660f3810}.
 */
final class Assembler {
  static final int RAX = 0;
  static final int RCX = 1;
  static final int RDX = 2;
  static final int RBX = 3;
  static final int RSP = 4;
  static final int RBP = 5;
  static final int RSI = 6;
  static final int RDI = 7;

  /** No index register in a memory operand. */
  static final int NONE = -1;

  static final int ADD = 0;
  static final int OR = 1;
  static final int AND = 4;
  static final int SUB = 5;
  static final int XOR = 6;
  static final int CMP = 7;

  private byte[] bytes = new byte[4096];
  private int size;

  /** Starts anew. */
  void clear() {
    size = 0;
  }

  /** Bytes so far. */
  int size() {
    return size;
  }

  /** The bytes so far; the array is used again. */
  byte[] bytes() {
    return bytes;
  }

  void byteAt(int value) {
    if (size == bytes.length) {
      bytes = Arrays.copyOf(bytes, 2 * size);
    }
    bytes[size++] = (byte) value;
  }

  /** Appends 4 bytes. */
  void int32(int value) {
    byteAt(value);
    byteAt(value >> 8);
    byteAt(value >> 16);
    byteAt(value >> 24);
  }

  /** Appends 8 bytes. */
  void int64(long value) {
    int32((int) value);
    int32((int) (value >>> 32));
  }

  /**
   * An instruction with ModR/M of two registers.
   *
   * @param bits operand size: 8, 16, 32 or 64
   */
  void registers(int bits, int opcode, int reg, int rm) {
    opcode(bits, opcode, reg, 0, rm);
    byteAt(0xc0 | (reg & 7) << 3 | rm & 7);
  }

  /** An instruction with ModR/M of two registers of 8 bits, numbered without REX: AL, CL, DL, BL, AH, CH, DH, BH. */
  void bytes(int opcode, int reg, int rm) {
    if (opcode >> 8 != 0) {
      byteAt(opcode >> 8);
    }
    byteAt(opcode);
    byteAt(0xc0 | reg << 3 | rm);
  }

  /** An instruction with ModR/M of a register and the memory at {@code base + displacement}. */
  void memory(int bits, int opcode, int reg, int base, int displacement) {
    memory(bits, opcode, reg, base, NONE, 0, displacement);
  }

  /** An instruction with ModR/M of a register and the memory at {@code base + (index << scale) + displacement}. */
  void memory(int bits, int opcode, int reg, int base, int index, int scale, int displacement) {
    opcode(bits, opcode, reg, index == NONE ? 0 : index, base);
    // A base of RBP or R13 can't do without a displacement.
    int mod =
        displacement == 0 && (base & 7) != RBP ? 0 : displacement == (byte) displacement ? 1 : 2;
    if (index == NONE && (base & 7) != RSP) {
      byteAt(mod << 6 | (reg & 7) << 3 | base & 7);
    } else {
      byteAt(mod << 6 | (reg & 7) << 3 | 4);
      byteAt(scale << 6 | (index == NONE ? 4 : index & 7) << 3 | base & 7);
    }
    displacement(mod, displacement);
  }

  /** An instruction with ModR/M of a register and the memory at {@code (index << scale) + displacement}. */
  void indexed(int bits, int opcode, int reg, int index, int scale, int displacement) {
    opcode(bits, opcode, reg, index == NONE ? 0 : index, 0);
    byteAt((reg & 7) << 3 | 4);
    byteAt(scale << 6 | (index == NONE ? 4 : index & 7) << 3 | 5);
    int32(displacement);
  }

  /**
   * An instruction with ModR/M of a register and memory at a distance from this array's start.
   *
   * @param at where it lies; at most 2 GiB away
   * @param immediateBytes bytes of the instruction that the caller appends
   */
  void relative(int bits, int opcode, int reg, long at, int immediateBytes) {
    opcode(bits, opcode, reg, 0, 0);
    byteAt((reg & 7) << 3 | 5);
    int32(Math.toIntExact(at - (size + 4 + immediateBytes)));
  }

  private void displacement(int mod, int displacement) {
    if (mod == 1) {
      byteAt(displacement);
    } else if (mod == 2) {
      int32(displacement);
    }
  }

  private void opcode(int bits, int opcode, int reg, int index, int base) {
    boolean threeBytes = (opcode >> 8 & 0xffff) == 0x0f38 || (opcode >> 8 & 0xffff) == 0x0f3a;
    boolean twoBytes = !threeBytes && (opcode >> 8 & 0xff) == 0x0f;
    int prefix = threeBytes ? opcode >>> 24 : twoBytes ? opcode >>> 16 : 0;
    if (bits == 16) {
      byteAt(0x66);
    }
    if (prefix != 0) {
      byteAt(prefix);
    }
    int rex = (bits == 64 ? 8 : 0) | reg >> 3 << 2 | index >> 3 << 1 | base >> 3;
    // With a REX prefix, 4 to 7 are the low bytes of those registers and not AH to BH.
    if (rex != 0 || bits == 8 || opcode == 0x0fb6 || opcode == 0x0fbe) {
      byteAt(0x40 | rex);
    }
    if (threeBytes) {
      byteAt(0x0f);
      byteAt(opcode >> 8);
    } else if (twoBytes) {
      byteAt(0x0f);
    }
    byteAt(opcode);
  }

  /** PUSH of a register. */
  void push(int register) {
    stack(0x50, register);
  }

  /** POP of a register. */
  void pop(int register) {
    stack(0x58, register);
  }

  private void stack(int opcode, int register) {
    if (register > 7) {
      byteAt(0x41);
    }
    byteAt(opcode | register & 7);
  }

  /** MOV of a register to another. */
  void move(int bits, int to, int from) {
    if (to != from || bits == 32) {
      registers(bits, 0x8b, to, from);
    }
  }

  /** MOV r64, [base + displacement]. */
  void load(int to, int base, int displacement) {
    memory(64, 0x8b, to, base, displacement);
  }

  /** MOV [base + displacement], r64. */
  void store(int from, int base, int displacement) {
    memory(64, 0x89, from, base, displacement);
  }

  /** LEA r64, [base + displacement]: adds without touching flags. */
  void addressOf(int to, int base, int displacement) {
    memory(64, 0x8d, to, base, displacement);
  }

  /** MOV r32, imm32: zero-extends. */
  void immediate(int to, int value) {
    opcode(32, 0xb8 | to & 7, 0, 0, to);
    int32(value);
  }

  /** MOV r64 from 64 bits. */
  void immediate64(int to, long value) {
    opcode(64, 0xb8 | to & 7, 0, 0, to);
    int64(value);
  }

  /** One of ADD, OR, …, CMP of a register and an immediate of at most 32 bits. */
  void arithmetic(int bits, int operation, int register, int value) {
    registers(bits, arithmeticOpcode(bits, value), operation, register);
    arithmeticImmediate(bits, value);
  }

  /** One of ADD, OR, …, CMP of memory and an immediate of at most 32 bits. */
  void arithmetic(int bits, int operation, int base, int displacement, int value) {
    memory(bits, arithmeticOpcode(bits, value), operation, base, displacement);
    arithmeticImmediate(bits, value);
  }

  /** One of ADD, OR, …, CMP of the memory at {@code base + index} and an immediate of at most 32 bits. */
  void arithmeticIndexed(int bits, int operation, int base, int index, int value) {
    memory(bits, arithmeticOpcode(bits, value), operation, base, index, 0, 0);
    arithmeticImmediate(bits, value);
  }

  private static int arithmeticOpcode(int bits, int value) {
    return bits == 8 ? 0x80 : value == (byte) value ? 0x83 : 0x81;
  }

  private void arithmeticImmediate(int bits, int value) {
    if (bits == 8 || value == (byte) value) {
      byteAt(value);
    } else {
      immediateOf(bits, value);
    }
  }

  /** Appends an immediate as long as operands of that size have it: 1, 2 or 4 bytes. */
  void immediateOf(int bits, int value) {
    byteAt(value);
    if (bits > 8) {
      byteAt(value >> 8);
    }
    if (bits > 16) {
      byteAt(value >> 16);
      byteAt(value >> 24);
    }
  }

  /** A shift of the D1/C1 group by an immediate. */
  void shift(int bits, int operation, int register, int count) {
    registers(bits, 0xc1, operation, register);
    byteAt(count);
  }

  /** Jcc rel32, to be bound by {@link #bind}: gives its place. */
  int jumpIf(int condition) {
    byteAt(0x0f);
    byteAt(0x80 | condition);
    int32(0);
    return size;
  }

  /** JMP rel32, to be bound by {@link #bind}: gives its place. */
  int jump() {
    byteAt(0xe9);
    int32(0);
    return size;
  }

  /** JMP rel32 to a distance from this array's start. */
  void jumpTo(long at) {
    byteAt(0xe9);
    int32(Math.toIntExact(at - (size + 4)));
  }

  /** Jcc rel32 to a distance from this array's start. */
  void jumpIfTo(int condition, long at) {
    byteAt(0x0f);
    byteAt(0x80 | condition);
    int32(Math.toIntExact(at - (size + 4)));
  }

  /** Has a jump lead here. */
  void bind(int jump) {
    int distance = size - jump;
    for (int i = 0; i < 4; i++) {
      bytes[jump - 4 + i] = (byte) (distance >> 8 * i);
    }
  }
}
