package org.paravane.harness.jfr;

import java.util.function.Function;
import java.util.function.Supplier;
import jdk.jfr.FlightRecorder;
import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.CpuListener;
import org.paravane.core.execution.CodeListener;
import org.paravane.core.execution.Machine;
import org.paravane.harness.spec.BootSpec;
import org.paravane.harness.spi.BootableMachine;

/** Records boots for the JDK's flight recorder, if it is in use when they begin. */
public final class FlightRecording {
  private FlightRecording() {}

  /**
   * Runs a boot, and records it and its guest if anything is recorded.
   *
   * @param outcome names how the boot ended
   */
  public static <R> R of(
      BootSpec spec, BootableMachine bootable, Supplier<R> boot, Function<R, String> outcome) {
    // Asked first: the classes of events are costly to load.
    return FlightRecorder.isInitialized() ? recorded(spec, bootable, boot, outcome) : boot.get();
  }

  private static <R> R recorded(
      BootSpec spec, BootableMachine bootable, Supplier<R> boot, Function<R, String> outcome) {
    bootable
        .machine()
        .ifPresent(machine -> {
          Listener listener = new Listener(machine);
          machine.cpus().forEach(cpu -> cpu.listen(listener));
          machine.codeListener(listener);
        });
    BootEvent event = new BootEvent();
    event.image = spec.image();
    event.platform = spec.platform();
    event.begin();
    try {
      R report = boot.get();
      event.outcome = outcome.apply(report);
      return report;
    } finally {
      event.instructions = bootable.instructions();
      event.guestNanos = bootable.nanos();
      event.commit();
    }
  }

  private record Listener(Machine machine) implements CpuListener, CodeListener {
    @Override
    public void event(Cpu cpu, Source source, int vector, int errorCode) {
      GuestFaultEvent event = new GuestFaultEvent();
      if (source == Source.EXCEPTION && event.shouldCommit()) {
        event.processor = cpu.id;
        event.instructionPointer = hex(cpu.rip());
        // The delivery was counted already.
        event.instructions = machine.instructions() - 1;
        event.vector = vector;
        event.errorCode = hex(errorCode & 0xffff_ffffL);
        event.commit();
      }
    }

    @Override
    public void hypercall(Cpu cpu, String instruction) {
      HypercallEvent event = new HypercallEvent();
      if (event.shouldCommit()) {
        event.processor = cpu.id;
        event.instructionPointer = hex(cpu.rip() + cpu.memory.executingOffset());
        event.instructions = machine.instructions() + cpu.memory.executingIndex();
        event.instruction = instruction;
        event.rax = hex(cpu.gpr[Cpu.RAX]);
        event.commit();
      }
    }

    @Override
    public void dropped(long ramOffset, int length) {
      DecodeCacheFlushEvent event = new DecodeCacheFlushEvent();
      if (event.shouldCommit()) {
        event.ramOffset = hex(ramOffset);
        event.bytes = length;
        event.instructions = machine.instructions();
        event.commit();
      }
    }

    @Override
    public void msrRead(Cpu cpu, int msr, long value) {}

    @Override
    public void msrWrite(Cpu cpu, int msr, long value) {}

    @Override
    public void flush(Cpu cpu, Flush flush, long linear) {}

    private static String hex(long value) {
      return "0x" + Long.toHexString(value);
    }
  }
}
