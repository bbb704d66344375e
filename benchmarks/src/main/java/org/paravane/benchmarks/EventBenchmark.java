package org.paravane.benchmarks;

import java.util.HexFormat;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.paravane.core.cpu.Cpu;

/** Events a millisecond: what leaves the straight path of execution. */
@State(Scope.Thread)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
public class EventBenchmark {
  private static final int EVENTS = 1_000;
  private static final int FAULT_INSTRUCTIONS = 6;
  private static final int PORT_INSTRUCTIONS = 2;
  private static final int PATCH_INSTRUCTIONS = 6;

  private final LoopingGuest faults = faults();
  // mov $0x80,%dx; out %al,%dx; in %dx,%al; jmp back
  private final LoopingGuest ports = new LoopingGuest("66ba8000eeecebf8");
  // inc %eax; mov %eax,0x10011; call 0x10010; jmp back; 0x10010: mov $1,%ecx; ret
  private final LoopingGuest patches =
      new LoopingGuest("ffc089042511000100e802000000ebf0b901000000c3");

  private static LoopingGuest faults() {
    // mov (%rbx),%eax; inc %ecx; jmp back
    LoopingGuest guest = new LoopingGuest("8b03ffc1ebfa");
    // add $8,%rsp; addq $2,(%rsp); iretq
    guest.write(LoopingGuest.FAULT_HANDLER, HexFormat.of().parseHex("4883c408488304240248cf"));
    guest.registers()[Cpu.RBX] = LoopingGuest.NOWHERE;
    return guest;
  }

  /** Page faults, delivered and returned from. */
  @Benchmark
  @OperationsPerInvocation(EVENTS)
  public long pageFault() {
    return faults.run(EVENTS * FAULT_INSTRUCTIONS);
  }

  /** Accesses of a port. */
  @Benchmark
  @OperationsPerInvocation(EVENTS)
  public long portAccess() {
    return ports.run(EVENTS * PORT_INSTRUCTIONS);
  }

  /** Writes to code that is executed next. */
  @Benchmark
  @OperationsPerInvocation(EVENTS)
  public long selfModification() {
    return patches.run(EVENTS * PATCH_INSTRUCTIONS);
  }
}
