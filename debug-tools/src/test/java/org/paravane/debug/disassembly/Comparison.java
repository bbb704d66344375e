package org.paravane.debug.disassembly;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.paravane.core.cpu.CpuMode;
import org.paravane.core.decode.Decoder;
import org.paravane.core.instructions.InstructionSet;

/**
 * Compares what objdump says of each instruction with what Paravane's decoder says of the same bytes: length, mnemonic and
 * operands, or that it is none. Prefixes that change nothing are left out of account.
 */
final class Comparison {
  private static final int FWAIT = 0x9b;
  private static final int EXAMPLES = 2;

  private final Disassembler disassembler;
  private final Deque<Objdump.Instruction> pending = new ArrayDeque<>();
  private final Map<String, Long> reasons = new TreeMap<>();
  private final List<String> disagreements = new ArrayList<>();
  private final Map<String, Integer> examples = new HashMap<>();
  private final int mode;
  private final boolean is64;
  private int pendingBytes;
  private long compared;
  private long unexplained;

  /** Compares code of one mode: see {@link CpuMode}. */
  Comparison(int mode) {
    this.mode = mode;
    is64 = CpuMode.is64(mode);
    disassembler = new Disassembler(InstructionSet.map(), mode);
  }

  /** Takes the next line of objdump's listing; lines come by ascending address. */
  void accept(Objdump.Instruction line) {
    if (!pending.isEmpty()) {
      Objdump.Instruction last = pending.getLast();
      if (last.address() + last.bytes().length != line.address()) {
        finish();
      }
    }
    pending.add(line);
    pendingBytes += line.bytes().length;
    while (pendingBytes - pending.getFirst().bytes().length >= Decoder.MAX_LENGTH) {
      compareFirst();
    }
  }

  /** Compares what is still waiting for bytes behind it. */
  void finish() {
    while (!pending.isEmpty()) {
      compareFirst();
    }
  }

  private void compareFirst() {
    byte[] code = new byte[pendingBytes];
    int at = 0;
    for (Objdump.Instruction line : pending) {
      System.arraycopy(line.bytes(), 0, code, at, line.bytes().length);
      at += line.bytes().length;
    }
    Objdump.Instruction first = pending.removeFirst();
    pendingBytes -= first.bytes().length;
    compare(first, code);
  }

  private void compare(Objdump.Instruction theirs, byte[] code) {
    if (theirs.text().startsWith(".byte")) {
      return;
    }
    compared++;
    String text = ObjdumpText.bare(theirs.text());
    int length = theirs.bytes().length;
    int skipped = 0;
    int prefixes = Prefixes.of(code, 0, is64).length();
    if ((code[prefixes] & 0xff) == FWAIT && length > prefixes + 1) {
      // objdump takes FWAIT and the x87 instruction behind it for one.
      skipped = prefixes + 1;
      text = text.replaceFirst("^f(init|clex|stcw|stsw|stenv|save)", "fn$1");
    }
    Line ours = disassembler.line(code, skipped, code.length, theirs.address() + skipped);
    String ourText = ObjdumpText.bare(ours.text());
    boolean theirsBad = text.contains("(bad)") || text.contains("?");
    boolean oursBad = Reasons.isNone(ourText);
    if (theirsBad && oursBad) {
      return;
    }
    if (!theirsBad && !oursBad && ours.length() == length - skipped && text.equals(ourText)) {
      return;
    }
    byte[] taken = Arrays.copyOf(code, Math.max(length, ours.length()));
    Optional<String> reason = Reasons.of(theirs.text(), text, ours, ourText, taken, mode);
    if (reason.isPresent()) {
      reasons.merge(reason.get(), 1L, Long::sum);
      return;
    }
    unexplained++;
    if (examples.merge(text.split(" ")[0], 1, Integer::sum) <= EXAMPLES) {
      disagreements.add(
          "%x: %s: objdump %d '%s', Paravane %d '%s'"
              .formatted(
                  theirs.address(),
                  HexFormat.ofDelimiter(" ")
                      .formatHex(code, 0, Math.min(code.length, Decoder.MAX_LENGTH)),
                  length,
                  theirs.text(),
                  ours.length(),
                  ours.text()));
    }
  }

  /** How many instructions were compared. */
  long compared() {
    return compared;
  }

  /** How many disagree without a listed reason. */
  long unexplained() {
    return unexplained;
  }

  /** How many disagree for each listed reason. */
  Map<String, Long> reasons() {
    return reasons;
  }

  /** The first disagreements without a reason. */
  List<String> disagreements() {
    return disagreements;
  }
}
