package org.paravane.core.cpu;

/**
 * A fault-class exception of the guest on its way to the interpreter. Each processor has one, reused and without a stack
 * trace; {@link Cpu#fault(int)} and {@link Cpu#fault(int, int)} fill it in.
 */
@SuppressWarnings("serial")
public final class GuestFault extends RuntimeException {
  /** Divide error. */
  public static final int DE = 0;

  /** Debug exception. */
  public static final int DB = 1;

  /** Non-maskable interrupt. */
  public static final int NMI = 2;

  /** Breakpoint. */
  public static final int BP = 3;

  /** Overflow. */
  public static final int OF = 4;

  /** BOUND range exceeded. */
  public static final int BR = 5;

  /** Invalid opcode. */
  public static final int UD = 6;

  /** Device not available. */
  public static final int NM = 7;

  /** Double fault. */
  public static final int DF = 8;

  /** Invalid TSS. */
  public static final int TS = 10;

  /** Segment not present. */
  public static final int NP = 11;

  /** Stack fault. */
  public static final int SS = 12;

  /** General protection. */
  public static final int GP = 13;

  /** Page fault. */
  public static final int PF = 14;

  /** x87 floating-point error. */
  public static final int MF = 16;

  /** Alignment check. */
  public static final int AC = 17;

  /** Machine check. */
  public static final int MC = 18;

  /** SIMD floating-point exception. */
  public static final int XM = 19;

  private int vector;
  private int errorCode;

  GuestFault() {
    super(null, null, false, false);
  }

  GuestFault set(int newVector, int newErrorCode) {
    vector = newVector;
    errorCode = newErrorCode;
    return this;
  }

  /** The exception's vector, 0 to 31. */
  public int vector() {
    return vector;
  }

  /** The error code; meaningless where {@link #hasErrorCode(int)} is false. */
  public int errorCode() {
    return errorCode;
  }

  /** Tells whether the exception of that vector pushes an error code (SDM Vol. 3A table 6-1). */
  public static boolean hasErrorCode(int vector) {
    return vector == DF || vector >= TS && vector <= PF || vector == AC || vector == 21;
  }
}
