package org.paravane.core.instructions.integer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.paravane.core.clock.TimerQueue;
import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.Segments;
import org.paravane.core.execution.IdlePlatform;
import org.paravane.core.execution.Machine;
import org.paravane.core.execution.MachineTime;
import org.paravane.core.io.PortBus;
import org.paravane.core.memory.GuestRam;
import org.paravane.core.memory.PhysicalMemory;

class RepeatedStringsInBlocksTest {
  private final PhysicalMemory memory = new PhysicalMemory(new GuestRam(1 << 20));
  private final Machine machine =
      new Machine(memory, new PortBus(), new TimerQueue(), new MachineTime.Virtual(10));
  private final Cpu cpu = machine.addProcessor(new IdlePlatform());

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
    cpu.gpr[Cpu.RDX] = 0;
    cpu.rip(0x1000);
  }

  @Test
  void eachPageOfWorkCountsAsOneInstruction() {
    // mov ecx,10000; mov edi,0x20000; rep stosb; inc edx; jmp $
    enter("b910270000 bf00000200 f3aa 42 ebfe");
    machine.run(4);
    assertThat(cpu.gpr[Cpu.RCX]).isEqualTo(10_000 - 2 * 4096);
    assertThat(cpu.rip()).isEqualTo(0x100a);
    machine.run(10);
    assertThat(cpu.gpr[Cpu.RCX]).isZero();
    assertThat(cpu.gpr[Cpu.RDI]).isEqualTo(0x20000 + 10_000);
    assertThat(cpu.gpr[Cpu.RDX]).isEqualTo(1);
  }

  @Test
  void codeWrittenByARepeatedMoveIsWhatExecutesNext() {
    // The copy at 0x1020 puts inc edx over the two inc ecx that were executed before.
    // call 0x1030; mov ecx,2; mov esi,0x1020; mov edi,0x1030; rep movsb; call 0x1030; jmp $
    enter(
        "e82b000000 b902000000 be20100000 bf30100000 f3a4 e815000000 ebfe 000000 4242"
            + "00".repeat(14)
            + "4141c3");
    cpu.gpr[Cpu.RSP] = 0x8000;
    machine.run(100);
    assertThat(cpu.gpr[Cpu.RDX]).isEqualTo(2);
    assertThat(cpu.gpr[Cpu.RCX]).isZero();
  }
}
