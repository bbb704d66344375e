package org.paravane.debug.disassembly;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.paravane.core.decode.MissingOpcode;
import org.paravane.core.decode.MissingOpcodes;
import org.paravane.core.decode.Opcode;
import org.paravane.core.decode.OperandCode;
import org.paravane.core.instructions.InstructionSet;

/** The page of all instructions that the processor has, made from the opcode maps. */
final class InstructionPage {
  private static final int STACK_REGISTERS = 8;

  private final InstructionTests tests = new InstructionTests();
  private final List<String> lines = new ArrayList<>();

  /** The page's lines, in Markdown. */
  static List<String> lines() {
    InstructionPage page = new InstructionPage();
    page.write();
    return page.lines;
  }

  private void write() {
    List<Opcode> rows = InstructionSet.map().all();
    Map<String, Long> totals =
        rows.stream()
            .collect(
                Collectors.groupingBy(
                    row -> summary(tests.of(row)), TreeMap::new, Collectors.counting()));
    lines.add("# Instructions");
    lines.add("");
    lines.add(
        "Generated from the opcode maps that the machine executes by; a test of `debug-tools` fails if it is stale.");
    lines.add(
        "Encodings and operands are written as in the opcode maps of SDM Vol. 2D appendix A. Everything listed is");
    lines.add("implemented; of every other encoding, the last section says what it does.");
    lines.add("");
    lines.add(
        "*Natively*: compared with a real processor over random states, as emulator-core's `DifferentialTest` does. *Otherwise*:");
    lines.add(
        "by our guest programs, which run in QEMU too, or by the unit test named; no processor's own answer is at hand there.");
    lines.add("");
    lines.add("| tested | rows of the maps |");
    lines.add("| --- | --- |");
    totals.forEach((how, count) -> lines.add("| " + how + " | " + count + " |"));
    lines.add("| all | " + rows.size() + " |");
    lines.add("");
    lines.add("## Present");
    lines.add("");
    lines.add("| encoding | mnemonic | operands | CPUID feature | tested |");
    lines.add("| --- | --- | --- | --- | --- |");
    for (Opcode row : rows) {
      if (!isLaterStackRegister(row)) {
        lines.add(line(row));
      }
    }
    lines.add("");
    lines.add("## Missing");
    lines.add("");
    lines.add(
        "Other x86-64 processors have these; here CPUID does not announce them. One that is executed ends the run, named with its");
    lines.add(
        "RIP and bytes, or raises #UD with `--unimplemented=fault`. Encodings that no processor defines raise #UD.");
    lines.add("");
    lines.add("| encoding | mnemonic | CPUID feature |");
    lines.add("| --- | --- | --- |");
    for (MissingOpcode row : MissingOpcodes.rows()) {
      lines.add("| %s | %s | %s |".formatted(row.encoding(), row.mnemonic(), row.feature()));
    }
  }

  private static String summary(String how) {
    if (how.startsWith("natively")) {
      return how.split(";")[0] + (how.contains(";") ? ", and otherwise" : "");
    }
    return how.startsWith("not natively") ? "neither natively nor otherwise" : "otherwise";
  }

  private String line(Opcode row) {
    String encoding = row.encoding();
    String operands =
        row.operands().stream().map(OperandCode::toString).collect(Collectors.joining(","));
    int stackRow = stackRow(row);
    if (stackRow == 0) {
      encoding += "+i";
      operands = operands.replaceFirst(isSecondVarying(row) ? "ST0$" : "ST0", "STi");
    }
    return "| %s | %s | %s | %s | %s |"
        .formatted(encoding, row.mnemonic(), operands, row.feature(), tests.of(row));
  }

  /** Tells whether it is one of the seven rows that differ from another in the number of an x87 register only. */
  private static boolean isLaterStackRegister(Opcode row) {
    return stackRow(row) > 0;
  }

  private static int stackRow(Opcode row) {
    if (row.operands().isEmpty() || !row.encoding().matches("D[8-F] [C-F][0-9A-F]")) {
      return -1;
    }
    boolean ofStack =
        row.operands().stream().allMatch(operand -> operand.toString().startsWith("ST"));
    return ofStack ? Integer.parseInt(row.encoding().substring(3), 16) % STACK_REGISTERS : -1;
  }

  private static boolean isSecondVarying(Opcode row) {
    return row.operands().size() == 2
        && !row.encoding().startsWith("DC")
        && !row.encoding().startsWith("DE");
  }
}
