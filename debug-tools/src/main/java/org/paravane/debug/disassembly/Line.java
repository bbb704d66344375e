package org.paravane.debug.disassembly;

/**
 * One instruction of a listing.
 *
 * @param address of its first byte
 * @param length in bytes, 1 to 15
 * @param hex its bytes, two lower-case digits each, with spaces between
 * @param text prefixes, mnemonic and operands; {@link Disassembler#BAD} if it raises #UD or #GP whatever the state
 */
public record Line(long address, int length, String hex, String text) {
  /** Address, bytes and text in columns. */
  @Override
  public String toString() {
    return "%16x:  %-30s %s".formatted(address, hex, text);
  }
}
