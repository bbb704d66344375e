package org.paravane.core.instructions.vector;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.function.LongBinaryOperator;
import org.junit.jupiter.api.Test;

/** The arithmetic without loops against the same, lane by lane. */
class LanesTest {
  private static final long[] SIGNS = {Lanes.BYTES, Lanes.WORDS, Lanes.DWORDS};

  private interface LaneOperation {
    long apply(long a, long b, int width);
  }

  private interface PackedUnderTest {
    long apply(long a, long b, long signs, int width);
  }

  @Test
  void sumsAndDifferencesStayInTheirLanes() {
    check((a, b, signs, width) -> Lanes.add(a, b, signs), (a, b, width) -> a + b, true);
    check((a, b, signs, width) -> Lanes.subtract(a, b, signs), (a, b, width) -> a - b, true);
  }

  @Test
  void saturationStopsAtTheExtremes() {
    check(Lanes::addSigned, (a, b, w) -> Math.clamp(a + b, -1L << w - 1, (1L << w - 1) - 1), true);
    check(
        Lanes::subtractSigned,
        (a, b, w) -> Math.clamp(a - b, -1L << w - 1, (1L << w - 1) - 1),
        true);
    check(Lanes::addUnsigned, (a, b, w) -> Math.min(a + b, (1L << w) - 1), false);
    check(Lanes::subtractUnsigned, (a, b, w) -> Math.max(a - b, 0), false);
  }

  @Test
  void comparisonsFillTheirLanes() {
    check(Lanes::equal, (a, b, w) -> a == b ? -1 : 0, true);
    check(Lanes::greater, (a, b, w) -> a > b ? -1 : 0, true);
    check(Lanes::above, (a, b, w) -> a > b ? -1 : 0, false);
    check(
        (a, b, signs, width) -> Lanes.negative(a, signs, width), (a, b, w) -> a < 0 ? -1 : 0, true);
  }

  @Test
  void averagesRoundUp() {
    check((a, b, signs, width) -> Lanes.average(a, b, signs), (a, b, w) -> a + b + 1 >> 1, false);
  }

  @Test
  void shiftsDropWhatLeavesTheLane() {
    for (int width : new int[] {16, 32, 64}) {
      for (int count = 0; count <= width + 1; count++) {
        int by = count;
        boolean all = count >= width;
        compare(
            width,
            (a, b) -> PackedShifts.left(a, by, width),
            (a, b, w) -> all ? 0 : a << by,
            false);
        compare(
            width,
            (a, b) -> PackedShifts.right(a, by, width),
            (a, b, w) -> all ? 0 : a >>> by,
            false);
        compare(
            width,
            (a, b) -> PackedShifts.arithmetic(a, by, width),
            (a, b, w) -> a >> Math.min(by, width - 1),
            true);
      }
    }
  }

  private static void check(PackedUnderTest tested, LaneOperation reference, boolean signed) {
    for (int i = 0; i < 3; i++) {
      long signs = SIGNS[i];
      int width = 8 << i;
      compare(width, (a, b) -> tested.apply(a, b, signs, width), reference, signed);
    }
  }

  private static void compare(
      int width, LongBinaryOperator tested, LaneOperation reference, boolean signed) {
    Random random = new Random(width);
    for (int i = 0; i < 200; i++) {
      long a = lanes(random, width);
      long b = lanes(random, width);
      long expected = 0;
      for (int at = 0; at < 64; at += width) {
        long lane = reference.apply(lane(a, at, width, signed), lane(b, at, width, signed), width);
        expected |= lane << 64 - width >>> 64 - width << at;
      }
      assertThat(tested.applyAsLong(a, b)).as("%d bits: %x, %x", width, a, b).isEqualTo(expected);
    }
  }

  private static long lane(long value, int at, int width, boolean signed) {
    long top = value << 64 - width - at;
    return signed ? top >> 64 - width : top >>> 64 - width;
  }

  /** Lanes of which many are equal or extreme. */
  private static long lanes(Random random, int width) {
    long result = 0;
    for (int at = 0; at < 64; at += width) {
      long extreme = 1L << width - 1;
      long lane =
          switch (random.nextInt(6)) {
            case 0 -> 0;
            case 1 -> extreme;
            case 2 -> extreme - 1;
            case 3 -> -1;
            default -> random.nextLong();
          };
      result |= lane << 64 - width >>> 64 - width << at;
    }
    return result;
  }
}
