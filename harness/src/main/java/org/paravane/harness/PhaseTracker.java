package org.paravane.harness;

import java.util.ArrayList;
import java.util.List;

/** Tells the steps of a boot apart by what the console says. */
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

  private final List<Phase> phases = new ArrayList<>();

  /** A step begins. */
  void enter(Phase phase) {
    phases.add(phase);
  }

  /** The step that a complete console line announces, or null. A step begins once. */
  String announcedBy(CharSequence line) {
    String text = line.toString();
    for (Sign sign : SIGNS) {
      if (text.contains(sign.text)
          && phases.stream().noneMatch(phase -> phase.name().equals(sign.phase))) {
        return sign.phase;
      }
    }
    return null;
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
