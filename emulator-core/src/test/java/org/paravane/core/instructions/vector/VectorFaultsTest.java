package org.paravane.core.instructions.vector;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.GuestFault;

class VectorFaultsTest {
  private static final String MOVAPS_XMM1_XMM2 = "0f28ca";
  private static final String MOVAPS_XMM1_RSI = "0f280e";
  private static final String MOVUPS_XMM1_RSI = "0f100e";
  private static final String MOVUPS_RSI_XMM1 = "0f110e";
  private static final String PADDB_MM1_MM2 = "0ffcca";
  private static final String DIVSD_XMM1_XMM2 = "f20f5eca";
  private static final String FXSAVE_RSI = "0fae06";

  private final VectorStepper stepper = new VectorStepper();

  @Test
  void sseNeedsOsfxsr() {
    stepper.control(0x31, 0x400);
    assertThat(stepper.faultOf(MOVAPS_XMM1_XMM2)).isEqualTo(GuestFault.UD);
    assertThat(stepper.faultOf(PADDB_MM1_MM2)).isEqualTo(-1);
  }

  @Test
  void emulationMakesThemUndefined() {
    stepper.control(0x31 | 4 | 8, 0x600);
    assertThat(stepper.faultOf(MOVAPS_XMM1_XMM2)).isEqualTo(GuestFault.UD);
    assertThat(stepper.faultOf(PADDB_MM1_MM2)).isEqualTo(GuestFault.UD);
    assertThat(stepper.faultOf(FXSAVE_RSI)).isEqualTo(GuestFault.UD);
  }

  @Test
  void aSwitchedTaskMakesTheUnitUnavailableUntilTsIsCleared() {
    stepper.cpu.control.taskSwitched(true);
    assertThat(stepper.faultOf(MOVAPS_XMM1_XMM2)).isEqualTo(GuestFault.NM);
    assertThat(stepper.faultOf(PADDB_MM1_MM2)).isEqualTo(GuestFault.NM);
    assertThat(stepper.faultOf(FXSAVE_RSI)).isEqualTo(GuestFault.NM);
    stepper.cpu.control.taskSwitched(false);
    assertThat(stepper.faultOf(MOVAPS_XMM1_XMM2)).isEqualTo(-1);
  }

  @Test
  void nonTemporalStoresOfGeneralRegistersAskForNothing() {
    stepper.control(0x31 | 4 | 8, 0);
    stepper.cpu.gpr[Cpu.RAX] = 0x1234;
    stepper.step("0fc306");
    assertThat(stepper.memory.get64(VectorStepper.DATA)).isEqualTo(0x1234);
  }

  @Test
  void mmxReportsAPendingX87Exception() {
    stepper.fpu.loadWords(0x37e, 1);
    assertThat(stepper.faultOf(PADDB_MM1_MM2)).isEqualTo(GuestFault.MF);
    assertThat(stepper.faultOf(MOVAPS_XMM1_XMM2)).isEqualTo(-1);
  }

  @Test
  void mmxTakesTheX87Registers() {
    stepper.fpu.top = 3;
    stepper.fpu.empty = 0xff;
    stepper.fpu.significand[2] = 5;
    stepper.step(PADDB_MM1_MM2);
    assertThat(stepper.fpu.significand[1]).isEqualTo(5);
    assertThat(stepper.fpu.signExponent[1]).isEqualTo(0xffff);
    assertThat(stepper.fpu.top).isZero();
    assertThat(stepper.fpu.empty).isZero();
    stepper.step("0f77");
    assertThat(stepper.fpu.empty).isEqualTo(0xff);
  }

  @Test
  void operandsInMemoryMustBeAligned() {
    stepper.cpu.gpr[Cpu.RSI] += 8;
    assertThat(stepper.faultOf(MOVAPS_XMM1_RSI)).isEqualTo(GuestFault.GP);
    assertThat(stepper.faultOf("0f290e")).isEqualTo(GuestFault.GP);
    assertThat(stepper.faultOf("660ffc0e")).isEqualTo(GuestFault.GP);
    assertThat(stepper.faultOf(FXSAVE_RSI)).isEqualTo(GuestFault.GP);
    assertThat(stepper.faultOf(MOVUPS_XMM1_RSI)).isEqualTo(-1);
    assertThat(stepper.faultOf("660f3a630e00")).isEqualTo(-1);
  }

  @Test
  void aLoadThatFaultsHalfwayLeavesTheRegister() {
    stepper.page64();
    stepper.protect(VectorStepper.DATA + 0x1000, 0);
    stepper.cpu.gpr[Cpu.RSI] += 0xff8;
    stepper.xmm(1, 1, 2);
    assertThat(stepper.faultOf(MOVUPS_XMM1_RSI)).isEqualTo(GuestFault.PF);
    assertThat(stepper.cpu.control.cr2()).isEqualTo(VectorStepper.DATA + 0x1000);
    assertThat(stepper.xmm(1)).isEqualTo("00000000000000010000000000000002");
  }

  @Test
  void aStoreThatFaultsHalfwayLeavesMemory() {
    stepper.page64();
    stepper.protect(VectorStepper.DATA + 0x1000, 5);
    stepper.cpu.gpr[Cpu.RSI] += 0xff8;
    stepper.xmm(1, 1, 2);
    assertThat(stepper.faultOf(MOVUPS_RSI_XMM1)).isEqualTo(GuestFault.PF);
    assertThat(stepper.memory.get64(VectorStepper.DATA + 0xff8)).isZero();
    stepper.protect(VectorStepper.DATA + 0x1000, 7);
    stepper.step(MOVUPS_RSI_XMM1);
    assertThat(stepper.memory.get64(VectorStepper.DATA + 0xff8)).isEqualTo(2);
    assertThat(stepper.memory.get64(VectorStepper.DATA + 0x1000)).isEqualTo(1);
  }

  @Test
  void aMaskedStoreTouchesOnlyTheSelectedBytes() {
    stepper.cpu.gpr[Cpu.RDI] = VectorStepper.DATA;
    stepper.memory.put64(VectorStepper.DATA, 0x1111_1111_1111_1111L);
    stepper.xmm(1, 0, 0x8877_6655_4433_2211L);
    stepper.xmm(2, 0, 0x0080_0000_0000_ff7fL);
    stepper.step("660ff7ca");
    assertThat(stepper.memory.get64(VectorStepper.DATA)).isEqualTo(0x1177_1111_1111_2211L);
  }

  @Test
  void aMaskedStoreOfNothingDoesNotFault() {
    stepper.page64();
    stepper.protect(VectorStepper.DATA, 0);
    stepper.cpu.gpr[Cpu.RDI] = VectorStepper.DATA;
    assertThat(stepper.faultOf("660ff7ca")).isEqualTo(-1);
    stepper.xmm(2, 0, 0x80);
    assertThat(stepper.faultOf("660ff7ca")).isEqualTo(GuestFault.PF);
  }

  @Test
  void anUnmaskedExceptionKeepsTheDestination() {
    stepper.fpu.sse.mxcsr(0x1d80);
    stepper.xmm(1, 0, Double.doubleToRawLongBits(1));
    stepper.xmm(2, 0, 0);
    assertThat(stepper.faultOf(DIVSD_XMM1_XMM2)).isEqualTo(GuestFault.XM);
    assertThat(stepper.fpu.xmm[2]).isEqualTo(Double.doubleToRawLongBits(1));
    assertThat(stepper.fpu.sse.mxcsr()).isEqualTo(0x1d84);
    stepper.control(0x31, 0x200);
    assertThat(stepper.faultOf(DIVSD_XMM1_XMM2)).isEqualTo(GuestFault.UD);
  }

  @Test
  void conversionToMmxChangesTheX87UnitEvenIfItFaults() {
    stepper.fpu.sse.mxcsr(0);
    stepper.fpu.top = 3;
    stepper.xmm(2, 0, 0x7fc0_0000);
    assertThat(stepper.faultOf("0f2cca")).isEqualTo(GuestFault.XM);
    assertThat(stepper.fpu.top).isZero();
  }
}
