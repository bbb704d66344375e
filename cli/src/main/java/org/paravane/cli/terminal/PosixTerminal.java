package org.paravane.cli.terminal;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Locale;

/** The terminal through termios, as Linux and macOS lay it out. */
public final class PosixTerminal implements Terminal {
  /** Larger than {@code struct termios} of any supported system: 60 bytes with glibc, 72 on macOS. */
  private static final int TERMIOS_BYTES = 256;

  private static final int TCSANOW = 0;
  private static final int OPOST = 1;

  private final MethodHandle isatty;
  private final MethodHandle tcgetattr;
  private final MethodHandle tcsetattr;
  private final MethodHandle cfmakeraw;
  private final boolean macOs;

  @SuppressWarnings("restricted")
  private PosixTerminal(SymbolLookup library, boolean macOs) {
    Linker linker = Linker.nativeLinker();
    var integer = ValueLayout.JAVA_INT;
    var address = ValueLayout.ADDRESS;
    this.macOs = macOs;
    isatty =
        linker.downcallHandle(
            library.findOrThrow("isatty"), FunctionDescriptor.of(integer, integer));
    tcgetattr =
        linker.downcallHandle(
            library.findOrThrow("tcgetattr"), FunctionDescriptor.of(integer, integer, address));
    tcsetattr =
        linker.downcallHandle(
            library.findOrThrow("tcsetattr"),
            FunctionDescriptor.of(integer, integer, integer, address));
    cfmakeraw =
        linker.downcallHandle(library.findOrThrow("cfmakeraw"), FunctionDescriptor.ofVoid(address));
  }

  /** The terminal of this process; {@link Terminal#NONE} where there is no termios. */
  public static Terminal open() {
    String system = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
    boolean macOs = system.startsWith("mac");
    if (!macOs && !system.equals("linux")) {
      return Terminal.NONE;
    }
    return new PosixTerminal(Linker.nativeLinker().defaultLookup(), macOs);
  }

  @Override
  public boolean isTerminal(Stream stream) {
    try {
      return (int) isatty.invokeExact(stream.ordinal()) == 1;
    } catch (Throwable e) {
      throw new IllegalStateException("isatty", e);
    }
  }

  @Override
  public Runnable enterRawMode() {
    return enterRawMode(Stream.INPUT.ordinal());
  }

  Runnable enterRawMode(int descriptor) {
    Arena arena = Arena.ofAuto();
    MemorySegment before = arena.allocate(TERMIOS_BYTES, Long.BYTES);
    MemorySegment raw = arena.allocate(TERMIOS_BYTES, Long.BYTES);
    try {
      if ((int) tcgetattr.invokeExact(descriptor, before) != 0) {
        return () -> {};
      }
      raw.copyFrom(before);
      cfmakeraw.invokeExact(raw);
      processOutput(raw);
      set(descriptor, raw);
    } catch (Throwable e) {
      throw new IllegalStateException("termios", e);
    }
    return () -> set(descriptor, before);
  }

  /** Turns OPOST on again: what we print ourselves ends its lines with a bare newline. */
  private void processOutput(MemorySegment termios) {
    if (macOs) {
      termios.set(
          ValueLayout.JAVA_LONG,
          Long.BYTES,
          termios.get(ValueLayout.JAVA_LONG, Long.BYTES) | OPOST);
    } else {
      termios.set(
          ValueLayout.JAVA_INT,
          Integer.BYTES,
          termios.get(ValueLayout.JAVA_INT, Integer.BYTES) | OPOST);
    }
  }

  private void set(int descriptor, MemorySegment termios) {
    try {
      int _ = (int) tcsetattr.invokeExact(descriptor, TCSANOW, termios);
    } catch (Throwable e) {
      throw new IllegalStateException("tcsetattr", e);
    }
  }
}
