package org.paravane.harness.spec;

/** The way into a kernel file. */
public enum BootPath {
  /** The quickest way that the image and the platform both know. */
  AUTO,
  /** The kernel that a bzImage holds, unpacked on the host, at its ELF entry. */
  DIRECT,
  /** The 64-bit entry of a bzImage: its own decompressor runs. */
  BZIMAGE,
  /** The 32-bit entry of a bzImage: its own decompressor runs. */
  BZIMAGE32
}
