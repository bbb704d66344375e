package org.paravane.core.execution;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.paravane.core.cpu.ControlRegisters;
import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.DebugRegisters;
import org.paravane.core.cpu.EventDelivery.Activity;
import org.paravane.core.cpu.GuestFault;
import org.paravane.core.cpu.Rflags;
import org.paravane.core.cpu.Segments;

class ProtectedModeEventsTest {
  private static final String HANG = "ebfe";
  private static final int OTHER_TSS = 0x68;
  private static final int CALL_GATE = 0x70;
  private static final long OTHER_TASK = 0x7800;

  private static SystemGuest guest(int cpl) {
    SystemGuest guest = SystemGuest.in32BitMode(cpl);
    guest.memory.busWrite(SystemGuest.TASK + 4, 4, 0x30000);
    guest.memory.busWrite(SystemGuest.TASK + 8, 4, SystemGuest.DATA);
    return guest;
  }

  @Test
  void interruptGateFromCpl3SwitchesToTheStackOfTheTaskState() {
    SystemGuest guest = guest(3);
    Cpu cpu = guest.cpu;
    guest.gate32(0x80, SystemGuest.CODE32, 0x2000, 0xee00);
    guest.code(0x1000, "cd80" + HANG);
    guest.code(0x2000, "cf");
    cpu.rflags(Rflags.IF);
    guest.run(1);
    assertThat(cpu.cpl).isZero();
    assertThat(cpu.gpr[Cpu.RSP]).isEqualTo(0x30000 - 20);
    assertThat(guest.stack32(0)).isEqualTo(0x1002);
    assertThat(guest.stack32(4)).isEqualTo(SystemGuest.USER_CODE32);
    assertThat(guest.stack32(8)).isEqualTo(Rflags.IF | 2);
    assertThat(guest.stack32(12)).isEqualTo(0x20000);
    assertThat(guest.stack32(16)).isEqualTo(SystemGuest.USER_DATA);
    cpu.segments.set(Segments.FS, SystemGuest.DATA, 0, -1, 0xc093);
    guest.run(2);
    assertThat(cpu.cpl).isEqualTo(3);
    assertThat(cpu.rip()).isEqualTo(0x1002);
    assertThat(cpu.gpr[Cpu.RSP]).isEqualTo(0x20000);
    assertThat(cpu.rflags() & Rflags.IF).isEqualTo(Rflags.IF);
    assertThat(cpu.segments.selector[Segments.FS])
        .as("the kernel's segment is taken away")
        .isZero();
    assertThat(cpu.segments.selector[Segments.DS]).isEqualTo(SystemGuest.USER_DATA);
  }

  @Test
  void absentSegmentIsBlamedBySelector() {
    SystemGuest guest = guest(0);
    guest.gate32(GuestFault.NP, SystemGuest.CODE32, 0x2000, SystemGuest.GATE);
    // mov eax,0x58; mov es,eax
    guest.code(0x1000, "b858000000 8ec0");
    guest.code(0x2000, HANG);
    guest.run(3);
    assertThat(guest.cpu.rip()).isEqualTo(0x2000);
    assertThat(guest.stack32(0)).isEqualTo(SystemGuest.ABSENT);
    assertThat(guest.stack32(4)).isEqualTo(0x1005);
    assertThat(guest.cpu.segments.selector[Segments.ES]).isEqualTo(SystemGuest.DATA);
  }

  @Test
  void faultWhileDeliveringAnExternalInterruptHasExtInItsErrorCode() {
    SystemGuest guest = guest(0);
    guest.gate32(0x30, SystemGuest.DATA, 0x2000, SystemGuest.GATE);
    guest.gate32(GuestFault.GP, SystemGuest.CODE32, 0x2100, SystemGuest.GATE);
    guest.cpu.events.deliverInterrupt(0x30);
    assertThat(guest.cpu.rip()).isEqualTo(0x2100);
    assertThat(guest.stack32(0)).isEqualTo(SystemGuest.DATA | 1);
  }

  @Test
  void sixteenBitTrapGatePushesWordsAndLeavesInterruptsEnabled() {
    SystemGuest guest = guest(0);
    guest.gate32(0x20, SystemGuest.CODE32, 0x2000, 0x8700);
    guest.code(0x1000, "cd20");
    guest.code(0x2000, HANG);
    guest.cpu.rflags(Rflags.IF);
    guest.run(2);
    assertThat(guest.cpu.gpr[Cpu.RSP]).isEqualTo(0x20000 - 6);
    assertThat(guest.memory.busRead(0x20000 - 6, 2)).isEqualTo(0x1002);
    assertThat(guest.cpu.rflags() & Rflags.IF).isEqualTo(Rflags.IF);
  }

  @Test
  void callGateCopiesParametersToTheInnerStackAndReturnDropsThem() {
    SystemGuest guest = guest(3);
    Cpu cpu = guest.cpu;
    guest.descriptor(CALL_GATE, SystemGuest.gate(SystemGuest.CODE32, 0x2000, 0xec02));
    // call 0x73:0; jmp $
    guest.code(0x1000, "9a000000007300" + HANG);
    // retf 8
    guest.code(0x2000, "ca0800");
    guest.memory.busWrite(0x1fff8, 8, 0x2222_2222_1111_1111L);
    cpu.gpr[Cpu.RSP] = 0x1fff8;
    guest.run(1);
    assertThat(cpu.cpl).isZero();
    assertThat(cpu.segments.selector[Segments.SS]).isEqualTo(SystemGuest.DATA);
    assertThat(cpu.gpr[Cpu.RSP]).isEqualTo(0x30000 - 24);
    assertThat(guest.stack32(0)).isEqualTo(0x1007);
    assertThat(guest.stack32(4)).isEqualTo(SystemGuest.USER_CODE32);
    assertThat(guest.stack32(8)).isEqualTo(0x1111_1111);
    assertThat(guest.stack32(12)).isEqualTo(0x2222_2222);
    assertThat(guest.stack32(16)).isEqualTo(0x1fff8);
    guest.run(2);
    assertThat(cpu.cpl).isEqualTo(3);
    assertThat(cpu.rip()).isEqualTo(0x1007);
    assertThat(cpu.gpr[Cpu.RSP]).isEqualTo(0x20000);
  }

  @Test
  void conformingCodeRunsAtTheCallersLevel() {
    SystemGuest guest = guest(3);
    // jmp 0x50:0x2000
    guest.code(0x1000, "ea002000005000");
    guest.code(0x2000, HANG);
    guest.run(2);
    assertThat(guest.cpu.rip()).isEqualTo(0x2000);
    assertThat(guest.cpu.cpl).isEqualTo(3);
    assertThat(guest.cpu.segments.selector[Segments.CS]).isEqualTo(SystemGuest.CONFORMING | 3);
  }

  private static void otherTask(SystemGuest guest) {
    guest.descriptor(OTHER_TSS, 0x0000_8900_0000_0067L | OTHER_TASK << 16);
    guest.memory.busWrite(OTHER_TASK + 0x20, 4, 0x2000);
    guest.memory.busWrite(OTHER_TASK + 0x24, 4, 2);
    guest.memory.busWrite(OTHER_TASK + 0x28, 4, 0x1234);
    guest.memory.busWrite(OTHER_TASK + 0x38, 4, 0x50000);
    for (int i = 0; i < 6; i++) {
      guest.memory.busWrite(
          OTHER_TASK + 0x48 + 4L * i, 4, i == 1 ? SystemGuest.CODE32 : SystemGuest.DATA);
    }
  }

  @Test
  void taskGateRunsTheOtherTaskAndIretComesBack() {
    SystemGuest guest = guest(0);
    Cpu cpu = guest.cpu;
    otherTask(guest);
    guest.gate32(GuestFault.GP, OTHER_TSS, 0, 0x8500);
    // mov eax,0xfff8; mov ds,eax
    guest.code(0x1000, "b8f8ff0000 8ed8 " + HANG);
    // pop ebx; iret
    guest.code(0x2000, "5bcf");
    guest.run(2);
    assertThat(cpu.rip()).isEqualTo(0x2000);
    assertThat(cpu.gpr[Cpu.RAX]).isEqualTo(0x1234);
    assertThat(cpu.segments.selector[Segments.TR]).isEqualTo(OTHER_TSS);
    assertThat(cpu.rflags() & Rflags.NT).isEqualTo(Rflags.NT);
    assertThat(cpu.control.cr0() & ControlRegisters.CR0_TS).isEqualTo(ControlRegisters.CR0_TS);
    assertThat(guest.stack32(0)).isEqualTo(0xfff8);
    assertThat(guest.memory.busRead(OTHER_TASK, 2)).isEqualTo(SystemGuest.TSS);
    assertThat(guest.memory.busRead(SystemGuest.TASK + 0x20, 4)).isEqualTo(0x1005);
    assertThat(guest.memory.busRead(SystemGuest.GDT + OTHER_TSS + 5, 1)).isEqualTo(0x8b);
    guest.code(0x1005, "9090");
    guest.run(3);
    assertThat(cpu.segments.selector[Segments.TR]).isEqualTo(SystemGuest.TSS);
    assertThat(cpu.gpr[Cpu.RAX]).isEqualTo(0xfff8);
    assertThat(cpu.rip()).isBetween(0x1005L, 0x1007L);
    assertThat(cpu.rflags() & Rflags.NT).isZero();
    assertThat(guest.memory.busRead(SystemGuest.GDT + OTHER_TSS + 5, 1)).isEqualTo(0x89);
    assertThat(guest.memory.busRead(SystemGuest.GDT + SystemGuest.TSS + 5, 1)).isEqualTo(0x8b);
  }

  @Test
  void faultInTheNewTasksStateIsDeliveredThere() {
    SystemGuest guest = guest(0);
    otherTask(guest);
    guest.memory.busWrite(OTHER_TASK + 0x48, 4, SystemGuest.ABSENT);
    guest.gate32(GuestFault.NP, SystemGuest.CODE32, 0x2100, SystemGuest.GATE);
    // jmp 0x68:0
    guest.code(0x1000, "ea000000006800");
    guest.code(0x2100, HANG);
    guest.run(1);
    assertThat(guest.cpu.rip()).isEqualTo(0x2100);
    assertThat(guest.cpu.segments.selector[Segments.TR]).isEqualTo(OTHER_TSS);
    assertThat(guest.stack32(0)).isEqualTo(SystemGuest.ABSENT);
    assertThat(guest.stack32(4)).isEqualTo(0x2000);
  }

  @Test
  void iretEntersVirtual8086ModeAndItsInterruptsComeOutWithAllSegments() {
    SystemGuest guest = guest(0);
    Cpu cpu = guest.cpu;
    guest.gate32(GuestFault.GP, SystemGuest.CODE32, 0x2000, SystemGuest.GATE);
    int[] frame = {
      0x10, 0x200, Rflags.VM | Rflags.IF | 2, 0x100, 0x300, 0x111, 0x222, 0x333, 0x444
    };
    for (int i = 0; i < frame.length; i++) {
      guest.memory.busWrite(0x20000 + 4L * i, 4, frame[i]);
    }
    guest.code(0x1000, "cf");
    // at 0x200:0x10: mov ax,ds; cli, which IOPL 0 refuses
    guest.code(0x2010, "8cd8fa");
    guest.code(0x2000, HANG);
    guest.run(2);
    assertThat(cpu.gpr[Cpu.RAX]).isEqualTo(0x222);
    guest.run(1);
    assertThat(cpu.rip()).isEqualTo(0x2000);
    assertThat(cpu.cpl).isZero();
    assertThat(cpu.rflags() & Rflags.VM).isZero();
    assertThat(cpu.gpr[Cpu.RSP]).isEqualTo(0x30000 - 40);
    assertThat(guest.stack32(0)).isZero();
    assertThat(guest.stack32(4)).isEqualTo(0x12);
    assertThat(guest.stack32(8)).isEqualTo(0x200);
    assertThat(guest.stack32(12) & Rflags.VM).isEqualTo(Rflags.VM);
    assertThat(guest.stack32(16)).isEqualTo(0x100);
    assertThat(guest.stack32(20)).isEqualTo(0x300);
    assertThat(guest.stack32(24)).isEqualTo(0x111);
    assertThat(guest.stack32(28)).isEqualTo(0x222);
    assertThat(guest.stack32(32)).isEqualTo(0x333);
    assertThat(guest.stack32(36)).isEqualTo(0x444);
    assertThat(cpu.segments.selector[Segments.DS]).isZero();
  }

  @Test
  void realModeInterruptUsesTheVectorTable() {
    SystemGuest guest = new SystemGuest();
    Cpu cpu = guest.cpu;
    cpu.segments.set(Segments.CS, 0x100, 0x1000, 0xffff, 0x93);
    cpu.segments.set(Segments.SS, 0x200, 0x2000, 0xffff, 0x93);
    cpu.segments.idtrBase = 0;
    cpu.segments.idtrLimit = 0x3ff;
    cpu.updateMode();
    guest.memory.busWrite(0x21 * 4, 4, 0x0300_0040);
    guest.code(0x1000, "cd21");
    guest.code(0x3040, HANG);
    cpu.gpr[Cpu.RSP] = 0x1_0000;
    cpu.rip(0);
    cpu.rflags(Rflags.IF | Rflags.CF);
    guest.run(2);
    assertThat(cpu.rip()).isEqualTo(0x40);
    assertThat(cpu.segments.selector[Segments.CS]).isEqualTo(0x300);
    assertThat(cpu.gpr[Cpu.RSP]).isEqualTo(0x1_fffa);
    assertThat(guest.memory.busRead(0x11ffa, 2)).isEqualTo(2);
    assertThat(guest.memory.busRead(0x11ffc, 2)).isEqualTo(0x100);
    assertThat(guest.memory.busRead(0x11ffe, 2)).isEqualTo(Rflags.IF | Rflags.CF | 2);
    assertThat(cpu.rflags() & Rflags.IF).isZero();
  }

  @Test
  void singleStepTrapsAfterEachInstructionButNotIntoAnInterruptInstruction() {
    SystemGuest guest = guest(0);
    Cpu cpu = guest.cpu;
    guest.gate32(GuestFault.DB, SystemGuest.CODE32, 0x2100, SystemGuest.GATE);
    guest.gate32(0x20, SystemGuest.CODE32, 0x2000, SystemGuest.GATE);
    guest.code(0x1000, "cd20 90");
    guest.code(0x2000, "cf");
    guest.code(0x2100, HANG);
    cpu.rflags(Rflags.TF);
    // int, iret, nop, trap
    guest.run(4);
    assertThat(cpu.rip()).isEqualTo(0x2100);
    assertThat(guest.stack32(0)).isEqualTo(0x1003);
    assertThat(cpu.debug.dr6() & DebugRegisters.DR6_BS).isEqualTo(DebugRegisters.DR6_BS);
  }

  @Test
  void stackSegmentLoadHoldsInterruptsForOneInstruction() {
    SystemGuest guest = guest(0);
    // mov ss,eax
    guest.code(0x1000, "8ed0 90" + HANG);
    guest.cpu.gpr[Cpu.RAX] = SystemGuest.DATA;
    guest.run(1);
    assertThat(guest.cpu.events.interruptShadow()).isTrue();
    guest.run(1);
    assertThat(guest.cpu.events.interruptShadow()).isFalse();
  }

  @Test
  void portsAreOpenToProgramsAsTheBitmapSays() {
    SystemGuest guest = guest(3);
    Cpu cpu = guest.cpu;
    guest.gate32(GuestFault.GP, SystemGuest.CODE32, 0x2000, SystemGuest.GATE);
    cpu.segments.set(
        Segments.TR, SystemGuest.TSS, SystemGuest.TASK, 0x68 + 0x20, Segments.RIGHT_P | 0xb);
    guest.memory.busWrite(SystemGuest.TASK + 0x66, 2, 0x68);
    guest.memory.busWrite(SystemGuest.TASK + 0x68 + 0x80 / 8, 1, 2);
    // in al,0x80; in al,0x81
    guest.code(0x1000, "e480e481");
    guest.code(0x2000, HANG);
    guest.run(2);
    assertThat(cpu.rip()).isEqualTo(0x2000);
    assertThat(guest.stack32(0)).isZero();
    assertThat(guest.stack32(4)).isEqualTo(0x1002);
    assertThat(cpu.gpr[Cpu.RAX]).isEqualTo(0xff);
  }

  @Test
  void repeatedPortInputFillsMemoryElementByElement() {
    SystemGuest guest = guest(0);
    Cpu cpu = guest.cpu;
    cpu.gpr[Cpu.RCX] = 3;
    cpu.gpr[Cpu.RDI] = 0x40000;
    cpu.gpr[Cpu.RDX] = 0x80;
    // rep insw; jmp $
    guest.code(0x1000, "f3666d" + HANG);
    guest.run(5);
    assertThat(guest.memory.busRead(0x40000, 8)).isEqualTo(0xffff_ffff_ffffL);
    assertThat(cpu.gpr[Cpu.RCX]).isZero();
    assertThat(cpu.gpr[Cpu.RDI]).isEqualTo(0x40006);
    assertThat(cpu.rip()).isEqualTo(0x1003);
  }

  @Test
  void selectorsAreInspectedWithoutFaults() {
    SystemGuest guest = guest(3);
    Cpu cpu = guest.cpu;
    // lar eax,ebx; lsl ecx,ebx; lar edx,esi; jmp $
    guest.code(0x1000, "0f02c3 0f03cb 0f02d6" + HANG);
    cpu.gpr[Cpu.RBX] = SystemGuest.USER_DATA;
    cpu.gpr[Cpu.RSI] = SystemGuest.DATA;
    cpu.gpr[Cpu.RDX] = 7;
    guest.run(4);
    assertThat(cpu.gpr[Cpu.RAX]).isEqualTo(0x00cf_f300);
    assertThat(cpu.gpr[Cpu.RCX]).isEqualTo(0xffff_ffffL);
    assertThat(cpu.gpr[Cpu.RDX]).isEqualTo(7);
    assertThat(cpu.zero()).isFalse();
  }

  @Test
  void debugRegisterAccessUnderGeneralDetectIsAFault() {
    SystemGuest guest = guest(0);
    guest.gate32(GuestFault.DB, SystemGuest.CODE32, 0x2000, SystemGuest.GATE);
    guest.cpu.debug.dr7(1 << 13);
    // mov eax,dr0
    guest.code(0x1000, "0f21c0");
    guest.code(0x2000, HANG);
    guest.run(1);
    assertThat(guest.cpu.rip()).isEqualTo(0x2000);
    assertThat(guest.stack32(0)).isEqualTo(0x1000);
    assertThat(guest.cpu.debug.dr6() & DebugRegisters.DR6_BD).isEqualTo(DebugRegisters.DR6_BD);
    assertThat(guest.cpu.debug.generalDetect()).isFalse();
  }

  @Test
  void haltWaitsBehindTheInstruction() {
    SystemGuest guest = guest(0);
    guest.gate32(0x30, SystemGuest.CODE32, 0x2000, SystemGuest.GATE);
    // sti; hlt
    guest.code(0x1000, "fbf4");
    guest.code(0x2000, HANG);
    guest.run(2);
    assertThat(guest.cpu.events.activity()).isEqualTo(Activity.HALTED);
    guest.cpu.events.deliverInterrupt(0x30);
    assertThat(guest.cpu.events.activity()).isEqualTo(Activity.RUNNING);
    assertThat(guest.cpu.rip()).isEqualTo(0x2000);
    assertThat(guest.stack32(0)).isEqualTo(0x1002);
  }
}
