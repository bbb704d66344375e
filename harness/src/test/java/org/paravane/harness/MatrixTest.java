package org.paravane.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.paravane.harness.spec.BootSpec;
import org.paravane.harness.testkit.ScriptedGuest;
import org.paravane.harness.testkit.ScriptedHost;

class MatrixTest {
  private static final BootSpec BOOT = BootSpec.of("test64").build();

  @Test
  void interruptEndsWhatRunsAndReportsWhatHasNotBegun() {
    AtomicReference<Matrix> matrix = new AtomicReference<>();
    ScriptedHost host =
        new ScriptedHost(() ->
            new ScriptedGuest().print("on").act(() -> matrix.get().interrupt()).awaitInput(1));
    matrix.set(new Matrix(host.harness()));
    List<BootResult> results = matrix.get().run(Collections.nCopies(3, BOOT), 1, _ -> {});
    assertThat(results).extracting(BootResult::exitCode).containsExactly(130, 130, 130);
    assertThat(results.getFirst())
        .isInstanceOfSatisfying(
            BootReport.class,
            report -> assertThat(report.outcome()).isInstanceOf(RunOutcome.Interrupted.class));
    assertThat(results.subList(1, 3))
        .allSatisfy(result ->
            assertThat(result)
                .isInstanceOfSatisfying(
                    BootFailure.class,
                    failure -> assertThat(failure.code()).isEqualTo("INTERRUPTED")));
    assertThat(host.specs()).hasSize(1);
    assertThat(Matrix.exitCode(results)).isEqualTo(130);
  }
}
