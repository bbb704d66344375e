package org.paravane.boot.entry;

/** The CPU mode of a kernel's first instruction. */
public enum ExecutionMode {
  /** Real-address mode, 16-bit. */
  REAL16,
  /** Protected mode, 32-bit code segment, paging off. */
  PROTECTED32,
  /** Long mode, 64-bit code segment, paging on. */
  LONG64
}
