package org.paravane.core.fpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class SseVectorsTest {
  private final SseArithmetic sse = new SseArithmetic();
  private final SseComparison comparison = new SseComparison(sse);
  private final SseConversion conversion = new SseConversion(sse);

  @Test
  void everyInstructionActsAsOnARealProcessor() {
    List<String[]> cases = Vectors.read("sse-scalar.txt");
    assertThat(cases).hasSizeGreaterThan(1400);
    assertThat(
            cases.stream()
                .filter(columns -> !agrees(columns))
                .map(columns -> String.join(" ", columns)))
        .isEmpty();
  }

  private boolean agrees(String[] columns) {
    String mnemonic = columns[0];
    int immediate = HexFormat.fromHexDigits(columns[1]);
    sse.mxcsr(HexFormat.fromHexDigits(columns[2]));
    long a = HexFormat.fromHexDigitsToLong(columns[3]);
    long b = HexFormat.fromHexDigitsToLong(columns[4]);
    boolean comparing = mnemonic.contains("comis");
    long mask = mnemonic.matches(".*ss|cvtsi2ss..|.*2si32") ? 0xFFFF_FFFFL : -1;
    long result =
        mnemonic.startsWith("cvt") || mnemonic.startsWith("round")
            ? convert(mnemonic, a, immediate)
            : mnemonic.matches(".*(min|max|com|cmp).*")
                ? compare(mnemonic, a, b, immediate)
                : mask == -1 ? calculate(mnemonic, a, b) : calculate(mnemonic, (int) a, (int) b);
    boolean faults = sse.commit();
    if (faults != columns[5].equals("-") || sse.mxcsr() != HexFormat.fromHexDigits(columns[6])) {
      return false;
    }
    if (faults) {
      return true;
    }
    long expected =
        comparing ? HexFormat.fromHexDigits(columns[7]) : HexFormat.fromHexDigitsToLong(columns[5]);
    return ((expected ^ result) & mask) == 0;
  }

  private long calculate(String mnemonic, long a, long b) {
    return switch (mnemonic) {
      case "addsd" -> sse.addDouble(a, b);
      case "subsd" -> sse.subtractDouble(a, b);
      case "mulsd" -> sse.multiplyDouble(a, b);
      case "divsd" -> sse.divideDouble(a, b);
      case "sqrtsd" -> sse.squareRootDouble(a);
      default -> throw new IllegalArgumentException(mnemonic);
    };
  }

  private int calculate(String mnemonic, int a, int b) {
    return switch (mnemonic) {
      case "addss" -> sse.addFloat(a, b);
      case "subss" -> sse.subtractFloat(a, b);
      case "mulss" -> sse.multiplyFloat(a, b);
      case "divss" -> sse.divideFloat(a, b);
      case "sqrtss" -> sse.squareRootFloat(a);
      default -> throw new IllegalArgumentException(mnemonic);
    };
  }

  private long compare(String mnemonic, long a, long b, int predicate) {
    return switch (mnemonic) {
      case "minsd" -> comparison.minDouble(a, b);
      case "maxsd" -> comparison.maxDouble(a, b);
      case "minss" -> comparison.minFloat((int) a, (int) b);
      case "maxss" -> comparison.maxFloat((int) a, (int) b);
      case "comisd" -> comparison.orderedDouble(a, b);
      case "ucomisd" -> comparison.unorderedDouble(a, b);
      case "comiss" -> comparison.orderedFloat((int) a, (int) b);
      case "ucomiss" -> comparison.unorderedFloat((int) a, (int) b);
      case "cmpsd" -> comparison.holdsDouble(a, b, predicate) ? -1 : 0;
      case "cmpss" -> comparison.holdsFloat((int) a, (int) b, predicate) ? -1 : 0;
      default -> throw new IllegalArgumentException(mnemonic);
    };
  }

  private long convert(String mnemonic, long a, int immediate) {
    return switch (mnemonic) {
      case "cvtsd2ss" -> conversion.doubleToFloat(a);
      case "cvtss2sd" -> conversion.floatToDouble((int) a);
      case "cvtsi2sd32" -> conversion.integerToDouble((int) a);
      case "cvtsi2sd64" -> conversion.integerToDouble(a);
      case "cvtsi2ss32" -> conversion.integerToFloat((int) a);
      case "cvtsi2ss64" -> conversion.integerToFloat(a);
      case "cvtsd2si32" -> conversion.doubleToInteger(a, 32);
      case "cvtsd2si64" -> conversion.doubleToInteger(a, 64);
      case "cvttsd2si32" -> conversion.doubleToIntegerTruncated(a, 32);
      case "cvttsd2si64" -> conversion.doubleToIntegerTruncated(a, 64);
      case "cvtss2si32" -> conversion.floatToInteger((int) a, 32);
      case "cvtss2si64" -> conversion.floatToInteger((int) a, 64);
      case "cvttss2si32" -> conversion.floatToIntegerTruncated((int) a, 32);
      case "cvttss2si64" -> conversion.floatToIntegerTruncated((int) a, 64);
      case "roundsd" -> conversion.roundDouble(a, immediate);
      case "roundss" -> conversion.roundFloat((int) a, immediate);
      default -> throw new IllegalArgumentException(mnemonic);
    };
  }
}
