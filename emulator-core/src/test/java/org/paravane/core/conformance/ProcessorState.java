package org.paravane.core.conformance;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/** What an instruction starts from and leaves: registers, flags, x87 and SSE state, data and stack. */
final class ProcessorState {
  /** {@link #vector} if nothing faulted. */
  static final int NO_FAULT = -1;

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /** RAX, RCX, RDX, RBX, RSP, RBP, RSI, RDI, R8 to R15. */
  final long[] gpr = new long[16];

  long rip;
  int rflags;

  /** The exception raised, or {@link #NO_FAULT}. */
  int vector = NO_FAULT;

  /** x87 control word. */
  int controlWord = 0x37f;

  /** x87 status word, TOP included. */
  int statusWord;

  /** FXSAVE's abridged tag word: bit n is set if physical register n is not empty. */
  int tags;

  int mxcsr = 0x1f80;

  /** Significands of ST(0) to ST(7). */
  final long[] significand = new long[8];

  /** Signs and exponents of ST(0) to ST(7). */
  final int[] signExponent = new int[8];

  /** XMM0 to XMM15: low half at {@code 2n}, high half at {@code 2n + 1}. */
  final long[] xmm = new long[32];

  /** {@link GuestLayout#DATA} and then {@link GuestLayout#STACK}. */
  final byte[] memory = new byte[GuestLayout.MEMORY_BYTES];

  /** Takes over everything of another state. */
  void copyFrom(ProcessorState other) {
    copyRegistersFrom(other);
    System.arraycopy(other.memory, 0, memory, 0, memory.length);
  }

  /** Takes over everything of another state but memory. */
  void copyRegistersFrom(ProcessorState other) {
    System.arraycopy(other.gpr, 0, gpr, 0, 16);
    rip = other.rip;
    rflags = other.rflags;
    vector = other.vector;
    controlWord = other.controlWord;
    statusWord = other.statusWord;
    tags = other.tags;
    mxcsr = other.mxcsr;
    System.arraycopy(other.significand, 0, significand, 0, 8);
    System.arraycopy(other.signExponent, 0, signExponent, 0, 8);
    System.arraycopy(other.xmm, 0, xmm, 0, 32);
  }

  /** Reads 8 bytes of memory. */
  long get64(long address) {
    return (long) LONG.get(memory, GuestLayout.index(address));
  }

  /** Writes 8 bytes of memory. */
  void put64(long address, long value) {
    LONG.set(memory, GuestLayout.index(address), value);
  }

  /** Tells whether two states agree, but for the bits of RFLAGS in {@code ignoredFlags}. */
  boolean agrees(ProcessorState other, int ignoredFlags) {
    return vector == other.vector
        && rip == other.rip
        && ((rflags ^ other.rflags) & ~ignoredFlags) == 0
        && Arrays.equals(gpr, other.gpr)
        && controlWord == other.controlWord
        && statusWord == other.statusWord
        && tags == other.tags
        && mxcsr == other.mxcsr
        && Arrays.equals(significand, other.significand)
        && Arrays.equals(signExponent, other.signExponent)
        && Arrays.equals(xmm, other.xmm)
        && Arrays.equals(memory, other.memory);
  }
}
