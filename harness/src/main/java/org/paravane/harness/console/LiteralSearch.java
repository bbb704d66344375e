package org.paravane.harness.console;

/** Finds a fixed byte string with one comparison a byte in the usual case (Knuth, Morris, Pratt). */
final class LiteralSearch implements Search {
  private final byte[] wanted;
  private final int[] fallback;
  private int matched;

  LiteralSearch(byte[] wanted) {
    this.wanted = wanted;
    this.fallback = new int[wanted.length];
    for (int i = 1, length = 0; i < wanted.length; i++) {
      while (length > 0 && wanted[i] != wanted[length]) {
        length = fallback[length - 1];
      }
      if (wanted[i] == wanted[length]) {
        length++;
      }
      fallback[i] = length;
    }
  }

  @Override
  public boolean accept(int value) {
    byte next = (byte) value;
    while (matched > 0 && wanted[matched] != next) {
      matched = fallback[matched - 1];
    }
    if (wanted[matched] == next) {
      matched++;
    }
    if (matched < wanted.length) {
      return false;
    }
    matched = fallback[matched - 1];
    return true;
  }

  @Override
  public boolean settle() {
    return false;
  }

  @Override
  public void lineRestarted() {}
}
