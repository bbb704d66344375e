package org.paravane.core.instructions.integer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.GuestFault;

class ExchangeTest {
  private final SingleStepper stepper = new SingleStepper();
  private final Cpu cpu = stepper.cpu;

  /** The flags that the plain SUB or ADD of the same operands sets. */
  private int flagsOf(String opcode, int bits, long a, long b) {
    cpu.gpr[Cpu.RSI] = a;
    cpu.gpr[Cpu.RDI] = b;
    if (bits == 8) {
      stepper.step(
          "40" + opcode.substring(0, 1) + Integer.toHexString(opcode.charAt(1) - '0' - 1) + "fe");
    } else {
      stepper.step(SingleStepper.sizePrefix(bits) + opcode + "fe");
    }
    return cpu.statusFlags();
  }

  @ParameterizedTest
  @ValueSource(ints = {8, 16, 32, 64})
  void compareAndExchangeWritesOneSideOnly(int bits) {
    Random random = new Random(bits);
    for (int i = 0; i < 1500; i++) {
      long destination = SingleStepper.interesting(random);
      long source = random.nextLong();
      long upper = random.nextLong() & ~SingleStepper.ones(bits);
      boolean equal = i % 2 == 0;
      long accumulator =
          upper
              | (equal ? destination : SingleStepper.interesting(random))
                  & SingleStepper.ones(bits);
      equal |= (accumulator ^ destination) << 64 - bits == 0;
      int flags = flagsOf("39", bits, accumulator, destination);
      long newAccumulator =
          equal ? accumulator : SingleStepper.merged(accumulator, bits, destination);

      cpu.gpr[Cpu.RAX] = accumulator;
      cpu.gpr[Cpu.RBX] = destination;
      cpu.gpr[Cpu.RCX] = source;
      stepper.step(SingleStepper.encode(bits, "0fb1", 0xcb));
      assertThat(cpu.gpr[Cpu.RAX]).isEqualTo(newAccumulator);
      assertThat(cpu.gpr[Cpu.RBX])
          .isEqualTo(equal ? SingleStepper.merged(destination, bits, source) : destination);
      assertThat(cpu.statusFlags()).isEqualTo(flags);

      cpu.gpr[Cpu.RAX] = accumulator;
      cpu.gpr[Cpu.RBX] = 0x2000;
      stepper.memory.put64(0x2000, destination);
      stepper.step("f0" + SingleStepper.encode(bits, "0fb1", 0x0b));
      long mask = SingleStepper.ones(bits);
      assertThat(cpu.gpr[Cpu.RAX]).isEqualTo(newAccumulator);
      assertThat(stepper.memory.get64(0x2000))
          .isEqualTo(equal ? destination & ~mask | source & mask : destination);
      assertThat(cpu.statusFlags()).isEqualTo(flags);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {8, 16, 32, 64})
  void exchangeAndAddGivesSumAndOldValue(int bits) {
    Random random = new Random(bits);
    for (int i = 0; i < 500; i++) {
      long a = SingleStepper.interesting(random);
      long b = SingleStepper.interesting(random);
      int flags = flagsOf("01", bits, a, b);
      cpu.gpr[Cpu.RBX] = a;
      cpu.gpr[Cpu.RCX] = b;
      stepper.step(SingleStepper.encode(bits, "0fc1", 0xcb));
      assertThat(cpu.gpr[Cpu.RBX]).isEqualTo(SingleStepper.merged(a, bits, a + b));
      assertThat(cpu.gpr[Cpu.RCX]).isEqualTo(SingleStepper.merged(b, bits, a));
      assertThat(cpu.statusFlags()).isEqualTo(flags);
    }
    cpu.gpr[Cpu.RBX] = 7;
    stepper.step(SingleStepper.encode(bits, "0fc1", 0xdb));
    assertThat(cpu.gpr[Cpu.RBX]).isEqualTo(14);
  }

  @Test
  void aFailedComparisonNeedsWritePermission() {
    stepper.page64();
    stepper.protect(0x2000, 5);
    cpu.gpr[Cpu.RBX] = 0x2000;
    cpu.gpr[Cpu.RAX] = 5;
    cpu.statusFlags(1);
    assertThat(stepper.faultOf("0fb10b")).isEqualTo(GuestFault.PF);
    assertThat(cpu.gpr[Cpu.RAX]).isEqualTo(5);
    assertThat(cpu.statusFlags()).isEqualTo(1);
  }

  @Test
  void exchangeSwapsRegistersAndMemory() {
    cpu.gpr[Cpu.RAX] = 0x1111_1111_2222_2222L;
    cpu.gpr[8] = 0x3333_3333_4444_4444L;
    stepper.step("4190");
    assertThat(cpu.gpr[Cpu.RAX]).isEqualTo(0x4444_4444L);
    assertThat(cpu.gpr[8]).isEqualTo(0x2222_2222L);
    stepper.memory.put32(0x2000, 0x77);
    cpu.gpr[Cpu.RBX] = 0x2000;
    stepper.step("8703");
    assertThat(cpu.gpr[Cpu.RAX]).isEqualTo(0x77);
    assertThat(stepper.memory.get32(0x2000)).isEqualTo(0x4444_4444);
    cpu.gpr[Cpu.RBX] = 0x1234;
    stepper.step("86fb");
    assertThat(cpu.gpr[Cpu.RBX]).isEqualTo(0x3412);
  }

  @Test
  void opcode90ChangesNothing() {
    cpu.gpr[Cpu.RAX] = -1;
    stepper.step("90");
    stepper.step("4890");
    assertThat(cpu.gpr[Cpu.RAX]).isEqualTo(-1);
  }

  @Test
  void pairsOfRegistersAreComparedWithEightAndSixteenBytes() {
    cpu.gpr[Cpu.RDI] = 0x2000;
    stepper.memory.put64(0x2000, 0x1111_2222_3333_4444L);
    stepper.memory.put64(0x2008, 0x5555_6666_7777_8888L);
    cpu.gpr[Cpu.RAX] = -1;
    cpu.gpr[Cpu.RDX] = -1;
    cpu.gpr[Cpu.RBX] = 0xb0b0_0000_0001L;
    cpu.gpr[Cpu.RCX] = 0xc0c0_0000_0002L;
    cpu.statusFlags(0x8d5);
    stepper.step("f00fc70f");
    assertThat(cpu.statusFlags()).isEqualTo(0x895);
    assertThat(cpu.gpr[Cpu.RAX]).isEqualTo(0x3333_4444L);
    assertThat(cpu.gpr[Cpu.RDX]).isEqualTo(0x1111_2222L);
    stepper.step("0fc70f");
    assertThat(cpu.statusFlags()).isEqualTo(0x8d5);
    assertThat(stepper.memory.get64(0x2000)).isEqualTo(0x2_0000_0001L);

    stepper.step("f0480fc70f");
    assertThat(cpu.zero()).isFalse();
    assertThat(cpu.gpr[Cpu.RAX]).isEqualTo(0x2_0000_0001L);
    assertThat(cpu.gpr[Cpu.RDX]).isEqualTo(0x5555_6666_7777_8888L);
    stepper.step("480fc70f");
    assertThat(cpu.zero()).isTrue();
    assertThat(stepper.memory.get64(0x2000)).isEqualTo(0xb0b0_0000_0001L);
    assertThat(stepper.memory.get64(0x2008)).isEqualTo(0xc0c0_0000_0002L);
    cpu.gpr[Cpu.RDI] = 0x2008;
    assertThat(stepper.faultOf("480fc70f")).isEqualTo(GuestFault.GP);
  }
}
