package org.paravane.debug.trace;

import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.CpuListener;
import org.paravane.core.cpu.CpuMode;
import org.paravane.core.cpu.GuestFault;
import org.paravane.core.cpu.Segments;
import org.paravane.core.execution.DebugControl;
import org.paravane.core.execution.Machine;
import org.paravane.core.instructions.InstructionSet;
import org.paravane.core.io.PortListener;
import org.paravane.debug.disassembly.Disassembler;
import org.paravane.debug.disassembly.Line;
import org.paravane.debug.inspection.LinearView;
import org.paravane.debug.symbols.Symbols;
import org.paravane.debug.trace.TraceEvent.Field;

/**
 * Tells of what the processors of one machine do, by a filter. The machine is told only of what is asked for: without
 * {@link TraceCategory#INSN} and {@link TraceCategory#BLOCK} it runs at full speed.
 */
public final class Tracer {
  /** A machine asks at least that often whether it is to run under control. */
  private static final long ASKED_EVERY_INSTRUCTIONS = 1_000_000;

  private static final int LONGEST_INSTRUCTION = 15;
  private static final int R8 = 8;
  private static final int R9 = 9;
  private static final int R10 = 10;
  private static final String[] VECTORS = {
    "#DE", "#DB", "NMI", "#BP", "#OF", "#BR", "#UD", "#NM", "#DF", "9", "#TS", "#NP", "#SS", "#GP",
    "#PF", "15", "#MF", "#AC", "#MC", "#XM", "#VE", "#CP"
  };

  private final Machine machine;
  private final TraceFilter filter;
  private final Symbols symbols;
  private final Consumer<TraceEvent> output;
  private final Disassembler[] disassemblers = {
    new Disassembler(InstructionSet.map(), CpuMode.CODE16),
    new Disassembler(InstructionSet.map(), CpuMode.CODE32),
    new Disassembler(InstructionSet.map(), CpuMode.CODE64)
  };
  private final byte[] window = new byte[LONGEST_INSTRUCTION];

  /** Where the last hypercall was made: what the hypervisor does meanwhile belongs to it, though RIP moved on. */
  private Cpu caller;

  private long callerInstructions;
  private long callerCount;
  private long callerAddress;

  private Tracer(
      Machine machine, TraceFilter filter, Symbols symbols, Consumer<TraceEvent> output) {
    this.machine = machine;
    this.filter = filter;
    this.symbols = symbols;
    this.output = output;
  }

  /**
   * Traces a machine that has all its processors and stands still, from now on.
   *
   * @param symbols names of the kernel's addresses
   * @param output takes the events on the machine's thread; what it throws ends the run
   */
  public static void attach(
      Machine machine, TraceFilter filter, Symbols symbols, Consumer<TraceEvent> output) {
    Tracer tracer = new Tracer(machine, filter, symbols, output);
    if (filter.has(TraceCategory.INSN) || filter.has(TraceCategory.BLOCK)) {
      machine.debugger(tracer.new Steps());
    }
    if (filter.has(TraceCategory.IO)) {
      machine.ports().listener(tracer.new Ports());
    }
    if (filter.has(TraceCategory.FAULT)
        || filter.has(TraceCategory.IRQ)
        || filter.has(TraceCategory.IO)
        || filter.has(TraceCategory.MSR)
        || filter.has(TraceCategory.HYPERCALL)
        || filter.has(TraceCategory.MMU)) {
      CpuListener events = tracer.new Events();
      machine.cpus().forEach(cpu -> cpu.listen(events));
    }
  }

  /** An instruction that ends its block does something. */
  private void byInstruction(Cpu cpu, TraceCategory category, Field... fields) {
    if (!filter.has(category)) {
      return;
    }
    long linear = linear(cpu);
    long count = machine.instructions();
    if (cpu == caller && cpu.instructions == callerInstructions) {
      linear = callerAddress;
      count = callerCount;
    } else if (cpu == machine.current()) {
      linear += cpu.memory.executingOffset();
      count += cpu.memory.executingIndex();
    }
    tell(cpu, linear, count, category, fields);
  }

  private void tell(Cpu cpu, long linear, long count, TraceCategory category, Field... fields) {
    if (filter.passesAddresses(linear, linear) && filter.passesInstructions(count, count)) {
      output.accept(
          new TraceEvent(count, cpu.id, linear, symbols.at(linear), category, List.of(fields)));
    }
  }

  private static long linear(Cpu cpu) {
    return cpu.segmentBase[Segments.CS] + cpu.rip();
  }

  private Line disassemble(Cpu cpu, long linear) {
    int read = new LinearView(cpu).read(linear, window);
    int size =
        cpu.control.longModeActive() && cpu.segments.longCode() ? 2 : cpu.segments.code32() ? 1 : 0;
    return read == 0
        ? new Line(linear, 0, "", Disassembler.BAD)
        : disassemblers[size].line(window, 0, read, linear);
  }

  /** Single instructions and blocks. */
  private final class Steps implements DebugControl {
    @Override
    public boolean armed() {
      long now = machine.instructions();
      return filter.passesInstructions(now, now + ASKED_EVERY_INSTRUCTIONS);
    }

    @Override
    public boolean looksInto(Cpu cpu, long linear, int sizeBytes, int instructions) {
      long count = machine.instructions();
      if (!filter.passesAddresses(linear, linear + sizeBytes - 1)
          || !filter.passesInstructions(count, count + instructions - 1)) {
        return false;
      }
      if (filter.has(TraceCategory.BLOCK)) {
        output.accept(
            new TraceEvent(
                count,
                cpu.id,
                linear,
                symbols.at(linear),
                TraceCategory.BLOCK,
                List.of(
                    Field.of("size", sizeBytes), Field.of("instructions_in_block", instructions))));
      }
      return filter.has(TraceCategory.INSN);
    }

    @Override
    public Order beforeInstruction(Cpu cpu) {
      long linear = linear(cpu);
      Line line = disassemble(cpu, linear);
      tell(
          cpu,
          linear,
          machine.instructions(),
          TraceCategory.INSN,
          Field.of("bytes", line.hex().replace(" ", "")),
          Field.of("text", line.text()));
      return Order.GO_ON;
    }

    @Override
    public Order betweenSlices() {
      return Order.GO_ON;
    }
  }

  /** Port accesses: whose turn it is makes them. */
  private final class Ports implements PortListener {
    @Override
    public void read(int port, int sizeBytes, int value) {
      access("in", port, sizeBytes, value);
    }

    @Override
    public void write(int port, int sizeBytes, int value) {
      access("out", port, sizeBytes, value);
    }

    private void access(String direction, int port, int sizeBytes, int value) {
      byInstruction(
          machine.current(),
          TraceCategory.IO,
          Field.of("access", direction),
          Field.hex("port", port),
          Field.of("size", sizeBytes),
          Field.hex("value", value & 0xffff_ffffL));
    }
  }

  /** What goes through the processors' slow paths. */
  private final class Events implements CpuListener {
    @Override
    public void event(Cpu cpu, Source source, int vector, int errorCode) {
      switch (source) {
        case EXCEPTION -> exception(cpu, vector, errorCode);
        case INTERRUPT ->
            delivered(
                cpu,
                TraceCategory.IRQ,
                Field.hex("vector", vector),
                Field.of("source", vector == GuestFault.NMI ? "nmi" : "external"));
        case INSTRUCTION ->
            byInstruction(
                cpu,
                TraceCategory.IRQ,
                Field.hex("vector", vector),
                Field.of("source", "instruction"));
      }
    }

    private void exception(Cpu cpu, int vector, int errorCode) {
      Field name = Field.of("exception", vector < VECTORS.length ? VECTORS[vector] : "" + vector);
      if (vector == GuestFault.PF) {
        delivered(
            cpu,
            TraceCategory.FAULT,
            name,
            Field.hex("error", errorCode & 0xffff_ffffL),
            Field.hex("cr2", cpu.control.cr2()));
      } else if (GuestFault.hasErrorCode(vector)) {
        delivered(cpu, TraceCategory.FAULT, name, Field.hex("error", errorCode & 0xffff_ffffL));
      } else {
        delivered(cpu, TraceCategory.FAULT, name);
      }
    }

    /** The event counts as an instruction, and was counted already. */
    private void delivered(Cpu cpu, TraceCategory category, Field... fields) {
      if (filter.has(category)) {
        tell(cpu, linear(cpu), machine.instructions() - 1, category, fields);
      }
    }

    @Override
    public void msrRead(Cpu cpu, int msr, long value) {
      register(cpu, "read", msr, value);
    }

    @Override
    public void msrWrite(Cpu cpu, int msr, long value) {
      register(cpu, "write", msr, value);
    }

    private void register(Cpu cpu, String access, int msr, long value) {
      byInstruction(
          cpu,
          TraceCategory.MSR,
          Field.of("access", access),
          Field.hex("msr", msr & 0xffff_ffffL),
          Field.hex("value", value));
    }

    @Override
    public void hypercall(Cpu cpu, String instruction) {
      byInstruction(
          cpu,
          TraceCategory.HYPERCALL,
          Field.of("instruction", instruction),
          Field.hex("rax", cpu.gpr[Cpu.RAX]),
          Field.hex("rbx", cpu.gpr[Cpu.RBX]),
          Field.hex("rcx", cpu.gpr[Cpu.RCX]),
          Field.hex("rdx", cpu.gpr[Cpu.RDX]),
          Field.hex("rsi", cpu.gpr[Cpu.RSI]),
          Field.hex("rdi", cpu.gpr[Cpu.RDI]),
          Field.hex("r8", cpu.gpr[R8]),
          Field.hex("r9", cpu.gpr[R9]),
          Field.hex("r10", cpu.gpr[R10]));
      caller = cpu;
      callerInstructions = cpu.instructions;
      callerCount = machine.instructions() + cpu.memory.executingIndex();
      callerAddress = linear(cpu) + cpu.memory.executingOffset();
    }

    @Override
    public void flush(Cpu cpu, Flush flush, long linear) {
      String which = flush.name().toLowerCase(Locale.ROOT);
      if (flush == Flush.PAGE) {
        byInstruction(cpu, TraceCategory.MMU, Field.of("flush", which), Field.hex("page", linear));
      } else {
        byInstruction(
            cpu, TraceCategory.MMU, Field.of("flush", which), Field.hex("cr3", cpu.control.cr3()));
      }
    }
  }
}
