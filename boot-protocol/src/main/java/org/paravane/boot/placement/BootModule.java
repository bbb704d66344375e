package org.paravane.boot.placement;

/**
 * A file handed to the kernel: Linux's initrd, or a multiboot or PVH module.
 *
 * @param contents its bytes; not copied, must not be changed
 * @param commandLine text that goes with it; Linux has no use for it
 */
public record BootModule(byte[] contents, String commandLine) {
  /** A module without text. */
  public BootModule(byte[] contents) {
    this(contents, "");
  }
}
