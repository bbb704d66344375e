package org.paravane.benchmarks;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.paravane.core.cpu.Cpu;

/** Loads a microsecond, each from another page: of so few that the TLB holds them, or of so many that each misses. */
@State(Scope.Thread)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class TranslationBenchmark {
  private static final int LOADS = 20_000;
  private static final int LOOP_INSTRUCTIONS = 5;
  private static final long PAGE_BYTES = 4096;

  @Param({"64", "65536"})
  private int pages;

  private LoopingGuest guest;

  /** Builds the guest. */
  @Setup
  public void build() {
    // mov (%rax),%rcx; add %rdx,%rax; and %rsi,%rax; or %rdi,%rax; jmp back
    guest = new LoopingGuest("488b084801d04821f04809f8ebf2");
    long[] registers = guest.registers();
    registers[Cpu.RAX] = LoopingGuest.WINDOW;
    registers[Cpu.RDI] = LoopingGuest.WINDOW;
    registers[Cpu.RDX] = PAGE_BYTES;
    registers[Cpu.RSI] = pages * PAGE_BYTES - 1;
  }

  /** Executes. */
  @Benchmark
  @OperationsPerInvocation(LOADS)
  public long load() {
    return guest.run(LOADS * LOOP_INSTRUCTIONS);
  }
}
