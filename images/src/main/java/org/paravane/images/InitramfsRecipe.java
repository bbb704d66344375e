package org.paravane.images;

/** Which initramfs accompanies a kernel. */
public enum InitramfsRecipe {
  /** The kernel needs none. */
  NONE,
  /** Debian's static busybox under our own init, see {@link BusyboxInitramfs}. */
  BUSYBOX
}
