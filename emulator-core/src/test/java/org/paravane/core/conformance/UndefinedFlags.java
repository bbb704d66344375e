package org.paravane.core.conformance;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.paravane.core.cpu.Rflags;

/**
 * The status flags that the manual leaves undefined (SDM Vol. 2, "Flags Affected" of each instruction), and only
 * those. A processor may do with them what it likes, so they are not compared.
 */
final class UndefinedFlags {
  /** When a rule applies; the count is that of a shift or rotation as the processor masks it. */
  private enum Condition {
    ALWAYS,
    COUNT_NOT_ZERO,
    COUNT_ABOVE_1,
    COUNT_NOT_BELOW_WIDTH,
    COUNT_ABOVE_WIDTH;

    boolean holds(int count, int width) {
      return switch (this) {
        case ALWAYS -> true;
        case COUNT_NOT_ZERO -> count != 0;
        case COUNT_ABOVE_1 -> count > 1;
        case COUNT_NOT_BELOW_WIDTH -> count >= width;
        case COUNT_ABOVE_WIDTH -> count > width;
      };
    }
  }

  /**
   * A rule.
   *
   * @param mnemonics the instructions
   * @param condition when it applies
   * @param flags what is then undefined
   * @param words how the manual says it
   */
  private record Rule(Set<String> mnemonics, Condition condition, int flags, String words) {}

  private static final int CF = Rflags.CF;
  private static final int OF = Rflags.OF;
  private static final int AF = Rflags.AF;
  private static final int PF = Rflags.PF;
  private static final int ZF = Rflags.ZF;
  private static final int SF = Rflags.SF;

  private static final List<Rule> RULES = new ArrayList<>();

  static {
    rule("AND OR XOR TEST", Condition.ALWAYS, AF, "The state of the AF flag is undefined");
    rule(
        "SHL SAL SHR SAR",
        Condition.COUNT_NOT_ZERO,
        AF,
        "For a non-zero count, the AF flag is undefined");
    rule(
        "SHL SAL SHR SAR",
        Condition.COUNT_ABOVE_1,
        OF,
        "The OF flag is affected only for 1-bit shifts; otherwise, it is undefined");
    rule(
        "SHL SAL SHR",
        Condition.COUNT_NOT_BELOW_WIDTH,
        CF,
        "[CF] is undefined for SHL and SHR instructions where the count is greater than or equal to the size (in bits) "
            + "of the destination operand");
    rule(
        "ROL ROR RCL RCR",
        Condition.COUNT_ABOVE_1,
        OF,
        "If the masked count is 1, then the OF flag is affected, otherwise (masked count is greater than 1) the OF flag is "
            + "undefined");
    rule("SHLD SHRD", Condition.COUNT_NOT_ZERO, AF, "If a shift occurs, the AF flag is undefined");
    rule(
        "SHLD SHRD",
        Condition.COUNT_ABOVE_1,
        OF,
        "For shifts greater than 1 bit, the OF flag is undefined");
    rule(
        "SHLD SHRD",
        Condition.COUNT_ABOVE_WIDTH,
        CF | PF | AF | ZF | SF | OF,
        "If the count is greater than the operand size, the flags are undefined");
    rule("MUL", Condition.ALWAYS, SF | ZF | AF | PF, "The SF, ZF, AF, and PF flags are undefined");
    rule("IMUL", Condition.ALWAYS, SF | ZF | AF | PF, "The SF, ZF, AF, and PF flags are undefined");
    rule(
        "DIV IDIV",
        Condition.ALWAYS,
        CF | OF | SF | ZF | AF | PF,
        "The CF, OF, SF, ZF, AF, and PF flags are undefined");
    rule(
        "BSF BSR",
        Condition.ALWAYS,
        CF | OF | SF | AF | PF,
        "The CF, OF, SF, AF, and PF flags are undefined");
    rule(
        "BT BTS BTR BTC",
        Condition.ALWAYS,
        OF | SF | AF | PF,
        "The OF, SF, AF, and PF flags are undefined");
  }

  private UndefinedFlags() {}

  private static void rule(String mnemonics, Condition condition, int flags, String words) {
    RULES.add(new Rule(Set.of(mnemonics.split(" ")), condition, flags, words));
  }

  /** The flags that an instruction leaves undefined when it starts from {@code in}. */
  static int of(Encoded e, ProcessorState in) {
    int width = width(e);
    return of(e.mnemonic(), count(e, in) & (width == 64 ? 63 : 31), width);
  }

  /** The flags that an instruction may leave undefined, whatever the state. */
  static int possible(Encoded e) {
    return Stream.of(0, 1, 31)
        .mapToInt(count -> of(e.mnemonic(), count, width(e)))
        .reduce(0, (a, b) -> a | b);
  }

  private static int of(String mnemonic, int count, int width) {
    int flags = 0;
    for (Rule rule : RULES) {
      if (rule.mnemonics.contains(mnemonic) && rule.condition.holds(count, width)) {
        flags |= rule.flags;
      }
    }
    return flags;
  }

  private static int width(Encoded e) {
    boolean bytes =
        !e.form.row().operands().isEmpty() && e.form.row().operands().getFirst().type().equals("b");
    return bytes ? 8 : e.form.operandSize();
  }

  private static int count(Encoded e, ProcessorState in) {
    if (e.form.row().operands().isEmpty()) {
      return 0;
    }
    return switch (e.form.row().operands().getLast().toString()) {
      case "Ib" -> (int) e.immediate;
      case "CL" -> (int) in.gpr[1];
      default -> 1;
    };
  }
}
