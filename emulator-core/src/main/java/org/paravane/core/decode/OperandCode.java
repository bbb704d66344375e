package org.paravane.core.decode;

/**
 * One operand of an opcode as the opcode maps of SDM Vol. 2D appendix A write it: an addressing method and an operand
 * type, such as {@code Ev} or {@code Ib}; or a fixed register such as {@code AL} or {@code rAX}. Where the manual gives a
 * register and a memory operand of different sizes, the type names both: {@code Evw} is its {@code Rv/Mw}.
 *
 * @param method the addressing method's letter, {@link #REGISTER_IN_OPCODE} or {@link #FIXED}
 * @param type the operand type as written, such as "v", "b", "dq"; for a fixed operand its name
 */
public record OperandCode(char method, String type) {
  /** The method of an operand whose register is in the low three bits of the opcode. */
  public static final char REGISTER_IN_OPCODE = 'Z';

  /** The method of an operand that is not encoded. */
  public static final char FIXED = '=';

  private static final String METHODS = "ACDEFGIJMNOPQRSUVWXYZ";

  /** Parses one code. Fixed operands are those that do not look like a method and a lower-case type, which M may lack. */
  static OperandCode parse(String text) {
    if (METHODS.indexOf(text.charAt(0)) >= 0
        && text.chars().skip(1).allMatch(c -> c >= 'a' && c <= 'z')) {
      return new OperandCode(text.charAt(0), text.substring(1));
    }
    return new OperandCode(FIXED, text);
  }

  /** Tells whether the operand is in a ModR/M byte. */
  boolean inModrm() {
    return "CDEGMNPQRSUVW".indexOf(method) >= 0;
  }

  @Override
  public String toString() {
    return method == FIXED ? type : method + type;
  }
}
