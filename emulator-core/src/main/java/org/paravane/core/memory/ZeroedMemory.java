package org.paravane.core.memory;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * Host memory from the C library's calloc: the operating system hands out zero pages when they are first touched, where an
 * {@link Arena} writes every byte at once, which takes longer than some boots.
 */
final class ZeroedMemory {
  private static final Linker LINKER = Linker.nativeLinker();
  private static final MethodHandle CALLOC =
      handle(
          "calloc",
          FunctionDescriptor.of(ValueLayout.ADDRESS, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG));
  private static final MethodHandle FREE =
      handle("free", FunctionDescriptor.ofVoid(ValueLayout.ADDRESS));

  private ZeroedMemory() {}

  @SuppressWarnings("restricted")
  private static MethodHandle handle(String name, FunctionDescriptor descriptor) {
    return LINKER.downcallHandle(LINKER.defaultLookup().find(name).orElseThrow(), descriptor);
  }

  /**
   * Allocates memory that is freed when nothing refers to it any more.
   *
   * @throws OutOfMemoryError if the host has not that much
   */
  @SuppressWarnings("restricted")
  static MemorySegment allocate(long sizeBytes) {
    try {
      MemorySegment memory = (MemorySegment) CALLOC.invokeExact(1L, sizeBytes);
      if (memory.equals(MemorySegment.NULL)) {
        throw new OutOfMemoryError("no %d bytes for guest RAM".formatted(sizeBytes));
      }
      return memory.reinterpret(sizeBytes, Arena.ofAuto(), ZeroedMemory::free);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  private static void free(MemorySegment memory) {
    try {
      FREE.invokeExact(memory);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }
}
