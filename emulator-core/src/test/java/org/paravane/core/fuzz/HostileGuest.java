package org.paravane.core.fuzz;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.paravane.core.clock.TimerQueue;
import org.paravane.core.cpu.ControlRegisters;
import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.Rflags;
import org.paravane.core.cpu.Segments;
import org.paravane.core.execution.Machine;
import org.paravane.core.execution.MachineTime;
import org.paravane.core.io.PortBus;
import org.paravane.core.machine.ExitReason;
import org.paravane.core.memory.GuestRam;
import org.paravane.core.memory.PhysicalMemory;

/**
 * A machine whose code, registers, page tables, descriptors and gates come from an input of any bytes: the first says
 * which mode it starts in (see {@link #HostileGuest}), eight seed everything that is drawn, and the rest is code.
 *
 * <p>Tables are drawn so that most of what they hold is nearly right: faults find handlers and the handlers run on.
 */
final class HostileGuest {
  /** Bytes of an input before its code. */
  static final int HEADER_BYTES = 9;

  private static final int INSTRUCTIONS = 10_000;
  private static final int RAM_BYTES = 1 << 20;
  private static final int PAGE_BYTES = 4096;
  private static final long ROOT = 0x1000;
  private static final long POINTERS = 0x2000;
  private static final long DIRECTORY = 0x3000;
  private static final long TABLE = 0x4000;
  private static final long GDT = 0x6000;
  private static final long IDT = 0x7000;
  private static final long TSS = 0x8000;
  private static final long LDT = 0x9000;
  private static final long CODE = 0x1_0000;
  private static final long DATA = 0x2_0000;
  private static final long STACK = 0x3_0000;
  private static final long DRAWN_END = 0x4_0000;
  private static final int DESCRIPTORS = 32;
  private static final int TSS_SELECTOR = 8 * (DESCRIPTORS - 2);
  private static final int LARGE = 0x80;
  private static final int PRESENT_WRITABLE_USER = 7;
  private static final int[] GATE_TYPES = {0xe, 0xe, 0xe, 0xf, 6, 7, 5, 12, 4};
  private static final int[] COMMON_BYTES = {
    0x0f, 0x0f, 0x0f, 0x0f, 0x66, 0x67, 0xf2, 0xf3, 0xf0, 0x48, 0x41, 0x38, 0x3a, 0x2e, 0x36, 0x64,
    0x65, 0xcf, 0xca, 0xea, 0x9a, 0xff, 0xcd, 0x8e, 0x9d, 0x01, 0x22, 0x30, 0xa4, 0xae, 0xc8, 0xd9,
    0xdd
  };

  private final SplittableRandom random;
  private final PhysicalMemory memory = new PhysicalMemory(new GuestRam(RAM_BYTES));
  private final Machine machine;
  private final Cpu cpu;
  private final boolean tidyTables;
  private final boolean longMode;
  private final boolean pae;

  /**
   * Builds the machine.
   *
   * @param input bits 1-0 of the first byte: real-address, protected with 16-bit code, with 32-bit code, or IA-32e mode;
   *     2 CPL 3; 3 paging; 4 PAE; 5 virtual-8086 mode or, in IA-32e mode, compatibility mode; 6 page tables without
   *     mistakes; 7 flat segments
   */
  HostileGuest(byte[] input) {
    byte[] header = Arrays.copyOf(input, HEADER_BYTES);
    int choice = header[0];
    random = new SplittableRandom(ByteBuffer.wrap(header).getLong(1));
    tidyTables = (choice & 0x40) != 0;
    longMode = (choice & 3) == 3;
    pae = longMode || (choice & 0x10) != 0;
    machine = new Machine(memory, new PortBus(), new TimerQueue(), new MachineTime.Virtual(8));
    cpu = machine.addProcessor(new HostilePlatform(random.split()));
    fillMemory(input);
    pageTables();
    descriptors();
    gates((choice & 3) != 0);
    control((choice & 3) != 0, (choice & 8) != 0);
    segments(choice);
    registers();
    // Most run on, for what comes behind.
    machine.missingRaisesUd(random.nextInt(8) != 0);
  }

  /** Runs until the guest ends or the instructions are spent. */
  ExitReason run() {
    return machine.run(INSTRUCTIONS);
  }

  /** Instructions that it retired. */
  long instructions() {
    return machine.instructions();
  }

  private void fillMemory(byte[] input) {
    byte[] bytes = new byte[(int) DRAWN_END];
    for (int i = 0; i < bytes.length; i += Long.BYTES) {
      ByteBuffer.wrap(bytes).putLong(i, random.nextLong());
    }
    for (int i = (int) CODE; i < DATA; i++) {
      if (random.nextInt(3) == 0) {
        bytes[i] = (byte) COMMON_BYTES[random.nextInt(COMMON_BYTES.length)];
      }
    }
    int codeBytes = Math.min(Math.max(input.length - HEADER_BYTES, 0), (int) (DATA - CODE));
    if (codeBytes > 0) {
      System.arraycopy(input, HEADER_BYTES, bytes, (int) CODE, codeBytes);
    }
    memory.write(0, bytes, 0, bytes.length);
  }

  private void pageTables() {
    int entryBytes = pae ? 8 : 4;
    for (int i = 0; i < PAGE_BYTES / entryBytes; i++) {
      write(
          ROOT + (long) entryBytes * i,
          entryBytes,
          entry(longMode ? POINTERS : pae ? DIRECTORY : TABLE, i));
      write(DIRECTORY + (long) entryBytes * i, entryBytes, entry(TABLE, i));
      write(TABLE + (long) entryBytes * i, entryBytes, entry((long) PAGE_BYTES * i, i));
      if (longMode) {
        write(POINTERS + 8L * i, 8, entry(DIRECTORY, i));
      }
    }
    if (pae && !longMode) {
      for (int i = 0; i < 4; i++) {
        write(ROOT + 8L * i, 8, DIRECTORY | 1);
      }
    }
  }

  /** An entry that is right, or, seldom for the first ones, wrong in one of many ways. */
  private long entry(long frame, int index) {
    long right = frame | PRESENT_WRITABLE_USER;
    if (tidyTables || random.nextInt(index < 32 ? 64 : 4) != 0) {
      return right;
    }
    return switch (random.nextInt(6)) {
      case 0 -> right & ~(1L << random.nextInt(3));
      case 1 -> right ^ 1L << random.nextInt(64);
      case 2 -> random.nextLong(0x100) * PAGE_BYTES | random.nextInt(PAGE_BYTES);
      case 3 -> right | LARGE;
      case 4 -> random.nextLong();
      default -> right | Long.MIN_VALUE;
    };
  }

  private void descriptors() {
    for (int i = 0; i < 2 * DESCRIPTORS; i++) {
      long table = i < DESCRIPTORS ? GDT : LDT;
      write(table + 8L * (i % DESCRIPTORS), 8, descriptor());
    }
    for (int dpl = 0; dpl < 4; dpl += 3) {
      long at = GDT + 8 + 32L * dpl;
      long rights = (long) dpl << 45;
      write(at, 8, 0x00cf_9b00_0000_ffffL | rights);
      write(at + 8, 8, 0x00cf_9300_0000_ffffL | rights);
      write(at + 16, 8, 0x00af_9b00_0000_ffffL | rights);
      write(at + 24, 8, 0x008f_9b00_0000_ffffL | rights);
    }
    write(GDT + TSS_SELECTOR, 8, 0x0000_8b00_0000_0fffL | TSS << 16);
    write(GDT + TSS_SELECTOR + 8, 8, 0);
    for (int offset = 0; offset < 0x68; offset += 4) {
      long value = random.nextInt(3) == 0 ? random.nextInt() : address();
      write(TSS + offset, 4, value);
    }
    write(TSS + 0x66, 2, random.nextBoolean() ? 0x68 : random.nextInt(0x10000));
  }

  private long descriptor() {
    long low = random.nextLong();
    if (random.nextInt(4) == 0) {
      return low;
    }
    long type = low & 0xf;
    if (random.nextInt(3) == 0) {
      long selector = selector();
      long offset = code();
      return offset & 0xffff
          | selector << 16
          | (type << 40 | 0x8000_0000_0000L | (low >> 8 & 3) << 45)
          | (low >> 16 & 0x1f) << 32
          | offset >>> 16 << 48;
    }
    long base = random.nextInt(3) == 0 ? address() : 0;
    long flags = low >> 16 & 0xf;
    return low & 0xf_0000_0000_0000L
        | 0xffff
        | base << 16
        | type << 40
        | (low >> 24 & 1) << 44
        | (low >> 8 & 3) << 45
        | 1L << 47
        | flags << 52;
  }

  private void gates(boolean protectedMode) {
    for (int vector = 0; vector < 256; vector++) {
      long offset = code();
      if (!protectedMode) {
        write(IDT + 4L * vector, 4, offset & 0xffff | (CODE >> 4) << 16);
        continue;
      }
      int type = GATE_TYPES[random.nextInt(random.nextInt(4) == 0 ? GATE_TYPES.length : 4)];
      long selector =
          random.nextInt(4) == 0 ? selector() : longMode ? 0x18 : random.nextBoolean() ? 8 : 0x20;
      long ist = longMode && random.nextInt(4) == 0 ? random.nextInt(8) : 0;
      long gate =
          offset & 0xffff
              | selector << 16
              | ist << 32
              | (long) type << 40
              | (long) random.nextInt(4) << 45
              | 1L << 47
              | offset >>> 16 << 48;
      write(IDT + (longMode ? 16L : 8L) * vector, 8, gate);
      if (longMode) {
        write(IDT + 16L * vector + 8, 8, random.nextInt(32) == 0 ? random.nextLong() : 0);
      }
    }
  }

  private void control(boolean protectedMode, boolean paging) {
    long cr0 =
        random.nextLong()
            & (ControlRegisters.CR0_WP | ControlRegisters.CR0_AM | ControlRegisters.CR0_MP);
    if (random.nextInt(8) == 0) {
      cr0 |= random.nextBoolean() ? ControlRegisters.CR0_TS : ControlRegisters.CR0_EM;
    }
    if (random.nextBoolean()) {
      cr0 |= ControlRegisters.CR0_NE;
    }
    if (protectedMode) {
      cr0 |= ControlRegisters.CR0_PE | (paging || longMode ? ControlRegisters.CR0_PG : 0);
    }
    long cr4 =
        random.nextLong()
            & (ControlRegisters.CR4_VME
                | ControlRegisters.CR4_PVI
                | ControlRegisters.CR4_TSD
                | ControlRegisters.CR4_DE
                | ControlRegisters.CR4_PSE
                | ControlRegisters.CR4_PGE
                | ControlRegisters.CR4_UMIP
                | ControlRegisters.CR4_FSGSBASE);
    if (random.nextInt(8) == 0) {
      cr4 |= random.nextBoolean() ? ControlRegisters.CR4_SMEP : ControlRegisters.CR4_SMAP;
    }
    if (random.nextInt(8) != 0) {
      cr4 |= ControlRegisters.CR4_OSFXSR | ControlRegisters.CR4_OSXMMEXCPT;
    }
    if (pae) {
      cr4 |= ControlRegisters.CR4_PAE;
    }
    long efer = random.nextLong() & (ControlRegisters.EFER_SCE | ControlRegisters.EFER_NXE);
    if (longMode) {
      efer |= ControlRegisters.EFER_LME | ControlRegisters.EFER_LMA;
    }
    cpu.segments.gdtrBase = GDT;
    cpu.segments.gdtrLimit = 8 * DESCRIPTORS - 1;
    cpu.segments.idtrBase = IDT;
    cpu.segments.idtrLimit = random.nextInt(16) == 0 ? random.nextInt(0x1000) : 0xfff;
    cpu.control.load(cr0, ROOT, cr4, efer);
  }

  private void segments(int choice) {
    boolean real = (choice & 3) == 0;
    boolean alternative = (choice & 0x20) != 0;
    boolean virtual8086 = alternative && !real && !longMode;
    boolean flat = (choice & 0x80) != 0;
    cpu.cpl = real ? 0 : virtual8086 || (choice & 4) != 0 ? 3 : 0;
    int dataRights = Segments.RIGHT_P | Segments.RIGHT_S | 3 | cpu.cpl << Segments.RIGHT_DPL_SHIFT;
    cpu.rflags(
        random.nextInt() & ~(Rflags.VM | Rflags.TF)
            | (random.nextInt(16) == 0 ? Rflags.TF : 0)
            | (virtual8086 ? Rflags.VM : 0));
    boolean paragraphs = real || virtual8086;
    for (int segment = Segments.ES; segment <= Segments.GS; segment++) {
      int selector = paragraphs ? (int) (DATA >> 4) : 8 + 32 * cpu.cpl + 8 | cpu.cpl;
      long base =
          paragraphs ? DATA : flat || random.nextInt(3) != 0 ? 0 : random.nextInt() & 0xffff_ffffL;
      int limit =
          paragraphs ? 0xffff : flat || random.nextInt(3) != 0 ? -1 : random.nextInt(0x4_0000);
      int type = flat || random.nextInt(4) != 0 ? 0 : random.nextInt(16) ^ 3;
      int unusable = !paragraphs && !flat && random.nextInt(8) == 0 ? Segments.RIGHT_UNUSABLE : 0;
      cpu.segments.set(segment, selector, base, limit, (dataRights ^ type) | unusable);
    }
    int codeRights = dataRights & ~0xf | 0xb;
    if ((choice & 3) == 2 || longMode && alternative) {
      codeRights |= Segments.RIGHT_DB;
    }
    if (longMode && !alternative) {
      codeRights |= Segments.RIGHT_L;
    }
    int codeSelector = 8 + 32 * cpu.cpl + (longMode && !alternative ? 16 : 0) | cpu.cpl;
    cpu.segments.set(
        Segments.CS,
        paragraphs ? (int) (CODE >> 4) : codeSelector,
        paragraphs ? CODE : 0,
        paragraphs ? 0xffff : -1,
        virtual8086 ? dataRights : codeRights);
    cpu.segments.set(
        Segments.SS,
        paragraphs ? (int) (STACK >> 4) : 8 + 32 * cpu.cpl + 8 | cpu.cpl,
        paragraphs ? STACK : 0,
        paragraphs ? 0xffff : -1,
        dataRights | (paragraphs ? 0 : Segments.RIGHT_DB | Segments.RIGHT_G));
    cpu.segments.set(Segments.LDTR, 0, LDT, 8 * DESCRIPTORS - 1, Segments.RIGHT_P | 2);
    cpu.segments.set(Segments.TR, TSS_SELECTOR, TSS, 0xfff, Segments.RIGHT_P | 0xb);
    cpu.updateMode();
    cpu.rip(paragraphs ? 0 : CODE);
  }

  private void registers() {
    for (int register = 0; register < 16; register++) {
      cpu.gpr[register] = value();
    }
    cpu.gpr[Cpu.RSP] = random.nextInt(8) == 0 ? value() : STACK + 0x8000;
  }

  private long value() {
    return switch (random.nextInt(6)) {
      case 0 -> random.nextLong();
      case 1 -> 1L << random.nextInt(64);
      case 2 -> (1L << random.nextInt(64)) - 1;
      case 3 -> random.nextInt(-16, 256);
      default -> address();
    };
  }

  private long address() {
    return random.nextInt(8) == 0
        ? random.nextInt(RAM_BYTES)
        : DATA + random.nextInt((int) (DRAWN_END - DATA));
  }

  private long code() {
    return CODE
        + (random.nextInt(8) == 0 ? random.nextInt((int) (DATA - CODE)) : random.nextInt(512));
  }

  private long selector() {
    return random.nextInt(2 * DESCRIPTORS) * 4 | random.nextInt(4);
  }

  private void write(long address, int sizeBytes, long value) {
    memory.busWrite(address, sizeBytes, value);
  }
}
