package org.paravane.platform.xen.event;

/**
 * Where shared_info and vcpu_info have what 32-bit guests see elsewhere than 64-bit ones.
 *
 * <pre>
 *         vcpu_info: evtchn_pending_sel   shared_info: evtchn_pending  evtchn_mask  wc_version  wc_sec_hi
 * 64-bit             08, 8 bytes                       800             a00          c00         c0c
 * 32-bit             04, 4 bytes                       800             880          900         924
 * </pre>
 *
 * @abi xen/include/public/xen.h, arch-x86/xen.h
 */
public enum SharedInfoLayout {
  WIDE(8, 8, 0xa00, 0xc00, 0xc0c),
  NARROW(4, 4, 0x880, 0x900, 0x924);

  /** Offset of evtchn_pending in shared_info. */
  public static final int PENDING = 0x800;

  private final int wordBytes;
  private final int selector;
  private final int mask;
  private final int wallClock;
  private final int wallClockHigh;

  SharedInfoLayout(int wordBytes, int selector, int mask, int wallClock, int wallClockHigh) {
    this.wordBytes = wordBytes;
    this.selector = selector;
    this.mask = mask;
    this.wallClock = wallClock;
    this.wallClockHigh = wallClockHigh;
  }

  /** Bytes of a word of bits. */
  public int wordBytes() {
    return wordBytes;
  }

  /** Bits of a word, which is also how many words there are. */
  int wordBits() {
    return 8 * wordBytes;
  }

  /** Offset of evtchn_pending_sel in vcpu_info. */
  public int selector() {
    return selector;
  }

  /** Offset of evtchn_mask in shared_info. */
  int mask() {
    return mask;
  }

  /** Offset of wc_version in shared_info; wc_sec and wc_nsec follow. */
  public int wallClock() {
    return wallClock;
  }

  /** Offset of wc_sec_hi in shared_info. */
  public int wallClockHigh() {
    return wallClockHigh;
  }
}
