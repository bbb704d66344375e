package org.paravane.core.instructions.integer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.paravane.core.cpu.Cpu;

class ByteOperationsTest {
  private final SingleStepper stepper = new SingleStepper();
  private final Cpu cpu = stepper.cpu;

  @Test
  void checksumsAreThoseOfTheCastagnoliPolynomial() {
    byte[] bytes = new byte[15];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (i * 37 + 200);
    }
    stepper.memory.write(0x2000, bytes, 0, bytes.length);
    CRC32C expected = new CRC32C();
    expected.update(bytes);
    cpu.gpr[Cpu.RBX] = 0x2000;
    cpu.gpr[Cpu.RAX] = -1;
    stepper.step("f2480f38f103");
    assertThat(cpu.gpr[Cpu.RAX] >>> 32).isZero();
    stepper.step("f20f38f14308");
    stepper.step("66f20f38f1430c");
    stepper.step("f20f38f0430e");
    assertThat(~cpu.gpr[Cpu.RAX] & 0xffff_ffffL).isEqualTo(expected.getValue());
  }

  @Test
  void bytesAreReversed() {
    cpu.gpr[Cpu.RBX] = 0x1122_3344_5566_7788L;
    stepper.step("480fcb");
    assertThat(cpu.gpr[Cpu.RBX]).isEqualTo(0x8877_6655_4433_2211L);
    stepper.step("0fcb");
    assertThat(cpu.gpr[Cpu.RBX]).isEqualTo(0x1122_3344L);
    stepper.step("660fcb");
    assertThat(cpu.gpr[Cpu.RBX]).isEqualTo(0x1122_0000L);
  }

  @Test
  void loadsAndStoresReverseBytes() {
    stepper.memory.put64(0x2000, 0x1122_3344_5566_7788L);
    cpu.gpr[Cpu.RBX] = 0x2000;
    cpu.gpr[Cpu.RAX] = -1;
    stepper.step("660f38f003");
    assertThat(cpu.gpr[Cpu.RAX]).isEqualTo(0xffff_ffff_ffff_8877L);
    stepper.step("0f38f003");
    assertThat(cpu.gpr[Cpu.RAX]).isEqualTo(0x8877_6655L);
    stepper.step("480f38f003");
    assertThat(cpu.gpr[Cpu.RAX]).isEqualTo(0x8877_6655_4433_2211L);
    stepper.step("480f38f14308");
    assertThat(stepper.memory.get64(0x2008)).isEqualTo(0x1122_3344_5566_7788L);
    stepper.step("660f38f14310");
    assertThat(stepper.memory.get64(0x2010)).isEqualTo(0x1122);
  }
}
