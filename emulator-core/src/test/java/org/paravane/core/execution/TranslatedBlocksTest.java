package org.paravane.core.execution;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.paravane.core.clock.TimerQueue;
import org.paravane.core.cpu.ControlRegisters;
import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.EventDelivery.Activity;
import org.paravane.core.cpu.GuestFault;
import org.paravane.core.cpu.Rflags;
import org.paravane.core.cpu.Segments;
import org.paravane.core.machine.ExitReason;

/** Guests in 64-bit mode do the same when their blocks are translated for the host, after however many executions. */
@EnabledOnOs(
    value = OS.LINUX,
    architectures = "amd64",
    disabledReason = "blocks are translated for x86-64 Linux only")
class TranslatedBlocksTest {
  private static final int LONG_RUN = 20_000;
  private static final int[] HOT = {1, 5};

  private static final int PAGE_TABLE = 0xb000;
  private static final int OTHER_TABLES = 0xc000;

  /** Linear address of the pages that the page table at {@link #PAGE_TABLE} maps; the first 2 MiB are mapped as they are. */
  private static final int PAGES = 0x20_0000;

  private static final int PRESENT_WRITABLE_USER = 7;

  /** The least that there is room for. */
  private static final long SMALL_CODE_BYTES = 64 << 10;

  private int longRun = LONG_RUN;
  private int timerNanos = 12_345;

  /** As few as there must be translated. */
  private int fewest = 1;

  /** What a guest is left with. */
  private record Outcome(
      Class<? extends ExitReason> reason,
      List<String> registers,
      long instructions,
      long interrupts,
      int memory) {}

  /** Runs a guest with a timer. */
  private Outcome run(SystemGuest guest, int budget) {
    Machine machine = guest.machine;
    TimerQueue timers = machine.timers();
    // Sums up where it was when the timer fired.
    long[] sum = new long[1];
    TimerQueue.Timer[] timer = new TimerQueue.Timer[1];
    timer[0] =
        timers.create(() -> {
          for (Cpu cpu : machine.cpus()) {
            sum[0] = 31 * sum[0] + cpu.rip() + Arrays.hashCode(cpu.gpr) + cpu.rflags();
          }
          timer[0].scheduleAt(machine.nanos() + timerNanos);
        });
    timer[0].scheduleAt(timerNanos);
    ExitReason reason = machine.run(budget);
    byte[] content = new byte[(int) guest.memory.sizeBytes()];
    guest.memory.read(0, content, 0, content.length);
    return new Outcome(
        reason.getClass(),
        machine.cpus().stream()
            .map(cpu -> Arrays.toString(cpu.gpr) + cpu.rflags() + " " + cpu.control.cr2())
            .toList(),
        machine.instructions(),
        sum[0],
        Arrays.hashCode(content));
  }

  private void assertSameTranslated(int cpl, Consumer<SystemGuest> setUp) {
    for (int budget : new int[] {1, 2, 3, 50, 51, longRun, longRun + 1, longRun + 2}) {
      SystemGuest interpreted = SystemGuest.in64BitMode(cpl);
      setUp.accept(interpreted);
      interpreted.machine.interpretOnly();
      Outcome expected = run(interpreted, budget);
      for (int hot : HOT) {
        SystemGuest translated = SystemGuest.in64BitMode(cpl);
        translated.machine.translate(hot);
        setUp.accept(translated);
        assertThat(run(translated, budget))
            .as("%d instructions, translated after %d executions", budget, hot)
            .isEqualTo(expected);
        if (budget >= longRun) {
          assertThat(translated.machine.translatedBlocks()).isGreaterThanOrEqualTo(fewest);
        }
      }
    }
  }

  private void assertSameTranslated(Consumer<SystemGuest> setUp) {
    assertSameTranslated(0, setUp);
  }

  /** Maps one of the pages at {@link #PAGES}. */
  private static void map(SystemGuest guest, int page, long physical) {
    guest.memory.busWrite(0xa008, 8, PAGE_TABLE | PRESENT_WRITABLE_USER);
    guest.memory.busWrite(PAGE_TABLE + 8L * page, 8, physical | PRESENT_WRITABLE_USER);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 3})
  void loopsEndWhereTheInterpreterEndsThem(int cpl) {
    assertSameTranslated(
        cpl,
        guest -> {
          // again: add rax,rcx; sub ecx,1; jnz again; mov ecx,1000; jmp again
          guest.code(0x1000, "4801c883e90175f8b9e8030000ebf1");
        });
  }

  @Test
  void conditionsAreThoseOfTheFlagsThatOtherBlocksLeft() {
    fewest = 6;
    assertSameTranslated(guest -> {
      // again: imul rax,rax,0x343fd; add rax,0x269ec3; mov rdx,rax; shr rdx,40; cmp dl,dh; jmp 1f;
      // 1: jl 2f; adc r9,3; 2: jmp 3f; 3: setp r10b; sbb r11,r12; jmp 4f; 4: jbe 5f; inc r13; jmp
      // again; 5: rcl r14,1; jmp again
      guest.code(
          0x1000,
          "4869c0fd4303004805c39e26004889c248c1ea2838f2eb007c044983d103eb00410f9ac24d19e3eb00760549ffc5ebd049d1d6ebcb");
    });
  }

  @Test
  void callsReturnToWhereTheyCameFrom() {
    fewest = 4;
    assertSameTranslated(guest -> {
      // again: call sub; inc eax; call sub; jmp again; sub: add ebx,3; test bl,4; jz skip; inc edx;
      // skip: ret
      guest.code(0x1000, "e809000000ffc0e802000000ebf283c303f6c3047402ffc2c3");
    });
  }

  @Test
  void indirectBranchesLeadWhereATableSays() {
    fewest = 5;
    assertSameTranslated(guest -> {
      guest.memory.busWrite(0x10000, 8, 0x1100);
      guest.memory.busWrite(0x10008, 8, 0x1110);
      guest.memory.busWrite(0x10010, 8, 0x1120);
      guest.memory.busWrite(0x10018, 8, 0x2100);
      // again: inc ecx; mov edx,ecx; imul edx,edx,0x343fd; shr edx,16; and edx,3; jmp
      // [rdx*8+0x10000]
      guest.code(0x1000, "ffc189ca69d2fd430300c1ea1083e203ff24d500000100");
      // add rax,1; jmp 0x1000
      guest.code(0x1100, "4883c001e9f7feffff");
      // mov r8,0x2100; call r8; jmp 0x1000
      guest.code(0x1110, "49c7c00021000041ffd0e9e1feffff");
      // mov r15,0x10000; push 0x1100; push [r15+24]; ret 0
      guest.code(0x1120, "49c7c700000100680011000041ff7718c20000");
      // sub rbx,rax; test ebx,1; jz 1f; mov rdi,0x1000; jmp rdi; 1: mov rsp,0x20000; jmp 0x1000
      guest.code(0x2100, "4829c3f7c301000000740948c7c700100000ffe748c7c400000200e9e0eeffff");
    });
  }

  @Test
  void divideErrorsAreAtTheirInstruction() {
    fewest = 2;
    assertSameTranslated(guest -> {
      guest.gate64(GuestFault.DE, SystemGuest.CODE64, 0x2000, SystemGuest.GATE);
      // mov ecx,20; again: mov eax,1000; cdq; div ecx; add rbx,rax; dec ecx; jmp again
      guest.code(0x1000, "b914000000b8e803000099f7f14801c3ffc9ebf1");
      // add r8,[rsp]; add r9,[rsp+16]; mov ecx,20; iretq
      guest.code(0x2000, "4c0304244c034c2410b91400000048cf");
    });
  }

  @Test
  void faultsWithoutAHandlerEndTheRunAtTheirInstruction() {
    assertSameTranslated(guest -> {
      // mov ecx,200; again: mov eax,7; cdq; add r10,rcx; div ecx; sub ecx,1; jmp again
      guest.code(0x1000, "b9c8000000b807000000994901caf7f183e901ebf0");
    });
  }

  @Test
  void pageFaultsAreAtTheirInstruction() {
    fewest = 2;
    assertSameTranslated(guest -> {
      map(guest, 511, 0x20000);
      guest.gate64(GuestFault.PF, SystemGuest.CODE64, 0x2000, SystemGuest.GATE);
      // The handler maps the page, and unmaps another.
      // mov edi,0x200000; again: lea rdi,[rdi+0x3fd]; and edi,0x20ffff; add eax,edi; add [rdi],rax;
      // adc r8,[rdi+5]; jmp again
      guest.code(0x1000, "bf00002000488dbffd03000081e7ffff200001f84801074c134705ebe8");
      // push rax; push rcx; mov rax,cr2; shr eax,12; and eax,15; mov ecx,eax; shl ecx,12; add
      // ecx,0x100007; mov [rax*8+0xb000],rcx; add eax,5; and eax,15; mov qword ptr
      // [rax*8+0xb000],0; shl eax,12; add eax,0x200000; invlpg [rax]; add r9,[rsp+16]; add
      // r9,[rsp+24]; add r9,[rsp+40]; pop rcx; pop rax; add rsp,8; iretq
      guest.code(
          0x2000,
          "50510f20d0c1e80c83e00f89c1c1e10c81c10700100048890cc500b0000083c00583e00f48c704c500b0000000000000c1e00c05000020000f01384c034c24104c034c24184c034c242859584883c40848cf");
    });
  }

  @Test
  void readOnlyPagesFaultOnWrites() {
    fewest = 2;
    assertSameTranslated(guest -> {
      map(guest, 0, 0x20000);
      guest.memory.busWrite(PAGE_TABLE, 8, 0x20005);
      guest.gate64(GuestFault.PF, SystemGuest.CODE64, 0x2000, SystemGuest.GATE);
      // again: add rax,[0x200010]; inc rbx; mov [0x200010],rbx; add rcx,[0x200010]; jmp again
      guest.code(0x1000, "480304251000200048ffc348891c251000200048030c2510002000ebe3");
      // The write is skipped, or carried out in another place.
      // add rsp,8; add r9,[rsp]; add qword ptr [rsp],8; mov [0x20010],rbx; iretq
      guest.code(0x2000, "4883c4084c030c24488304240848891c251000020048cf");
    });
  }

  @Test
  void aReturnToANonCanonicalAddressFaultsAtTheReturn() {
    fewest = 2;
    assertSameTranslated(guest -> {
      guest.gate64(GuestFault.GP, SystemGuest.CODE64, 0x2000, SystemGuest.GATE);
      // mov r8,0x800000000000; again: inc eax; push r8; test eax,3; jnz 1f; mov qword ptr
      // [rsp],0x1040; 1: ret
      guest.code(0x1000, "49b80000000000800000ffc04150a903000000750848c7042440100000c3");
      // add rcx,5; jmp 0x100a
      guest.code(0x1040, "4883c105e9c1ffffff");
      // add rsp,8; add rbx,[rsp]; add rdx,[rsp+24]; mov qword ptr [rsp],0x1060; iretq
      guest.code(0x2000, "4883c40848031c24480354241848c704246010000048cf");
      // pop r9; add r10,r9; jmp 0x100a
      guest.code(0x1060, "41594d01cae9a0ffffff");
    });
  }

  @Test
  void codeOfTheSameBlockIsSeenChanged() {
    assertSameTranslated(guest -> {
      // again: inc edi; mov eax,edi; and eax,0x3ff00; inc byte ptr [rax+0x1013]; nop; nop; .byte
      // 0x83,0xc3,1; jmp again
      guest.code(0x1000, "ffc789f82500ff0300fe8013100000909083c301ebea");
    });
  }

  @Test
  void codeOfTheNextBlockIsSeenChanged() {
    assertSameTranslated(guest -> {
      // again: add dword ptr [0x100f],1; jmp over; nop; nop; nop; nop; over: mov eax,0; add
      // ebx,eax; jmp again
      guest.code(0x1000, "8304250f10000001eb0490909090b80000000001c3ebe9");
    });
  }

  @Test
  void codeThatIsChangedNowAndThenIsSeenChanged() {
    fewest = 3;
    assertSameTranslated(guest -> {
      // again: inc edi; test edi,0xff; jnz over; inc byte ptr [0x1015]; over: jmp there; there: add
      // eax,5; jmp again
      guest.code(0x1000, "ffc7f7c7ff0000007507fe042515100000eb0083c005ebe8");
    });
  }

  @Test
  void codeThatIsCopiedOverCodeIsSeenChanged() {
    fewest = 3;
    assertSameTranslated(guest -> {
      // add rax,1; ret; .byte 0,0,0; add rbx,2; ret
      guest.code(0x3000, "4883c001c30000004883c302c3");
      // again: inc edx; mov esi,0x3000; test edx,16; jz 1f; mov esi,0x3008; 1: mov edi,0x2000; mov
      // ecx,8; rep movsb; call 0x2000; call 0x2000; jmp again
      guest.code(
          0x1000,
          "ffc2be00300000f7c2100000007405be08300000bf00200000b908000000f3a4e8db0f0000e8d60f0000ebd4");
    });
  }

  @Test
  void stringsGoForwardsAndBackwardsAndAcrossPages() {
    fewest = 3;
    assertSameTranslated(guest -> {
      map(guest, 0, 0x25000);
      map(guest, 1, 0x23000);
      map(guest, 2, 0x26000);
      // again: imul rax,rax,0x343fd; add rax,0x269ec3; mov rcx,rax; shr rcx,44; and ecx,0x7ff; mov
      // rdi,rax; shr rdi,20; and edi,0xfff; lea rsi,[rdi+0x30000]; add rdi,0x200000; rep movsb; mov
      // ecx,eax; shr ecx,25; rep stosq; std; mov ecx,5; rep stosd; add r8,rdi; cld; test al,1; jz
      // again; lea edi,[edi+0x40]; mov ecx,600; rep stosq; jmp again
      guest.code(
          0x1000,
          "4869c0fd4303004805c39e26004889c148c1e92c81e1ff0700004889c748c1ef1481e7ff0f0000488db7000003004881c700002000f3a489c1c1e919f348abfdb905000000f3ab4901f8fca80174b1678d7f40b958020000f348abeba3");
    });
  }

  @ParameterizedTest
  @ValueSource(strings = {"0f013c2500002000", "0f20d90f22d9"})
  void linksToAnotherPageNoticeThatItIsMappedElsewhere(String flush) {
    fewest = 2;
    assertSameTranslated(guest -> {
      map(guest, 0, 0x30000);
      // add rax,1; jmp 0x1100
      guest.code(0x30000, "4883c001e9f710e0ff");
      // add rbx,1; jmp 0x1100
      guest.code(0x31000, "4883c301e9f710e0ff");
      // inc edx; test edx,7; jnz 0x200000; xor dword ptr [0xb000],0x1000; jmp 0x1040
      guest.code(0x1000, "ffc2f7c2070000000f85f2ef1f0081342500b0000000100000e922000000");
      // invlpg [0x200000], or mov rcx,cr3; mov cr3,rcx
      guest.code(0x1040, flush + "e9");
      guest.memory.busWrite(
          0x1041L + flush.length() / 2, 4, PAGES - (0x1045L + flush.length() / 2));
      // call 0x200010; jmp 0x1000
      guest.code(0x1100, "e80bef1f00e9f6feffff");
      // add r8,3; ret
      guest.code(0x30010, "4983c003c3");
      // add r9,3; ret
      guest.code(0x31010, "4983c103c3");
    });
  }

  @Test
  void pagesMappedElsewhereAreNoticedOnlyWhereTheInterpreterNoticesThem() {
    fewest = 2;
    assertSameTranslated(guest -> {
      map(guest, 0, 0x30000);
      // add rax,1; jmp 0x1100
      guest.code(0x30000, "4883c001e9f710e0ff");
      // add rbx,1; jmp 0x1100
      guest.code(0x31000, "4883c301e9f710e0ff");
      // Nothing says so but the flush now and then.
      // inc edx; test edx,7; jnz 0x200000; xor dword ptr [0xb000],0x1000; test edx,31; jnz
      // 0x200000; invlpg [0x200000]; jmp 0x200000
      guest.code(
          0x1000,
          "ffc2f7c2070000000f85f2ef1f0081342500b0000000100000f7c21f0000000f85dbef1f000f013c2500002000e9ceef1f00");
      // jmp 0x1000
      guest.code(0x1100, "e9fbfeffff");
    });
  }

  @Test
  void codeMappedTwiceKnowsWhereItIsExecuted() {
    fewest = 4;
    assertSameTranslated(guest -> {
      map(guest, 0, 0x30000);
      map(guest, 1, 0x30000);
      // again: call 0x200000; call 0x201000; call 0x201000; mov r15,0x200020; call r15; jmp again
      guest.code(0x1000, "e8fbef1f00e8f6ff1f00e8f1ff1f0049c7c72000200041ffd7ebe5");
      // lea rdx,[rip+4]; add rax,rdx; mov ecx,3; 1: call 2f; loop 3f; jmp 4f; 3: jmp 1b; 2: add
      // rbx,[rsp]; ret; 4: ret
      guest.code(0x30000, "488d15040000004801d0b903000000e806000000e202eb07ebf548031c24c3c3");
      // nop; add rbx,[rip+8]; ret
      guest.code(0x30050, "9048031d08000000c3");
      // jmp 0x30050
      guest.code(0x30020, "e92b000000");
    });
  }

  @Test
  void loopsGoThroughTwoPages() {
    fewest = 4;
    assertSameTranslated(guest -> {
      // The block at the end of the first page falls through to the second, and an instruction lies
      // in both.
      // again: add rax,1; test al,3; jnz 0x1ff0; add rbx,rax; jmp 0x1ff0
      guest.code(0x1fd0, "4883c001a8030f85140000004801c3e90c000000");
      // next: add r8,0x1234; add r9,0x12345; lea r10,[r9+r8+0x1000]; add r10,rax; test r10b,1; jz
      // 0x1fd0; jmp 0x2100
      guest.code(
          0x1ff0,
          "4981c0341200004981c1452301004f8d9401001000004901c241f6c2010f84bdffffffe9e8000000");
      // sub r11,r10; jmp 0x1ff0
      guest.code(0x2100, "4d29d3e9e8feffff");
      // jmp 0x1fd0
      guest.code(0x1000, "e9cb0f0000");
    });
  }

  @Test
  void segmentBasesAreAddedToAddresses() {
    assertSameTranslated(guest -> {
      guest.cpu.segments.setBase(Segments.FS, 0x10000);
      guest.cpu.segments.setBase(Segments.GS, -0x1000L);
      // What lies there without the bases is at hand too: a miss of the TLB would be the
      // interpreter's.
      // again: add [8],rsi; add rdi,[0x5100]; add rdi,[0x12000]; add fs:[rcx*8+8],rax; inc eax; mov
      // ecx,eax; and ecx,63; add rax,gs:[ecx+0x12000]; adc byte ptr fs:0x10,7; mov rdx,fs:0x10; add
      // ebx,gs:[rip+0x4000]; jmp again
      guest.code(
          0x1000,
          "480134250800000048033c250051000048033c250020010064480104cd08000000ffc089c183e13f65674803810020010064801425100000000764488b14251000000065031d00400000ebb4");
    });
  }

  @Test
  void codeIsExecutedWithBothPrivileges() {
    fewest = 4;
    assertSameTranslated(
        3,
        guest -> {
          Cpu cpu = guest.cpu;
          cpu.msrs.star = 0x18L << 48 | 8L << 32;
          cpu.msrs.lstar = 0x2000;
          cpu.msrs.fmask = Rflags.IF;
          map(guest, 0, 0x30000);
          guest.memory.busWrite(PAGE_TABLE + 8, 8, 0x31003);
          guest.memory.busWrite(SystemGuest.TASK + 4, 8, 0x40000);
          guest.gate64(GuestFault.PF, SystemGuest.CODE64, 0x2100, SystemGuest.GATE);
          // The second page is the supervisor's alone.
          // mov r12,0x201000; again: call 0x200000; syscall; add rbx,[r12]; jmp again
          guest.code(0x1000, "49c7c400102000e8f4ef1f000f0549031c24ebf3");
          // mov r10,rcx; mov r9,r11; call 0x200000; add rdx,[r12]; mov [r12],rax; mov rcx,r10; mov
          // r11,r9; sysretq
          guest.code(0x2000, "4989ca4d89d9e8f5df1f0049031424498904244c89d14d89cb480f07");
          // add rax,1; test al,1; jz 1f; add rdx,rax; 1: ret
          guest.code(0x30000, "4883c001a80174034801c2c3");
          // add rsp,8; add r8,[rsp]; add qword ptr [rsp],4; iretq
          guest.code(0x2100, "4883c4084c030424488304240448cf");
        });
  }

  @Test
  void processorsWithTheirOwnPageTablesExecuteTheirOwnCode() {
    fewest = 3;
    // Several turns for each: a timer ends that of the first.
    timerNanos = 323_456;
    longRun = 5 * LONG_RUN;
    assertSameTranslated(guest -> {
      map(guest, 0, 0x30000);
      Cpu other = guest.machine.addProcessor(new IdlePlatform());
      guest.memory.busWrite(OTHER_TABLES, 8, OTHER_TABLES + 0x1007L);
      guest.memory.busWrite(OTHER_TABLES + 0x1000L, 8, OTHER_TABLES + 0x2007L);
      guest.memory.busWrite(OTHER_TABLES + 0x2000L, 8, 0x87);
      guest.memory.busWrite(OTHER_TABLES + 0x2008L, 8, OTHER_TABLES + 0x3007L);
      guest.memory.busWrite(OTHER_TABLES + 0x3000L, 8, 0x31007);
      other.control.load(
          ControlRegisters.CR0_PE | ControlRegisters.CR0_PG | ControlRegisters.CR0_WP,
          OTHER_TABLES,
          ControlRegisters.CR4_PAE,
          ControlRegisters.EFER_LME | ControlRegisters.EFER_LMA | ControlRegisters.EFER_SCE);
      for (int segment = Segments.ES; segment <= Segments.GS; segment++) {
        other.segments.set(
            segment,
            guest.cpu.segments.selector[segment],
            0,
            -1,
            guest.cpu.segments.rights[segment]);
      }
      other.updateMode();
      other.events.activity(Activity.RUNNING);
      other.gpr[Cpu.RSP] = 0x1e000;
      other.rip(0x1000);
      // again: lock add dword ptr [0x10000],1; jmp 0x200000
      guest.code(0x1000, "f08304250000010001e9f2ef1f00");
      // add rax,[0x10000]; jmp 0x1000
      guest.code(0x30000, "4803042500000100e9f30fe0ff");
      // xor rax,[0x10000]; inc rbx; mov ecx,0x1000; jmp rcx
      guest.code(0x31000, "483304250000010048ffc3b900100000ffe1");
    });
  }

  @Test
  void translationsAreMadeAgainWhenThereIsNoMoreRoomForThem() {
    int blocks = 1500;
    for (int hot : HOT) {
      SystemGuest translated = manyBlocks(blocks);
      translated.machine.translate(hot);
      translated.machine.translationRoom(SMALL_CODE_BYTES);
      SystemGuest interpreted = manyBlocks(blocks);
      interpreted.machine.interpretOnly();
      assertThat(run(translated, 10 * LONG_RUN)).isEqualTo(run(interpreted, 10 * LONG_RUN));
      assertThat(translated.machine.translatedBlocks()).isBetween(1, blocks - 1);
    }
  }

  /** Blocks that lead from one to the next and back to the first. */
  private static SystemGuest manyBlocks(int count) {
    SystemGuest guest = SystemGuest.in64BitMode(0);
    for (int i = 0; i < count; i++) {
      // add eax,imm32; mov [rsp],rax; jmp next
      guest.code(0x10_0000 + 16L * i, "0500000000 48890424 e900000000");
      guest.memory.busWrite(0x10_0001 + 16L * i, 4, i);
      guest.memory.busWrite(0x10_000a + 16L * i, 4, i == count - 1 ? -16L * i - 14 : 2);
    }
    guest.cpu.rip(0x10_0000);
    return guest;
  }
}
