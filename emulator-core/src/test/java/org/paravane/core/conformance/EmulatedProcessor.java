package org.paravane.core.conformance;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import org.paravane.core.clock.TimerQueue;
import org.paravane.core.cpu.ControlRegisters;
import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.FpuState;
import org.paravane.core.cpu.Rflags;
import org.paravane.core.cpu.Segments;
import org.paravane.core.execution.Machine;
import org.paravane.core.execution.MachineTime;
import org.paravane.core.io.PortBus;
import org.paravane.core.memory.GuestRam;
import org.paravane.core.memory.PhysicalMemory;

/** Paravane's processor in 64-bit mode at CPL 3: runs code from a given state, as {@link NativeProcessor} does. */
final class EmulatedProcessor {
  /** A page of its own, at which faults park the processor. */
  private static final int PARKING = GuestLayout.CODE + 0x4000;

  /** Linux's. */
  private static final int SELECTOR_USER_DATA = 0x2b;

  private static final int SELECTOR_USER_CODE = 0x33;
  private static final int TABLES = 0x1000;
  private static final int PAGE_USER_WRITABLE = 0x67;
  private static final int[] CODE_PAGES = {0x10000, 0x13000};
  private static final int[] DATA_PAGES = {0x15000, 0x12000};
  private static final int STACK_PAGE = 0x18000;
  private static final int PARKING_PAGE = 0x1a000;
  private static final int TSS = PARKING + 0x800;
  private static final int INT3 = 0xcc;
  private static final int TOP_SHIFT = 11;

  /** REP instructions count an iteration as an instruction, or several: more runs than this it never takes. */
  private static final int MAX_RUNS = 5000;

  private final PhysicalMemory physical = new PhysicalMemory(new GuestRam(1 << 17));
  private final MemorySegment ram = physical.ram().segment();
  private final Machine machine =
      new Machine(physical, new PortBus(), new TimerQueue(), new MachineTime.Virtual(10));
  private final Cpu cpu = machine.addProcessor(new FaultRecordingPlatform(this, PARKING));

  private long slot;
  private int placedBytes;
  private int compiled;
  private ProcessorState result;

  /** Enters 64-bit mode. */
  EmulatedProcessor() {
    physical.put64(TABLES, TABLES + 0x1000 | PAGE_USER_WRITABLE);
    physical.put64(TABLES + 0x1000, TABLES + 0x2000 | PAGE_USER_WRITABLE);
    physical.put64(
        TABLES + 0x2000 + (GuestLayout.CODE >> 21) * 8L, TABLES + 0x3000 | PAGE_USER_WRITABLE);
    mapPage(GuestLayout.CODE, CODE_PAGES[0]);
    mapPage(GuestLayout.CODE + 0x1000, CODE_PAGES[1]);
    mapPage(GuestLayout.DATA, DATA_PAGES[0]);
    mapPage(GuestLayout.DATA + 0x1000, DATA_PAGES[1]);
    mapPage(GuestLayout.STACK, STACK_PAGE);
    mapPage(PARKING, PARKING_PAGE);
    for (int offset = 0; offset < GuestLayout.CODE_BYTES; offset++) {
      placeByte(offset, INT3);
    }
    physical.put16(PARKING_PAGE, 0xfeeb);
    physical.put16(PARKING_PAGE + 0x800 + 0x66, 0x68);
    cpu.control.load(
        ControlRegisters.CR0_PE
            | ControlRegisters.CR0_MP
            | ControlRegisters.CR0_NE
            | ControlRegisters.CR0_WP
            | ControlRegisters.CR0_PG,
        TABLES,
        ControlRegisters.CR4_PAE
            | ControlRegisters.CR4_OSFXSR
            | ControlRegisters.CR4_OSXMMEXCPT
            | ControlRegisters.CR4_FSGSBASE,
        ControlRegisters.EFER_SCE
            | ControlRegisters.EFER_LME
            | ControlRegisters.EFER_LMA
            | ControlRegisters.EFER_NXE);
    int user =
        Segments.RIGHT_P | Segments.RIGHT_S | 3 << Segments.RIGHT_DPL_SHIFT | Segments.RIGHT_G | 3;
    for (int segment = Segments.ES; segment <= Segments.GS; segment++) {
      int selector = segment == Segments.SS ? SELECTOR_USER_DATA : 0;
      cpu.segments.set(segment, selector, 0, -1, user | Segments.RIGHT_DB);
    }
    // No I/O permission bitmap.
    cpu.segments.set(Segments.TR, 0x40, TSS, 0x67, Segments.RIGHT_P | 0xb);
    cpu.segments.set(
        Segments.CS, SELECTOR_USER_CODE, 0, -1, user | Segments.TYPE_CODE | Segments.RIGHT_L);
    cpu.segments.setBase(Segments.GS, GuestLayout.DATA);
    cpu.cpl = 3;
    cpu.updateMode();
  }

  private void mapPage(int linear, int page) {
    physical.put64(TABLES + 0x3000 + (linear >> 12 & 511) * 8L, page | PAGE_USER_WRITABLE);
  }

  /** Places the instruction that {@link #run} executes. */
  void place(long address, byte[] instruction) {
    for (int i = 0; i < placedBytes; i++) {
      placeByte((int) (slot - GuestLayout.CODE) + i, INT3);
    }
    slot = address;
    placedBytes = instruction.length + 2;
    int offset = (int) (address - GuestLayout.CODE);
    for (int i = 0; i < instruction.length; i++) {
      placeByte(offset + i, instruction[i]);
    }
    // A jump to itself: the run ends there.
    placeByte(offset + instruction.length, 0xeb);
    placeByte(offset + instruction.length + 1, 0xfe);
  }

  private void placeByte(int offset, int value) {
    physical.put8(CODE_PAGES[offset >> 12] + (offset & 0xfff), value);
  }

  /** Has instructions compiled that were executed once: see {@link #runCompiled}. */
  void compile() {
    machine.compileRegions(
        task -> {
          compiled++;
          task.run();
        },
        1);
  }

  /** How many regions were compiled. */
  int compiled() {
    return compiled;
  }

  /** Has instructions translated for the host when they are executed: see {@link #runCompiled}. */
  void translate() {
    machine.translate(1);
  }

  /** How many blocks are translated. */
  int translated() {
    return machine.translatedBlocks();
  }

  /** Leaves all to the interpreter. */
  void interpretOnly() {
    machine.interpretOnly();
  }

  /**
   * Runs the placed instruction twice from the same state: the first time makes it hot and fills the TLB, the second executes
   * its region or its translation.
   */
  void runCompiled(ProcessorState in, ProcessorState out) {
    run(in, out);
    run(in, out);
  }

  /** Runs the placed instruction. */
  void run(ProcessorState in, ProcessorState out) {
    copyMemoryIn(in.memory);
    System.arraycopy(in.gpr, 0, cpu.gpr, 0, 16);
    cpu.rflags(in.rflags | Rflags.IF);
    storeFloatingPoint(in);
    cpu.rip(slot);
    out.vector = ProcessorState.NO_FAULT;
    result = out;
    int runs = 0;
    do {
      machine.run(1);
    } while (cpu.rip() == slot && out.vector == ProcessorState.NO_FAULT && ++runs < MAX_RUNS);
    if (out.vector == ProcessorState.NO_FAULT) {
      copyOut(out);
    }
  }

  /** Called at an exception, before anything of it is delivered. */
  void faulted(int vector) {
    copyOut(result);
    result.vector = vector;
  }

  private void copyOut(ProcessorState out) {
    System.arraycopy(cpu.gpr, 0, out.gpr, 0, 16);
    out.rflags = cpu.rflags() & ~Rflags.RF;
    out.rip = cpu.rip();
    loadFloatingPoint(out);
    byte[] memory = out.memory;
    MemorySegment.copy(ram, JAVA_BYTE, DATA_PAGES[0], memory, 0, 0x1000);
    MemorySegment.copy(ram, JAVA_BYTE, DATA_PAGES[1], memory, 0x1000, 0x1000);
    MemorySegment.copy(
        ram, JAVA_BYTE, STACK_PAGE, memory, GuestLayout.DATA_BYTES, GuestLayout.STACK_BYTES);
  }

  private void copyMemoryIn(byte[] memory) {
    MemorySegment.copy(memory, 0, ram, JAVA_BYTE, DATA_PAGES[0], 0x1000);
    MemorySegment.copy(memory, 0x1000, ram, JAVA_BYTE, DATA_PAGES[1], 0x1000);
    MemorySegment.copy(
        memory, GuestLayout.DATA_BYTES, ram, JAVA_BYTE, STACK_PAGE, GuestLayout.STACK_BYTES);
  }

  private void storeFloatingPoint(ProcessorState in) {
    FpuState fpu = cpu.fpu;
    fpu.controlWord = in.controlWord;
    fpu.top = in.statusWord >> TOP_SHIFT & 7;
    fpu.statusWord = in.statusWord & ~(7 << TOP_SHIFT);
    fpu.empty = ~in.tags & 0xff;
    fpu.lastOpcode = 0;
    fpu.lastInstruction = 0;
    fpu.lastInstructionSelector = 0;
    fpu.lastOperand = 0;
    fpu.lastOperandSelector = 0;
    fpu.sse.mxcsr(in.mxcsr);
    for (int i = 0; i < 8; i++) {
      fpu.significand[fpu.top + i & 7] = in.significand[i];
      fpu.signExponent[fpu.top + i & 7] = in.signExponent[i];
    }
    System.arraycopy(in.xmm, 0, fpu.xmm, 0, 32);
  }

  private void loadFloatingPoint(ProcessorState out) {
    FpuState fpu = cpu.fpu;
    out.controlWord = fpu.controlWord;
    out.statusWord = fpu.statusWord | fpu.top << TOP_SHIFT;
    out.tags = ~fpu.empty & 0xff;
    out.mxcsr = fpu.sse.mxcsr();
    for (int i = 0; i < 8; i++) {
      out.significand[i] = fpu.significand[fpu.top + i & 7];
      out.signExponent[i] = fpu.signExponent[fpu.top + i & 7];
    }
    System.arraycopy(fpu.xmm, 0, out.xmm, 0, 32);
  }
}
