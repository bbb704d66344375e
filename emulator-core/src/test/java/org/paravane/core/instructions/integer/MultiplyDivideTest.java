package org.paravane.core.instructions.integer;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.GuestFault;

class MultiplyDivideTest {
  private static final int OVERFLOWED = 0x801;

  private final SingleStepper stepper = new SingleStepper();
  private final Cpu cpu = stepper.cpu;

  private static BigInteger number(long value, int bits, boolean signed) {
    BigInteger unsigned = BigInteger.valueOf(value).mod(BigInteger.ONE.shiftLeft(bits));
    return signed && unsigned.testBit(bits - 1)
        ? unsigned.subtract(BigInteger.ONE.shiftLeft(bits))
        : unsigned;
  }

  private static boolean fits(BigInteger value, int bits, boolean signed) {
    return signed ? value.bitLength() < bits : value.signum() >= 0 && value.bitLength() <= bits;
  }

  /** SF and PF by the low half, ZF and AF clear. */
  private static int productFlags(BigInteger product, int bits, boolean signed) {
    return SingleStepper.resultFlags(product.longValue(), bits) & ~0x40
        | (fits(product, bits, signed) ? 0 : OVERFLOWED);
  }

  @ParameterizedTest
  @ValueSource(ints = {8, 16, 32, 64})
  void wideProductsAreExact(int bits) {
    Random random = new Random(bits);
    for (int i = 0; i < 3000; i++) {
      boolean signed = random.nextBoolean();
      long a = SingleStepper.interesting(random);
      long b = SingleStepper.interesting(random);
      long d = random.nextLong();
      BigInteger product = number(a, bits, signed).multiply(number(b, bits, signed));
      cpu.gpr[Cpu.RAX] = a;
      cpu.gpr[Cpu.RDX] = d;
      cpu.gpr[Cpu.RBX] = b;
      cpu.statusFlags(SingleStepper.randomFlags(random));
      stepper.step(SingleStepper.encode(bits, "f7", signed ? 0xeb : 0xe3));
      expectHalves(bits, a, d, product.longValue(), product.shiftRight(bits).longValue());
      assertThat(cpu.statusFlags()).isEqualTo(productFlags(product, bits, signed));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {16, 32, 64})
  void narrowProductsAreCut(int bits) {
    Random random = new Random(bits);
    for (int i = 0; i < 2000; i++) {
      long a = SingleStepper.interesting(random);
      long b = SingleStepper.interesting(random);
      byte immediate = (byte) random.nextInt();
      BigInteger product = number(a, bits, true).multiply(number(b, bits, true));
      cpu.gpr[Cpu.RBX] = a;
      cpu.gpr[Cpu.RCX] = b;
      stepper.step(SingleStepper.sizePrefix(bits) + "0fafd9");
      assertThat(cpu.gpr[Cpu.RBX]).isEqualTo(SingleStepper.merged(a, bits, product.longValue()));
      assertThat(cpu.statusFlags()).isEqualTo(productFlags(product, bits, true));

      product = number(b, bits, true).multiply(BigInteger.valueOf(immediate));
      cpu.gpr[Cpu.RBX] = a;
      stepper.step(SingleStepper.sizePrefix(bits) + "6bd9%02x".formatted(immediate));
      assertThat(cpu.gpr[Cpu.RBX]).isEqualTo(SingleStepper.merged(a, bits, product.longValue()));
      assertThat(cpu.statusFlags()).isEqualTo(productFlags(product, bits, true));

      cpu.gpr[Cpu.RBX] = a;
      cpu.gpr[Cpu.RCX] = 0x2000;
      stepper.memory.put64(0x2000, b);
      stepper.step(SingleStepper.sizePrefix(bits) + "6b19%02x".formatted(immediate));
      assertThat(cpu.gpr[Cpu.RBX]).isEqualTo(SingleStepper.merged(a, bits, product.longValue()));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {8, 16, 32, 64})
  void quotientsAreExactOrFault(int bits) {
    Random random = new Random(bits);
    int faults = 0;
    for (int i = 0; i < 6000; i++) {
      boolean signed = random.nextBoolean();
      long divisor = SingleStepper.interesting(random);
      long a = SingleStepper.interesting(random);
      long d = SingleStepper.interesting(random);
      if (i % 2 == 0) {
        // Mostly a quotient that fits.
        d = signed && a << 64 - bits < 0 ? -1 : 0;
      } else if (i % 3 == 0) {
        d = Math.max(0, (divisor & SingleStepper.ones(bits)) - 1 - random.nextInt(3));
      }
      if (bits == 8) {
        a = a & ~0xff00L | (d & 0xff) << 8;
      }
      int flags = SingleStepper.randomFlags(random);
      BigInteger high = number(bits == 8 ? a >> 8 : d, bits, signed);
      BigInteger dividend = high.shiftLeft(bits).add(number(a, bits, false));
      BigInteger by = number(divisor, bits, signed);
      BigInteger[] result = by.signum() == 0 ? null : dividend.divideAndRemainder(by);
      cpu.gpr[Cpu.RAX] = a;
      cpu.gpr[Cpu.RDX] = d;
      cpu.gpr[Cpu.RBX] = divisor;
      cpu.statusFlags(flags);
      String hex = SingleStepper.encode(bits, "f7", signed ? 0xfb : 0xf3);
      if (result != null && fits(result[0], bits, signed)) {
        stepper.step(hex);
        expectHalves(bits, a, d, result[0].longValue(), result[1].longValue());
      } else {
        faults++;
        assertThat(stepper.faultOf(hex)).isEqualTo(GuestFault.DE);
        assertThat(cpu.gpr[Cpu.RAX]).isEqualTo(a);
        assertThat(cpu.gpr[Cpu.RDX]).isEqualTo(d);
      }
      assertThat(cpu.statusFlags()).isEqualTo(flags);
    }
    assertThat(faults).isBetween(300, 4000);
  }

  @ParameterizedTest
  @ValueSource(ints = {8, 16, 32, 64})
  void theMostNegativeQuotientFitsAndItsOppositeFaults(int bits) {
    long least = -1L << bits - 1;
    cpu.gpr[Cpu.RAX] = bits == 8 ? 0xff80 : least;
    cpu.gpr[Cpu.RDX] = -1;
    cpu.gpr[Cpu.RBX] = 1;
    stepper.step(SingleStepper.encode(bits, "f7", 0xfb));
    assertThat(cpu.get(Cpu.RAX, bits)).isEqualTo(least & SingleStepper.ones(bits));
    cpu.gpr[Cpu.RAX] = bits == 8 ? 0xff80 : least;
    cpu.gpr[Cpu.RDX] = -1;
    cpu.gpr[Cpu.RBX] = -1;
    assertThat(stepper.faultOf(SingleStepper.encode(bits, "f7", 0xfb))).isEqualTo(GuestFault.DE);
  }

  private void expectHalves(int bits, long a, long d, long low, long high) {
    if (bits == 8) {
      assertThat(cpu.gpr[Cpu.RAX]).isEqualTo(SingleStepper.merged(a, 16, low & 0xff | high << 8));
      assertThat(cpu.gpr[Cpu.RDX]).isEqualTo(d);
    } else {
      assertThat(cpu.gpr[Cpu.RAX]).isEqualTo(SingleStepper.merged(a, bits, low));
      assertThat(cpu.gpr[Cpu.RDX]).isEqualTo(SingleStepper.merged(d, bits, high));
    }
  }
}
