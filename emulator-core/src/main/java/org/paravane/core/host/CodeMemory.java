package org.paravane.core.host;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Memory that the host may execute (mmap(2)), given back when nothing refers to it any more, and the way into it. Its pages
 * cost nothing until they are written.
 */
final class CodeMemory {
  private static final int PROT_READ_WRITE_EXECUTE = 7;
  private static final int MAP_PRIVATE_ANONYMOUS_NORESERVE = 0x4022;
  private static final long MAP_FAILED = -1;

  private static final int EI_CLASS = 4;
  private static final int ELFCLASS64 = 2;
  private static final int E_MACHINE = 18;
  private static final int EM_X86_64 = 62;

  private static final Linker LINKER = Linker.nativeLinker();
  private static final MethodHandle MMAP =
      function(
          "mmap",
          FunctionDescriptor.of(
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_LONG));
  private static final MethodHandle MUNMAP =
      function(
          "munmap",
          FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_LONG));

  /** Critical: it takes arrays where they are, and the collector waits for it. */
  private static final MethodHandle CALL = entry();

  private CodeMemory() {}

  @SuppressWarnings("restricted")
  private static MethodHandle function(String name, FunctionDescriptor descriptor) {
    return LINKER.downcallHandle(LINKER.defaultLookup().find(name).orElseThrow(), descriptor);
  }

  @SuppressWarnings("restricted")
  private static MethodHandle entry() {
    return LINKER.downcallHandle(
        FunctionDescriptor.of(
            ValueLayout.JAVA_LONG,
            ValueLayout.ADDRESS,
            ValueLayout.ADDRESS,
            ValueLayout.ADDRESS,
            ValueLayout.JAVA_LONG),
        Linker.Option.critical(true));
  }

  /** Tells whether this host and this JVM can execute code that is made here. */
  static boolean supported() {
    return CodeMemory.class.getModule().isNativeAccessEnabled() && Host.IS_X86_64_LINUX;
  }

  /** What the JVM's own executable says of the host: an ELF file for x86-64, where Linux shows it. */
  private static final class Host {
    static final boolean IS_X86_64_LINUX = isX8664Linux();

    private static boolean isX8664Linux() {
      byte[] header = new byte[E_MACHINE + 2];
      try (InputStream executable = Files.newInputStream(Path.of("/proc/self/exe"))) {
        return executable.readNBytes(header, 0, header.length) == header.length
            && header[0] == 0x7f
            && header[EI_CLASS] == ELFCLASS64
            && header[E_MACHINE] == EM_X86_64;
      } catch (IOException e) {
        return false;
      }
    }
  }

  /** Allocates memory, or gives null if the host refuses. */
  @SuppressWarnings("restricted")
  static MemorySegment allocate(long sizeBytes) {
    try {
      long address =
          (long)
              MMAP.invokeExact(
                  0L, sizeBytes, PROT_READ_WRITE_EXECUTE, MAP_PRIVATE_ANONYMOUS_NORESERVE, -1, 0L);
      return address == MAP_FAILED
          ? null
          : MemorySegment.ofAddress(address)
              .reinterpret(sizeBytes, Arena.ofAuto(), CodeMemory::free);
    } catch (Throwable e) {
      throw rethrown(e);
    }
  }

  private static void free(MemorySegment memory) {
    try {
      int result = (int) MUNMAP.invokeExact(memory, memory.byteSize());
      assert result == 0;
    } catch (Throwable e) {
      throw rethrown(e);
    }
  }

  /** Calls the function at {@code code} with three arrays and a number. */
  static long call(
      MemorySegment code, MemorySegment state, MemorySegment tlb, MemorySegment xmm, long target) {
    try {
      return (long) CALL.invokeExact(code, state, tlb, xmm, target);
    } catch (Throwable e) {
      throw rethrown(e);
    }
  }

  private static RuntimeException rethrown(Throwable e) {
    if (e instanceof Error error) {
      throw error;
    }
    return e instanceof RuntimeException unchecked ? unchecked : new IllegalStateException(e);
  }
}
