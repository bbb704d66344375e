package org.paravane.core.conformance;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.paravane.core.conformance.InstructionForm.RmOperand;
import org.paravane.core.decode.Opcode;
import org.paravane.core.decode.Opcode.Trait;
import org.paravane.core.instructions.InstructionSet;

/**
 * A few instructions in a row, which become one block: whether flags that one leaves reach the next that looks at them,
 * and no instruction spoils another's.
 *
 * @param bytes the code
 * @param text what it is
 * @param first the first instruction
 * @param undefinedFlags flags that the manual leaves undefined at the end
 */
record InstructionSequence(byte[] bytes, String text, Encoded first, int undefinedFlags) {
  private static final int LONGEST = 6;
  private static final byte[] UD2 = {0x0f, 0x0b};

  /** A conditional jump of so many bytes, which lead behind all that is placed. */
  private static final int JCC = 0x70;

  private static final int JCC_DISTANCE = 0x40;

  /** Need registers in a state that the instructions before them would spoil, or an aligned operand. */
  private static final Set<String> PARTICULAR = Set.of("XLAT", "CMPXCHG8B");

  /** The same with an operand in memory, of which the bit may be anywhere. */
  private static final Set<String> PARTICULAR_IN_MEMORY = Set.of("BT", "BTS", "BTR", "BTC");

  /** String operands, which go through registers, and segment registers, which may not exist. */
  private static final String PARTICULAR_OPERANDS = "XYS";

  /**
   * The forms that sequences are made of, but for a conditional jump at the end: those that cannot branch, and fault only if they
   * are SSE's.
   */
  static List<InstructionForm> pool(NativeProcessor host) {
    List<InstructionForm> pool = new ArrayList<>();
    for (Opcode row : InstructionSet.map().all()) {
      boolean plain =
          Stream.of(Trait.BRANCH, Trait.ENDS_BLOCK, Trait.PRIVILEGED).noneMatch(row::has)
              && (!row.has(Trait.MAY_FAULT) || isVector(row));
      boolean particular =
          PARTICULAR.contains(row.mnemonic())
              || row.operands().stream()
                  .anyMatch(o -> PARTICULAR_OPERANDS.indexOf(o.method()) >= 0);
      if (plain
          && !particular
          && Exclusions.reason(row).isEmpty()
          && host.supports(row.feature())) {
        InstructionForm.of(row).stream()
            .filter(form ->
                form.operand() != RmOperand.MEMORY
                    || !PARTICULAR_IN_MEMORY.contains(row.mnemonic()))
            .forEach(pool::add);
      }
    }
    return pool;
  }

  /** Tells whether a row is SSE's or SSE2's and has XMM registers only, and no memory operand that is implied. */
  private static boolean isVector(Opcode row) {
    return (row.feature().equals("SSE") || row.feature().equals("SSE2"))
        && row.operands().stream().anyMatch(o -> "VWU".indexOf(o.method()) >= 0)
        && row.operands().stream().noneMatch(o -> "PQN".indexOf(o.method()) >= 0)
        && !row.mnemonic().startsWith("MASKMOV");
  }

  /** A random sequence of forms from the pool; memory operands have fixed addresses. */
  static InstructionSequence random(
      List<InstructionForm> pool, InstructionEncoder encoder, RandomGenerator random) {
    ByteArrayOutputStream code = new ByteArrayOutputStream();
    StringBuilder text = new StringBuilder();
    Encoded first = null;
    int undefined = 0;
    int length = random.nextInt(2, LONGEST + 1);
    while (length > 0) {
      InstructionForm form = pool.get(random.nextInt(pool.size()));
      boolean showsFlags = form.row().has(Trait.READS_FLAGS) || form.row().has(Trait.MAY_FAULT);
      if (showsFlags && undefined != 0) {
        continue;
      }
      Encoded next = encoder.encode(form, GuestLayout.CODE + 0xc00L + code.size());
      if (form.operand() == RmOperand.MEMORY && next.fixedAddress == 0) {
        continue;
      }
      if (form.row().has(Trait.WRITES_FLAGS)) {
        undefined = 0;
      }
      undefined |= UndefinedFlags.possible(next);
      first = first == null ? next : first;
      code.writeBytes(next.bytes);
      text.append(text.isEmpty() ? "" : "; ").append(form);
      length--;
    }
    switch (random.nextInt(8)) {
      case 0 -> {
        code.writeBytes(UD2);
        text.append("; UD2");
      }
      case 1, 2, 3 -> {
        if (undefined == 0) {
          int condition = random.nextInt(16);
          code.write(JCC | condition);
          code.write(JCC_DISTANCE);
          text.append("; Jcc %x".formatted(condition));
        }
      }
      default -> {}
    }
    return new InstructionSequence(code.toByteArray(), text.toString(), first, undefined);
  }
}
