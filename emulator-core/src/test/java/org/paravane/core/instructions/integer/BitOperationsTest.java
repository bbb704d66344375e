package org.paravane.core.instructions.integer;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.GuestFault;

class BitOperationsTest {
  private static final String[] BY_REGISTER = {"0fa3", "0fab", "0fb3", "0fbb"};

  private final SingleStepper stepper = new SingleStepper();
  private final Cpu cpu = stepper.cpu;

  private static BigInteger changed(int operation, BigInteger value, int bit) {
    return switch (operation) {
      case 0 -> value;
      case 1 -> value.setBit(bit);
      case 2 -> value.clearBit(bit);
      default -> value.flipBit(bit);
    };
  }

  @ParameterizedTest
  @ValueSource(ints = {16, 32, 64})
  void testsChangeOneBitAndOnlyTheCarryFlag(int bits) {
    Random random = new Random(bits);
    for (int i = 0; i < 2000; i++) {
      int operation = i & 3;
      long a = SingleStepper.interesting(random);
      long index = random.nextLong();
      int bit = (int) (index & bits - 1);
      int flags = SingleStepper.randomFlags(random);
      int expected = flags & ~1 | (BigInteger.valueOf(a).testBit(bit) ? 1 : 0);
      long result = changed(operation, BigInteger.valueOf(a), bit).longValue();
      long register = operation == 0 ? a : SingleStepper.merged(a, bits, result);

      cpu.gpr[Cpu.RBX] = a;
      cpu.gpr[Cpu.RCX] = index;
      cpu.statusFlags(flags);
      stepper.step(SingleStepper.sizePrefix(bits) + BY_REGISTER[operation] + "cb");
      assertThat(cpu.gpr[Cpu.RBX]).isEqualTo(register);
      assertThat(cpu.statusFlags()).isEqualTo(expected);

      cpu.gpr[Cpu.RBX] = a;
      cpu.statusFlags(flags);
      stepper.step(
          SingleStepper.sizePrefix(bits)
              + "0fba%02x%02x".formatted(0xe3 | operation << 3, index & 0xff));
      assertThat(cpu.gpr[Cpu.RBX]).isEqualTo(register);
      assertThat(cpu.statusFlags()).isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {16, 32, 64})
  void bitsOfMemoryMayLieFarFromTheOperand(int bits) {
    Random random = new Random(bits);
    for (int i = 0; i < 1000; i++) {
      int operation = i & 3;
      int index = random.nextInt(60_000) - 30_000;
      int at = 0x10000 + Math.floorDiv(index, 8);
      int mask = 1 << Math.floorMod(index, 8);
      int before = random.nextInt(256);
      stepper.memory.put8(at, before);
      cpu.gpr[Cpu.RBX] = 0x10000;
      cpu.gpr[Cpu.RCX] =
          random.nextLong() & ~SingleStepper.ones(bits) | index & SingleStepper.ones(bits);
      stepper.step(SingleStepper.sizePrefix(bits) + BY_REGISTER[operation] + "0b");
      int after = new int[] {before, before | mask, before & ~mask, before ^ mask}[operation];
      assertThat(stepper.memory.get8(at)).as("bit %d", index).isEqualTo(after);
      assertThat(cpu.carry()).isEqualTo((before & mask) != 0);
    }
  }

  @Test
  void immediateIndicesStayInsideTheOperand() {
    cpu.gpr[Cpu.RBX] = 0x2000;
    stepper.step("0fba2b3f");
    assertThat(stepper.memory.get64(0x2000)).isEqualTo(0x8000_0000L);
  }

  @Test
  void aBitTestOfReadOnlyMemoryReadsAndASetFaults() {
    stepper.page64();
    stepper.protect(0x2000, 5);
    stepper.memory.put8(0x2000, 2);
    cpu.gpr[Cpu.RBX] = 0x2000;
    stepper.step("0fba2301");
    assertThat(cpu.carry()).isTrue();
    assertThat(stepper.faultOf("f00fba2b02")).isEqualTo(GuestFault.PF);
    assertThat(cpu.carry()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(ints = {16, 32, 64})
  void scansAndCountsAgreeWithBigInteger(int bits) {
    Random random = new Random(bits);
    for (int i = 0; i < 1500; i++) {
      long source = i % 20 == 0 ? ~SingleStepper.ones(bits) : SingleStepper.interesting(random);
      long before = random.nextLong();
      BigInteger value = BigInteger.valueOf(source).mod(BigInteger.ONE.shiftLeft(bits));
      boolean zero = value.signum() == 0;
      String prefix = SingleStepper.sizePrefix(bits);
      scan(prefix + "0fbcd9", bits, before, source, zero ? -1 : value.getLowestSetBit());
      scan(prefix + "0fbdd9", bits, before, source, value.bitLength() - 1);

      String count = bits == 16 ? "66f30fb8d9" : bits == 64 ? "f3480fb8d9" : "f30fb8d9";
      cpu.gpr[Cpu.RBX] = before;
      cpu.gpr[Cpu.RCX] = source;
      cpu.statusFlags(SingleStepper.randomFlags(random));
      stepper.step(count);
      assertThat(cpu.gpr[Cpu.RBX]).isEqualTo(SingleStepper.merged(before, bits, value.bitCount()));
      assertThat(cpu.statusFlags()).isEqualTo(zero ? 0x40 : 0);
    }
  }

  private void scan(String hex, int bits, long before, long source, int index) {
    cpu.gpr[Cpu.RBX] = before;
    cpu.gpr[Cpu.RCX] = source;
    cpu.statusFlags(0x8d5);
    stepper.step(hex);
    assertThat(cpu.gpr[Cpu.RBX])
        .isEqualTo(index < 0 ? before : SingleStepper.merged(before, bits, index));
    int flags = index < 0 ? 0x44 : SingleStepper.resultFlags(index, bits) & 4;
    assertThat(cpu.statusFlags()).as("%s %#x", hex, source).isEqualTo(flags);
  }
}
