package org.paravane.boot.entry;

/** The general registers, in the order of their encoding. */
public enum GeneralRegister {
  /** Encoding 0. */
  RAX,
  /** Encoding 1. */
  RCX,
  /** Encoding 2. */
  RDX,
  /** Encoding 3. */
  RBX,
  /** Encoding 4. */
  RSP,
  /** Encoding 5. */
  RBP,
  /** Encoding 6. */
  RSI,
  /** Encoding 7. */
  RDI,
  /** Encoding 8. */
  R8,
  /** Encoding 9. */
  R9,
  /** Encoding 10. */
  R10,
  /** Encoding 11. */
  R11,
  /** Encoding 12. */
  R12,
  /** Encoding 13. */
  R13,
  /** Encoding 14. */
  R14,
  /** Encoding 15. */
  R15
}
