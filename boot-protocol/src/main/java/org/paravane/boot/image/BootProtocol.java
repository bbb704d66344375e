package org.paravane.boot.image;

/** The agreements between loader and kernel about what lies where at the first instruction. */
public enum BootProtocol {
  /** Linux: a zero page in (r/e)si, 64-bit or 32-bit entry. */
  LINUX,
  /** Multiboot 1: info structure in ebx, 32-bit entry. */
  MULTIBOOT_1,
  /** Multiboot 2: tags in ebx, 32-bit entry. */
  MULTIBOOT_2,
  /** PVH: hvm_start_info in ebx, 32-bit entry named by a Xen note. */
  PVH,
  /** Xen PV: start_info in rsi, entered with paging on by a domain builder. */
  XEN_PV
}
