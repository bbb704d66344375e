package org.paravane.core.execution;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.Instruction;

class InstructionPoolTest {
  private record Marked(int number) implements Instruction {
    @Override
    public void execute(Cpu cpu) {}

    @Override
    public Instruction withoutStatusFlags() {
      return new Marked(-number);
    }
  }

  private final InstructionPool pool = new InstructionPool();
  private final byte[] code = Arrays.copyOf(HexFormat.of().parseHex("01c8 29c8 01c8 ff".replace(" ", "")), 32);

  @Test
  void findsAnInstructionByItsBytesAndModeWhereverTheyLie() {
    Instruction add = new Marked(1);
    pool.add(code, 0, 2, 3, add);
    assertThat(pool.find(code, 4, 2, 3).instruction()).isSameAs(add);
    assertThat(pool.find(code, 2, 2, 3)).isNull();
    assertThat(pool.find(code, 4, 2, 4)).isNull();
    assertThat(pool.find(code, 4, 3, 3)).isNull();
  }

  @Test
  void sharesTheFormWithoutStatusFlags() {
    InstructionPool.Entry entry = pool.add(code, 0, InstructionPool.MAX_LENGTH, 3, new Marked(2));
    assertThat(entry.withoutStatusFlags()).isEqualTo(new Marked(-2)).isSameAs(entry.withoutStatusFlags());
  }

  @Test
  void instructionsThatDependOnTheirPlaceAreNotShared() {
    SystemGuest guest = SystemGuest.in64BitMode(0);
    // lea 0(%rip),%rax; nop; the same LEA; call next; pop %rdx; jmp $
    guest.code(0x1000, "488d0500000000 90 488d0500000000 e800000000 5a ebfe");
    // nop; nop; lea 0(%rip),%rcx; the same CALL at another offset; pop %rsi; jmp $
    guest.code(0x1100, "90 90 488d0d00000000 e800000000 5e ebfe");
    guest.run(6);
    assertThat(guest.cpu.gpr[Cpu.RAX]).isEqualTo(0x100f);
    assertThat(guest.cpu.gpr[Cpu.RDX]).isEqualTo(0x1014);
    guest.cpu.rip(0x1100);
    guest.run(6);
    assertThat(guest.cpu.gpr[Cpu.RCX]).isEqualTo(0x1109);
    assertThat(guest.cpu.gpr[Cpu.RSI]).isEqualTo(0x110e);
  }
}
