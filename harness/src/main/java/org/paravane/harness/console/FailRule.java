package org.paravane.harness.console;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A kind of console line that means the guest has failed.
 *
 * @param name the name users give to {@code --fail-on}
 * @param pattern looked for in each line
 */
public record FailRule(String name, Pattern pattern) {
  /** Linux {@code panic()}, kernel/panic.c. */
  public static final FailRule PANIC =
      new FailRule("panic", Pattern.compile("Kernel panic - not syncing"));

  /** Linux {@code BUG()} and the reports that begin with {@code BUG:}: page faults, soft lockups, KASAN. */
  public static final FailRule BUG =
      new FailRule("bug", Pattern.compile("\\bBUG: |\\bkernel BUG at "));

  /** Linux {@code die()}, arch/x86/kernel/dumpstack.c, and the faults that lead there. */
  public static final FailRule OOPS =
      new FailRule(
          "oops",
          Pattern.compile(
              "\\bOops: |\\bOops\\b.*\\[#\\d+\\]|general protection fault.*\\[#\\d+\\]"));

  /** Linux {@code WARN()} and lockdep reports; not every line in which somebody warns of something. */
  public static final FailRule WARNING =
      new FailRule(
          "warning",
          Pattern.compile(
              "\\bWARNING: (CPU: \\d|\\S+:\\d+ at |possible |suspicious |inconsistent |bad"
                  + " unlock|held lock|lock held|nested lock|kernel stack)"));

  /** Every built-in rule, strongest first. */
  public static final List<FailRule> BUILT_IN = List.of(PANIC, BUG, OOPS, WARNING);

  /** What is a failure unless the user says otherwise: all but warnings. */
  public static final List<FailRule> DEFAULT = List.of(PANIC, BUG, OOPS);

  /** Tells whether {@code line} is such a line. */
  public boolean matches(CharSequence line) {
    return pattern.matcher(line).find();
  }

  /**
   * Reads names of built-in rules, {@code all}, {@code none}, and {@code /regex/} for rules of one's own.
   *
   * @throws IllegalArgumentException with one sentence for people
   */
  public static List<FailRule> parse(List<String> names) {
    List<FailRule> rules = new ArrayList<>();
    for (String name : names) {
      if (name.equals("all")) {
        rules.addAll(BUILT_IN);
      } else if (!name.equals("none")) {
        rules.add(parse(name));
      } else if (names.size() > 1) {
        throw new IllegalArgumentException("The rule 'none' stands alone.");
      }
    }
    return rules.stream().distinct().toList();
  }

  private static FailRule parse(String name) {
    for (FailRule rule : BUILT_IN) {
      if (rule.name.equals(name)) {
        return rule;
      }
    }
    if (TextPattern.parse(name) instanceof TextPattern.Regex regex) {
      return new FailRule(name, regex.pattern());
    }
    throw new IllegalArgumentException(
        "There is no rule '%s'; the rules are panic, bug, oops, warning, all, none and /regex/."
            .formatted(name));
  }
}
