package org.paravane.debug.inspection;

import java.util.OptionalLong;
import org.paravane.core.cpu.ControlRegisters;
import org.paravane.core.cpu.Cpu;
import org.paravane.core.memory.PhysicalMemory;
import org.paravane.debug.disassembly.ByteSource;

/**
 * The linear addresses of one processor as its page tables map them now (SDM Vol. 3A 4.3 to 4.5). Unlike the processor's
 * own accesses, a look asks no permission, fills no TLB and sets no accessed bit. Devices are not read.
 */
public final class LinearView implements ByteSource {
  private static final long PRESENT = 1;
  private static final long LARGE = 1 << 7;
  private static final long FRAME = 0x000f_ffff_ffff_f000L;
  private static final int PAGE_BYTES = 0x1000;

  private final ControlRegisters control;
  private final PhysicalMemory memory;

  /** Looks through the page tables of {@code cpu}, which must not execute meanwhile. */
  public LinearView(Cpu cpu) {
    control = cpu.control;
    memory = cpu.physical;
  }

  @Override
  public int read(long address, byte[] into) {
    int done = 0;
    while (done < into.length) {
      long linear = address + done;
      int count = Math.min(into.length - done, PAGE_BYTES - (int) (linear & PAGE_BYTES - 1));
      OptionalLong physical = translate(linear);
      if (physical.isEmpty() || !memory.contains(physical.getAsLong(), count)) {
        break;
      }
      memory.read(physical.getAsLong(), into, done, count);
      done += count;
    }
    return done;
  }

  /** The guest-physical address behind a linear one; empty if there is none. */
  public OptionalLong translate(long linear) {
    if (!control.pagingEnabled()) {
      return OptionalLong.of(linear & 0xffff_ffffL);
    }
    if (control.longModeActive()) {
      return walk(linear, control.cr3() & FRAME, 39);
    }
    long address = linear & 0xffff_ffffL;
    if ((control.cr4() & ControlRegisters.CR4_PAE) != 0) {
      return walk(address, control.cr3() & 0xffff_ffe0L, 30);
    }
    return walkLegacy(address);
  }

  private OptionalLong walk(long linear, long top, int topShift) {
    long table = top;
    for (int shift = topShift; ; shift -= 9) {
      long slot = table + ((linear >>> shift & 0x1ff) << 3);
      if (!memory.contains(slot, Long.BYTES)) {
        return OptionalLong.empty();
      }
      long entry = memory.get64(slot);
      if ((entry & PRESENT) == 0) {
        return OptionalLong.empty();
      }
      boolean large = shift > 12 && shift < topShift && (entry & LARGE) != 0;
      if (shift == 12 || large) {
        long offsetMask = (1L << shift) - 1;
        return OptionalLong.of(entry & FRAME & ~offsetMask | linear & offsetMask);
      }
      table = entry & FRAME;
    }
  }

  private OptionalLong walkLegacy(long linear) {
    long directorySlot = (control.cr3() & 0xffff_f000L) + (linear >>> 22 << 2);
    if (!memory.contains(directorySlot, Integer.BYTES)) {
      return OptionalLong.empty();
    }
    long directoryEntry = memory.get32(directorySlot) & 0xffff_ffffL;
    if ((directoryEntry & PRESENT) == 0) {
      return OptionalLong.empty();
    }
    if ((directoryEntry & LARGE) != 0 && (control.cr4() & ControlRegisters.CR4_PSE) != 0) {
      long high = (directoryEntry >>> 13 & 0xff) << 32;
      return OptionalLong.of(high | directoryEntry & 0xffc0_0000L | linear & 0x3f_ffff);
    }
    long slot = (directoryEntry & 0xffff_f000L) + ((linear >>> 12 & 0x3ff) << 2);
    if (!memory.contains(slot, Integer.BYTES)) {
      return OptionalLong.empty();
    }
    long entry = memory.get32(slot) & 0xffff_ffffL;
    return (entry & PRESENT) == 0
        ? OptionalLong.empty()
        : OptionalLong.of(entry & 0xffff_f000L | linear & PAGE_BYTES - 1);
  }
}
