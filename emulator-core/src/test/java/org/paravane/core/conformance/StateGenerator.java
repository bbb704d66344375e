package org.paravane.core.conformance;

import java.util.Arrays;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.paravane.core.cpu.Rflags;

/** Fills random states that suit an encoding: pointers lead into the data and stack pages, counts stay small. */
final class StateGenerator {
  private static final int RAX = 0;
  private static final int RCX = 1;
  private static final int RDX = 2;
  private static final int RBX = 3;
  private static final int RSP = 4;
  private static final int RBP = 5;
  private static final int RSI = 6;
  private static final int RDI = 7;

  private static final long[] BOUNDARIES = {
    0,
    1,
    2,
    -1,
    -2,
    0x7f,
    0x80,
    0xff,
    0x100,
    0x7fff,
    0x8000,
    0xffff,
    0x1_0000,
    0x7fff_ffffL,
    0x8000_0000L,
    0xffff_ffffL,
    0x1_0000_0000L,
    Long.MAX_VALUE,
    Long.MIN_VALUE,
    0x8080_8080_8080_8080L,
    0x7f7f_7f7f_7f7f_7f7fL,
    0x5555_5555_5555_5555L,
    0xaaaa_aaaa_aaaa_aaaaL,
    0x8000_8000_8000_8000L,
    0x8000_0000_8000_0000L
  };
  private static final int[] SINGLES = {
    0,
    0x8000_0000,
    0x3f80_0000,
    0xbf80_0000,
    0x7f80_0000,
    0xff80_0000,
    0x7fc0_0000,
    0x7fa0_0000,
    0xffc0_0001,
    1,
    0x8000_0001,
    0x007f_ffff,
    0x0080_0000,
    0x7f7f_ffff,
    0xff7f_ffff,
    0x4f00_0000,
    0xcf00_0000,
    0x4b00_0000,
    0x3f00_0000
  };
  private static final long[] DOUBLES = {
    0,
    Long.MIN_VALUE,
    0x3ff0_0000_0000_0000L,
    0xbff0_0000_0000_0000L,
    0x7ff0_0000_0000_0000L,
    0xfff0_0000_0000_0000L,
    0x7ff8_0000_0000_0000L,
    0x7ff4_0000_0000_0000L,
    0xfff8_0000_0000_0001L,
    1,
    0x8000_0000_0000_0001L,
    0x000f_ffff_ffff_ffffL,
    0x0010_0000_0000_0000L,
    0x7fef_ffff_ffff_ffffL,
    0x41e0_0000_0000_0000L,
    0xc1e0_0000_0000_0000L,
    0x43e0_0000_0000_0000L,
    0xc3e0_0000_0000_0000L,
    0x3fe0_0000_0000_0000L
  };
  private static final int[] EXTENDED_EXPONENTS = {
    0, 1, 0x3ffe, 0x3fff, 0x4000, 0x401e, 0x403e, 0x7ffe, 0x7fff
  };

  /** What needs its operand aligned, or is large: addresses for these are multiples of 64 more often. */
  private static final Set<String> LARGE = Set.of("FXSAVE", "FXRSTOR", "FNSAVE", "FRSTOR", "FSAVE");

  private static final int EXCEPTIONS = 0x3f;
  private static final int BUSY_AND_ERROR_SUMMARY = 0x8080;
  private static final int MXCSR_MASKS = 0x1f80;

  private final RandomGenerator random;
  private final byte[] background = new byte[GuestLayout.MEMORY_BYTES];

  StateGenerator(RandomGenerator random) {
    this.random = random;
    random.nextBytes(background);
  }

  /** A place for an operand on the data pages, sometimes across the two. */
  static long operandAddress(RandomGenerator random, String mnemonic) {
    int large = LARGE.contains(mnemonic) ? 0x200 : 0x40;
    int offset =
        random.nextInt(8) == 0
            ? 0x1000 - random.nextInt(large)
            : 0x400 + random.nextInt(GuestLayout.DATA_BYTES - 0x800);
    return GuestLayout.DATA + (random.nextInt(4) == 0 ? offset : offset & -64);
  }

  private boolean oneIn(int n) {
    return random.nextInt(n) == 0;
  }

  /** A general value: random, at a boundary, or of few bits. */
  private long value() {
    return switch (random.nextInt(8)) {
      case 0, 1, 2 -> random.nextLong();
      case 3, 4 -> BOUNDARIES[random.nextInt(BOUNDARIES.length)];
      case 5 -> random.nextLong() >> random.nextInt(64);
      case 6 -> random.nextInt(-130, 130);
      default -> 1L << random.nextInt(64);
    };
  }

  private long singles() {
    return single() & 0xffff_ffffL | single() << 32;
  }

  private long single() {
    return oneIn(2)
        ? SINGLES[random.nextInt(SINGLES.length)]
        : oneIn(2)
            ? random.nextInt()
            : Float.floatToRawIntBits((float) random.nextGaussian() * 1000);
  }

  private long dbl() {
    return oneIn(2)
        ? DOUBLES[random.nextInt(DOUBLES.length)]
        : oneIn(2) ? random.nextLong() : Double.doubleToRawLongBits(random.nextGaussian() * 1000);
  }

  /** A vector quadword: integers, singles or doubles. */
  private long lane() {
    return switch (random.nextInt(4)) {
      case 0 -> singles();
      case 1 -> dbl();
      case 2 -> value();
      default -> random.nextLong();
    };
  }

  /** Fills {@code s} anew. */
  void fill(ProcessorState s, Encoded e) {
    System.arraycopy(background, 0, s.memory, 0, s.memory.length);
    s.rip = e.address;
    s.vector = ProcessorState.NO_FAULT;
    s.rflags = 0x202 | random.nextInt() & (Rflags.STATUS | Rflags.DF);
    for (int i = 0; i < 16; i++) {
      s.gpr[i] = value();
    }
    s.gpr[RSP] =
        GuestLayout.STACK
            + 0x600
            + (oneIn(4) ? random.nextInt(0x200) : random.nextInt(0x200) & -16);
    for (int i = -2; i < 6; i++) {
      s.put64(s.gpr[RSP] + 8L * i, value());
    }
    floatingPoint(s, e);
    special(s, e);
    long target = operand(s, e);
    if (target != 0) {
      operandValue(s, e, target);
    }
  }

  /** Lets the address registers lead to the data pages and gives the operand's address, or 0 if there is none. */
  private long operand(ProcessorState s, Encoded e) {
    if (!e.hasMemory()) {
      return 0;
    }
    if (e.fixedAddress != 0) {
      return e.fixedAddress;
    }
    long offset = operandAddress(random, e.mnemonic());
    if (e.form.row().mnemonic().equals("POP") || e.form.row().mnemonic().equals("PUSH")) {
      offset &= -16;
    }
    if (e.gs) {
      offset -= GuestLayout.DATA;
    }
    long rest = offset - e.displacement;
    if (e.base == e.index) {
      s.gpr[e.base] = Math.floorDiv(rest, 1 + (1L << e.scale));
      offset = e.displacement + s.gpr[e.base] * (1 + (1L << e.scale));
    } else if (e.base == Encoded.NONE) {
      s.gpr[e.index] = rest >> e.scale;
      offset = e.displacement + (s.gpr[e.index] << e.scale);
    } else {
      s.gpr[e.base] = rest - (e.index == Encoded.NONE ? 0 : s.gpr[e.index] << e.scale);
    }
    if (e.address32) {
      // The upper halves do not count.
      for (int register : new int[] {e.base, e.index}) {
        if (register >= 0 && register != RSP && oneIn(2)) {
          s.gpr[register] ^= (long) random.nextInt() << 32;
        }
      }
    }
    return offset + (e.gs ? GuestLayout.DATA : 0);
  }

  private void operandValue(ProcessorState s, Encoded e, long target) {
    boolean vector = e.form.isSse() || e.form.isX87();
    s.put64(target, vector ? lane() : value());
    s.put64(target + 8, vector ? lane() : value());
    switch (e.mnemonic()) {
      case "JMP", "CALL" -> s.put64(target, codeTarget(e));
      case "CMPXCHG" -> {
        if (oneIn(2)) {
          s.put64(target, s.gpr[RAX]);
        }
      }
      case "CMPXCHG8B" -> {
        if (oneIn(2)) {
          s.put64(target, s.gpr[RAX] & 0xffff_ffffL | s.gpr[RDX] << 32);
        }
      }
      case "CMPXCHG16B" -> {
        if (oneIn(2)) {
          s.put64(target, s.gpr[RAX]);
          s.put64(target + 8, s.gpr[RDX]);
        }
      }
      case "LDMXCSR" -> s.put64(target, random.nextInt(oneIn(8) ? 0x2_0000 : 0x1_0000));
      case "FXRSTOR" ->
          s.put64(
              target + 24,
              0xffff_0000_0000L << 16 | random.nextInt(oneIn(8) ? 0x2_0000 : 0x1_0000));
      default -> {}
    }
  }

  /** What the instruction takes from registers that its operands do not name. */
  private void special(ProcessorState s, Encoded e) {
    switch (e.mnemonic()) {
      case "JMP", "CALL" -> {
        if (e.form.operand() == InstructionForm.RmOperand.REGISTER) {
          s.gpr[e.rm] = codeTarget(e);
        }
      }
      case "RET" -> s.put64(s.gpr[RSP], codeTarget(e));
      case "LOOP", "LOOPE", "LOOPNE", "JrCXZ" ->
          s.gpr[RCX] = oneIn(2) ? random.nextInt(3) : value() & -1L << (oneIn(2) ? 32 : 0);
      case "LEAVE", "ENTER" -> s.gpr[RBP] = s.gpr[RSP] + random.nextInt(0x80);
      case "POPF" ->
          // TF, NT and AC would trap in the operating system's code.
          s.put64(s.gpr[RSP], s.get64(s.gpr[RSP]) & ~(long) (Rflags.TF | Rflags.NT | Rflags.AC));
      case "XLAT" -> s.gpr[RBX] = data(e) - (e.gs ? GuestLayout.DATA : 0);
      case "MASKMOVDQU", "MASKMOVQ" -> s.gpr[RDI] = data(e) - (e.gs ? GuestLayout.DATA : 0);
      case "BT", "BTS", "BTR", "BTC" -> {
        if (e.hasMemory() && e.form.modrmReg() < 0) {
          bitOffset(s, e);
        }
      }
      case "DIV", "IDIV" -> quotientThatFits(s, e);
      case "CMPXCHG" -> {
        if (e.form.operand() == InstructionForm.RmOperand.REGISTER && oneIn(2)) {
          s.gpr[RAX] = s.gpr[e.rm];
        }
      }
      default -> strings(s, e);
    }
  }

  private void strings(ProcessorState s, Encoded e) {
    int opcode = e.form.opcode()[0] & 0xff;
    boolean string =
        e.form.opcode().length == 1
            && (opcode >= 0xa4 && opcode <= 0xa7 || opcode >= 0xaa && opcode <= 0xaf);
    if (!string) {
      return;
    }
    s.gpr[RSI] = data(e) - (e.gs ? GuestLayout.DATA : 0);
    s.gpr[RDI] = oneIn(4) ? data(e) + random.nextInt(-8, 9) : data(e);
    if (oneIn(3)) {
      // Overlapping copies.
      s.gpr[RDI] = s.gpr[RSI] + (e.gs ? GuestLayout.DATA : 0) + random.nextInt(-16, 17);
    }
    if (e.repeated) {
      s.gpr[RCX] = oneIn(8) ? 0 : random.nextInt(40);
    }
    if (e.address32) {
      s.gpr[RCX] |= (long) random.nextInt() << 32;
    }
    if (oneIn(2)) {
      // So that comparisons and scans go on for a while.
      byte b = (byte) (oneIn(2) ? s.gpr[RAX] : random.nextInt());
      Arrays.fill(s.memory, 0, GuestLayout.DATA_BYTES, b);
      s.gpr[RAX] = oneIn(4) ? s.gpr[RAX] : (b & 0xffL) * 0x0101_0101_0101_0101L;
      for (int i = 0; i < 20; i++) {
        s.memory[random.nextInt(GuestLayout.DATA_BYTES)] = (byte) random.nextInt();
      }
    }
  }

  private long data(Encoded e) {
    return operandAddress(random, e.mnemonic());
  }

  private long codeTarget(Encoded e) {
    long end = e.address + e.bytes.length;
    while (true) {
      long target = GuestLayout.CODE + random.nextInt(GuestLayout.CODE_BYTES - 16);
      if (target < e.address || target >= end + 5) {
        return target;
      }
    }
  }

  /** A bit offset of up to 512 bytes before or behind the operand. */
  private void bitOffset(ProcessorState s, Encoded e) {
    long offset = random.nextInt(-0x1000, 0x1000);
    int bits = e.form.operandSize();
    s.gpr[e.reg] = bits == 64 ? offset : value() << bits | offset & (1L << bits) - 1;
  }

  /** Keeps half of the dividends so small that the quotient has a chance to fit. */
  private void quotientThatFits(ProcessorState s, Encoded e) {
    if (oneIn(4)) {
      return;
    }
    int bits = e.form.row().operands().getFirst().type().equals("b") ? 8 : e.form.operandSize();
    boolean signed = e.mnemonic().equals("IDIV");
    if (bits == 8) {
      int shift = random.nextInt(4, 9);
      long dividend = signed ? (short) s.gpr[RAX] >> shift : (s.gpr[RAX] & 0xffff) >> shift;
      s.gpr[RAX] = s.gpr[RAX] & ~0xffffL | dividend & 0xffff;
    } else if (signed) {
      s.gpr[RDX] = oneIn(2) ? s.gpr[RAX] << 64 - bits >> 63 : random.nextInt(-3, 3);
    } else {
      s.gpr[RDX] = oneIn(2) ? 0 : random.nextInt(4);
    }
  }

  private void floatingPoint(ProcessorState s, Encoded e) {
    s.controlWord = 0x37f;
    s.statusWord = 0;
    s.tags = 0;
    s.mxcsr = MXCSR_MASKS;
    if (e.form.isX87() || e.form.isMmx()) {
      // All combinations of rounding and precision.
      s.controlWord =
          0x40
              | (random.nextInt() & 0xc00)
              | (oneIn(2) ? 0x300 : random.nextInt(4) << 8)
              | EXCEPTIONS;
      s.statusWord = random.nextInt() & 0x7f00 | (oneIn(2) ? 0 : random.nextInt() & EXCEPTIONS);
      s.tags = oneIn(2) ? 0xff : random.nextInt(256);
      if (e.form.isX87() && oneIn(8)) {
        unmaskExceptions(s);
      }
      if (e.form.isMmx() && !oneIn(4)) {
        // MMX instructions clear TOP, which turns the registers of the saved state round.
        s.statusWord &= ~0x3800;
      }
    }
    for (int i = 0; i < 8; i++) {
      s.significand[i] = lane();
      s.signExponent[i] =
          oneIn(2)
              ? EXTENDED_EXPONENTS[random.nextInt(EXTENDED_EXPONENTS.length)]
                  | random.nextInt(2) << 15
              : oneIn(3)
                  ? random.nextInt(0x1_0000)
                  : 0x3fff + random.nextInt(-70, 70) | random.nextInt(2) << 15;
      if (s.signExponent[i] << 17 != 0 && !oneIn(16)) {
        s.significand[i] |= Long.MIN_VALUE;
      }
    }
    if (e.form.isSse()) {
      s.mxcsr = MXCSR_MASKS | random.nextInt() & 0xe07f;
      if (oneIn(2)) {
        s.mxcsr &= 0x1fbf;
      }
      if (oneIn(8)) {
        s.mxcsr &= ~(random.nextInt(64) << 7);
      }
    }
    for (int i = 0; i < 32; i++) {
      s.xmm[i] = lane();
    }
  }

  /** Unmasks some x87 exceptions, of which one may be pending. */
  private void unmaskExceptions(ProcessorState s) {
    s.controlWord &= ~random.nextInt(64);
    if (!oneIn(4)) {
      s.statusWord &= ~EXCEPTIONS;
    }
    if ((s.statusWord & ~s.controlWord & EXCEPTIONS) != 0) {
      s.statusWord |= BUSY_AND_ERROR_SUMMARY;
    }
  }
}
