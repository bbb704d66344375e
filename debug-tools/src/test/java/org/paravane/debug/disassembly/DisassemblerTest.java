package org.paravane.debug.disassembly;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.paravane.core.cpu.CpuMode;
import org.paravane.core.instructions.InstructionSet;

class DisassemblerTest {
  private static final long BASE = 0xffff_ffff_8100_0000L;

  private final Disassembler disassembler = new Disassembler(InstructionSet.map(), CpuMode.CODE64);

  private List<Line> list(String hex, int count) {
    return disassembler.list(ByteSource.of(HexFormat.of().parseHex(hex), BASE), BASE, count);
  }

  private String text(String hex) {
    return list(hex, 1).getFirst().text();
  }

  @Test
  void linesFollowEachOtherUntilTheCount() {
    assertThat(list("554889e5c3", 2))
        .containsExactly(
            new Line(BASE, 1, "55", "push rbp"), new Line(BASE + 1, 3, "48 89 e5", "mov rbp,rsp"));
  }

  @Test
  void theListEndsWhereTheSourceEnds() {
    assertThat(list("90c3", 5)).extracting(Line::text).containsExactly("nop", "ret");
  }

  @Test
  void bytesThatAreNoInstructionMakeALineEach() {
    assertThat(list("0604", 5))
        .containsExactly(
            new Line(BASE, 1, "06", Disassembler.BAD),
            new Line(BASE + 1, 1, "04", Disassembler.BAD));
  }

  @Test
  void anInstructionCutOffByTheEndOfTheSourceIsBad() {
    assertThat(text("48b811223344")).isEqualTo(Disassembler.BAD);
  }

  @Test
  void branchesNameTheirTarget() {
    assertThat(text("e8fbffffff")).isEqualTo("call 0xffffffff81000000");
    assertThat(text("740e")).isEqualTo("je 0xffffffff81000010");
  }

  @Test
  void ripRelativeOperandsAreResolved() {
    assertThat(text("488b0509000000"))
        .isEqualTo("mov rax,QWORD PTR [rip+0x9]  # 0xffffffff81000010");
    assertThat(text("c70509000000ffffffff"))
        .isEqualTo("mov DWORD PTR [rip+0x9],0xffffffff  # 0xffffffff81000013");
  }

  @Test
  void prefixesThatCountAreNamed() {
    assertThat(text("f0480fb10f")).isEqualTo("lock cmpxchg QWORD PTR [rdi],rcx");
    assertThat(text("f348ab")).isEqualTo("rep stos QWORD PTR es:[rdi],rax");
    assertThat(text("f3a6")).isEqualTo("repz cmps BYTE PTR ds:[rsi],BYTE PTR es:[rdi]");
    assertThat(text("f2ae")).isEqualTo("repnz scas al,BYTE PTR es:[rdi]");
    assertThat(text("6548a1")).isEqualTo(Disassembler.BAD);
    assertThat(text("65488b042500000000")).isEqualTo("mov rax,QWORD PTR gs:0x0");
  }

  @Test
  void segmentPrefixesThat64BitModeIgnoresAreNamedBeforeTheMnemonic() {
    assertThat(text("662e0f1f840000000000")).isEqualTo("cs nop WORD PTR [rax+rax*1+0x0]");
  }

  @Test
  void lockWhereItIsNotAllowedIsNoInstruction() {
    assertThat(text("f090")).isEqualTo(Disassembler.BAD);
  }

  @Test
  void columnsAreAddressBytesAndText() {
    assertThat(list("554889e5c3", 1).getFirst())
        .hasToString("ffffffff81000000:  55                             push rbp");
  }

  @Test
  void namesWhatIsNotImplemented() {
    byte[] code = HexFormat.of().parseHex("c5f058c290");

    Line line = disassembler.line(code, 0, code.length, 0x1000);

    assertThat(line.text()).isEqualTo("vaddps (not implemented)");
    assertThat(line.length()).isEqualTo(4);
  }
}
