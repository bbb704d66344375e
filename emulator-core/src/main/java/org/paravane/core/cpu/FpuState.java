package org.paravane.core.cpu;

/**
 * Registers of the x87 unit, MMX and SSE (SDM Vol. 1 8.1, 9.2, 10.2). An MMX register is the significand of the physical
 * x87 register of the same number.
 */
public final class FpuState {
  /** Significands of the physical registers R0 to R7. */
  public final long[] significand = new long[8];

  /** Sign (bit 15) and exponent of the physical registers R0 to R7. */
  public final int[] signExponent = new int[8];

  /** XMM0 to XMM15: low half at {@code 2n}, high half at {@code 2n + 1}. */
  public final long[] xmm = new long[32];

  /** Control word, 16 bits. */
  public int controlWord;

  /** Status word, 16 bits, without TOP (bits 13-11), which {@link #top} holds. */
  public int statusWord;

  /** TOP: the physical register that is ST(0). */
  public int top;

  /** Bit n is set if physical register n is empty. */
  public int empty;

  /** Opcode of the last non-control instruction, 11 bits. */
  public int lastOpcode;

  public long lastInstruction;
  public int lastInstructionSelector;
  public long lastOperand;
  public int lastOperandSelector;

  /** MXCSR, 32 bits. */
  public int mxcsr;

  void reset() {
    java.util.Arrays.fill(significand, 0);
    java.util.Arrays.fill(signExponent, 0);
    java.util.Arrays.fill(xmm, 0);
    initialize();
    controlWord = 0x40;
    empty = 0;
    mxcsr = 0x1f80;
  }

  /** What FNINIT does. */
  public void initialize() {
    controlWord = 0x37f;
    statusWord = 0;
    top = 0;
    empty = 0xff;
    lastOpcode = 0;
    lastInstruction = 0;
    lastInstructionSelector = 0;
    lastOperand = 0;
    lastOperandSelector = 0;
  }
}
