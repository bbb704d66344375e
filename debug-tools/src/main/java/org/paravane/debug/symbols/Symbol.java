package org.paravane.debug.symbols;

/**
 * A named linear address.
 *
 * @param address where it begins
 * @param type the letter that nm shows: T and t code, D and d data, B and b zeroed data, R and r constants, A absolute,
 *     W and w weak
 * @param name as the linker knew it
 */
public record Symbol(long address, char type, String name) {
  /** Tells whether it names code. */
  public boolean code() {
    return "TtWw".indexOf(type) >= 0;
  }

  /** Tells whether it is a number, or an offset into per-processor data, and no address of the kernel. */
  public boolean absolute() {
    return type == 'A' || type == 'a';
  }
}
