package org.paravane.core.conformance;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.paravane.core.decode.Opcode;
import org.paravane.core.instructions.InstructionSet;

/** Runs cases of every instruction form on both processors and counts where they disagree. */
final class DifferentialRun {
  /** States that an encoding is tried with. */
  private static final int STATES_PER_ENCODING = 8;

  private final NativeProcessor host;
  private final EmulatedProcessor emulated = new EmulatedProcessor();
  private final long seed;
  private final ProcessorState in = new ProcessorState();
  private final ProcessorState expected = new ProcessorState();
  private final ProcessorState actual = new ProcessorState();

  private final List<String> disagreements = new ArrayList<>();
  private final Map<String, Integer> excluded = new TreeMap<>();
  private final Map<String, Integer> missing = new TreeMap<>();
  private long cases;
  private long faults;
  private int forms;
  private int disagreeingForms;

  DifferentialRun(NativeProcessor host, long seed) {
    this.host = host;
    this.seed = seed;
  }

  /** Runs {@code casesPerForm} cases of each form. */
  void run(int casesPerForm) {
    for (Opcode row : InstructionSet.map().all()) {
      List<InstructionForm> rowForms = InstructionForm.of(row);
      if (rowForms.isEmpty()) {
        continue;
      }
      String reason = Exclusions.reason(row);
      if (!reason.isEmpty()) {
        excluded.merge(reason, 1, Integer::sum);
      } else if (!host.supports(row.feature())) {
        missing.merge(row.feature(), 1, Integer::sum);
      } else {
        rowForms.forEach(form -> run(form, casesPerForm));
      }
    }
  }

  private void run(InstructionForm form, int count) {
    RandomGenerator random = new SplittableRandom(seed ^ form.toString().hashCode() * 0x9e37_79b9_7f4a_7c15L);
    InstructionEncoder encoder = new InstructionEncoder(random);
    StateGenerator states = new StateGenerator(random);
    forms++;
    int wrong = 0;
    for (int i = 0; i < count; ) {
      Encoded encoded = encoder.encode(form);
      if (Boolean.getBoolean("trace")) {
        System.err.println(form + " " + HexFormat.of().formatHex(encoded.bytes) + " @" + Long.toHexString(encoded.address));
      }
      host.place(encoded.address, encoded.bytes);
      emulated.place(encoded.address, encoded.bytes);
      for (int j = 0; j < STATES_PER_ENCODING && i < count; j++, i++) {
        states.fill(in, encoded);
        wrong += agrees(encoded) ? 0 : 1;
      }
    }
    cases += count;
    disagreeingForms += wrong == 0 ? 0 : 1;
    if (wrong != 0) {
      disagreements.add("  %s: %d of %d cases".formatted(form, wrong, count));
    }
  }

  private boolean agrees(Encoded encoded) {
    host.run(in, expected);
    emulated.run(in, actual);
    faults += expected.vector == ProcessorState.NO_FAULT ? 0 : 1;
    if (expected.agrees(actual, UndefinedFlags.of(encoded, in))) {
      return true;
    }
    if (disagreements.isEmpty() || !disagreements.getLast().startsWith(encoded.form.toString())) {
      disagreements.add(describe(encoded));
    }
    return false;
  }

  private String describe(Encoded encoded) {
    return "%s: %s at %x%n    in: %s%n    native changes: %s%n    native -> emulated: %s"
        .formatted(
            encoded.form,
            HexFormat.of().formatHex(encoded.bytes),
            encoded.address,
            StateDifference.between(new ProcessorState(), in).stream()
                .filter(f -> !f.name().startsWith("m1"))
                .filter(f -> encoded.form.isX87() || encoded.form.isMmx() || encoded.form.isSse() || !f.name().matches("st.*|se.*|xmm.*|mxcsr|fcw"))
                .map(f -> f.name() + "=" + f.second())
                .toList(),
            StateDifference.between(in, expected),
            StateDifference.between(expected, actual));
  }

  /** The disagreements, each form once with its first case. */
  List<String> disagreements() {
    return disagreements;
  }

  /** The counts. */
  String summary() {
    return "conformance: %d forms, %d cases (%d raise an exception), %d forms disagree; rows left out: %s; host lacks: %s"
        .formatted(forms, cases, faults, disagreeingForms, excluded, missing);
  }
}
