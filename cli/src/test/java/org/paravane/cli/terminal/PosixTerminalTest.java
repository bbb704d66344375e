package org.paravane.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Works on a pseudo-terminal of its own. */
@EnabledOnOs(OS.LINUX)
class PosixTerminalTest {
  private static final int READ_WRITE_NO_CONTROLLING_TERMINAL = 0x102;
  private static final int ECHO = 0x8;
  private static final int OPOST = 0x1;
  private static final int OUTPUT_FLAGS_OFFSET = 4;
  private static final int LOCAL_FLAGS_OFFSET = 12;

  private int descriptor;

  private static MethodHandle function(String name, FunctionDescriptor type) {
    return Linker.nativeLinker()
        .downcallHandle(Linker.nativeLinker().defaultLookup().findOrThrow(name), type);
  }

  @BeforeEach
  void openPseudoTerminal() throws Throwable {
    MethodHandle open =
        function("posix_openpt", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
    descriptor = (int) open.invokeExact(READ_WRITE_NO_CONTROLLING_TERMINAL);
    assumeTrue(descriptor >= 0, "this host has no pseudo-terminals");
  }

  @AfterEach
  void closePseudoTerminal() throws Throwable {
    MethodHandle close =
        function("close", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
    int _ = (int) close.invokeExact(descriptor);
  }

  private byte[] termios() throws Throwable {
    MethodHandle get =
        function(
            "tcgetattr",
            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.ADDRESS));
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(256, Long.BYTES);
      assertThat((int) get.invokeExact(descriptor, state)).isZero();
      return state.toArray(ValueLayout.JAVA_BYTE);
    }
  }

  private static int flags(byte[] termios, int offset) {
    return MemorySegment.ofArray(termios).get(ValueLayout.JAVA_INT_UNALIGNED, offset);
  }

  @Test
  void rawModeTurnsEchoOffAndKeepsOutputProcessing() throws Throwable {
    byte[] before = termios();
    PosixTerminal terminal = (PosixTerminal) PosixTerminal.open();
    Runnable restore = terminal.enterRawMode(descriptor);
    byte[] raw = termios();
    restore.run();
    restore.run();
    assertThat(flags(before, LOCAL_FLAGS_OFFSET) & ECHO).isNotZero();
    assertThat(flags(raw, LOCAL_FLAGS_OFFSET) & ECHO).isZero();
    assertThat(flags(raw, OUTPUT_FLAGS_OFFSET) & OPOST).isNotZero();
    assertThat(termios()).isEqualTo(before);
  }
}
