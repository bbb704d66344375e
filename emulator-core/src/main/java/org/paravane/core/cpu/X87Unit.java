package org.paravane.core.cpu;

import org.paravane.core.fpu.ExtendedArithmetic;
import org.paravane.core.fpu.ExtendedComparison;
import org.paravane.core.fpu.ExtendedConversion;
import org.paravane.core.fpu.ExtendedFormat;
import org.paravane.core.fpu.ExtendedRemainder;
import org.paravane.core.fpu.ExtendedScaling;
import org.paravane.core.fpu.ExtendedTranscendentals;
import org.paravane.core.fpu.FloatException;

/**
 * The x87 execution unit of one processor: its arithmetic, and the register stack of {@link FpuState} with its faults
 * (SDM Vol. 1 8.1.2, 8.1.3, 8.5.1.1). Before arithmetic {@link #prepare()} is called, after it {@link #commit()}.
 */
public final class X87Unit {
  /** IE. */
  private static final int INVALID = FloatException.INVALID;

  /** SF, stack fault. */
  private static final int STACK_FAULT = 1 << 6;

  /** ES, error summary. */
  private static final int ERROR_SUMMARY = 1 << 7;

  /** B, which follows ES. */
  private static final int BUSY = 1 << 15;

  private static final int C1 = ExtendedComparison.C1;
  private static final int CONDITION_CODES =
      ExtendedComparison.C0 | ExtendedComparison.C1 | ExtendedComparison.C2 | ExtendedComparison.C3;
  private static final int TAG_VALID = 0;
  private static final int TAG_ZERO = 1;
  private static final int TAG_SPECIAL = 2;
  private static final int TAG_EMPTY = 3;

  public final ExtendedArithmetic arithmetic = new ExtendedArithmetic();
  public final ExtendedConversion conversion = new ExtendedConversion(arithmetic);
  public final ExtendedComparison comparison = new ExtendedComparison(arithmetic);
  public final ExtendedRemainder remainder = new ExtendedRemainder(arithmetic);
  public final ExtendedScaling scaling = new ExtendedScaling(arithmetic);
  public final ExtendedTranscendentals transcendentals = new ExtendedTranscendentals(arithmetic);

  private final FpuState state;
  private int opcode;

  X87Unit(FpuState state) {
    this.state = state;
  }

  // The register stack

  /** Tells whether ST(i) is empty. */
  public boolean empty(int i) {
    return (state.empty >> (state.top + i & 7) & 1) != 0;
  }

  /** Tells whether a push would overflow the stack. */
  public boolean full() {
    return !empty(7);
  }

  /** Sign and exponent of ST(i). */
  public int signExponent(int i) {
    return state.signExponent[state.top + i & 7];
  }

  /** Significand of ST(i). */
  public long significand(int i) {
    return state.significand[state.top + i & 7];
  }

  /** Writes ST(i) and marks it valid. */
  public void set(int i, int signExponent, long significand) {
    int physical = state.top + i & 7;
    state.signExponent[physical] = signExponent;
    state.significand[physical] = significand;
    state.empty &= ~(1 << physical);
  }

  /** Writes the last result of the arithmetic to ST(i). */
  public void setResult(int i) {
    set(i, arithmetic.resultSignExponent, arithmetic.resultSignificand);
  }

  /** Writes the default NaN to ST(i). */
  public void setIndefinite(int i) {
    set(i, ExtendedFormat.INDEFINITE_SIGN_EXPONENT, ExtendedFormat.INDEFINITE_SIGNIFICAND);
  }

  /** Makes the register before ST(0) the new ST(0), which the caller then writes. */
  public void push() {
    state.top = state.top - 1 & 7;
  }

  /** Empties ST(0) and makes ST(1) the new ST(0). */
  public void pop() {
    free(0);
    state.top = state.top + 1 & 7;
  }

  /** Moves TOP by that many registers without touching any. */
  public void rotate(int by) {
    state.top = state.top + by & 7;
  }

  /** Empties ST(i). */
  public void free(int i) {
    state.empty |= 1 << (state.top + i & 7);
  }

  // Exceptions and condition codes

  /** Makes the arithmetic follow the control word. */
  public void prepare() {
    if (arithmetic.controlWord() != state.controlWord) {
      arithmetic.controlWord(state.controlWord);
    }
  }

  /**
   * Names the instruction that the exceptions raised from now on are of.
   *
   * @param value the 11 bits that FOP has
   */
  public void opcode(int value) {
    opcode = value;
  }

  /** Raises the exceptions of the last operation, with C1 as it rounded. */
  public void commit() {
    raise(arithmetic.flags, arithmetic.roundedUp ? C1 : 0);
  }

  /** Raises the exceptions of the last operation and leaves the condition codes. */
  public void commitExceptions() {
    raise(arithmetic.flags, state.statusWord & C1);
  }

  /** Sets C3 to C0, after {@link #commit()}. */
  public void conditionCodes(int codes) {
    state.statusWord = state.statusWord & ~CONDITION_CODES | codes;
  }

  /** Clears C1. */
  public void clearC1() {
    state.statusWord &= ~C1;
  }

  /** Sets or clears C2. */
  public void incomplete(boolean value) {
    state.statusWord =
        state.statusWord & ~ExtendedComparison.C2 | (value ? ExtendedComparison.C2 : 0);
  }

  /** Raises the stack fault of an empty source; true if the masked response is to be given. */
  public boolean underflow() {
    raise(INVALID | STACK_FAULT, 0);
    return (state.controlWord & INVALID) != 0;
  }

  /** Raises the stack fault of a push onto a register in use; true if the masked response is to be given. */
  public boolean overflow() {
    raise(INVALID | STACK_FAULT, C1);
    return (state.controlWord & INVALID) != 0;
  }

  private void raise(int exceptions, int c1) {
    int status = state.statusWord & ~C1 | exceptions | c1;
    if ((exceptions & ~state.controlWord & FloatException.ALL) != 0) {
      status |= ERROR_SUMMARY | BUSY;
      // Since the Pentium 4, unless told otherwise, processors note the opcode of such an
      // instruction only.
      state.lastOpcode = opcode;
    }
    state.statusWord = status;
  }

  /** Clears every exception flag, SF, ES and B: FNCLEX. */
  public void clearExceptions() {
    state.statusWord &= ~(FloatException.ALL | STACK_FAULT | ERROR_SUMMARY | BUSY);
  }

  // The tag word

  /** The tag word: two bits a physical register. */
  public int tagWord() {
    int tags = 0;
    for (int i = 0; i < 8; i++) {
      tags |= tag(i) << 2 * i;
    }
    return tags;
  }

  private int tag(int physical) {
    if ((state.empty >> physical & 1) != 0) {
      return TAG_EMPTY;
    }
    int signExponent = state.signExponent[physical];
    long significand = state.significand[physical];
    if (ExtendedFormat.normal(signExponent, significand)) {
      return TAG_VALID;
    }
    return ExtendedFormat.zero(signExponent, significand) ? TAG_ZERO : TAG_SPECIAL;
  }

  /** Loads the tag word, of which only what is empty counts. */
  public void tagWord(int tags) {
    int empty = 0;
    for (int i = 0; i < 8; i++) {
      if ((tags >> 2 * i & 3) == TAG_EMPTY) {
        empty |= 1 << i;
      }
    }
    state.empty = empty;
  }
}
