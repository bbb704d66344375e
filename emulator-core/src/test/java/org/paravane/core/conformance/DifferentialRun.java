package org.paravane.core.conformance;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import org.paravane.core.decode.Opcode;
import org.paravane.core.instructions.InstructionSet;

/** Runs cases on both processors and counts where they disagree. */
final class DifferentialRun {
  /** States that an encoding is tried with. */
  private static final int STATES_PER_ENCODING = 8;

  private static final int DISAGREEMENTS_SHOWN = 50;

  private final NativeProcessor host;
  private final EmulatedProcessor emulated = new EmulatedProcessor();
  private final long seed;
  private final ProcessorState in = new ProcessorState();
  private final ProcessorState expected = new ProcessorState();
  private final ProcessorState actual = new ProcessorState();
  private final ProcessorState reference = new ProcessorState();

  /** Executes what is translated for the host on the other one, or null. */
  private EmulatedProcessor interpreted;

  private final List<String> disagreements = new ArrayList<>();
  private final Map<String, Set<String>> excluded = new TreeMap<>();
  private final Set<String> missing = new TreeSet<>();
  private final Set<String> alwaysFaulting = new TreeSet<>();
  private long cases;
  private long faults;
  private int forms;
  private int disagreeingForms;
  private int translated;

  DifferentialRun(NativeProcessor host, long seed) {
    this.host = host;
    this.seed = seed;
  }

  /** Has what is placed compiled when it runs a second time. */
  void compile() {
    emulated.compile();
  }

  /**
   * Has what is placed translated for the host, and compared with the interpreter as well: that has to agree in the flags too
   * that the manual leaves undefined.
   */
  void translate() {
    emulated.translate();
    interpreted = new EmulatedProcessor();
    interpreted.interpretOnly();
  }

  /** Runs {@code casesPerForm} cases of each form whose text matches {@code only}. */
  void forms(int casesPerForm, String only) {
    for (Opcode row : InstructionSet.map().all()) {
      List<InstructionForm> rowForms = InstructionForm.of(row);
      if (rowForms.isEmpty()) {
        continue;
      }
      String reason = Exclusions.reason(row);
      if (!reason.isEmpty()) {
        excluded.computeIfAbsent(reason, r -> new TreeSet<>()).add(row.mnemonic());
      } else if (!host.supports(row.feature())) {
        missing.add(row.feature());
      } else {
        rowForms.stream()
            .filter(f -> f.toString().matches(only))
            .forEach(form -> form(form, casesPerForm));
      }
    }
  }

  private void form(InstructionForm form, int count) {
    RandomGenerator random =
        new SplittableRandom(seed ^ form.toString().hashCode() * 0x9e37_79b9_7f4a_7c15L);
    InstructionEncoder encoder = new InstructionEncoder(random);
    StateGenerator states = new StateGenerator(random);
    boolean lastBit = LastBit.appliesTo(form.toString());
    long faultsBefore = faults;
    int wrong = 0;
    for (int i = 0; i < count; ) {
      Encoded encoded = encoder.encode(form);
      place(encoded.address, encoded.bytes);
      for (int j = 0; j < STATES_PER_ENCODING && i < count; j++, i++) {
        states.fill(in, encoded);
        if (!agree(UndefinedFlags.of(encoded, in), lastBit) && wrong++ == 0) {
          disagreements.add(describe(form.toString(), encoded));
        }
      }
    }
    forms++;
    cases += count;
    if (faults - faultsBefore == count && !form.row().has(Opcode.Trait.PRIVILEGED)) {
      alwaysFaulting.add(form.row().mnemonic());
    }
    if (wrong != 0) {
      disagreeingForms++;
      disagreements.add("  %s: %d of %d cases".formatted(form, wrong, count));
    }
  }

  /** Runs sequences of instructions, each from so many states. */
  void sequences(int count, int statesPerSequence) {
    RandomGenerator random = new SplittableRandom(seed);
    InstructionEncoder encoder = new InstructionEncoder(random);
    StateGenerator states = new StateGenerator(random);
    List<InstructionForm> pool = InstructionSequence.pool(host);
    forms = pool.size();
    for (int i = 0; i < count; i++) {
      InstructionSequence sequence = InstructionSequence.random(pool, encoder, random);
      place(sequence.first().address, sequence.bytes());
      for (int j = 0; j < statesPerSequence; j++) {
        states.fill(in, sequence.first());
        if (!agree(sequence.undefinedFlags(), false)) {
          disagreeingForms++;
          if (disagreements.size() < DISAGREEMENTS_SHOWN) {
            disagreements.add(describe(sequence.text(), sequence.first()));
          }
        }
      }
    }
    cases += (long) count * statesPerSequence;
  }

  private void place(long address, byte[] code) {
    host.place(address, code);
    emulated.place(address, code);
    if (interpreted != null) {
      interpreted.place(address, code);
    }
  }

  private boolean agree(int undefinedFlags, boolean lastBitForgiven) {
    host.run(in, expected);
    boolean same = true;
    if (interpreted == null) {
      emulated.run(in, actual);
    } else {
      int before = emulated.translated();
      emulated.runCompiled(in, actual);
      translated += emulated.translated() == before ? 0 : 1;
      interpreted.run(in, reference);
      same = reference.agrees(actual, 0);
    }
    if (lastBitForgiven) {
      LastBit.forgive(expected, actual);
    }
    faults += expected.vector == ProcessorState.NO_FAULT ? 0 : 1;
    return same && expected.agrees(actual, undefinedFlags);
  }

  private String describe(String what, Encoded encoded) {
    String text =
        "%s: first %s at %x%n    input: %s%n    native changes: %s%n    native->emulated: %s"
            .formatted(
                what,
                HexFormat.of().formatHex(encoded.bytes),
                encoded.address,
                registers(encoded.form),
                StateField.describe(in, expected),
                StateField.describe(expected, actual));
    return interpreted == null
        ? text
        : text
            + "%n    interpreted->translated: %s".formatted(StateField.describe(reference, actual));
  }

  /** The input registers that an instruction may depend on. */
  private String registers(InstructionForm form) {
    boolean general = !form.isX87() && !form.isMmx() && !form.isSse();
    StringBuilder text = new StringBuilder();
    int end = general ? StateField.GPR + 16 : StateField.MEMORY;
    for (int field = StateField.RFLAGS; field < end; field++) {
      text.append(StateField.name(field))
          .append('=')
          .append(Long.toHexString(StateField.get(in, field)))
          .append(' ');
    }
    return text.toString().trim();
  }

  /** The disagreements, each form once with its first case. */
  List<String> disagreements() {
    return disagreements;
  }

  /** How often something was translated. */
  int translated() {
    return translated;
  }

  /** The instructions that raised an exception in every case of a form though no row says that they need privilege. */
  Set<String> alwaysFaulting() {
    return alwaysFaulting;
  }

  /** The counts. */
  String summary() {
    StringBuilder text = new StringBuilder();
    text.append(
        "conformance: %d forms, %d cases (%d raise an exception), "
            .formatted(forms, cases, faults));
    text.append("%d disagree".formatted(disagreeingForms));
    excluded.forEach(
        (reason, mnemonics) -> text.append("%n  left out, %s: %s".formatted(reason, mnemonics)));
    if (!missing.isEmpty()) {
      text.append("%n  the host lacks %s".formatted(missing));
    }
    return text.toString();
  }
}
