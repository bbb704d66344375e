package org.paravane.debug.disassembly;

import java.util.HashMap;
import java.util.Map;
import org.paravane.core.decode.Opcode;

/** How each instruction is tested, by the committed list. */
final class InstructionTests {
  private final Map<String, String> notNative = new HashMap<>();
  private final Map<String, String> guest = new HashMap<>();

  /** Reads the list. */
  InstructionTests() {
    for (String[] columns : Resources.table("instruction-tests.txt")) {
      (columns[0].equals("guest") ? guest : notNative).put(columns[1], columns[2]);
    }
  }

  /** A phrase for one row. */
  String of(Opcode row) {
    String program = find(guest, row);
    if (program != null) {
      return "guest program " + program;
    }
    String reason = find(notNative, row);
    if (reason != null) {
      return "not natively: " + reason;
    }
    if (row.has(Opcode.Trait.INVALID64)) {
      return "not natively: not in 64-bit mode";
    }
    return row.has(Opcode.Trait.PRIVILEGED) ? "natively: #GP at CPL 3 only" : "natively";
  }

  private static String find(Map<String, String> list, Opcode row) {
    return list.getOrDefault(row.encoding(), list.get(row.mnemonic()));
  }
}
