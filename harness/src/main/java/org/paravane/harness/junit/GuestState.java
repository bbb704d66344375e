package org.paravane.harness.junit;

import java.util.Optional;
import org.paravane.core.cpu.EventDelivery.Activity;
import org.paravane.core.execution.Machine;
import org.paravane.harness.BootReport;
import org.paravane.harness.BootSession;
import org.paravane.harness.RunOutcome;

/** Says for people what a guest is doing. */
final class GuestState {
  private GuestState() {}

  /** What follows "The guest". */
  static String of(BootSession session, GuestThread guest) {
    Optional<RunOutcome> outcome = guest.report().map(BootReport::outcome);
    if (outcome.isPresent()) {
      return "has ended after %,d instructions: %s"
          .formatted(session.instructions(), withoutStop(outcome.get().summary()));
    }
    if (!guest.alive()) {
      return "has ended with an error of the emulator";
    }
    String doing = session.machine().machine().map(GuestState::doing).orElse("executing");
    return "is alive and %s, %,d instructions after its start"
        .formatted(doing, session.instructions());
  }

  private static String doing(Machine machine) {
    boolean running =
        machine.cpus().stream().anyMatch(cpu -> cpu.events.activity() == Activity.RUNNING);
    return running
        ? "executing at RIP 0x%x".formatted(machine.cpu(0).rip())
        : "idle, halted until an interrupt comes, at RIP 0x%x".formatted(machine.cpu(0).rip());
  }

  private static String withoutStop(String sentence) {
    return sentence.endsWith(".") ? sentence.substring(0, sentence.length() - 1) : sentence;
  }
}
