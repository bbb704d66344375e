package org.paravane.core.fpu;

import java.util.HexFormat;

/** Executes the x87 instructions of a vector line on two stack registers, as the processor that made the line did. */
final class X87Replay {
  /** What {@code FLD} of an empty register with a masked stack fault gives. */
  private static final String EMPTY = "ffff:c000000000000000";

  private static final String UNTOUCHED = "5a5a5a5a5a5a5a5a5a5a";
  private static final String ONE = "3fff:8000000000000000";

  private enum Kind {
    REPLACE,
    REPLACE_AND_PUSH,
    POP_INTO_NEXT,
    PUSH,
    COMPARE,
    COMPARE_FLAGS,
    STORE,
    STORE_AND_POP
  }

  private final ExtendedArithmetic arithmetic = new ExtendedArithmetic();
  private final ExtendedConversion conversion = new ExtendedConversion(arithmetic);
  private final ExtendedComparison comparison = new ExtendedComparison(arithmetic);
  private final ExtendedRemainder remainder = new ExtendedRemainder(arithmetic);
  private final ExtendedScaling scaling = new ExtendedScaling(arithmetic);
  private final ExtendedTranscendentals transcendentals = new ExtendedTranscendentals(arithmetic);

  private Kind kind;
  private int conditionCodes;
  private boolean outOfRange;
  private long stored;
  private int storedBits;

  /** The columns after the operands: ST(0), ST(1), memory, status word, and ZF, PF and CF. */
  String replay(String mnemonic, int controlWord, String a, String b) {
    arithmetic.controlWord(controlWord);
    conditionCodes = -1;
    outOfRange = false;
    storedBits = 0;
    kind = kind(mnemonic);
    boolean widened = widened(mnemonic, lower(b));
    int bse = widened ? arithmetic.resultSignExponent : upper(b);
    execute(mnemonic, upper(a), lower(a), bse, widened ? arithmetic.resultSignificand : lower(b));
    boolean memoryOperand = widened || mnemonic.matches("fbld|fld32|fld64|fild..");
    boolean suppressed =
        outOfRange
            || switch (kind) {
              case STORE, STORE_AND_POP -> arithmetic.storeSuppressed();
              case PUSH -> arithmetic.loadSuppressed();
              default -> arithmetic.resultSuppressed();
            };
    String result = register(arithmetic.resultSignExponent, arithmetic.resultSignificand);
    String pushed = register(arithmetic.pushedSignExponent, arithmetic.pushedSignificand);
    String first = a;
    String second = memoryOperand ? ONE : b;
    int top = 6;
    if (!suppressed) {
      switch (kind) {
        case REPLACE -> first = result;
        case REPLACE_AND_PUSH -> {
          first = pushed;
          second = result;
          top = 5;
        }
        case POP_INTO_NEXT -> {
          first = result;
          second = EMPTY;
          top = 7;
        }
        case PUSH -> {
          first = result;
          second = a;
          top = 5;
        }
        case STORE_AND_POP -> {
          first = second;
          second = EMPTY;
          top = 7;
        }
        case STORE, COMPARE, COMPARE_FLAGS -> {}
      }
    }
    int codes =
        conditionCodes >= 0 ? conditionCodes : arithmetic.roundedUp ? ExtendedComparison.C1 : 0;
    int status = top << 11 | arithmetic.flags | (arithmetic.unmaskedExceptions() != 0 ? 0x8080 : 0);
    if (kind != Kind.COMPARE_FLAGS) {
      status |= codes;
    }
    String memory = memoryOperand ? b : memory(suppressed);
    String flags = kind == Kind.COMPARE_FLAGS && !suppressed ? " %02x".formatted(codes) : "";
    return "%s %s %s %04x%s".formatted(first, second, memory, status, flags);
  }

  private String memory(boolean suppressed) {
    int digits = suppressed ? 0 : storedBits / 4;
    int upper = storedBits > 64 ? arithmetic.resultSignExponent : 0;
    String all = "%04x%016x".formatted(upper, stored);
    String bytes = UNTOUCHED.substring(digits) + all.substring(all.length() - digits);
    return bytes.substring(0, 4) + ":" + bytes.substring(4);
  }

  private static Kind kind(String mnemonic) {
    return switch (mnemonic) {
      case "fcom", "fucom", "ftst", "fxam", "fcom32", "fcom64" -> Kind.COMPARE;
      case "fcomi", "fucomi" -> Kind.COMPARE_FLAGS;
      case "fst32", "fst64", "fist16", "fist32" -> Kind.STORE;
      case "fistp64", "fisttp16", "fisttp32", "fisttp64", "fbstp" -> Kind.STORE_AND_POP;
      case "fyl2x", "fyl2xp1", "fpatan" -> Kind.POP_INTO_NEXT;
      case "fxtract", "fptan", "fsincos" -> Kind.REPLACE_AND_PUSH;
      case "fbld", "fld32", "fld64", "fild16", "fild32", "fild64" -> Kind.PUSH;
      case "fld1", "fldl2t", "fldl2e", "fldpi", "fldlg2", "fldln2", "fldz" -> Kind.PUSH;
      default -> Kind.REPLACE;
    };
  }

  private void execute(String mnemonic, int ase, long a, int bse, long b) {
    switch (mnemonic) {
      case "fadd", "fadd32", "fiadd16" -> arithmetic.add(ase, a, bse, b);
      case "fsub", "fsub64" -> arithmetic.subtract(ase, a, bse, b);
      case "fmul", "fmul32" -> arithmetic.multiply(ase, a, bse, b);
      case "fdiv", "fdiv64" -> arithmetic.divide(ase, a, bse, b);
      case "fidivr32" -> arithmetic.divide(bse, b, ase, a);
      case "fsqrt" -> arithmetic.squareRoot(ase, a);
      case "fprem" -> conditionCodes = remainder.truncating(ase, a, bse, b);
      case "fprem1" -> conditionCodes = remainder.nearest(ase, a, bse, b);
      case "frndint" -> scaling.roundToInteger(ase, a);
      case "fscale" -> scaling.scale(ase, a, bse, b);
      case "fxtract" -> scaling.extract(ase, a);
      case "f2xm1" -> transcendentals.exp2m1(ase, a);
      case "fyl2x" -> transcendentals.yLog2x(ase, a, bse, b);
      case "fyl2xp1" -> transcendentals.yLog2xPlus1(ase, a, bse, b);
      case "fpatan" -> transcendentals.arctangent(ase, a, bse, b);
      case "fsin" -> noteRange(transcendentals.sine(ase, a));
      case "fcos" -> noteRange(transcendentals.cosine(ase, a));
      case "fptan" -> noteRange(transcendentals.tangent(ase, a));
      case "fsincos" -> noteRange(transcendentals.sineAndCosine(ase, a));
      case "fcomi" -> conditionCodes = comparison.ordered(ase, a, bse, b);
      case "fucomi" -> conditionCodes = comparison.unordered(ase, a, bse, b);
      case "fcom", "fcom32", "fcom64" -> conditionCodes = comparison.ordered(ase, a, bse, b) << 8;
      case "fucom" -> conditionCodes = comparison.unordered(ase, a, bse, b) << 8;
      case "ftst" -> conditionCodes = comparison.withZero(ase, a) << 8;
      case "fxam" -> {
        conditionCodes = ExtendedComparison.examine(ase, a);
        arithmetic.begin();
      }
      case "fst32" -> store(32, conversion.storeFloat(ase, a));
      case "fst64" -> store(64, conversion.storeDouble(ase, a));
      case "fist16", "fist32" -> {
        int width = mnemonic.equals("fist16") ? 16 : 32;
        store(width, conversion.storeInteger(ase, a, width));
      }
      case "fistp64" -> store(64, conversion.storeInteger(ase, a, 64));
      case "fisttp16" -> store(16, conversion.storeTruncated(ase, a, 16));
      case "fisttp32" -> store(32, conversion.storeTruncated(ase, a, 32));
      case "fisttp64" -> store(64, conversion.storeTruncated(ase, a, 64));
      case "fbstp" -> {
        conversion.storeDecimal(ase, a);
        store(80, arithmetic.resultSignificand);
      }
      case "fbld" -> conversion.loadDecimal(bse, b);
      case "fld32" -> conversion.loadFloat((int) b);
      case "fld64" -> conversion.loadDouble(b);
      case "fild16" -> conversion.loadInteger((short) b);
      case "fild32" -> conversion.loadInteger((int) b);
      case "fild64" -> conversion.loadInteger(b);
      case "fld1" -> conversion.loadConstant(ExtendedConstant.ONE);
      case "fldl2t" -> conversion.loadConstant(ExtendedConstant.LOG2_10);
      case "fldl2e" -> conversion.loadConstant(ExtendedConstant.LOG2_E);
      case "fldpi" -> conversion.loadConstant(ExtendedConstant.PI);
      case "fldlg2" -> conversion.loadConstant(ExtendedConstant.LOG10_2);
      case "fldln2" -> conversion.loadConstant(ExtendedConstant.LN_2);
      case "fldz" -> conversion.loadConstant(ExtendedConstant.ZERO);
      default -> throw new IllegalArgumentException(mnemonic);
    }
  }

  /** Brings the memory operand of an arithmetic instruction or comparison to the result; false if it has none. */
  private boolean widened(String mnemonic, long b) {
    switch (mnemonic) {
      case "fadd32", "fmul32", "fcom32" -> conversion.widenFloat((int) b);
      case "fsub64", "fdiv64", "fcom64" -> conversion.widenDouble(b);
      case "fiadd16" -> conversion.loadInteger((short) b);
      case "fidivr32" -> conversion.loadInteger((int) b);
      default -> {
        return false;
      }
    }
    return true;
  }

  private void noteRange(boolean inRange) {
    outOfRange = !inRange;
    conditionCodes = inRange ? -1 : ExtendedComparison.C2;
  }

  private void store(int bits, long value) {
    storedBits = bits;
    stored = value;
  }

  private static String register(int signExponent, long significand) {
    return "%04x:%016x".formatted(signExponent, significand);
  }

  static int upper(String register) {
    return HexFormat.fromHexDigits(register, 0, 4);
  }

  static long lower(String register) {
    return HexFormat.fromHexDigitsToLong(register, 5, 21);
  }
}
