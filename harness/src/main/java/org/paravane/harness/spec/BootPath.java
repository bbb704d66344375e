package org.paravane.harness.spec;

/** The way into a kernel file. */
public enum BootPath {
  /** The quickest way that the image and the platform both know. */
  AUTO,
  /** The file's own entry, its decompressor included. */
  BZIMAGE,
  /** The unpacked vmlinux at its ELF entry. */
  VMLINUX,
  /** The PVH entry of the file's Xen notes. */
  PVH
}
