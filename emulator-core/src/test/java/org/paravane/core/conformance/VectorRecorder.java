package org.paravane.core.conformance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.paravane.core.conformance.InstructionForm.RmOperand;
import org.paravane.core.conformance.InstructionForm.Size;
import org.paravane.core.decode.Opcode;
import org.paravane.core.instructions.InstructionSet;

/**
 * Writes the vectors that {@link VectorReplayTest} replays: run {@link #main} on an x86-64 Linux host with the folder
 * of the vectors as its argument. Input states are cut down to the fields that the outcome depends on.
 */
final class VectorRecorder {
  private static final int CASES_PER_FORM = 3;
  private static final int ATTEMPTS_PER_FORM = 60;
  private static final int LONGEST_LINE = 700;

  private final NativeProcessor host;
  private final ProcessorState trial = new ProcessorState();
  private final ProcessorState outcome = new ProcessorState();

  private VectorRecorder(NativeProcessor host) {
    this.host = host;
  }

  /** Records all families into the folder {@code arguments[0]}. */
  public static void main(String[] arguments) throws IOException {
    Map<String, List<String>> files = new LinkedHashMap<>();
    try (NativeProcessor host = new NativeProcessor()) {
      VectorRecorder recorder = new VectorRecorder(host);
      for (Opcode row : InstructionSet.map().all()) {
        for (InstructionForm form : InstructionForm.of(row)) {
          if (Exclusions.reason(row).isEmpty()
              && host.supports(row.feature())
              && worthRecording(form)) {
            List<String> lines = files.computeIfAbsent(family(form), f -> new ArrayList<>());
            lines.add("# " + form);
            recorder.record(form, lines);
          }
        }
      }
    }
    for (Map.Entry<String, List<String>> file : files.entrySet()) {
      Files.write(
          Path.of(arguments[0], "conformance-%s.txt".formatted(file.getKey())), file.getValue());
    }
  }

  /** The x87 unit does not look at the operand size, but for its environment in memory. */
  private static boolean worthRecording(InstructionForm form) {
    return !form.isX87()
        || form.size() == Size.DEFAULT
        || form.operand() == RmOperand.MEMORY && form.size() == Size.PREFIX_66;
  }

  private static String family(InstructionForm form) {
    return form.isX87() ? "x87" : form.isMmx() ? "mmx" : form.isSse() ? "sse" : "general";
  }

  private void record(InstructionForm form, List<String> lines) {
    RandomGenerator random = new SplittableRandom(form.toString().hashCode());
    InstructionEncoder encoder = new InstructionEncoder(random);
    StateGenerator states = new StateGenerator(random);
    int recorded = 0;
    for (int attempt = 0; attempt < ATTEMPTS_PER_FORM && recorded < CASES_PER_FORM; attempt++) {
      Encoded encoded = encoder.encode(form);
      ProcessorState in = new ProcessorState();
      ProcessorState out = new ProcessorState();
      states.fill(in, encoded);
      host.place(encoded.address, encoded.bytes);
      host.run(in, out);
      boolean wanted = out.vector == ProcessorState.NO_FAULT || attempt >= ATTEMPTS_PER_FORM / 2;
      if (wanted) {
        reduce(encoded, in, out);
        String line =
            new RecordedCase(encoded.bytes, in, out, UndefinedFlags.of(encoded, in)).line();
        if (line.length() <= LONGEST_LINE) {
          lines.add(line);
          recorded++;
        }
      }
    }
  }

  /** Sets every field of {@code in} that the outcome does not depend on to the baseline's value. */
  private void reduce(Encoded encoded, ProcessorState in, ProcessorState out) {
    ProcessorState baseline = RecordedCase.baseline(in.rip);
    trial.copyFrom(in);
    // Memory first, as a whole: most cases need none of it.
    System.arraycopy(baseline.memory, 0, trial.memory, 0, trial.memory.length);
    keepIfSame(in, out);
    for (int field : StateField.differing(baseline, in)) {
      if (encoded.addressUses(field - StateField.GPR)) {
        // Elsewhere the operand would no longer be on the data pages.
        continue;
      }
      trial.copyFrom(in);
      StateField.set(trial, field, StateField.get(baseline, field));
      keepIfSame(in, out);
    }
  }

  private void keepIfSame(ProcessorState in, ProcessorState out) {
    host.run(trial, outcome);
    List<Integer> changed = StateField.differing(in, out);
    if (!changed.equals(StateField.differing(trial, outcome))) {
      return;
    }
    for (int field : changed) {
      if (StateField.get(out, field) != StateField.get(outcome, field)) {
        return;
      }
    }
    in.copyFrom(trial);
    out.copyFrom(outcome);
  }
}
