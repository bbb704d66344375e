package org.paravane.core.execution;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;
import org.paravane.core.clock.TimerQueue;
import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.Instruction;
import org.paravane.core.cpu.Segments;
import org.paravane.core.io.PortBus;
import org.paravane.core.machine.ExitReason;
import org.paravane.core.memory.GuestRam;
import org.paravane.core.memory.PhysicalMemory;
import org.paravane.core.specialization.Surroundings;

class RegionTest {
  private static final int RAM_BYTES = 1 << 20;
  private static final int HOT = 1000;
  private static final int LONG_RUN = 20 * HOT;

  private int compiled;

  /** What a guest is left with. */
  private record Outcome(
      Class<? extends ExitReason> reason,
      String registers,
      int rflags,
      long instructions,
      long interrupts,
      int memory) {}

  /** Runs flat 32-bit code at 0x1000 without paging, with a timer every 12,345 ns. */
  private Outcome run(String hex, int budget, Executor executor) {
    PhysicalMemory memory = new PhysicalMemory(new GuestRam(RAM_BYTES));
    TimerQueue timers = new TimerQueue();
    Machine machine = new Machine(memory, new PortBus(), timers, new MachineTime.Virtual(10));
    Cpu cpu = machine.addProcessor(new IdlePlatform());
    machine.compileRegions(executor, HOT);
    byte[] code = HexFormat.of().parseHex(hex.replace(" ", ""));
    memory.write(0x1000, code, 0, code.length);
    cpu.control.load(1, 0, 0, 0);
    int data = Segments.RIGHT_P | Segments.RIGHT_S | Segments.RIGHT_DB | Segments.RIGHT_G | 3;
    for (int segment = Segments.ES; segment <= Segments.GS; segment++) {
      cpu.segments.set(segment, 0x18, 0, -1, data);
    }
    cpu.segments.set(Segments.CS, 0x10, 0, -1, data | Segments.TYPE_CODE);
    cpu.updateMode();
    cpu.rip(0x1000);
    cpu.gpr[Cpu.RSP] = 0x8000;
    // Sums up where it was when the timer fired.
    long[] sum = new long[1];
    TimerQueue.Timer[] timer = new TimerQueue.Timer[1];
    timer[0] =
        timers.create(() -> {
          sum[0] = 31 * sum[0] + cpu.rip() + cpu.gpr[Cpu.RAX];
          timer[0].scheduleAt(machine.nanos() + 12_345);
        });
    timer[0].scheduleAt(12_345);
    ExitReason reason = machine.run(budget);
    byte[] content = new byte[RAM_BYTES];
    memory.read(0, content, 0, content.length);
    return new Outcome(
        reason.getClass(),
        Arrays.toString(cpu.gpr),
        cpu.rflags(),
        machine.instructions(),
        sum[0],
        Arrays.hashCode(content));
  }

  private void assertSameCompiled(String hex) {
    for (int budget : new int[] {LONG_RUN, LONG_RUN + 1, LONG_RUN + 2}) {
      compiled = 0;
      Executor here =
          task -> {
            compiled++;
            task.run();
          };
      assertThat(run(hex, budget, here)).isEqualTo(run(hex, budget, null));
      assertThat(compiled).isPositive();
    }
  }

  @Test
  void loopsEndWhereTheInterpreterEndsThem() {
    // again: add eax,ecx; sub ecx,1; jnz again; mov ecx,1000; jmp again
    assertSameCompiled("01c8 83e901 75f9 b9e8030000 ebf2");
  }

  @Test
  void callsReturnToWhereTheyCameFrom() {
    // again: call sub; inc eax; call sub; jmp again; sub: add ebx,3; test bl,4; jz skip; inc edx;
    // skip: ret
    assertSameCompiled("e808000000 40 e802000000 ebf3 83c303 f6c304 7401 42 c3");
  }

  @Test
  void faultsAreAtTheirInstruction() {
    // mov ecx,200000; again: mov eax,7; cdq; div ecx; sub ecx,1; jmp again: #DE without an IDT
    assertSameCompiled("b9400d0300 b807000000 99 f7f1 83e901 ebf3");
  }

  @Test
  void codeOfTheNextBlockIsSeenChanged() {
    // again: add dword [0x100c],1; jmp over; nop; nop; over: mov eax,imm (at 0x100c); add ebx,eax;
    // jmp again
    assertSameCompiled("83050c10000001 eb02 9090 b800000000 01c3 ebec");
  }

  @Test
  void codeOfTheSameBlockIsSeenChanged() {
    // again: inc edi; mov eax,edi; and eax,0x3ff00; inc byte [eax+0x1010]; add ebx,imm8 (at
    // 0x1010);
    // jmp again
    assertSameCompiled("47 89f8 2500ff0300 fe8010100000 83c301 ebed");
  }

  @Test
  void codeThatIsChangedNowAndThenIsSeenChanged() {
    // again: inc edi; test edi,0xffff; jnz over; inc byte [0x1013]; over: jmp there;
    // there: add eax,imm8 (at 0x1013); jmp again
    assertSameCompiled("47 f7c7ffff0000 7506 fe0513100000 eb00 83c001 ebea");
  }

  @Test
  void aPlanLoopsIfOneOfItsBlocksLeadsBackToTheEntry() {
    Block entry = near(0x1000);
    Block next = near(0x1100);
    entry.entered(next);
    RegionPlan plan = new RegionPlan(List.of(entry, next), List.of(0x1000L, 0x1100L), null);

    assertThat(plan.loops()).isFalse();
    next.entered(entry);
    assertThat(plan.loops()).isTrue();
  }

  private static Block near(long ramOffset) {
    return new Block(new Instruction[0], new int[0], 0, 0, 0, true, 0, ramOffset, -1);
  }

  @Test
  void aRegionIsNotTakenWhenItsCodeHasChangedSinceItWasMade() {
    Machine machine =
        new Machine(
            new PhysicalMemory(new GuestRam(RAM_BYTES)),
            new PortBus(),
            new TimerQueue(),
            new MachineTime.Virtual(10));
    Cpu cpu = machine.addProcessor(new IdlePlatform());
    Block entry = near(0x1000);
    Block next = near(0x1100);
    RegionPlan plan =
        new RegionPlan(List.of(entry, next), List.of(0x1000L, 0x1100L), Surroundings.of(cpu));
    Region region =
        new Region(cpu, plan) {
          @Override
          int execute(Cpu processor, long[] training) {
            return BETWEEN_BLOCKS;
          }
        };

    entry.offer(region);
    assertThat(entry.takeOffered()).isTrue();
    entry.offer(region);
    next.drop();
    assertThat(entry.takeOffered()).isFalse();
  }
}
