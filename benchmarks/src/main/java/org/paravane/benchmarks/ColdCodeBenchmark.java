package org.paravane.benchmarks;

import java.io.ByteArrayOutputStream;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Instructions a millisecond of code that is executed once: mostly what decoding costs. */
@State(Scope.Thread)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
public class ColdCodeBenchmark {
  private static final int INSTRUCTIONS = 30_000;

  private byte[] code;
  private LoopingGuest guest;

  /** Lays the loops' bodies end to end, without their jumps back, up to an endless one. */
  @Setup
  public void compose() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int round = 0; bytes.size() < LoopingGuest.DATA - LoopingGuest.CODE - 1024; round++) {
      byte[] body = HexFormat.of().parseHex(InstructionMix.ALU.code());
      byte[] other = HexFormat.of().parseHex(InstructionMix.MEMORY.code());
      bytes.write(body, 0, body.length - 2);
      bytes.write(other, 0, other.length - 2);
      bytes.writeBytes(new byte[] {0x74, 0});
    }
    bytes.writeBytes(new byte[] {(byte) 0xeb, (byte) 0xfe});
    code = bytes.toByteArray();
  }

  /** Builds a machine that has decoded nothing. */
  @Setup(Level.Invocation)
  public void build() {
    guest = new LoopingGuest(code);
  }

  /** Decodes and executes. */
  @Benchmark
  @OperationsPerInvocation(INSTRUCTIONS)
  public long executeOnce() {
    return guest.run(INSTRUCTIONS);
  }
}
