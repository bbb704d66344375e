package org.paravane.core.conformance;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The host's own processor, on x86-64 Linux: runs one instruction from a given state and gives the state behind it, or
 * the state at its fault. One thread only, and one at a time: the addresses are fixed.
 */
final class NativeProcessor implements AutoCloseable {
  private static final int INT3 = 0xcc;
  private static final int PROT_NONE = 0;
  private static final int PROT_READ_WRITE = 3;
  private static final int PROT_READ_WRITE_EXECUTE = 7;
  private static final int MAP_PRIVATE_ANONYMOUS_FIXED_NOREPLACE = 0x10_0022;
  private static final int SA_SIGINFO_ONSTACK = 0x0800_0004;
  private static final int SIGACTION_BYTES = 152;
  private static final int SIGACTION_FLAGS = 136;
  private static final int SYSCALL_ARCH_PRCTL = 158;
  private static final int ARCH_SET_GS = 0x1001;
  private static final int SS_DISABLE = 2;
  private static final int TRAP_BREAKPOINT = 3;
  private static final int RIP_INDEX = 16;
  private static final int RFLAGS_INDEX = 17;
  private static final int TRAP_INDEX = 20;

  /** SIGILL, SIGTRAP, SIGBUS, SIGFPE, SIGSEGV. */
  private static final int[] SIGNALS = {4, 5, 7, 8, 11};

  /** Feature names of opcode rows that the kernel spells in another way. */
  private static final Map<String, String> KERNEL_NAMES =
      Map.of(
          "sse3",
          "pni",
          "cmpxchg16b",
          "cx16",
          "prefetchw",
          "3dnowprefetch",
          "clfsh",
          "clflush",
          "sha",
          "sha_ni");

  private final Arena arena = Arena.ofConfined();
  private final MethodHandle entry;
  private final MethodHandle sigaction;
  private final MethodHandle sigaltstack;
  private final MethodHandle munmap;
  private final MemorySegment code;
  private final MemorySegment data;
  private final MemorySegment stack;
  private final MemorySegment state;
  private final MemorySegment previousActions;
  private final Set<String> features;

  private long slot;
  private int instructionBytes;

  /**
   * Maps the addresses and takes over the signals.
   *
   * @throws IllegalStateException if the host refuses
   */
  NativeProcessor() {
    Linker linker = Linker.nativeLinker();
    munmap = function(linker, "munmap", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG));
    sigaction =
        function(linker, "sigaction", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, ADDRESS));
    sigaltstack =
        function(linker, "sigaltstack", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS));
    map(linker);
    code = region(GuestLayout.CODE, GuestLayout.CODE_BYTES);
    data = region(GuestLayout.DATA, GuestLayout.DATA_BYTES);
    stack = region(GuestLayout.STACK, GuestLayout.STACK_BYTES);
    state = region(GuestLayout.HOST_STATE, 0x1000);
    code.fill((byte) INT3);
    byte[] trampoline = Trampoline.code();
    MemorySegment.copy(
        trampoline, 0, region(GuestLayout.HOST_CODE, 0x1000), JAVA_BYTE, 0, trampoline.length);
    entry =
        linker.downcallHandle(
            MemorySegment.ofAddress(Trampoline.ENTRY), FunctionDescriptor.ofVoid());
    setGsBase(linker);
    setSignalStack(GuestLayout.SIGNAL_STACK, 0, GuestLayout.SIGNAL_STACK_BYTES);
    previousActions = arena.allocate((long) SIGNALS.length * SIGACTION_BYTES, 8);
    takeSignals();
    features = readFeatures();
  }

  private static MethodHandle function(Linker linker, String name, FunctionDescriptor type) {
    return linker.downcallHandle(linker.defaultLookup().find(name).orElseThrow(), type);
  }

  private static MemorySegment region(int address, int bytes) {
    return MemorySegment.ofAddress(address).reinterpret(bytes);
  }

  private static long call(MethodHandle function, Object... arguments) {
    try {
      return ((Number) function.invokeWithArguments(arguments)).longValue();
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  private static void map(Linker linker) {
    MethodHandle mmap =
        function(
            linker,
            "mmap",
            FunctionDescriptor.of(
                JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG));
    reserve(mmap, GuestLayout.CODE, GuestLayout.TOTAL_BYTES);
    reserve(mmap, GuestLayout.SIGNAL_STACK, GuestLayout.SIGNAL_STACK_BYTES);
    protect(linker, GuestLayout.CODE, GuestLayout.CODE_BYTES, PROT_READ_WRITE_EXECUTE);
    protect(linker, GuestLayout.DATA, GuestLayout.DATA_BYTES, PROT_READ_WRITE);
    protect(linker, GuestLayout.STACK, GuestLayout.STACK_BYTES, PROT_READ_WRITE);
    protect(linker, GuestLayout.HOST_CODE, 0x1000, PROT_READ_WRITE_EXECUTE);
    protect(linker, GuestLayout.HOST_STATE, 0x1000, PROT_READ_WRITE);
    protect(linker, GuestLayout.SIGNAL_STACK, GuestLayout.SIGNAL_STACK_BYTES, PROT_READ_WRITE);
  }

  private static void reserve(MethodHandle mmap, long address, long bytes) {
    long mapped =
        call(mmap, address, bytes, PROT_NONE, MAP_PRIVATE_ANONYMOUS_FIXED_NOREPLACE, -1, 0L);
    if (mapped != address) {
      throw new IllegalStateException("the host has no memory at 0x%x".formatted(address));
    }
  }

  private static void protect(Linker linker, long address, int bytes, int protection) {
    MethodHandle mprotect =
        function(
            linker, "mprotect", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT));
    if (call(mprotect, address, (long) bytes, protection) != 0) {
      throw new IllegalStateException(
          "the host refuses protection %d at 0x%x".formatted(protection, address));
    }
  }

  private static void setGsBase(Linker linker) {
    MethodHandle syscall =
        function(
            linker, "syscall", FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG));
    if (call(syscall, (long) SYSCALL_ARCH_PRCTL, (long) ARCH_SET_GS, (long) GuestLayout.DATA)
        != 0) {
      throw new IllegalStateException("the host refuses a GS base");
    }
  }

  private void setSignalStack(long address, int flags, long bytes) {
    MemorySegment description = arena.allocate(24, 8);
    description.set(JAVA_LONG, 0, address);
    description.set(JAVA_INT, 8, flags);
    description.set(JAVA_LONG, 16, bytes);
    if (call(sigaltstack, description, MemorySegment.NULL) != 0) {
      throw new IllegalStateException("the host refuses a signal stack");
    }
  }

  private void takeSignals() {
    MemorySegment action = arena.allocate(SIGACTION_BYTES, 8);
    for (int i = 0; i < SIGNALS.length; i++) {
      MemorySegment previous = previousActions.asSlice((long) i * SIGACTION_BYTES, SIGACTION_BYTES);
      if (call(sigaction, SIGNALS[i], MemorySegment.NULL, previous) != 0) {
        throw new IllegalStateException(
            "the host does not tell the action of signal " + SIGNALS[i]);
      }
      state.set(
          JAVA_LONG, Trampoline.PREVIOUS_HANDLERS + 8L * SIGNALS[i], previous.get(JAVA_LONG, 0));
      action.copyFrom(previous);
      action.set(JAVA_LONG, 0, Trampoline.HANDLER);
      action.set(
          JAVA_INT, SIGACTION_FLAGS, previous.get(JAVA_INT, SIGACTION_FLAGS) | SA_SIGINFO_ONSTACK);
      if (call(sigaction, SIGNALS[i], action, MemorySegment.NULL) != 0) {
        throw new IllegalStateException("the host refuses an action for signal " + SIGNALS[i]);
      }
    }
  }

  private static Set<String> readFeatures() {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/cpuinfo"))) {
        if (line.startsWith("flags")) {
          return new HashSet<>(List.of(line.substring(line.indexOf(':') + 1).trim().split(" ")));
        }
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    return Set.of();
  }

  /** Tells whether the host has a CPUID feature, by its name in the opcode rows; the empty name is always there. */
  boolean supports(String feature) {
    String name = feature.toLowerCase(Locale.ROOT).replace('.', '_');
    return name.isEmpty() || features.contains(KERNEL_NAMES.getOrDefault(name, name));
  }

  /** Places the instruction that {@link #run} executes. */
  void place(long address, byte[] instruction) {
    code.fill((byte) INT3);
    slot = address;
    instructionBytes = instruction.length;
    long offset = address - GuestLayout.CODE;
    MemorySegment.copy(instruction, 0, code, JAVA_BYTE, offset, instruction.length);
    long end = offset + instruction.length;
    code.set(JAVA_BYTE, end, (byte) 0xe9);
    code.set(
        JAVA_INT.withByteAlignment(1),
        end + 1,
        (int) (Trampoline.LEAVE - (GuestLayout.CODE + end + 5)));
  }

  /** Runs the placed instruction. */
  void run(ProcessorState in, ProcessorState out) {
    MemorySegment.copy(in.memory, 0, data, JAVA_BYTE, 0, GuestLayout.DATA_BYTES);
    MemorySegment.copy(
        in.memory, GuestLayout.DATA_BYTES, stack, JAVA_BYTE, 0, GuestLayout.STACK_BYTES);
    storeFloatingPoint(in);
    MemorySegment.copy(in.gpr, 0, state, JAVA_LONG, Trampoline.GPR_IN, 16);
    state.set(JAVA_LONG, Trampoline.RFLAGS_IN, in.rflags);
    state.set(JAVA_LONG, Trampoline.TARGET, slot);
    try {
      entry.invokeExact();
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
    out.vector = ProcessorState.NO_FAULT;
    if (state.get(JAVA_INT, Trampoline.FAULTED) == 0) {
      MemorySegment.copy(state, JAVA_LONG, Trampoline.GPR_OUT, out.gpr, 0, 16);
      out.rflags = (int) state.get(JAVA_LONG, Trampoline.RFLAGS_OUT);
      out.rip = slot + instructionBytes;
    } else {
      loadFaultedRegisters(out);
    }
    loadFloatingPoint(out);
    MemorySegment.copy(data, JAVA_BYTE, 0, out.memory, 0, GuestLayout.DATA_BYTES);
    MemorySegment.copy(
        stack, JAVA_BYTE, 0, out.memory, GuestLayout.DATA_BYTES, GuestLayout.STACK_BYTES);
  }

  private long signalRegister(int index) {
    return state.get(JAVA_LONG, Trampoline.SIGNAL_GPR + 8L * index);
  }

  private void loadFaultedRegisters(ProcessorState out) {
    for (int register = 0; register < 16; register++) {
      out.gpr[register] = signalRegister(Trampoline.signalFrameIndex(register));
    }
    out.rip = signalRegister(RIP_INDEX);
    // RF is set in the frame of every fault.
    out.rflags = (int) signalRegister(RFLAGS_INDEX) & ~0x1_0000;
    int trap = (int) signalRegister(TRAP_INDEX);
    if (trap == TRAP_BREAKPOINT) {
      // A branch to the INT3s that fill the code pages.
      out.rip--;
    } else {
      out.vector = trap;
    }
  }

  private void storeFloatingPoint(ProcessorState in) {
    state.set(JAVA_SHORT, Trampoline.FXSAVE_IN, (short) in.controlWord);
    state.set(JAVA_SHORT, Trampoline.FXSAVE_IN + 2, (short) in.statusWord);
    state.set(JAVA_SHORT, Trampoline.FXSAVE_IN + 4, (short) in.tags);
    state.set(JAVA_INT, Trampoline.FXSAVE_IN + 24, in.mxcsr);
    for (int i = 0; i < 8; i++) {
      state.set(JAVA_LONG, Trampoline.FXSAVE_IN + 32 + 16L * i, in.significand[i]);
      state.set(JAVA_LONG, Trampoline.FXSAVE_IN + 40 + 16L * i, in.signExponent[i]);
    }
    MemorySegment.copy(in.xmm, 0, state, JAVA_LONG, Trampoline.FXSAVE_IN + 160, 32);
  }

  private void loadFloatingPoint(ProcessorState out) {
    out.controlWord = state.get(JAVA_SHORT, Trampoline.FXSAVE_OUT) & 0xffff;
    out.statusWord = state.get(JAVA_SHORT, Trampoline.FXSAVE_OUT + 2) & 0xffff;
    out.tags = state.get(JAVA_SHORT, Trampoline.FXSAVE_OUT + 4) & 0xff;
    out.mxcsr = state.get(JAVA_INT, Trampoline.FXSAVE_OUT + 24);
    for (int i = 0; i < 8; i++) {
      out.significand[i] = state.get(JAVA_LONG_UNALIGNED, Trampoline.FXSAVE_OUT + 32 + 16L * i);
      out.signExponent[i] = state.get(JAVA_SHORT, Trampoline.FXSAVE_OUT + 40 + 16L * i) & 0xffff;
    }
    MemorySegment.copy(state, JAVA_LONG, Trampoline.FXSAVE_OUT + 160, out.xmm, 0, 32);
  }

  /** Gives the signals and the addresses back. */
  @Override
  public void close() {
    for (int i = 0; i < SIGNALS.length; i++) {
      MemorySegment previous = previousActions.asSlice((long) i * SIGACTION_BYTES, SIGACTION_BYTES);
      call(sigaction, SIGNALS[i], previous, MemorySegment.NULL);
    }
    setSignalStack(0, SS_DISABLE, 0);
    call(munmap, (long) GuestLayout.CODE, (long) GuestLayout.TOTAL_BYTES);
    call(munmap, GuestLayout.SIGNAL_STACK, (long) GuestLayout.SIGNAL_STACK_BYTES);
    arena.close();
  }
}
