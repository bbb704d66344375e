package org.paravane.boot.entry;

/**
 * A segment register with its hidden part.
 *
 * @param selector the visible 16 bits
 * @param base linear address of offset 0
 * @param limit highest valid offset, unsigned 32-bit, granularity already applied
 * @param attributes the descriptor's bits 40-55 as they lie there: type 0-3, S 4, DPL 5-6, P 7, AVL 12, L 13, D/B 14,
 *     G 15; bits 8-11 zero. The SDM's "access rights" format (Vol. 3C 26.4.1).
 */
public record SegmentState(int selector, long base, long limit, int attributes) {
  /** Attributes of a flat 64-bit code segment, accessed. */
  public static final int CODE_64 = 0xa09b;

  /** Attributes of a flat 32-bit code segment, accessed. */
  public static final int CODE_32 = 0xc09b;

  /** Attributes of a flat writable data segment, accessed. */
  public static final int DATA = 0xc093;

  /** Attributes of a busy 32-bit or 64-bit TSS. */
  public static final int TSS_BUSY = 0x008b;

  /** Attributes of an LDT. */
  public static final int LDT = 0x0082;

  private static final long FLAT_LIMIT = 0xffff_ffffL;

  /** A segment with base 0 and a limit of 4 GiB. */
  public static SegmentState flat(int selector, int attributes) {
    return new SegmentState(selector, 0, FLAT_LIMIT, attributes);
  }

  /** The 8-byte descriptor from which this segment would be loaded. */
  public long descriptor() {
    long rawLimit = (attributes & 0x8000) != 0 ? limit >>> 12 : limit;
    return (rawLimit & 0xffff)
        | (base & 0xffffff) << 16
        | (attributes & 0xf0ffL) << 40
        | (rawLimit >>> 16 & 0xf) << 48
        | (base >>> 24 & 0xff) << 56;
  }
}
