package org.paravane.boot.entry;

import org.paravane.core.memory.GuestMemory;

/**
 * The global descriptor table that kernels are entered with: null, null, flat code, flat data. The selectors are the
 * ones that Linux's boot protocol asks for.
 *
 * @param address linear and guest-physical address
 */
public record FlatGdt(long address) {
  /** Selector of the code segment. */
  public static final int CODE_SELECTOR = 0x10;

  /** Selector of the data segment. */
  public static final int DATA_SELECTOR = 0x18;

  /** Size in bytes. */
  public static final int BYTES = 32;

  /**
   * Writes the table.
   *
   * @param codeAttributes attributes of the code segment, see {@link SegmentState}
   */
  public static FlatGdt write(GuestMemory memory, long address, int codeAttributes) {
    memory.put64(address, 0);
    memory.put64(address + 8, 0);
    memory.put64(
        address + CODE_SELECTOR, SegmentState.flat(CODE_SELECTOR, codeAttributes).descriptor());
    memory.put64(
        address + DATA_SELECTOR, SegmentState.flat(DATA_SELECTOR, SegmentState.DATA).descriptor());
    return new FlatGdt(address);
  }

  /** The GDTR value. */
  public DescriptorTable register() {
    return new DescriptorTable(address, BYTES - 1);
  }
}
