package org.paravane.core.execution;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.paravane.core.clock.TimerQueue;
import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.DataWatch;
import org.paravane.core.cpu.Rflags;
import org.paravane.core.cpu.Segments;
import org.paravane.core.io.PortBus;
import org.paravane.core.machine.ExitReason;
import org.paravane.core.memory.GuestRam;
import org.paravane.core.memory.PhysicalMemory;

class DebugControlTest {
  private final PhysicalMemory memory = new PhysicalMemory(new GuestRam(1 << 20));
  private final Machine machine =
      new Machine(memory, new PortBus(), new TimerQueue(), new MachineTime.Virtual(10));
  private final Cpu cpu = machine.addProcessor(new IdlePlatform());

  /** Looks at every instruction of a range, and orders something for it. */
  private class Looker implements DebugControl {
    final List<String> seen = new ArrayList<>();
    long from = 0x1000;
    long to = 0x2000;

    Order order() {
      return Order.GO_ON;
    }

    @Override
    public boolean armed() {
      return true;
    }

    @Override
    public boolean looksInto(Cpu processor, long linear, int sizeBytes, int instructions) {
      return linear < to && from < linear + sizeBytes;
    }

    @Override
    public Order beforeInstruction(Cpu processor) {
      seen.add("%x after %d".formatted(processor.rip(), processor.instructions));
      return order();
    }

    @Override
    public Order betweenSlices() {
      return Order.GO_ON;
    }
  }

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
  void sawEveryInstructionOfABlockWithItsCount() {
    // mov eax,1; cmp eax,2; jnz .+2; jmp $
    enter("b801000000 83f802 7500 ebfe");
    Looker looker = new Looker();
    machine.debugger(looker);
    machine.run(3);
    assertThat(looker.seen).containsExactly("1000 after 0", "1005 after 1", "1008 after 2");
  }

  @Test
  void seesFlagsThatNothingReadsLater() {
    List<Boolean> zero = new ArrayList<>();
    // sub eax,eax; nop; add eax,1; jmp $
    enter("29c0 90 83c001 ebfe");
    machine.debugger(
        new Looker() {
          @Override
          Order order() {
            zero.add((cpu.rflags() & Rflags.ZF) != 0);
            return Order.GO_ON;
          }
        });
    cpu.gpr[Cpu.RAX] = 7;
    machine.run(4);
    assertThat(zero).containsExactly(false, true, true, false);
  }

  @Test
  void timersFireAtTheSameInstructionAsWithoutIt() {
    // again: ten times nop; jmp again
    enter("90909090909090909090 ebf4");
    Looker looker = new Looker();
    looker.from = 0x1003;
    looker.to = 0x1004;
    machine.debugger(looker);
    long[] firedAt = new long[1];
    machine.timers().create(() -> firedAt[0] = machine.instructions()).scheduleAt(1_250);
    machine.run(500);
    // The block of 11 instructions in which 125 are reached ends at 132.
    assertThat(firedAt[0]).isEqualTo(132);
    assertThat(looker.seen).hasSize(506);
  }

  @Test
  void aChangedInstructionPointerIsGoneOnFrom() {
    // nop; nop; jmp $; mov ecx,9; jmp $
    enter("9090 ebfe b909000000 ebfe");
    machine.debugger(
        new Looker() {
          @Override
          Order order() {
            if (cpu.rip() != 0x1001) {
              return Order.GO_ON;
            }
            cpu.rip(0x1004);
            return Order.GO_ON_CHANGED;
          }
        });
    machine.run(10);
    assertThat(cpu.gpr[Cpu.RCX]).isEqualTo(9);
  }

  @Test
  void leavesInTheMidstOfABlock() {
    enter("90909090 ebfe");
    machine.debugger(
        new Looker() {
          @Override
          Order order() {
            return cpu.rip() == 0x1002 ? Order.LEAVE : Order.GO_ON;
          }
        });
    assertThat(machine.run(10)).isInstanceOf(ExitReason.StopRequested.class);
    assertThat(cpu.rip()).isEqualTo(0x1002);
    assertThat(cpu.instructions).isEqualTo(2);
  }

  @Test
  void hearsOfAccessesToAWatchedPage() {
    List<String> accesses = new ArrayList<>();
    DataWatch watch =
        new DataWatch() {
          @Override
          public boolean watches(long page) {
            return page == 0x5000;
          }

          @Override
          public void accessed(long linear, int sizeBytes, boolean write) {
            if (watches(linear & ~0xfffL)) {
              accesses.add("%x %d %b".formatted(linear, sizeBytes, write));
            }
          }
        };
    // mov [0x5010],eax; mov al,[0x5020]; mov eax,[0x6000]; jmp $
    enter("a310500000 a020500000 a100600000 ebfe");
    memory.write(
        0x2000, new byte[] {(byte) 0xa1, 0x10, 0x50, 0, 0, (byte) 0xeb, (byte) 0xfe}, 0, 7);
    cpu.rip(0x2000);
    machine.run(2);
    cpu.debug.watch(watch);
    cpu.memory.watchChanged(0x5000);
    cpu.rip(0x1000);
    machine.run(4);
    assertThat(accesses).containsExactly("5010 4 true", "5020 1 false");
  }
}
