package org.paravane.debug.disassembly;

import org.paravane.core.cpu.CpuMode;
import org.paravane.core.decode.Decoded;

/** The address part of a memory operand: segment, base, index, displacement. */
final class MemoryText {
  private static final String[] PAIRS16 = {
    "bx+si", "bx+di", "bp+si", "bp+di", "si", "di", "bp", "bx"
  };
  private static final int SP = 4;
  private static final int BP = 5;

  private final Decoded decoded;
  private final byte[] code;
  private final int modrmAt;
  private final int rex;
  private final StringBuilder text = new StringBuilder();

  /** Describes the ModR/M memory operand whose ModR/M byte is {@code code[modrmAt]}. */
  MemoryText(Decoded decoded, byte[] code, int modrmAt, int rex) {
    this.decoded = decoded;
    this.code = code;
    this.modrmAt = modrmAt;
    this.rex = rex;
  }

  /** An absolute address with its segment. */
  static String absolute(Decoded decoded, long address) {
    int segment = decoded.segmentOverride();
    long masked = address & decoded.addressMask();
    return RegisterNames.segment(segment >= 0 ? segment : 3) + ":" + hex(masked);
  }

  /** Such as {@code fs:[rax+rcx*4-0x8]}. */
  String text() {
    if (decoded.segmentOverride() >= 0) {
      text.append(RegisterNames.segment(decoded.segmentOverride())).append(':');
    }
    return decoded.addressSize() == 16 ? text16() : text32();
  }

  private String text16() {
    int mod = decoded.modrm() >> 6;
    int rm = decoded.modrm() & 7;
    long displacement = decoded.memory().displacement();
    if (mod == 0 && rm == 6) {
      return absolute(decoded, displacement);
    }
    text.append('[').append(PAIRS16[rm]);
    if (mod != 0) {
      appendSigned(displacement);
    }
    return text.append(']').toString();
  }

  private String text32() {
    int mod = decoded.modrm() >> 6;
    int base = decoded.modrm() & 7;
    boolean hasSib = base == SP;
    int index = SP;
    int scale = 0;
    if (hasSib) {
      int sib = code[modrmAt + 1];
      base = sib & 7;
      index = sib >> 3 & 7 | (rex & 2) << 2;
      scale = sib >> 6 & 3;
    }
    boolean hasBase = mod != 0 || base != BP;
    boolean hasIndex = index != SP;
    if (!hasBase && !hasSib && decoded.is64()) {
      long displacement = decoded.memory().displacement() - decoded.length();
      return text.append(decoded.addressSize() == 64 ? "[rip+" : "[eip+")
          .append(hex(displacement))
          .append(']')
          .toString();
    }
    int codeSize = decoded.mode() & CpuMode.CODE_SIZE;
    boolean showsNoIndex =
        hasSib
            && !hasBase
            && !hasIndex
            && codeSize != CpuMode.CODE16
            && decoded.addressSize() == 32;
    if (!hasBase && !hasIndex && scale == 0 && !showsNoIndex) {
      return absolute(decoded, decoded.memory().displacement());
    }
    text.append('[');
    if (hasBase) {
      text.append(RegisterNames.general(base | (rex & 1) << 3, decoded.addressSize()));
    }
    if (hasSib && (hasIndex || scale != 0 || showsNoIndex || hasBase && base != SP)) {
      text.append(hasBase ? "+" : "");
      text.append(
          hasIndex
              ? RegisterNames.general(index, decoded.addressSize())
              : decoded.addressSize() == 64 ? "riz" : "eiz");
      text.append('*').append(1 << scale);
    }
    long displacement = decoded.memory().displacement();
    if (!hasBase && !hasIndex && decoded.is64()) {
      displacement &= decoded.addressMask();
    }
    if (displacement != 0 || mod != 0 || base == BP) {
      appendSigned(displacement);
    }
    return text.append(']').toString();
  }

  private void appendSigned(long displacement) {
    text.append(displacement < 0 ? "-" : "+").append(hex(Math.abs(displacement)));
  }

  private static String hex(long value) {
    return "0x" + Long.toHexString(value);
  }
}
