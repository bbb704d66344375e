package org.paravane.boot.entry;

/** The segment registers in the order of their encoding, then the two system segments. */
public enum SegmentRegister {
  /** Extra segment. */
  ES,
  /** Code segment. */
  CS,
  /** Stack segment. */
  SS,
  /** Data segment. */
  DS,
  /** F segment. */
  FS,
  /** G segment. */
  GS,
  /** Task register. */
  TR,
  /** Local descriptor table register. */
  LDTR
}
