package org.paravane.harness.adapter;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.EventDelivery;
import org.paravane.core.execution.Machine;
import org.paravane.core.machine.ExitReason;
import org.paravane.harness.spi.BootableMachine;
import org.paravane.harness.spi.CodeLister;
import org.paravane.harness.spi.MachineSnapshot;
import org.paravane.platform.PreparedMachine;

/** A prepared machine behind the harness's seam. */
final class RunnableMachine implements BootableMachine {
  private static final int RFLAGS_IF = 1 << 9;
  private static final int REGISTERS_PER_LINE = 4;
  private static final String[] REGISTERS = {
    "rax", "rcx", "rdx", "rbx", "rsp", "rbp", "rsi", "rdi",
    "r8 ", "r9 ", "r10", "r11", "r12", "r13", "r14", "r15"
  };

  /** SDM Vol. 3A table 6-1, by vector. */
  private static final String[] EXCEPTIONS = {
    "#DE", "#DB", "NMI", "#BP", "#OF", "#BR", "#UD", "#NM", "#DF", "9", "#TS", "#NP", "#SS", "#GP",
    "#PF", "15", "#MF", "#AC", "#MC", "#XM", "#VE", "#CP"
  };

  private final Machine machine;
  private final PreparedMachine.ConsoleInput console;
  private final CodeLister lister;
  private final Supplier<Map<String, Long>> platformCounters;
  private final String entry;

  RunnableMachine(PreparedMachine prepared, CodeLister lister) {
    this.lister = lister;
    this.machine = prepared.machine();
    this.entry = prepared.kernel().route();
    this.console = prepared.console();
    this.platformCounters = prepared.counters();
  }

  @Override
  public ExitReason run(long instructionBudget) {
    return machine.run(instructionBudget);
  }

  @Override
  public void requestStop() {
    machine.requestStop();
  }

  @Override
  public String entry() {
    return entry;
  }

  @Override
  public long instructions() {
    return machine.instructions();
  }

  @Override
  public long nanos() {
    return machine.nanos();
  }

  @Override
  public void consoleInput(byte[] bytes) {
    for (byte value : bytes) {
      console.type(value);
    }
  }

  @Override
  public void paceIdle(boolean paced) {
    machine.paceIdle(paced);
  }

  @Override
  public boolean inputCanWake() {
    return machine.cpus().stream().anyMatch(cpu -> (cpu.rflags() & RFLAGS_IF) != 0);
  }

  @Override
  public Optional<Machine> machine() {
    return Optional.of(machine);
  }

  @Override
  public MachineSnapshot snapshot() {
    Map<String, Long> counters = new LinkedHashMap<>();
    for (Cpu cpu : machine.cpus()) {
      counters.put("instructions of processor " + cpu.id, cpu.instructions);
    }
    counters.put("interrupts", sum(cpu -> cpu.events.interrupts()));
    for (int vector = 0; vector < EventDelivery.EXCEPTIONS; vector++) {
      int one = vector;
      long delivered = sum(cpu -> cpu.events.exceptions(one));
      if (delivered > 0) {
        counters.put("exceptions " + exception(vector), delivered);
      }
    }
    counters.putAll(platformCounters.get());
    Cpu first = machine.cpu(0);
    return new MachineSnapshot(
        first.rip(), Optional.empty(), lister.next(first), registers(first), counters);
  }

  private long sum(ToLongFunction<Cpu> count) {
    return machine.cpus().stream().mapToLong(count).sum();
  }

  private static String exception(int vector) {
    return vector < EXCEPTIONS.length ? EXCEPTIONS[vector] : Integer.toString(vector);
  }

  private static List<String> registers(Cpu cpu) {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < REGISTERS.length; i++) {
      line.append("%s %016x".formatted(REGISTERS[i], cpu.gpr[i]));
      if (i % REGISTERS_PER_LINE == REGISTERS_PER_LINE - 1) {
        lines.add(line.toString());
        line.setLength(0);
      } else {
        line.append("  ");
      }
    }
    lines.add("rip %016x  rflags %08x  cpl %d".formatted(cpu.rip(), cpu.rflags(), cpu.cpl));
    lines.add(
        "cr0 %016x  cr2 %016x  cr3 %016x  cr4 %016x"
            .formatted(cpu.control.cr0(), cpu.control.cr2(), cpu.control.cr3(), cpu.control.cr4()));
    return lines;
  }

  /** The memory belongs to the garbage collector. */
  @Override
  public void close() {}
}
