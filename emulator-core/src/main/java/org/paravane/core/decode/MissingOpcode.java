package org.paravane.core.decode;

/**
 * An encoding that some x86-64 processor defines and this one does not have.
 *
 * @param feature the CPUID feature that would announce it
 * @param encoding as the manual writes it, such as {@code NP 0F C7 /6} or {@code VEX.66.0F38.W0 18 /r}
 * @param mnemonic in upper case
 * @param operands what follows the opcode: E, M or U for ModR/M of either kind, of memory or of a register; immediates
 * @param only64 whether it exists in 64-bit mode only
 */
public record MissingOpcode(
    String feature, String encoding, String mnemonic, String operands, boolean only64) {
  /** Tells whether it has a VEX, EVEX or XOP prefix, which real-address and virtual-8086 mode do not know. */
  public boolean prefixed() {
    return encoding.contains(".");
  }
}
