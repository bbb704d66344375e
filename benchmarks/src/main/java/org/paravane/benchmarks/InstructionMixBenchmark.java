package org.paravane.benchmarks;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Instructions a microsecond (millions a second) in a small loop, by kind of instruction. */
@State(Scope.Thread)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class InstructionMixBenchmark {
  private static final int INSTRUCTIONS = 100_000;
  private static final int NUMBERS = 64;

  @Param private InstructionMix mix;

  private LoopingGuest guest;

  /** Builds the guest. */
  @Setup
  public void build() {
    guest = new LoopingGuest(mix.code());
    ByteBuffer numbers = ByteBuffer.allocate(NUMBERS * Double.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < NUMBERS; i++) {
      numbers.putDouble(1 + i / 8.0);
    }
    guest.write(LoopingGuest.DATA, numbers.array());
  }

  /** Executes. */
  @Benchmark
  @OperationsPerInvocation(INSTRUCTIONS)
  public long execute() {
    return guest.run(INSTRUCTIONS);
  }
}
