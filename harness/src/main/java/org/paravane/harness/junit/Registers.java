package org.paravane.harness.junit;

import java.util.List;
import java.util.Locale;
import org.paravane.core.cpu.Cpu;

/** Registers by name. */
final class Registers {
  private static final List<String> GENERAL =
      List.of(
          "rax", "rcx", "rdx", "rbx", "rsp", "rbp", "rsi", "rdi", "r8", "r9", "r10", "r11", "r12",
          "r13", "r14", "r15");

  private Registers() {}

  /**
   * The value of a register.
   *
   * @throws IllegalArgumentException if there is no such register
   */
  static long of(Cpu cpu, String name) {
    String folded = name.toLowerCase(Locale.ROOT);
    int general = GENERAL.indexOf(folded);
    if (general >= 0) {
      return cpu.gpr[general];
    }
    return switch (folded) {
      case "rip" -> cpu.rip();
      case "rflags" -> cpu.rflags();
      case "cr0" -> cpu.control.cr0();
      case "cr2" -> cpu.control.cr2();
      case "cr3" -> cpu.control.cr3();
      case "cr4" -> cpu.control.cr4();
      case "efer" -> cpu.control.efer();
      default ->
          throw new IllegalArgumentException(
              "There is no register '%s': give RAX to R15, RIP, RFLAGS, CR0, CR2, CR3, CR4 or EFER."
                  .formatted(name));
    };
  }
}
