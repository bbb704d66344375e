package org.paravane.debug.gdb;

import java.util.Arrays;
import org.paravane.core.cpu.Cpu;
import org.paravane.core.memory.PhysicalMemory;

/**
 * RAM as gdb sees it: by linear addresses through a processor's page tables, or by physical ones. Looking sets no accessed
 * bit, fills no TLB and never faults; devices are not touched, since reading them may change them.
 */
final class TargetMemory {
  private static final int PAGE_BYTES = 0x1000;

  private boolean physical;

  /** Tells whether addresses are physical ones. */
  boolean physical() {
    return physical;
  }

  /** Says whether addresses are physical ones. */
  void physical(boolean value) {
    physical = value;
  }

  /** Reads as many bytes as there are, up to {@code count}. */
  byte[] read(Cpu cpu, long address, int count) {
    byte[] bytes = new byte[count];
    int done = 0;
    while (done < count) {
      int part = part(address + done, count - done);
      long at = translate(cpu, address + done);
      if (at < 0) {
        return Arrays.copyOf(bytes, done);
      }
      cpu.physical.read(at, bytes, done, part);
      done += part;
    }
    return bytes;
  }

  /** Tells whether all of a range is RAM. */
  boolean isRam(Cpu cpu, long address, int count) {
    for (int done = 0; done < count; done += part(address + done, count - done)) {
      if (translate(cpu, address + done) < 0) {
        return false;
      }
    }
    return true;
  }

  /** Writes a range of RAM, whatever the page tables say of writing. */
  void write(Cpu cpu, long address, byte[] bytes) {
    for (int done = 0; done < bytes.length; ) {
      int part = part(address + done, bytes.length - done);
      cpu.physical.write(translate(cpu, address + done), bytes, done, part);
      done += part;
    }
  }

  /** The physical address of RAM behind an address, or -1. */
  private long translate(Cpu cpu, long address) {
    long at = physical ? address : linearToPhysical(cpu, address);
    PhysicalMemory memory = cpu.physical;
    return at < 0 || memory.ramOffset(at) < 0 ? -1 : at;
  }

  /** The physical address behind a linear one, or -1. */
  static long linearToPhysical(Cpu cpu, long linear) {
    if (cpu.control.longModeActive()) {
      return linear << 16 >> 16 == linear ? cpu.memory.probe(linear) : -1;
    }
    // gdb has addresses of 64 bits; a 32-bit program's stack pointer may come sign-extended.
    return cpu.memory.probe(linear & 0xffff_ffffL);
  }

  private static int part(long address, int count) {
    return Math.min(count, PAGE_BYTES - (int) (address & PAGE_BYTES - 1));
  }
}
