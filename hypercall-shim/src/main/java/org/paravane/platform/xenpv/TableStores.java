package org.paravane.platform.xenpv;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.GuestFault;
import org.paravane.core.cpu.Segments;
import org.paravane.core.memory.PhysicalMemory;

/**
 * A guest kernel's stores to L1 tables that it has mapped read-only: the instruction is carried out, and what it stored is
 * checked as a hypercall would.
 *
 * @abi xen/arch/x86/pv/ro-page-fault.c
 */
final class TableStores {
  private static final int MOST_PREFIXES = 14;
  private static final int ADDRESS_SIZE = 0x67;
  private static final ValueLayout.OfLong LITTLE_ENDIAN =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final PvMachine machine;
  private final PhysicalMemory memory;
  private final MemorySegment ram;
  private final FrameTypes types;
  private final TableEntries entries;
  private final byte[] before = new byte[MachineFrames.PAGE];
  private final MemorySegment beforeSegment = MemorySegment.ofArray(before);
  private final long[] registers = new long[16];
  private int savedFlags;
  private long savedRip;

  TableStores(PvMachine machine, FrameTypes types, TableEntries entries) {
    this.machine = machine;
    this.types = types;
    this.entries = entries;
    memory = machine.memory();
    ram = memory.ram().segment();
  }

  /**
   * Carries out the instruction at RIP, which may not write to an address.
   *
   * @return false if that is no such table, or if the store is refused; nothing has changed then
   * @throws GuestFault if the instruction faults otherwise
   */
  boolean carryOut(PvProcessor processor, long linear) {
    long entry = GuestTables.entryAddress(memory, processor.kernelRoot(), linear);
    if (entry < 0) {
      return false;
    }
    long mapping = memory.get64(entry);
    long frame = (mapping & TableEntries.FRAME_MASK) >>> 12;
    if ((mapping & (TableEntries.PRESENT | TableEntries.WRITABLE)) != TableEntries.PRESENT
        || !types.owned(frame)
        || types.typeInUse(frame) != 1) {
      return false;
    }
    Cpu cpu = processor.cpu();
    save(cpu);
    memory.read(frame << 12, before, 0, before.length);
    try {
      emulate(cpu, entry, mapping, linear);
    } catch (GuestFault fault) {
      restore(cpu, frame);
      throw fault;
    }
    if (accept(frame, (int) linear & 0xff8)) {
      return true;
    }
    restore(cpu, frame);
    return false;
  }

  private void emulate(Cpu cpu, long entry, long mapping, long linear) {
    memory.busWrite(entry, 8, mapping | TableEntries.WRITABLE);
    cpu.memory.flushPage(linear);
    try {
      if (repeats(cpu)) {
        once(cpu);
      } else {
        machine.emulate(cpu);
      }
    } finally {
      // The table may map itself by this very entry, and the store may have been to it.
      long after = memory.get64(entry);
      if (((after ^ mapping) & ~(TableEntries.ACCESSED_DIRTY | TableEntries.WRITABLE)) == 0) {
        memory.busWrite(entry, 8, mapping | after & TableEntries.ACCESSED);
      }
      cpu.memory.flushPage(linear);
    }
  }

  /** Tells whether the instruction at RIP is a string instruction with a repeat prefix. */
  private static boolean repeats(Cpu cpu) {
    boolean repeat = false;
    for (int i = 0; i <= MOST_PREFIXES; i++) {
      int value = cpu.memory.read8(cpu.segmentBase[Segments.CS] + cpu.rip() + i, Segments.CS);
      switch (value) {
        case 0xf2, 0xf3 -> repeat = true;
        case 0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65, 0x66, ADDRESS_SIZE, 0xf0 -> {
          // Another prefix.
        }
        case 0xa4, 0xa5, 0xaa, 0xab -> {
          return repeat;
        }
        default -> {
          if ((value & 0xf0) != 0x40) {
            return false;
          }
        }
      }
    }
    return false;
  }

  /** One round of a repeated instruction; it faults again for the next one, as Xen has it. */
  private void once(Cpu cpu) {
    long start = cpu.rip();
    long count = cpu.gpr[Cpu.RCX];
    cpu.gpr[Cpu.RCX] = 1;
    machine.emulate(cpu);
    cpu.gpr[Cpu.RCX] = count - 1;
    if (count != 1) {
      cpu.rip(start);
    }
  }

  private void save(Cpu cpu) {
    System.arraycopy(cpu.gpr, 0, registers, 0, registers.length);
    savedFlags = cpu.rflags();
    savedRip = cpu.rip();
  }

  private void restore(Cpu cpu, long frame) {
    memory.write(frame << 12, before, 0, before.length);
    System.arraycopy(registers, 0, cpu.gpr, 0, registers.length);
    cpu.rflags(savedFlags);
    cpu.rip(savedRip);
  }

  /** Checks the entry at an offset; in the others only the processor may have changed bits. */
  private boolean accept(long frame, int slot) {
    long start = memory.ramOffset(frame << 12);
    for (long at = mismatch(start, 0); at >= 0; at = mismatch(start, (at & -8) + 8)) {
      long offset = at & -8;
      long changed = old(offset) ^ memory.get64((frame << 12) + offset);
      if (offset != slot && (changed & ~TableEntries.ACCESSED_DIRTY) != 0) {
        return false;
      }
    }
    long address = (frame << 12) + slot;
    return entries.stored(address, old(slot), memory.get64(address));
  }

  private long old(long offset) {
    return beforeSegment.get(LITTLE_ENDIAN, offset);
  }

  /** Offset of the first byte from one on that differs from what was there before, or -1. */
  private long mismatch(long start, long from) {
    long end = MachineFrames.PAGE;
    if (from >= end) {
      return -1;
    }
    long at = MemorySegment.mismatch(ram, start + from, start + end, beforeSegment, from, end);
    return at < 0 ? -1 : from + at;
  }
}
