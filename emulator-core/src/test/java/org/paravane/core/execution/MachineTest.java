package org.paravane.core.execution;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.paravane.core.clock.TimerQueue;
import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.Segments;
import org.paravane.core.io.PortBus;
import org.paravane.core.machine.ExitReason;
import org.paravane.core.memory.GuestRam;
import org.paravane.core.memory.PhysicalMemory;

class MachineTest {
  private final PhysicalMemory memory = new PhysicalMemory(new GuestRam(1 << 20));
  private final Machine machine =
      new Machine(memory, new PortBus(), new TimerQueue(), new MachineTime.Virtual(10));
  private final Cpu cpu = machine.addProcessor(new IdlePlatform());

  /** Enters flat 32-bit protected mode without paging at 0x1000. */
  private void enter(String hex) {
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
  }

  @Test
  void stopsExactlyWhenTheBudgetIsSpentAtABlockEnd() {
    // again: add eax,ecx; sub ecx,1; jnz again; jmp $
    enter("01c8 83e901 75f9 ebfe");
    cpu.gpr[Cpu.RCX] = 1000;
    assertThat(machine.run(3000)).isInstanceOf(ExitReason.BudgetSpent.class);
    assertThat(cpu.gpr[Cpu.RAX]).isEqualTo(500500);
    assertThat(machine.instructions()).isEqualTo(3000);
    assertThat(machine.nanos()).isEqualTo(30_000);
  }

  @Test
  void codeThatChangesTheNextInstructionOfItsBlockSeesTheChange() {
    // mov byte [0x100c],5; mov eax,eax; mov eax,eax; mov eax,1 (its immediate is at 0x100c); jmp $
    enter("c6050c10000005 89c0 89c0 b801000000 ebfe");
    machine.run(10);
    assertThat(cpu.gpr[Cpu.RAX]).isEqualTo(5);
  }

  @Test
  void timersFireAtTheirTimeAndBeforeLaterInstructions() {
    enter("ebfe");
    long[] firedAt = new long[1];
    machine.timers().create(() -> firedAt[0] = machine.instructions()).scheduleAt(12_345);
    machine.run(5000);
    assertThat(firedAt[0]).isEqualTo(1235);
  }

  @Test
  void samplesAtTheFirstBlockEndFromEveryNthInstructionOn() {
    // again: add eax,ecx; sub ecx,1; jnz again; jmp $
    enter("01c8 83e901 75f9 ebfe");
    cpu.gpr[Cpu.RCX] = 1000;
    List<Long> counts = new ArrayList<>();
    machine.sampler(
        sampled -> {
          assertThat(sampled.rip()).isEqualTo(0x1000);
          counts.add(sampled.instructions);
        },
        100);
    machine.run(1000);
    assertThat(counts).containsExactly(102L, 201L, 300L, 402L, 501L, 600L, 702L, 801L, 900L, 1002L);
  }

  @Test
  void tellsOfCodeThatTheGuestOverwritesAndOfNoOtherWrite() {
    // mov byte [0x3000],1; mov byte [0x100e],0x40; nop at 0x100e, which becomes inc eax; jmp $
    enter("c6050030000001 c6050e10000040 90 ebfe");
    List<Long> dropped = new ArrayList<>();
    machine.codeListener((offset, length) -> dropped.add(offset));
    machine.run(10);
    assertThat(dropped).containsExactly(0x100eL);
    assertThat(cpu.gpr[Cpu.RAX]).isEqualTo(1);
  }

  @Test
  void aRequestToStopEndsTheRun() {
    enter("ebfe");
    machine.requestStop();
    assertThat(machine.run(Long.MAX_VALUE)).isInstanceOf(ExitReason.StopRequested.class);
  }
}
