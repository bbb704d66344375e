package org.paravane.core.cpu;

import org.paravane.core.fpu.SseArithmetic;
import org.paravane.core.fpu.SseComparison;
import org.paravane.core.fpu.SseConversion;

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

  /** SSE arithmetic; MXCSR lives in it. */
  public final SseArithmetic sse = new SseArithmetic();

  /** SSE comparisons, by the same MXCSR. */
  public final SseComparison sseComparison = new SseComparison(sse);

  /** SSE conversions, by the same MXCSR. */
  public final SseConversion sseConversion = new SseConversion(sse);

  private static final int ERROR_SUMMARY = 1 << 7;
  private static final int BUSY = 1 << 15;
  private static final int TOP_SHIFT = 11;
  private static final int EXCEPTIONS = 0x3f;

  /** Tells whether an unmasked x87 exception waits for the next instruction that looks (status word, ES). */
  public boolean exceptionPending() {
    return (statusWord & ERROR_SUMMARY) != 0;
  }

  /** The status word with TOP in it, as instructions store it. */
  public int storedStatusWord() {
    return statusWord | top << TOP_SHIFT;
  }

  /** Loads control and status word; ES and B follow from the exceptions and their masks, as the processor has it. */
  public void loadWords(int control, int status) {
    controlWord = control & 0x1f3f | 0x40;
    boolean pending = (status & ~control & EXCEPTIONS) != 0;
    statusWord =
        status & ~(ERROR_SUMMARY | BUSY | 7 << TOP_SHIFT) | (pending ? ERROR_SUMMARY | BUSY : 0);
    top = status >> TOP_SHIFT & 7;
  }

  /** What every MMX instruction does to the x87 unit: all registers valid, TOP 0 (SDM Vol. 1 9.5.1). */
  public void enterMmx() {
    top = 0;
    empty = 0;
  }

  /** Writes an MMX register, 0 to 7. */
  public void mmx(int register, long value) {
    significand[register] = value;
    signExponent[register] = 0xffff;
  }

  void reset() {
    java.util.Arrays.fill(significand, 0);
    java.util.Arrays.fill(signExponent, 0);
    java.util.Arrays.fill(xmm, 0);
    initialize();
    controlWord = 0x40;
    empty = 0;
    sse.mxcsr(0x1f80);
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
