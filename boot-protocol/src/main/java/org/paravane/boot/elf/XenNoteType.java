package org.paravane.boot.elf;

import java.util.Optional;

/** The notes that Xen defines, by number. The constants' order is their number. @abi xen/include/public/elfnote.h */
public enum XenNoteType {
  /** Free text. */
  INFO(Kind.TEXT),
  /** PV entry, a linear address. */
  ENTRY(Kind.NUMBER),
  /** Linear address of the page to fill with hypercall stubs. */
  HYPERCALL_PAGE(Kind.NUMBER),
  /** Linear address of pseudo-physical 0. */
  VIRT_BASE(Kind.NUMBER),
  /** What is subtracted from {@code p_paddr}. */
  PADDR_OFFSET(Kind.NUMBER),
  /** Interface version, {@code xen-3.0}. */
  XEN_VERSION(Kind.TEXT),
  /** Name of the guest system. */
  GUEST_OS(Kind.TEXT),
  /** Version of the guest system. */
  GUEST_VERSION(Kind.TEXT),
  /** Kind of loader, {@code generic}. */
  LOADER(Kind.TEXT),
  /** Whether a 32-bit kernel uses PAE. */
  PAE_MODE(Kind.TEXT),
  /** Feature names joined by {@code |}; a leading {@code !} means required. */
  FEATURES(Kind.TEXT),
  /** Whether the symbol table is wanted. */
  BSD_SYMTAB(Kind.TEXT),
  /** Lowest address of the hypervisor's hole. */
  HV_START_LOW(Kind.NUMBER),
  /** Mask and value that tell which L1 entries hold machine frames. */
  L1_MFN_VALID(Kind.BYTES),
  /** Whether suspend may be cancelled. */
  SUSPEND_CANCEL(Kind.NUMBER),
  /** Linear address at which to map the P2M list. */
  INIT_P2M(Kind.NUMBER),
  /** Whether the initrd is given by frame number, unmapped. */
  MOD_START_PFN(Kind.NUMBER),
  /** Bitmap of supported features. */
  SUPPORTED_FEATURES(Kind.NUMBER),
  /** PVH entry, a physical address. */
  PHYS32_ENTRY(Kind.NUMBER),
  /** Where a PVH kernel may be moved to: alignment, lowest, highest address. */
  PHYS32_RELOC(Kind.BYTES);

  /** What a note's descriptor holds. */
  public enum Kind {
    /** Characters. */
    TEXT,
    /** A number of 4 or 8 bytes. */
    NUMBER,
    /** Something else. */
    BYTES
  }

  private final Kind kind;

  XenNoteType(Kind kind) {
    this.kind = kind;
  }

  /** What the descriptor holds. */
  public Kind kind() {
    return kind;
  }

  /** The type that a number stands for. */
  public static Optional<XenNoteType> of(long number) {
    return number >= 0 && number < values().length
        ? Optional.of(values()[(int) number])
        : Optional.empty();
  }
}
