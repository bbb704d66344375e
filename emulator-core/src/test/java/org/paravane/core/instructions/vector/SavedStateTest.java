package org.paravane.core.instructions.vector;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.paravane.core.cpu.GuestFault;

class SavedStateTest {
  private static final int AREA = VectorStepper.DATA;
  private static final String FXSAVE = "0fae06";
  private static final String FXSAVE64 = "480fae06";
  private static final String FXRSTOR = "0fae0e";
  private static final String FXRSTOR64 = "480fae0e";

  private final VectorStepper stepper = new VectorStepper();

  @BeforeEach
  void fill() {
    for (int i = 0; i < 512; i += 8) {
      stepper.memory.put64(AREA + i, -1);
    }
    stepper.fpu.loadWords(0x27f, 0x4700);
    stepper.fpu.top = 5;
    stepper.fpu.empty = 0xfb;
    stepper.fpu.lastOpcode = 0x123;
    stepper.fpu.lastInstruction = 0x1111_2222_3333_4444L;
    stepper.fpu.lastInstructionSelector = 0x10;
    stepper.fpu.lastOperand = 0x5555_6666_7777_8888L;
    stepper.fpu.lastOperandSelector = 0x18;
    stepper.fpu.sse.mxcsr(0x1fa1);
    for (int i = 0; i < 8; i++) {
      stepper.fpu.significand[i] = 0x100 + i;
      stepper.fpu.signExponent[i] = 0x200 + i;
    }
    for (int i = 0; i < 32; i++) {
      stepper.fpu.xmm[i] = 0x300 + i;
    }
  }

  private long quadword(int offset) {
    return stepper.memory.get64(AREA + offset);
  }

  @Test
  void theAreaHasTheManualsLayout() {
    stepper.step(FXSAVE);
    assertThat(quadword(0)).isEqualTo(0x0123_0004_6f00_027fL);
    assertThat(quadword(8)).isEqualTo(0x0010_3333_4444L);
    assertThat(quadword(16)).isEqualTo(0x0018_7777_8888L);
    assertThat(quadword(24)).isEqualTo(0xffff_0000_1fa1L);
    assertThat(quadword(32)).as("ST0 is R5").isEqualTo(0x105);
    assertThat(quadword(40)).isEqualTo(0x205);
    assertThat(quadword(32 + 16 * 7)).as("ST7 is R4").isEqualTo(0x104);
    assertThat(quadword(160)).isEqualTo(0x300);
    assertThat(quadword(160 + 8 * 31)).isEqualTo(0x300 + 31);
    assertThat(quadword(416)).as("not written").isEqualTo(-1);
  }

  @Test
  void rexWSavesWholePointersInPlaceOfSelectors() {
    stepper.step(FXSAVE64);
    assertThat(quadword(8)).isEqualTo(0x1111_2222_3333_4444L);
    assertThat(quadword(16)).isEqualTo(0x5555_6666_7777_8888L);
  }

  @Test
  void outside64BitModeOnlyEightRegistersAreSaved() {
    stepper.code32();
    stepper.cpu.gpr[2] = AREA;
    stepper.step("0fae02");
    assertThat(quadword(160 + 8 * 15)).isEqualTo(0x300 + 15);
    assertThat(quadword(160 + 8 * 16)).isEqualTo(-1);
    stepper.fpu.xmm[16] = 7;
    stepper.step("0fae0a");
    assertThat(stepper.fpu.xmm[16]).isEqualTo(7);
  }

  @Test
  void restoringBringsEverythingBack() {
    stepper.step(FXSAVE64);
    stepper.fpu.initialize();
    stepper.fpu.sse.mxcsr(0x1f80);
    java.util.Arrays.fill(stepper.fpu.significand, 0);
    java.util.Arrays.fill(stepper.fpu.signExponent, 0);
    java.util.Arrays.fill(stepper.fpu.xmm, 0);
    stepper.step(FXRSTOR64);
    assertThat(stepper.fpu.controlWord).isEqualTo(0x27f);
    assertThat(stepper.fpu.storedStatusWord()).isEqualTo(0x6f00);
    assertThat(stepper.fpu.top).isEqualTo(5);
    assertThat(stepper.fpu.empty).isEqualTo(0xfb);
    assertThat(stepper.fpu.lastOpcode).isEqualTo(0x123);
    assertThat(stepper.fpu.lastInstruction).isEqualTo(0x1111_2222_3333_4444L);
    assertThat(stepper.fpu.lastOperand).isEqualTo(0x5555_6666_7777_8888L);
    assertThat(stepper.fpu.sse.mxcsr()).isEqualTo(0x1fa1);
    assertThat(stepper.fpu.significand)
        .containsExactly(0x100, 0x101, 0x102, 0x103, 0x104, 0x105, 0x106, 0x107);
    assertThat(stepper.fpu.signExponent)
        .containsExactly(0x200, 0x201, 0x202, 0x203, 0x204, 0x205, 0x206, 0x207);
    assertThat(stepper.fpu.xmm[31]).isEqualTo(0x300 + 31);
  }

  @Test
  void errorSummaryFollowsTheRestoredMasks() {
    stepper.step(FXSAVE);
    stepper.memory.put64(AREA, 0x0001_037eL);
    stepper.step(FXRSTOR);
    assertThat(stepper.fpu.exceptionPending()).isTrue();
    stepper.memory.put64(AREA, 0x8081_037fL);
    stepper.step(FXRSTOR);
    assertThat(stepper.fpu.exceptionPending()).isFalse();
  }

  @Test
  void reservedBitsOfMxcsrChangeNothing() {
    stepper.step(FXSAVE);
    stepper.memory.put64(AREA + 24, 0x1_1f80);
    stepper.fpu.xmm[0] = 9;
    assertThat(stepper.faultOf(FXRSTOR)).isEqualTo(GuestFault.GP);
    assertThat(stepper.fpu.xmm[0]).isEqualTo(9);
    stepper.memory.put64(AREA + 24, 0x1_1f80);
    assertThat(stepper.faultOf("0fae5618")).isEqualTo(GuestFault.GP);
    assertThat(stepper.fpu.sse.mxcsr()).isEqualTo(0x1fa1);
  }

  @Test
  void anAreaThatIsOnlyHalfWritableStaysAsItWas() {
    stepper.page64();
    stepper.protect(AREA + 0x1000, 5);
    stepper.cpu.gpr[6] = AREA + 0xf00;
    stepper.memory.put64(AREA + 0xf00, -1);
    assertThat(stepper.faultOf(FXSAVE)).isEqualTo(GuestFault.PF);
    assertThat(stepper.memory.get64(AREA + 0xf00)).isEqualTo(-1);
  }
}
