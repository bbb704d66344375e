package org.paravane.core.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/**
 * Paravane's processor against the host's. The ordinary run takes a sample of each form. System properties: {@code
 * paravane.conformance.cases} sets the cases of each form (10000 for the long run), {@code paravane.conformance.seed}
 * another seed, {@code paravane.conformance.only} a regular expression of the forms to run.
 */
@EnabledOnOs(
    value = OS.LINUX,
    architectures = "amd64",
    disabledReason =
        "instructions run natively on x86-64 Linux only; VectorReplayTest replays what was recorded there")
class DifferentialTest {
  private static final int SAMPLE = 24;
  private static final int SEQUENCES_PER_CASE = 200;

  /** States of each form or sequence, where each form or sequence is compiled after the first. */
  private static final int COMPILED_SAMPLE = 4;

  private static final int COMPILED_SEQUENCES_PER_CASE = 50;

  /** Cases of each form that are translated: an encoding, each of which is translated once, takes several states. */
  private static final int TRANSLATED_SAMPLE = 16;

  /** What a program may not do, or what is there to be undefined; anything else that always faults tests nothing. */
  private static final Set<String> ALWAYS_REFUSED =
      Set.of("CLI", "STI", "IN", "OUT", "INS", "OUTS", "SYSRET", "SYSEXIT", "UD0", "UD1", "UD2");

  private final int cases = Integer.getInteger("paravane.conformance.cases", SAMPLE);
  private final long seed = Long.getLong("paravane.conformance.seed", 20260101);
  private NativeProcessor host;

  @BeforeEach
  void takeOverTheHost() {
    host = new NativeProcessor();
  }

  @AfterEach
  void giveBackTheHost() {
    host.close();
  }

  @Test
  void everyFormComputesWhatTheHostComputes() {
    DifferentialRun run = new DifferentialRun(host, seed);
    run.forms(cases, System.getProperty("paravane.conformance.only", ".*"));
    report(run);
    assertThat(run.disagreements()).isEmpty();
    assertThat(run.alwaysFaulting()).isSubsetOf(ALWAYS_REFUSED);
  }

  @Test
  void sequencesComputeWhatTheHostComputes() {
    DifferentialRun run = new DifferentialRun(host, seed);
    run.sequences(cases * SEQUENCES_PER_CASE, 1);
    report(run);
    assertThat(run.disagreements()).isEmpty();
  }

  @Test
  void everyFormComputesWhatTheHostComputesCompiled() {
    DifferentialRun run = new DifferentialRun(host, seed);
    run.compile();
    run.forms(COMPILED_SAMPLE, System.getProperty("paravane.conformance.only", ".*"));
    report(run);
    assertThat(run.disagreements()).isEmpty();
  }

  @Test
  void sequencesComputeWhatTheHostComputesCompiled() {
    DifferentialRun run = new DifferentialRun(host, seed);
    run.compile();
    run.sequences(cases * COMPILED_SEQUENCES_PER_CASE, COMPILED_SAMPLE);
    report(run);
    assertThat(run.disagreements()).isEmpty();
  }

  @Test
  void everyFormComputesWhatTheHostComputesTranslated() {
    DifferentialRun run = new DifferentialRun(host, seed);
    run.translate();
    run.forms(
        Integer.getInteger("paravane.conformance.cases", TRANSLATED_SAMPLE),
        System.getProperty("paravane.conformance.only", ".*"));
    report(run);
    assertThat(run.disagreements()).isEmpty();
    assertThat(run.translated()).isPositive();
  }

  @Test
  void sequencesComputeWhatTheHostComputesTranslated() {
    DifferentialRun run = new DifferentialRun(host, seed);
    run.translate();
    run.sequences(cases * SEQUENCES_PER_CASE, 2);
    report(run);
    assertThat(run.disagreements()).isEmpty();
    assertThat(run.translated()).isPositive();
  }

  private void report(DifferentialRun run) {
    System.out.println(run.summary() + ", seed " + seed);
    run.disagreements().forEach(System.out::println);
  }
}
