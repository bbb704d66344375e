package org.paravane.core.cpu;

/**
 * Says that the current instruction is about to change code of the block it is part of: it is carried out again alone,
 * so that what follows is decoded anew. Thrown before the instruction changed anything.
 */
@SuppressWarnings("serial")
public final class BlockRestart extends RuntimeException {
  /** The one instance; it carries no state. */
  public static final BlockRestart INSTANCE = new BlockRestart();

  private BlockRestart() {
    super(null, null, false, false);
  }
}
