package org.paravane.harness.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.paravane.harness.junit.Patience.instructions;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.paravane.core.machine.ExitReason;
import org.paravane.harness.spec.BootSpec;
import org.paravane.harness.testkit.ScriptedGuest;
import org.paravane.harness.testkit.ScriptedHost;

class BootRunTest {
  private static final Patience PATIENCE = instructions(50_000_000);

  private BootRun run;

  private BootRun boot(ScriptedGuest guest) {
    run =
        BootRun.prepare(
            new ScriptedHost(() -> guest).harness(), BootSpec.of("test64").build(), PATIENCE);
    return run;
  }

  @AfterEach
  void end() {
    run.end();
  }

  @Test
  void reachesMarkersInTheirOrder() {
    boot(new ScriptedGuest().print("one\n").work(3_000_000).print("two three\n").powerOff());

    assertThat(run).reaches("one").within(instructions(1_000)).reaches("/t[w]o/").reaches("three");
    assertThat(run).shutsDown().hasPrinted("two three");
    assertThat(run.alive()).isFalse();
  }

  @Test
  void doesNotFindAMarkerTwice() {
    boot(new ScriptedGuest().print("login: \n").powerOff());
    assertThat(run).reaches("login:");

    assertThat(run).reaches("login:");

    assertThatExceptionOfType(AssertionError.class)
        .isThrownBy(run::settle)
        .withMessageContaining("did not print 'login:'")
        .withMessageContaining("has ended after");
  }

  @Test
  void typesWhenItIsTimeTo() {
    boot(new ScriptedGuest().print("# ").echo(3).print("\nfiles\n# ").echo(5).powerOff());

    run.send("ls\n").after("# ");
    run.send("halt\n").after("# ");

    assertThat(run).shutsDown();
    assertThat(run.console()).isEqualTo("# ls\n\nfiles\n# halt\n");
  }

  @Test
  void typesBeforeItGoesOnIfNothingSaysWhen() {
    boot(new ScriptedGuest().print("> ").echo(2).powerOff());

    run.send("y\n");

    assertThat(run).shutsDown().hasPrinted("> y");
  }

  @Test
  void aBootThatNobodyWaitsForNeverBegins() {
    ScriptedGuest guest = new ScriptedGuest().print("up\n").powerOff();
    boot(guest);

    run.end();

    assertThat(guest.closed()).isTrue();
    assertThat(guest.instructions()).isZero();
    assertThat(run.alive()).isFalse();
  }

  @Test
  void standsStillBetweenWaits() {
    boot(new ScriptedGuest().print("up\n").work(1_000_000_000_000L));
    assertThat(run).reaches("up");

    long before = run.instructions();

    assertThat(run.alive()).isTrue();
    assertThat(run.instructions()).isEqualTo(before).isLessThan(10_000_000);
  }

  @Test
  void saysWhatItWaitedForAndThatTheGuestIsAlive() {
    boot(new ScriptedGuest().print("Linux 6.1\nmounting\n").work(1_000_000_000_000L));

    assertThatExceptionOfType(AssertionError.class)
        .isThrownBy(() -> assertThat(run).reaches("mounted 100%").within(instructions(2_000_000)))
        .withMessageContaining(
            "test64 on bare did not print 'mounted 100%' within 2,000,000 instructions.")
        .withMessageContaining("The guest is alive and executing")
        .withMessageContaining("  | Linux 6.1\n  | mounting")
        .withMessageContaining("Closest line: mounting");
    assertThat(run.instructions()).isLessThan(4_000_000);
  }

  @Test
  void saysHowTheGuestEnded() {
    boot(new ScriptedGuest().print("Kernel panic - not syncing: no init\n").work(1L << 40));

    assertThatExceptionOfType(AssertionError.class)
        .isThrownBy(() -> assertThat(run).reaches("login").within(instructions(1L << 39)))
        .withMessageContaining("The guest has ended after")
        .withMessageContaining("panic");
  }

  @Test
  void aMarkerThatComesTooLateFails() {
    boot(new ScriptedGuest().work(500_000).print("late\n").powerOff());

    assertThatExceptionOfType(AssertionError.class)
        .isThrownBy(() -> assertThat(run).reaches("late").within(instructions(400_000)));
  }

  @Test
  void aGuestThatDoesNotEndIsNotWaitedForForEver() {
    boot(new ScriptedGuest().work(1L << 50));

    assertThatExceptionOfType(AssertionError.class)
        .isThrownBy(run::finish)
        .withMessageContaining("did not end for 50,000,000 instructions")
        .withMessageContaining("It printed nothing.");
  }

  @Test
  void tellsTheExitCode() {
    boot(new ScriptedGuest().end(new ExitReason.DebugExit(3)));

    assertThat(run).endsWithExitCode(35);
    assertThatExceptionOfType(AssertionError.class)
        .isThrownBy(() -> assertThat(run).shutsDown())
        .withMessageContaining("debug-exit");
  }

  @Test
  void refusesInputForADeadGuest() {
    boot(new ScriptedGuest().powerOff());
    assertThat(run).shutsDown();

    assertThatExceptionOfType(AssertionError.class)
        .isThrownBy(() -> run.send("x").now())
        .withMessageContaining("can't be typed to any more");
  }

  @Test
  void refusesMisuseWithASentence() {
    boot(new ScriptedGuest().powerOff());

    assertThatIllegalStateException()
        .isThrownBy(() -> assertThat(run).within(PATIENCE))
        .withMessageContaining("reaches()");
    assertThatIllegalArgumentException().isThrownBy(() -> instructions(0));
  }
}
