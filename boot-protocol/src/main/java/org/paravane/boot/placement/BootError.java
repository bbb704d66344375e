package org.paravane.boot.placement;

/** The ways in which a sound image can't be booted as asked. The names are stable: reports and scripts match them. */
public enum BootError {
  /** Something doesn't fit into the machine's RAM. */
  MEMORY_TOO_SMALL,
  /** The initrd or the modules don't fit. */
  INITRD_TOO_LARGE,
  /** The kernel accepts only shorter command lines. */
  COMMAND_LINE_TOO_LONG,
  /** The command line has characters that can't be passed. */
  COMMAND_LINE_INVALID,
  /** The kernel is linked to where something else has to be. */
  KERNEL_ADDRESS_CONFLICT,
  /** The image doesn't offer the boot protocol or entry that was asked for. */
  PROTOCOL_NOT_OFFERED
}
