package org.paravane.harness.junit;

/**
 * How long a wait may take, by what the guest executes and never by the host's clock.
 *
 * @param instructions guest instructions from the start of the wait, more than 0
 */
public record Patience(long instructions) {
  /** Checks the number. */
  public Patience {
    if (instructions <= 0) {
      throw new IllegalArgumentException(
          "A wait takes at least 1 instruction, not %d.".formatted(instructions));
    }
  }

  /** So many guest instructions. */
  public static Patience instructions(long count) {
    return new Patience(count);
  }
}
