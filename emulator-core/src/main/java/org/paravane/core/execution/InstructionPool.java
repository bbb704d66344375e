package org.paravane.core.execution;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.paravane.core.cpu.Instruction;

/**
 * Decoded instructions that follow from their bytes and the mode alone, to be shared by all blocks. Few of them make up
 * most of any program, so that sharing keeps what is executed in the host's caches.
 */
final class InstructionPool {
  /** The longest instruction that is kept, in bytes. */
  static final int MAX_LENGTH = 8;

  private static final int INDEX_BITS = 15;
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private final Entry[] entries = new Entry[1 << INDEX_BITS];

  /** An instruction and what it was decoded from. */
  static final class Entry {
    private final long bytes;
    private final int lengthAndMode;
    private final Instruction instruction;
    private Instruction withoutStatusFlags;

    private Entry(long bytes, int lengthAndMode, Instruction instruction) {
      this.bytes = bytes;
      this.lengthAndMode = lengthAndMode;
      this.instruction = instruction;
    }

    /** The instruction. */
    Instruction instruction() {
      return instruction;
    }

    /** {@link Instruction#withoutStatusFlags()}, shared as well. */
    Instruction withoutStatusFlags() {
      if (withoutStatusFlags == null) {
        withoutStatusFlags = instruction.withoutStatusFlags();
      }
      return withoutStatusFlags;
    }
  }

  /** The entry of {@code length} bytes, at most {@link #MAX_LENGTH}, of code at an index, or null. */
  Entry find(byte[] code, int from, int length, int mode) {
    long bytes = bytes(code, from, length);
    Entry entry = entries[index(bytes, mode)];
    return entry != null && entry.bytes == bytes && entry.lengthAndMode == (length | mode << 4) ? entry : null;
  }

  /** Keeps an instruction of at most {@link #MAX_LENGTH} bytes. */
  Entry add(byte[] code, int from, int length, int mode, Instruction instruction) {
    long bytes = bytes(code, from, length);
    Entry entry = new Entry(bytes, length | mode << 4, instruction);
    entries[index(bytes, mode)] = entry;
    return entry;
  }

  private static long bytes(byte[] code, int from, int length) {
    return (long) LONG.get(code, from) & -1L >>> 64 - 8 * length;
  }

  private static int index(long bytes, int mode) {
    return (int) ((bytes + mode) * 0x9e37_79b9_7f4a_7c15L >>> 64 - INDEX_BITS);
  }
}
