package org.paravane.benchmarks;

import java.util.HexFormat;
import org.paravane.core.clock.TimerQueue;
import org.paravane.core.cpu.ControlRegisters;
import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.Segments;
import org.paravane.core.execution.Machine;
import org.paravane.core.execution.MachineTime;
import org.paravane.core.io.PortBus;
import org.paravane.core.io.PortDevice;
import org.paravane.core.machine.ExitReason;
import org.paravane.core.memory.GuestRam;
import org.paravane.core.memory.PhysicalMemory;

/**
 * A machine with one processor in 64-bit supervisor mode that executes code which never ends.
 *
 * <p>The first 4 MiB are mapped one to one in large pages. {@link #WINDOW} begins 1 GiB of 4 KiB pages over frames of
 * the third and fourth MiB; {@link #NOWHERE} is mapped to nothing. A page fault ends in {@link #FAULT_HANDLER}.
 */
final class LoopingGuest {
  /** Where code starts. */
  static final long CODE = 0x1_0000;

  /** 256 KiB for data. */
  static final long DATA = 0x4_0000;

  /** Code that page faults enter, with the error code on top of the stack. */
  static final long FAULT_HANDLER = 0x8000;

  /** Linear address of 1 GiB of small pages. */
  static final long WINDOW = 1L << 30;

  /** Linear address that is not mapped. */
  static final long NOWHERE = 2L << 30;

  /** A port that takes everything and answers zero. */
  static final int PORT = 0x80;

  private static final int RAM_BYTES = 4 << 20;
  private static final long PML4 = 0x1000;
  private static final long PDPT = 0x2000;
  private static final long LOW_DIRECTORY = 0x3000;
  private static final long WINDOW_DIRECTORY = 0x4000;
  private static final long WINDOW_TABLE = 0x5000;
  private static final long GDT = 0x6000;
  private static final long IDT = 0x7000;
  private static final long FRAMES = 2 << 20;
  private static final int ENTRIES = 512;
  private static final int LARGE = 0x80;
  private static final int PRESENT_WRITABLE = 3;
  private static final int CODE_SELECTOR = 8;
  private static final int DATA_SELECTOR = 0x10;
  private static final int INTERRUPT_GATE = 0x8e00;
  private static final int PAGE_FAULT = 14;

  private final PhysicalMemory memory = new PhysicalMemory(new GuestRam(RAM_BYTES));
  private final Machine machine;
  private final Cpu cpu;

  /** Enters code, given as hexadecimal digits, at {@link #CODE}. */
  LoopingGuest(String hex) {
    this(HexFormat.of().parseHex(hex));
  }

  /** Enters code at {@link #CODE}. */
  LoopingGuest(byte[] code) {
    PortBus ports = new PortBus();
    ports.register(PORT, 1, new Sink());
    machine = new Machine(memory, ports, new TimerQueue(), new MachineTime.Virtual(8));
    cpu = machine.addProcessor(new QuietPlatform());
    write(CODE, code);
    pageTables();
    memory.busWrite(GDT + CODE_SELECTOR, 8, 0x00af_9b00_0000_ffffL);
    memory.busWrite(GDT + DATA_SELECTOR, 8, 0x00cf_9300_0000_ffffL);
    memory.busWrite(
        IDT + 16 * PAGE_FAULT,
        8,
        FAULT_HANDLER | CODE_SELECTOR << 16 | (long) INTERRUPT_GATE << 32);
    cpu.segments.gdtrBase = GDT;
    cpu.segments.gdtrLimit = 0x17;
    cpu.segments.idtrBase = IDT;
    cpu.segments.idtrLimit = 0xfff;
    cpu.control.load(
        ControlRegisters.CR0_PE
            | ControlRegisters.CR0_PG
            | ControlRegisters.CR0_WP
            | ControlRegisters.CR0_NE,
        PML4,
        ControlRegisters.CR4_PAE | ControlRegisters.CR4_OSFXSR | ControlRegisters.CR4_OSXMMEXCPT,
        ControlRegisters.EFER_LME | ControlRegisters.EFER_LMA | ControlRegisters.EFER_SCE);
    int rights = Segments.RIGHT_P | Segments.RIGHT_S | Segments.RIGHT_G | 3;
    for (int segment = Segments.ES; segment <= Segments.GS; segment++) {
      cpu.segments.set(segment, DATA_SELECTOR, 0, -1, rights | Segments.RIGHT_DB);
    }
    cpu.segments.set(
        Segments.CS, CODE_SELECTOR, 0, -1, rights | Segments.TYPE_CODE | Segments.RIGHT_L);
    cpu.updateMode();
    cpu.gpr[Cpu.RSP] = DATA;
    cpu.rip(CODE);
  }

  private void pageTables() {
    memory.busWrite(PML4, 8, PDPT | PRESENT_WRITABLE);
    memory.busWrite(PDPT, 8, LOW_DIRECTORY | PRESENT_WRITABLE);
    memory.busWrite(PDPT + 8, 8, WINDOW_DIRECTORY | PRESENT_WRITABLE);
    memory.busWrite(LOW_DIRECTORY, 8, LARGE | PRESENT_WRITABLE);
    memory.busWrite(LOW_DIRECTORY + 8, 8, FRAMES | LARGE | PRESENT_WRITABLE);
    for (int i = 0; i < ENTRIES; i++) {
      memory.busWrite(WINDOW_DIRECTORY + 8L * i, 8, WINDOW_TABLE | PRESENT_WRITABLE);
      memory.busWrite(WINDOW_TABLE + 8L * i, 8, FRAMES + 0x1000L * i | PRESENT_WRITABLE);
    }
  }

  /** Puts bytes into memory. */
  void write(long address, byte[] bytes) {
    memory.write(address, bytes, 0, bytes.length);
  }

  /** Where SYSCALL goes; the privilege stays. */
  void systemCallHandler(long address) {
    cpu.msrs.star = (long) CODE_SELECTOR << 32;
    cpu.msrs.lstar = address;
  }

  /** The general registers, to set before the run. */
  long[] registers() {
    return cpu.gpr;
  }

  /**
   * Executes further instructions.
   *
   * @return how many
   * @throws IllegalStateException if the guest ended
   */
  long run(long instructions) {
    long before = machine.instructions();
    ExitReason reason = machine.run(instructions);
    if (!(reason instanceof ExitReason.BudgetSpent)) {
      throw new IllegalStateException("the guest ended: " + reason);
    }
    return machine.instructions() - before;
  }

  private static final class Sink implements PortDevice {
    @Override
    public int readPort(int port, int sizeBytes) {
      return 0;
    }

    @Override
    public void writePort(int port, int sizeBytes, int value) {}
  }
}
