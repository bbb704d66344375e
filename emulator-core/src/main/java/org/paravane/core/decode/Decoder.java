package org.paravane.core.decode;

import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.CpuMode;
import org.paravane.core.cpu.MemoryOperand;
import org.paravane.core.cpu.Segments;

/** Takes instructions apart by the opcode maps. One thread only. */
public final class Decoder {
  /** No instruction is longer; one that would be raises #GP. */
  public static final int MAX_LENGTH = 15;

  /** How decoding ended. */
  public enum Outcome {
    /** The instruction is in {@link #decoded()}. */
    DECODED,
    /** The bytes given do not hold all of the instruction. */
    NEEDS_MORE,
    /** No such instruction: #UD. */
    UNDEFINED,
    /** One that processors define and this one does not have: {@link #missing()}. */
    UNIMPLEMENTED,
    /** Longer than 15 bytes: #GP(0). */
    TOO_LONG
  }

  private static final class OutOfBytes extends RuntimeException {
    private static final long serialVersionUID = 1;
    static final OutOfBytes INSTANCE = new OutOfBytes();

    OutOfBytes() {
      super(null, null, false, false);
    }
  }

  private final OpcodeMap map;
  private final boolean knowsMissing;
  private final Decoded decoded = new Decoded();
  private byte[] bytes;
  private int position;
  private int end;
  private MissingOpcode missing;

  /** Decodes by the rows of {@code map}. */
  public Decoder(OpcodeMap map) {
    this(map, true);
  }

  private Decoder(OpcodeMap map, boolean knowsMissing) {
    this.map = map;
    this.knowsMissing = knowsMissing;
  }

  /** Decodes by the rows of {@code map} and knows of nothing else. */
  static Decoder ofMissing(OpcodeMap map) {
    return new Decoder(map, false);
  }

  /** What the last call of {@link #decode} found; valid until the next. */
  public Decoded decoded() {
    return decoded;
  }

  /** What the last call of {@link #decode} found, if it is not implemented. */
  public MissingOpcode missing() {
    return missing;
  }

  /**
   * Decodes one instruction.
   *
   * @param code the bytes
   * @param from where it starts in {@code code}
   * @param to end of the bytes that may be read
   * @param mode see {@link CpuMode}
   * @param startOffset offset of the instruction from the start of its block
   */
  public Outcome decode(byte[] code, int from, int to, int mode, int startOffset) {
    bytes = code;
    position = from;
    end = Math.min(to, from + MAX_LENGTH);
    Decoded d = decoded;
    d.mode = mode;
    d.startOffset = startOffset;
    d.rex = 0;
    d.segmentOverride = -1;
    d.operandSizePrefix = false;
    d.addressSizePrefix = false;
    d.repeatPrefix = 0;
    d.lock = false;
    d.modrm = 0;
    d.memory = null;
    d.immediate = 0;
    d.immediate2 = 0;
    d.opcode = null;
    try {
      Outcome outcome = decodeRest(d, from);
      return outcome == Outcome.UNDEFINED && knowsMissing ? lookUpMissing(d, from, to) : outcome;
    } catch (OutOfBytes e) {
      d.length = position - from;
      return to - from >= MAX_LENGTH ? Outcome.TOO_LONG : Outcome.NEEDS_MORE;
    }
  }

  private Outcome lookUpMissing(Decoded d, int from, int to) {
    MissingOpcodes.Found found = MissingOpcodes.decode(bytes, from, to, d.mode);
    missing = found.row();
    if (found.outcome() != Outcome.UNDEFINED) {
      d.length = found.length();
    }
    return found.outcome();
  }

  private Outcome decodeRest(Decoded d, int from) {
    int first = prefixes(d);
    int table = 0;
    int opcodeByte = first;
    if (opcodeByte == 0x0f) {
      table = 1;
      opcodeByte = next();
      if (opcodeByte == 0x38 || opcodeByte == 0x3a) {
        table = opcodeByte == 0x38 ? 2 : 3;
        opcodeByte = next();
      }
    }
    d.opcodeByte = opcodeByte;
    Opcode[] candidates = map.candidates(table, opcodeByte);
    int mandatoryPrefix = d.repeatPrefix != 0 ? d.repeatPrefix : d.operandSizePrefix ? 0x66 : 0;
    int modrm = -1;
    Opcode row = null;
    for (Opcode candidate : candidates) {
      if (candidate.hasModrm() && modrm < 0) {
        modrm = peek();
      }
      if (candidate.matches(mandatoryPrefix, candidate.hasModrm() ? modrm : 0, d.is64())) {
        row = candidate;
        break;
      }
    }
    if (row == null) {
      d.length = position - from;
      return Outcome.UNDEFINED;
    }
    d.opcode = row;
    d.operandSize = operandSize(d, row);
    if (row.hasModrm()) {
      d.modrm = next();
      if (d.modrm < 0xc0) {
        if (row.ignoresMod()) {
          d.modrm |= 0xc0;
        } else if (d.addressSize() == 16) {
          memory16(d, d.modrm);
        } else {
          memory32(d, d.modrm);
        }
      }
    }
    for (OperandCode operand : row.operands()) {
      immediate(d, operand);
    }
    d.length = position - from;
    if (d.memory != null && d.memory.base() == Cpu.RIP) {
      d.memory = d.memory.plus(d.nextOffset());
    }
    if (d.lock && (!row.has(Opcode.Trait.LOCKABLE) || d.isRegister())) {
      return Outcome.UNDEFINED;
    }
    return Outcome.DECODED;
  }

  /** Consumes the prefixes and gives the byte behind them. */
  private int prefixes(Decoded d) {
    boolean is64 = d.is64();
    while (true) {
      int value = next();
      switch (value) {
        case 0x66 -> d.operandSizePrefix = true;
        case 0x67 -> d.addressSizePrefix = true;
        case 0xf0 -> d.lock = true;
        case 0xf2, 0xf3 -> d.repeatPrefix = value;
        case 0x26 -> legacySegment(d, is64, Segments.ES);
        case 0x2e -> legacySegment(d, is64, Segments.CS);
        case 0x36 -> legacySegment(d, is64, Segments.SS);
        case 0x3e -> legacySegment(d, is64, Segments.DS);
        case 0x64 -> d.segmentOverride = Segments.FS;
        case 0x65 -> d.segmentOverride = Segments.GS;
        default -> {
          if (!is64 || (value & 0xf0) != 0x40) {
            return value;
          }
          // A REX prefix counts only right before the opcode.
          int behind = peek();
          if (!isPrefix(behind)) {
            d.rex = value;
            return next();
          }
        }
      }
    }
  }

  private static void legacySegment(Decoded d, boolean is64, int segment) {
    if (!is64) {
      d.segmentOverride = segment;
    }
  }

  private static boolean isPrefix(int value) {
    return switch (value) {
      case 0x66, 0x67, 0xf0, 0xf2, 0xf3, 0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65 -> true;
      default -> (value & 0xf0) == 0x40;
    };
  }

  private static int operandSize(Decoded d, Opcode row) {
    if (d.is64()) {
      if (d.rexW() || row.has(Opcode.Trait.FORCE64)) {
        return 64;
      }
      if (d.operandSizePrefix) {
        return 16;
      }
      return row.has(Opcode.Trait.DEFAULT64) ? 64 : 32;
    }
    boolean code32 = (d.mode & CpuMode.CODE_SIZE) == CpuMode.CODE32;
    return code32 != d.operandSizePrefix ? 32 : 16;
  }

  private void memory16(Decoded d, int modrm) {
    int mod = modrm >> 6;
    int rm = modrm & 7;
    int base =
        rm == 2 || rm == 3 || rm == 6 ? Cpu.RBP : rm == 4 ? Cpu.RSI : rm == 5 ? Cpu.RDI : Cpu.RBX;
    int index = rm == 0 || rm == 2 ? Cpu.RSI : rm == 1 || rm == 3 ? Cpu.RDI : Cpu.ZERO;
    int displacement = 0;
    if (mod == 0 && rm == 6) {
      base = Cpu.ZERO;
      displacement = signed(2);
    } else if (mod == 1) {
      displacement = signed(1);
    } else if (mod == 2) {
      displacement = signed(2);
    }
    operand(d, base == Cpu.RBP ? Segments.SS : Segments.DS, base, index, 0, displacement);
  }

  private void memory32(Decoded d, int modrm) {
    int mod = modrm >> 6;
    int base = modrm & 7;
    int index = Cpu.ZERO;
    int scale = 0;
    boolean baseExtended = true;
    if (base == 4) {
      int sib = next();
      scale = sib >> 6;
      index = sib >> 3 & 7 | (d.rex & 2) << 2;
      if (index == 4) {
        index = Cpu.ZERO;
        scale = 0;
      }
      base = sib & 7;
      if (base == 5 && mod == 0) {
        base = Cpu.ZERO;
        baseExtended = false;
      }
    } else if (base == 5 && mod == 0) {
      base = d.is64() ? Cpu.RIP : Cpu.ZERO;
      baseExtended = false;
    }
    int standard =
        baseExtended && (base == Cpu.RSP || base == Cpu.RBP) && (d.rex & 1) == 0
            ? Segments.SS
            : Segments.DS;
    if (baseExtended) {
      base |= (d.rex & 1) << 3;
    }
    int displacement = mod == 1 ? signed(1) : mod == 2 || !baseExtended ? signed(4) : 0;
    operand(d, standard, base, index, scale, displacement);
  }

  private static void operand(
      Decoded d, int standard, int base, int index, int scale, long displacement) {
    int segment = d.segmentOr(standard);
    boolean flat =
        (d.mode & CpuMode.FLAT) != 0
            && (d.is64()
                || segment == Segments.DS
                || segment == Segments.SS
                || segment == Segments.ES);
    d.memory = new MemoryOperand(segment, base, index, scale, displacement, d.addressMask(), !flat);
  }

  private void immediate(Decoded d, OperandCode operand) {
    switch (operand.method()) {
      case 'I', 'J' -> {
        int size =
            switch (operand.type()) {
              case "b" -> 1;
              case "w" -> 2;
              case "z" -> d.operandSize == 16 ? 2 : 4;
              case "v" -> d.operandSize >> 3;
              default -> throw new IllegalStateException("immediate type " + operand);
            };
        long value = size == 8 ? signedLong() : signed(size);
        if (operand != d.opcode.operands().getFirst() && hasImmediateBefore(d, operand)) {
          d.immediate2 = value;
        } else {
          d.immediate = value;
        }
      }
      case 'A' -> {
        d.immediate = d.operandSize == 16 ? signed(2) & 0xffffL : signed(4) & 0xffff_ffffL;
        d.immediate2 = signed(2) & 0xffffL;
      }
      case 'O' -> {
        long displacement =
            switch (d.addressSize()) {
              case 64 -> signedLong();
              case 32 -> signed(4);
              default -> signed(2);
            };
        operand(d, Segments.DS, Cpu.ZERO, Cpu.ZERO, 0, displacement);
      }
      default -> {}
    }
  }

  private static boolean hasImmediateBefore(Decoded d, OperandCode operand) {
    for (OperandCode before : d.opcode.operands()) {
      if (before == operand) {
        return false;
      }
      if (before.method() == 'I') {
        return true;
      }
    }
    return false;
  }

  private int peek() {
    if (position >= end) {
      throw OutOfBytes.INSTANCE;
    }
    return bytes[position] & 0xff;
  }

  private int next() {
    int value = peek();
    position++;
    return value;
  }

  private int signed(int size) {
    int value = next();
    if (size == 1) {
      return (byte) value;
    }
    value |= next() << 8;
    if (size == 2) {
      return (short) value;
    }
    return value | next() << 16 | next() << 24;
  }

  private long signedLong() {
    return signed(4) & 0xffff_ffffL | (long) signed(4) << 32;
  }
}
