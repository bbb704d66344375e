package org.paravane.boot.linux;

import org.paravane.boot.entry.FlatGdt;
import org.paravane.boot.entry.IdentityPageTables;
import org.paravane.boot.placement.PhysicalLayout;

/**
 * Where the boot structures lie in the first 640 KiB. Linux keeps none of it: it copies the zero page and the command
 * line and loads its own tables within its first instructions; setup_data it reserves itself.
 */
final class LowMemory {
  static final long GDT = 0x6000;
  static final long ZERO_PAGE = 0x7000;
  static final long PAGE_TABLES = 0x9000;
  static final long SETUP_DATA = 0x10000;
  static final long COMMAND_LINE = 0x20000;

  /** Bytes kept for the command line with its NUL. */
  static final int COMMAND_LINE_BYTES = 0x10000;

  private LowMemory() {}

  /** Takes the ranges of the structures that every boot has. */
  static void claim(PhysicalLayout layout, int commandLineBytes) {
    layout.claim("descriptor table", GDT, FlatGdt.BYTES);
    layout.claim("zero page", ZERO_PAGE, ZeroPage.BYTES);
    layout.claim("page tables", PAGE_TABLES, IdentityPageTables.BYTES);
    layout.claim("setup data", SETUP_DATA, SetupData.BYTES);
    layout.claim("command line", COMMAND_LINE, commandLineBytes);
  }
}
