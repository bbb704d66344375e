package org.paravane.platform.xen.abi;

import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.Segments;

/**
 * Memory by the linear addresses that a processor's hypercalls pass, with the rights that the caller has. Bad addresses
 * are a {@link org.paravane.core.cpu.GuestFault} or a {@link XenError}, both of which end the hypercall with -EFAULT.
 */
public final class GuestSpace {
  /** First address of the range that belongs to the hypervisor of a PV guest. */
  public static final long HYPERVISOR_START = 0xffff_8000_0000_0000L;

  /** First address behind that range. */
  public static final long HYPERVISOR_END = 0xffff_8800_0000_0000L;

  private final Cpu cpu;
  private final boolean paravirtual;
  private boolean narrow;

  /** The memory of a processor; {@code paravirtual} keeps the hypervisor's range out of reach. */
  public GuestSpace(Cpu cpu, boolean paravirtual) {
    this.cpu = cpu;
    this.paravirtual = paravirtual;
  }

  /** The processor's number, from 0. */
  public int vcpu() {
    return cpu.id;
  }

  /** Says whether the caller is 32-bit code: its longs, pointers and frame numbers have 4 bytes then. */
  public void narrow(boolean value) {
    narrow = value;
  }

  /** Whether the caller is 32-bit code. */
  public boolean narrow() {
    return narrow;
  }

  /** Bytes of a long, a pointer or a frame number in the caller's structures. */
  public int wordBytes() {
    return narrow ? 4 : 8;
  }

  /** Tells whether an address is canonical and not of the range that belongs to the hypervisor of a PV guest. */
  public static boolean guests(long linear) {
    return linear >>> 47 == 0 || linear < 0 && linear >= HYPERVISOR_END;
  }

  /** Where Xen walks the page tables itself, as it does for a PVH guest, it does not look at the bits above 47. */
  private long walked(long linear) {
    return paravirtual || !cpu.control.longModeActive() ? linear : linear << 16 >> 16;
  }

  private long checked(long address) {
    long linear = walked(address);
    boolean hypervisors = paravirtual && linear >= HYPERVISOR_START && linear < HYPERVISOR_END;
    // Only RAM can be copied from and to; what does not translate faults here.
    if (hypervisors
        || cpu.memory.ramOffsetForRead(linear, Segments.DS) < 0
            && cpu.physical.ramOffset(cpu.memory.probe(linear)) < 0) {
      throw new XenError(Errno.EFAULT);
    }
    return linear;
  }

  /** Reads a byte, zero-extended. */
  public int read8(long linear) {
    return cpu.memory.read8(checked(linear), Segments.DS);
  }

  /** Reads two bytes, zero-extended. */
  public int read16(long linear) {
    return cpu.memory.read16(checked(linear), Segments.DS);
  }

  /** Reads four bytes. */
  public int read32(long linear) {
    return cpu.memory.read32(checked(linear), Segments.DS);
  }

  /** Reads eight bytes. */
  public long read64(long linear) {
    return cpu.memory.read64(checked(linear), Segments.DS);
  }

  /** Reads a long, a pointer or a frame number, zero-extended. */
  public long readWord(long linear) {
    return narrow ? read32(linear) & 0xffff_ffffL : read64(linear);
  }

  /** Writes a long, a pointer or a frame number. */
  public void writeWord(long linear, long value) {
    if (narrow) {
      write32(linear, (int) value);
    } else {
      write64(linear, value);
    }
  }

  /** Writes a byte. */
  public void write8(long linear, int value) {
    cpu.memory.write8(checked(linear), Segments.DS, value);
  }

  /** Writes two bytes. */
  public void write16(long linear, int value) {
    cpu.memory.write16(checked(linear), Segments.DS, value);
  }

  /** Writes four bytes. */
  public void write32(long linear, int value) {
    cpu.memory.write32(checked(linear), Segments.DS, value);
  }

  /** Writes eight bytes. */
  public void write64(long linear, long value) {
    cpu.memory.write64(checked(linear), Segments.DS, value);
  }

  /** Reads bytes. */
  public byte[] bytes(long linear, int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) read8(linear + i);
    }
    return bytes;
  }

  /** Writes bytes. */
  public void bytes(long linear, byte[] bytes) {
    for (int i = 0; i < bytes.length; i++) {
      write8(linear + i, bytes[i]);
    }
  }

  /** The guest-physical address that the processor's page tables map a linear one to, or -1. */
  public long physical(long linear) {
    return linear << 16 >> 16 == linear || !cpu.control.longModeActive()
        ? cpu.memory.probe(linear)
        : -1;
  }
}
