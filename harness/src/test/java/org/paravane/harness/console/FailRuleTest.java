package org.paravane.harness.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FailRuleTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "panic|[    1.2] Kernel panic - not syncing: VFS: Unable to mount root fs",
        "bug|[    1.2] BUG: kernel NULL pointer dereference, address: 0000000000000000",
        "bug|[    1.2] kernel BUG at mm/slub.c:4061!",
        "bug|watchdog: BUG: soft lockup - CPU#0 stuck for 22s! [swapper/0:1]",
        "oops|[    1.2] Oops: 0000 [#1] PREEMPT SMP PTI",
        "oops|[    1.2] Oops: general protection fault, probably for non-canonical address: 0000"
            + " [#1]",
        "oops|general protection fault: 0000 [#1] SMP",
        "warning|WARNING: CPU: 0 PID: 1 at kernel/workqueue.c:2999 flush+0x1/0x2",
        "warning|WARNING: kernel/workqueue.c:2999 at flush+0x1/0x2, CPU#0: swapper/0/1",
        "warning|WARNING: possible circular locking dependency detected"
      })
  void linuxReportsAreRecognised(String rule, String line) {
    assertThat(FailRule.BUILT_IN.stream().filter(known -> known.matches(line)).map(FailRule::name))
        .contains(rule);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "x|DEBUG: nothing is wrong",
        "x|Spectre V2 : WARNING: Unprivileged eBPF is enabled",
        "x|WARNING: the root account has no password",
        "x|[drm] Troops: none",
        "x|Command line: panic=-1 oops=panic"
      })
  void ordinaryLinesAreLeftAlone(String ignored, String line) {
    assertThat(FailRule.BUILT_IN).noneMatch(rule -> rule.matches(line));
  }

  @Test
  void namesAndExpressionsCombine() {
    assertThat(FailRule.parse(List.of("panic", "/my, app died/", "panic")))
        .extracting(FailRule::name)
        .containsExactly("panic", "/my, app died/");
    assertThat(FailRule.parse(List.of("none"))).isEmpty();
    assertThat(FailRule.parse(List.of("all"))).hasSize(4);
  }

  @Test
  void unknownRulesAreNamed() {
    assertThatThrownBy(() -> FailRule.parse(List.of("panics"))).hasMessageContaining("'panics'");
    assertThatThrownBy(() -> FailRule.parse(List.of("none", "bug")))
        .hasMessageContaining("stands alone");
  }
}
