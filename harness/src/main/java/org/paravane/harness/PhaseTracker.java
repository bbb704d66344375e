package org.paravane.harness;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Tells the steps of a boot apart by what the console says: Linux, or a kernel that prints {@code PARAVANE: STEP: ...}. */
final class PhaseTracker {
  private record Sign(String text, String phase) {}

  /** What Linux prints as it enters each step: arch/x86/boot/compressed, init/main.c, kernel/reboot.c. */
  private static final List<Sign> SIGNS =
      List.of(
          new Sign("Decompressing Linux", "unpacking"),
          new Sign("Linux version ", "kernel"),
          new Sign("Freeing unused kernel image", "kernel ready"),
          new Sign(" as init process", "user space"),
          new Sign("reboot: Power down", "power off"),
          new Sign("reboot: Restarting system", "reset"));

  /** A line with which a kernel of ours, or whoever wants to, reports a step. */
  private static final Pattern OWN_STEP = Pattern.compile("^PARAVANE: ([a-z][a-z ]{0,30}): ");

  private static final int MOST_PHASES = 100;

  private final List<Phase> phases = new ArrayList<>();

  /** A step begins. */
  void enter(Phase phase) {
    phases.add(phase);
  }

  /** The step that a complete console line announces, or null. A step begins once. */
  String announcedBy(CharSequence line) {
    String text = line.toString();
    for (Sign sign : SIGNS) {
      if (text.contains(sign.text) && isNew(sign.phase)) {
        return sign.phase;
      }
    }
    Matcher own = OWN_STEP.matcher(line);
    return own.find() && phases.size() < MOST_PHASES && isNew(own.group(1)) ? own.group(1) : null;
  }

  private boolean isNew(String name) {
    return phases.stream().noneMatch(phase -> phase.name().equals(name));
  }

  /** The name of the current step. */
  String current() {
    return phases.isEmpty() ? "preparing" : phases.getLast().name();
  }

  /** Every step so far, oldest first. */
  List<Phase> phases() {
    return List.copyOf(phases);
  }
}
