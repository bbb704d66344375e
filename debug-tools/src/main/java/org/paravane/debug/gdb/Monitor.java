package org.paravane.debug.gdb;

import java.util.Locale;
import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.Segments;
import org.paravane.core.execution.Machine;
import org.paravane.debug.inspection.NextInstructions;

/** What {@code monitor} in gdb can ask. */
final class Monitor {
  private static final String HELP =
      """
      help                 shows this
      info                 instruction count, machine time, and what each processor does
      registers            the registers that gdb has no names for, and segments with their hidden parts
      disassemble          the next instructions, in the mode that the processor is in
      translate ADDRESS    the physical address behind a linear one
      physical on|off      whether gdb's addresses are physical; 'physical' alone says which
      """;

  private final GdbTarget target;
  private final TargetMemory memory;

  Monitor(GdbTarget target, TargetMemory memory) {
    this.target = target;
    this.memory = memory;
  }

  /** Carries out a command; its output, for people, in whole lines. */
  String run(String line) {
    String[] words = line.strip().split("\\s+");
    return switch (words[0].toLowerCase(Locale.ROOT)) {
      case "help", "" -> HELP;
      case "info", "instructions" -> info();
      case "registers" -> registers(target.selected());
      case "disassemble" ->
          String.join(
              "", NextInstructions.of(target.selected()).stream().map(l -> l + "\n").toList());
      case "translate" -> words.length == 2 ? translate(words[1]) : HELP;
      case "physical" -> physical(words);
      default ->
          "'%s' is no command of Paravane's; 'monitor help' lists them.\n".formatted(words[0]);
    };
  }

  private String info() {
    Machine machine = target.machine();
    StringBuilder text =
        new StringBuilder(
            "%d instructions, %d ns of machine time\n"
                .formatted(machine.instructions(), machine.nanos()));
    for (Cpu cpu : machine.cpus()) {
      text.append(
          "CPU#%d: %s, %d instructions, rip %x\n"
              .formatted(
                  cpu.id,
                  cpu.events.activity().name().toLowerCase(Locale.ROOT).replace('_', ' '),
                  cpu.instructions,
                  cpu.rip()));
    }
    return text.toString();
  }

  private static String registers(Cpu cpu) {
    StringBuilder text = new StringBuilder();
    String[] names = {"es", "cs", "ss", "ds", "fs", "gs", "ldtr", "tr"};
    Segments segments = cpu.segments;
    for (int i = 0; i < names.length; i++) {
      text.append(
          "%-4s %04x  base %016x  limit %08x  rights %05x\n"
              .formatted(
                  names[i],
                  segments.selector[i],
                  segments.base[i],
                  segments.limit[i],
                  segments.rights[i]));
    }
    text.append("gdtr base %016x  limit %04x\n".formatted(segments.gdtrBase, segments.gdtrLimit));
    text.append("idtr base %016x  limit %04x\n".formatted(segments.idtrBase, segments.idtrLimit));
    text.append("cpl %d\n".formatted(cpu.cpl));
    for (int i = 0; i < 4; i++) {
      text.append("dr%d %016x  ".formatted(i, cpu.debug.address(i)));
    }
    text.append("\ndr6 %016x  dr7 %016x\n".formatted(cpu.debug.dr6(), cpu.debug.dr7()));
    text.append(
        "star %016x  lstar %016x  cstar %016x  fmask %016x\n"
            .formatted(cpu.msrs.star, cpu.msrs.lstar, cpu.msrs.cstar, cpu.msrs.fmask));
    return text.toString();
  }

  private String translate(String word) {
    String digits = word.startsWith("0x") ? word.substring(2) : word;
    long linear;
    try {
      linear = Hex.number(digits);
    } catch (NumberFormatException e) {
      return "'%s' is no hexadecimal address.\n".formatted(word);
    }
    long physical = TargetMemory.linearToPhysical(target.selected(), linear);
    return physical < 0
        ? "%x is not mapped\n".formatted(linear)
        : "%x is at physical %x\n".formatted(linear, physical);
  }

  private String physical(String... words) {
    if (words.length == 2 && (words[1].equals("on") || words[1].equals("off"))) {
      memory.physical(words[1].equals("on"));
    }
    return "addresses are %s\n".formatted(memory.physical() ? "physical" : "linear");
  }
}
