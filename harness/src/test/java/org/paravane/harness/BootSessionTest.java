package org.paravane.harness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.paravane.core.machine.ExitReason;
import org.paravane.harness.console.FailRule;
import org.paravane.harness.spec.BootSpec;
import org.paravane.harness.spec.ClockMode;
import org.paravane.harness.spec.ErrorCode;
import org.paravane.harness.spec.HarnessException;
import org.paravane.harness.spec.Limits;
import org.paravane.harness.testkit.ScriptedGuest;
import org.paravane.harness.testkit.ScriptedHost;

class BootSessionTest {
  private static BootSpec.Builder spec() {
    return BootSpec.of("test64");
  }

  private static BootReport boot(BootSpec.Builder spec, ScriptedGuest guest) {
    return new ScriptedHost(() -> guest).harness().boot(spec.build());
  }

  @Test
  void cleanPowerOffWithoutMarkersIsSuccess() {
    ScriptedGuest guest = new ScriptedGuest().print("hello\r\n").powerOff();
    BootReport report = boot(spec(), guest);
    assertThat(report.outcome()).isInstanceOf(RunOutcome.GuestShutdown.class);
    assertThat(report.exitCode()).isZero();
    assertThat(report.outcome().end().lastLines()).containsExactly("hello");
    assertThat(report.console().total()).isEqualTo(7);
    assertThat(report.outcome().end().instructions()).isEqualTo(700);
    assertThat(guest.closed()).isTrue();
  }

  @Test
  void guestGoesOnBehindTheLastMarkerUntilItPowersOff() {
    BootReport report =
        boot(spec().expect("READY"), new ScriptedGuest().print("READY\nbye\n").powerOff());
    assertThat(report.outcome()).isInstanceOf(RunOutcome.MarkerReached.class);
    assertThat(report.outcome().summary()).contains("powered off (ACPI S5)");
    assertThat(report.outcome().end().lastLines()).containsExactly("READY", "bye");
    assertThat(report.markers())
        .containsExactly(
            new MarkerSeen("READY", 500, 5000, report.markers().getFirst().hostNanos()));
  }

  @Test
  void guestThatNeverEndsIsStoppedBehindTheLastMarker() {
    BootReport report =
        boot(spec().expect("login: "), new ScriptedGuest().print("login: ").workSeconds(1000));
    assertThat(report.exitCode()).isZero();
    assertThat(report.outcome().end().virtualNanos()).isBetween(10_000_000_000L, 10_100_000_000L);
  }

  @Test
  void lingerZeroStopsWithTheMarker() {
    BootReport report =
        boot(
            spec().expect("READY").limits(Limits.NONE.withLinger(Duration.ZERO)),
            new ScriptedGuest().print("READY\nKernel panic - not syncing\n").powerOff());
    assertThat(report.exitCode()).isZero();
    assertThat(report.outcome().end().instructions()).isEqualTo(500);
  }

  @Test
  void panicBehindTheLastMarkerBeatsIt() {
    BootReport report =
        boot(
            spec().expect("READY"),
            new ScriptedGuest()
                .print("READY\n")
                .workSeconds(1)
                .print("[    1.0] Kernel panic - not syncing: no init\ncall trace\n")
                .workSeconds(100));
    assertThat(report.outcome())
        .isEqualTo(
            new RunOutcome.GuestPanic(
                report.outcome().end(), "panic", "[    1.0] Kernel panic - not syncing: no init"));
    assertThat(report.exitCode()).isEqualTo(14);
    assertThat(report.outcome().end().lastLines()).contains("call trace");
    assertThat(report.outcome().end().virtualNanos()).isLessThan(2_200_000_000L);
  }

  @Test
  void warningsCountAndFailOnlyOnRequest() {
    String warning = "WARNING: CPU: 0 PID: 1 at kernel/x.c:1 f+0x1/0x2\n";
    BootReport lenient = boot(spec(), new ScriptedGuest().print(warning).powerOff());
    BootReport strict =
        boot(
            spec().failOn(FailRule.parse(List.of("warning"))),
            new ScriptedGuest().print(warning).powerOff());
    assertThat(lenient.exitCode()).isZero();
    assertThat(lenient.ruleHits()).containsEntry("warning", 1);
    assertThat(strict.exitCode()).isEqualTo(14);
  }

  @Test
  void missingMarkerNamesTheClosestLine() {
    BootReport report =
        boot(
            spec().expect("one").expect("PARAVANE-USERSPACE"),
            new ScriptedGuest().print("one\nPARAVANE-USRSPACE up\nother\n").powerOff());
    assertThat(report.exitCode()).isEqualTo(11);
    assertThat(report.missing()).containsExactly("PARAVANE-USERSPACE");
    assertThat(report.closestLine()).contains("PARAVANE-USRSPACE up");
  }

  @Test
  void forbiddenMarkerStopsAtOnce() {
    BootReport report =
        boot(
            spec().expect("a").forbid("/segfault at [0-9a-f]+ /"),
            new ScriptedGuest().print("x: segfault at 10 ip\na"));
    assertThat(report.outcome()).isInstanceOf(RunOutcome.ForbiddenMarker.class);
    assertThat(report.exitCode()).isEqualTo(10);
    assertThat(report.console().total()).isEqualTo(18);
  }

  @Test
  void instructionLimitIsExact() {
    BootReport report =
        boot(
            spec().limits(Limits.NONE.withInstructions(3_000_001)),
            new ScriptedGuest().workSeconds(10));
    assertThat(report.exitCode()).isEqualTo(13);
    assertThat(report.outcome().end().instructions()).isEqualTo(3_000_001);
  }

  @Test
  void silenceIsMeasuredInGuestTime() {
    Limits limits = Limits.NONE.withSilence(Duration.ofSeconds(3));
    BootReport silent =
        boot(spec().limits(limits), new ScriptedGuest().print("x").workSeconds(100).powerOff());
    BootReport chatty =
        boot(
            spec().limits(limits),
            new ScriptedGuest().print("x").workSeconds(2).print("y").workSeconds(2).powerOff());
    assertThat(silent.exitCode()).isEqualTo(18);
    assertThat(silent.outcome().end().virtualNanos()).isBetween(3_000_000_000L, 3_100_000_000L);
    assertThat(chatty.exitCode()).isZero();
  }

  @Test
  void wallTimeLimitEndsAGuestThatNeverDoes() {
    BootReport report =
        boot(spec().timeout(Duration.ofMillis(30)), new ScriptedGuest().work(Long.MAX_VALUE));
    assertThat(report.outcome()).isInstanceOf(RunOutcome.TimedOut.class);
    assertThat(report.exitCode()).isEqualTo(12);
  }

  @Test
  void wallTimeLimitEndsAGuestThatWaitsForInput() {
    ScriptedHost host = new ScriptedHost(() -> new ScriptedGuest().echo(1));
    BootSession session =
        host.harness().prepare(spec().timeout(Duration.ofMillis(30)).build(), BootListener.NONE);
    session.openInput();
    assertThat(session.run().exitCode()).isEqualTo(12);
  }

  @Test
  void everyGuestEndHasItsCode() {
    assertThat(boot(spec(), new ScriptedGuest().end(new ExitReason.TripleFault())).exitCode())
        .isEqualTo(15);
    assertThat(boot(spec(), new ScriptedGuest().end(new ExitReason.Unsupported("x"))).exitCode())
        .isEqualTo(16);
    assertThat(boot(spec(), new ScriptedGuest().end(new ExitReason.Reset("0xcf9"))).exitCode())
        .isEqualTo(17);
    assertThat(boot(spec(), new ScriptedGuest().end(new ExitReason.Halted())).exitCode())
        .isEqualTo(17);
    assertThat(boot(spec(), new ScriptedGuest().end(new ExitReason.GuestCrash("x"))).exitCode())
        .isEqualTo(14);
  }

  @Test
  void debugExitValuesMapToCodes() {
    assertThat(boot(spec(), new ScriptedGuest().end(new ExitReason.DebugExit(0))).exitCode())
        .isEqualTo(32);
    assertThat(boot(spec(), new ScriptedGuest().end(new ExitReason.DebugExit(30))).exitCode())
        .isEqualTo(62);
    assertThat(boot(spec(), new ScriptedGuest().end(new ExitReason.DebugExit(31))).exitCode())
        .isEqualTo(63);
    assertThat(
            boot(spec().mapDebugExit(16, 0), new ScriptedGuest().end(new ExitReason.DebugExit(16)))
                .exitCode())
        .isZero();
  }

  @Test
  void resetBehindTheMarkersIsSuccess() {
    BootReport report =
        boot(
            spec().expect("ok"),
            new ScriptedGuest().print("ok").end(new ExitReason.Reset("0xcf9")));
    assertThat(report.exitCode()).isZero();
  }

  @Test
  void inputWakesAHaltedGuest() {
    ScriptedHost host = new ScriptedHost(() -> new ScriptedGuest().print("> ").echo(2).powerOff());
    BootSession session = host.harness().prepare(spec().expect("> hi").build(), BootListener.NONE);
    session.openInput();
    session.input("hi".getBytes(StandardCharsets.US_ASCII));
    assertThat(session.run().exitCode()).isZero();
  }

  @Test
  void haltedGuestThatInputCannotWakeEnds() {
    ScriptedHost host = new ScriptedHost(() -> new ScriptedGuest().echo(1).deaf());
    BootSession session = host.harness().prepare(spec().build(), BootListener.NONE);
    session.openInput();
    assertThat(session.run().outcome()).isInstanceOf(RunOutcome.Halted.class);
  }

  @Test
  void endOfInputEndsAHaltedGuest() {
    ScriptedHost host = new ScriptedHost(() -> new ScriptedGuest().echo(1));
    BootSession session = host.harness().prepare(spec().build(), BootListener.NONE);
    session.openInput();
    session.endInput();
    assertThat(session.run().outcome()).isInstanceOf(RunOutcome.Halted.class);
  }

  @Test
  void userCanLeaveAtAnyTime() {
    AtomicReference<BootSession> running = new AtomicReference<>();
    ScriptedHost host =
        new ScriptedHost(() ->
            new ScriptedGuest()
                .print("x")
                .act(() -> running.get().interrupt())
                .work(Long.MAX_VALUE));
    BootSession session = host.harness().prepare(spec().build(), BootListener.NONE);
    running.set(session);
    assertThat(session.run().exitCode()).isEqualTo(130);
  }

  @Test
  void hostClockGuestsAreLookedAtNowAndThen() {
    ScriptedGuest guest = new ScriptedGuest().print("done").work(Long.MAX_VALUE);
    BootReport report =
        boot(spec().clock(ClockMode.HOST).expect("done").timeout(Duration.ofSeconds(20)), guest);
    assertThat(report.exitCode()).isZero();
  }

  @Test
  void machineThatThrowsIsAnEmulatorFaultWithItsState() {
    ScriptedGuest guest =
        new ScriptedGuest()
            .act(() -> {
              throw new IllegalStateException("boom");
            });
    assertThatThrownBy(() -> boot(spec(), guest))
        .isInstanceOfSatisfying(
            EmulatorFault.class,
            fault -> assertThat(fault.snapshot().rip()).isEqualTo(0xffffffff81000000L));
    assertThat(guest.closed()).isTrue();
  }

  @Test
  void hostMemoryThatIsNotThereIsOneSentence() {
    ScriptedHost host =
        new ScriptedHost(() -> {
          throw new OutOfMemoryError("direct");
        });
    assertThatThrownBy(() -> host.harness().boot(spec().memoryBytes(1L << 39).build()))
        .isInstanceOfSatisfying(
            HarnessException.class, e -> assertThat(e.error()).isEqualTo(ErrorCode.HOST_MEMORY))
        .hasMessageContaining("524288 MiB");
  }

  @Test
  void phasesFollowTheConsole() {
    BootReport report =
        boot(
            spec(),
            new ScriptedGuest()
                .print(
                    "[ 0.0] Linux version 6.1\n"
                        + "[ 1.0] Run /init as init process\n"
                        + "[ 2.0] reboot: Power down\n")
                .powerOff());
    assertThat(report.phases())
        .extracting(Phase::name)
        .containsExactly("entry", "first output", "kernel", "user space", "power off");
  }

  @Test
  void listenerGetsEveryByteAndProgress() {
    List<Integer> bytes = new ArrayList<>();
    List<Progress> steps = new ArrayList<>();
    BootListener listener =
        new BootListener() {
          @Override
          public void console(int value) {
            bytes.add(value);
          }

          @Override
          public void progress(Progress progress) {
            steps.add(progress);
          }
        };
    new ScriptedHost(() -> new ScriptedGuest().print("\u00e9\n").work(5_000_000).powerOff())
        .harness()
        .prepare(spec().build(), listener)
        .run();
    assertThat(bytes).containsExactly(0xc3, 0xa9, 0x0a);
    assertThat(steps).hasSizeGreaterThan(3);
    assertThat(steps.getLast().phase()).isEqualTo("first output");
  }

  @Test
  void equalBootsGiveEqualReports() {
    ScriptedHost host =
        new ScriptedHost(() ->
            new ScriptedGuest().print("a\n").workSeconds(1).print("login: ").workSeconds(1000));
    BootSpec spec = spec().expect("/login: $/").build();
    BootReport first = host.harness().boot(spec);
    BootReport second = host.harness().boot(spec);
    assertThat(second.outcome().end().instructions())
        .isEqualTo(first.outcome().end().instructions());
    assertThat(second.markers().getFirst().instructions())
        .isEqualTo(first.markers().getFirst().instructions());
    assertThat(second.console().sha256()).isEqualTo(first.console().sha256());
  }
}
