package org.paravane.boot.placement;

/** How a Linux bzImage is entered. */
public enum BootPath {
  /** The payload is unpacked on the host and entered at its ELF entry: nothing to decompress in the guest. */
  DIRECT,
  /** The file's own 64-bit entry; the kernel unpacks itself. */
  BZIMAGE64,
  /** The file's own 32-bit entry; the kernel unpacks itself. */
  BZIMAGE32
}
