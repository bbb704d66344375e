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

  private static final int SHORT_LOOP_INSTRUCTIONS = 3;
  private static final long SYSCALL_HANDLER = 0x9000;

  private final LoopingGuest faults = faults();
  private final LoopingGuest systemCalls = systemCalls();
  // xor %eax,%eax; cpuid; jmp back
  private final LoopingGuest identifications = new LoopingGuest("31c00fa2ebfa");
  // mov $0xc0000100,%ecx; rdmsr; jmp back
  private final LoopingGuest msrReads = new LoopingGuest("b9000100c00f32ebf7");
  // mov $1,%eax; vmcall; jmp back
  private final LoopingGuest hypercalls = new LoopingGuest("b8010000000f01c1ebf6");
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

  private static LoopingGuest systemCalls() {
    // syscall; jmp back
    LoopingGuest guest = new LoopingGuest("0f05ebfc");
    // jmp *%rcx
    guest.write(SYSCALL_HANDLER, HexFormat.of().parseHex("ffe1"));
    guest.systemCallHandler(SYSCALL_HANDLER);
    return guest;
  }

  /** Page faults, delivered and returned from. */
  @Benchmark
  @OperationsPerInvocation(EVENTS)
  public long pageFault() {
    return faults.run(EVENTS * FAULT_INSTRUCTIONS);
  }

  /** SYSCALL, and a jump back. */
  @Benchmark
  @OperationsPerInvocation(EVENTS)
  public long systemCall() {
    return systemCalls.run(EVENTS * SHORT_LOOP_INSTRUCTIONS);
  }

  /** CPUID, which the platform answers. */
  @Benchmark
  @OperationsPerInvocation(EVENTS)
  public long cpuid() {
    return identifications.run(EVENTS * SHORT_LOOP_INSTRUCTIONS);
  }

  /** RDMSR of a register of the processor's own. */
  @Benchmark
  @OperationsPerInvocation(EVENTS)
  public long readMsr() {
    return msrReads.run(EVENTS * SHORT_LOOP_INSTRUCTIONS);
  }

  /** VMCALL, which the platform carries out by counting. */
  @Benchmark
  @OperationsPerInvocation(EVENTS)
  public long hypercall() {
    return hypercalls.run(EVENTS * SHORT_LOOP_INSTRUCTIONS);
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
