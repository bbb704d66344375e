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

/** Instructions a microsecond through a ring of blocks of four instructions, few or more than the lookup table holds. */
@State(Scope.Thread)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class DispatchBenchmark {
  private static final int INSTRUCTIONS = 100_000;
  private static final int BLOCK_BYTES = 16;

  @Param({"4", "256", "16384"})
  private int blocks;

  private LoopingGuest guest;

  /** Builds the ring; the order is scattered, so that no block falls into the next. */
  @Setup
  public void build() {
    ByteBuffer code = ByteBuffer.allocate(blocks * BLOCK_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    int stride = blocks / 2 + 1;
    for (int i = 0; i < blocks; i++) {
      int at = i * BLOCK_BYTES;
      int next = (i + stride) % blocks * BLOCK_BYTES;
      // add $1,%eax; xor %eax,%edx; mov %edx,%ecx; jmp next
      code.position(at)
          .put(
              new byte[] {
                (byte) 0x83, (byte) 0xc0, 1, 0x31, (byte) 0xc2, (byte) 0x89, (byte) 0xd1
              });
      code.put((byte) 0xe9).putInt(next - at - 12);
    }
    guest = new LoopingGuest(code.array());
  }

  /** Executes. */
  @Benchmark
  @OperationsPerInvocation(INSTRUCTIONS)
  public long execute() {
    return guest.run(INSTRUCTIONS);
  }
}
