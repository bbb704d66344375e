package org.paravane.core.execution;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.EventDelivery.Activity;
import org.paravane.core.cpu.GuestFault;
import org.paravane.core.cpu.Rflags;
import org.paravane.core.cpu.Segments;

class LongModeEventsTest {
  private static final String HANG = "ebfe";

  @Test
  void realModeCodeReaches64BitMode() {
    SystemGuest guest = new SystemGuest();
    Cpu cpu = guest.cpu;
    cpu.segments.set(Segments.CS, 0, 0, 0xffff, 0x9b);
    // mov eax,0x20; mov cr4,eax; mov eax,0x8000; mov cr3,eax; mov ecx,0xc0000080; mov eax,0x100;
    // xor edx,edx; wrmsr
    // mov eax,0x80000001; mov cr0,eax; jmp 0x08:0x1100
    guest.code(
        0x1000,
        "66b820000000 0f22e0 66b800800000 0f22d8 66b9800000c0 66b800010000 6631d2 0f30 66b801000080 0f22c0 ea00110800");
    // mov rax,0x1122334455667788; jmp $
    guest.code(0x1100, "48b88877665544332211 ebfe");
    cpu.rip(0x1000);
    guest.run(20);
    assertThat(cpu.gpr[Cpu.RAX]).isEqualTo(0x1122334455667788L);
    assertThat(cpu.control.longModeActive()).isTrue();
    assertThat(cpu.segments.selector[Segments.CS]).isEqualTo(SystemGuest.CODE64);
  }

  @Test
  void breakpointFromCpl3PushesAlignedFrameOnRsp0AndIretqReturns() {
    SystemGuest guest = SystemGuest.in64BitMode(3);
    Cpu cpu = guest.cpu;
    guest.memory.busWrite(SystemGuest.TASK + 4, 8, 0x30008);
    guest.gate64(GuestFault.BP, SystemGuest.CODE64, 0x2000, 0xee00);
    guest.code(0x1000, "cc" + HANG);
    guest.code(0x2000, HANG);
    cpu.gpr[Cpu.RSP] = 0x20001;
    cpu.rflags(Rflags.IF | Rflags.CF);
    guest.run(3);
    assertThat(cpu.rip()).isEqualTo(0x2000);
    assertThat(cpu.cpl).isZero();
    assertThat(cpu.segments.selector[Segments.SS]).isZero();
    assertThat(cpu.gpr[Cpu.RSP]).isEqualTo(0x30000 - 40);
    assertThat(guest.stack64(0)).isEqualTo(0x1001);
    assertThat(guest.stack64(8)).isEqualTo(SystemGuest.USER_CODE64);
    assertThat(guest.stack64(16)).isEqualTo(Rflags.IF | Rflags.CF | 2);
    assertThat(guest.stack64(24)).isEqualTo(0x20001);
    assertThat(guest.stack64(32)).isEqualTo(SystemGuest.USER_DATA);
    assertThat(cpu.rflags() & Rflags.IF).isZero();

    guest.code(0x2000, "48cf");
    guest.run(3);
    assertThat(cpu.rip()).isEqualTo(0x1001);
    assertThat(cpu.cpl).isEqualTo(3);
    assertThat(cpu.gpr[Cpu.RSP]).isEqualTo(0x20001);
    assertThat(cpu.rflags()).isEqualTo(Rflags.IF | Rflags.CF | 2);
    assertThat(cpu.segments.selector[Segments.SS]).isEqualTo(SystemGuest.USER_DATA);
  }

  @Test
  void pageFaultPushesErrorCodeAndResumeFlagOnItsInterruptStack() {
    SystemGuest guest = SystemGuest.in64BitMode(0);
    Cpu cpu = guest.cpu;
    guest.memory.busWrite(SystemGuest.TASK + 0x24 + 8, 8, 0x40000);
    guest.gate64(GuestFault.PF, SystemGuest.CODE64, 0x2000, SystemGuest.GATE | 2);
    guest.code(0x1000, "90 48890425 00002000");
    guest.code(0x2000, HANG);
    guest.run(4);
    assertThat(cpu.rip()).isEqualTo(0x2000);
    assertThat(cpu.gpr[Cpu.RSP]).isEqualTo(0x40000 - 48);
    assertThat(guest.stack64(0)).isEqualTo(2);
    assertThat(guest.stack64(8)).isEqualTo(0x1001);
    assertThat(guest.stack64(24) & Rflags.RF).isEqualTo(Rflags.RF);
    assertThat(guest.stack64(32)).isEqualTo(0x20000);
    assertThat(guest.stack64(40)).isEqualTo(SystemGuest.DATA);
    assertThat(cpu.control.cr2()).isEqualTo(0x200000);
  }

  @Test
  void systemCallAndReturnKeepFlagsAndAddress() {
    SystemGuest guest = SystemGuest.in64BitMode(3);
    Cpu cpu = guest.cpu;
    cpu.msrs.star = 0x18L << 48 | 8L << 32;
    cpu.msrs.lstar = 0x2000;
    cpu.msrs.fmask = Rflags.IF;
    cpu.rflags(Rflags.IF | Rflags.ZF);
    guest.code(0x1000, "0f05" + HANG);
    guest.code(0x2000, HANG);
    guest.run(3);
    assertThat(cpu.rip()).isEqualTo(0x2000);
    assertThat(cpu.cpl).isZero();
    assertThat(cpu.gpr[Cpu.RCX]).isEqualTo(0x1002);
    assertThat(cpu.gpr[11]).isEqualTo(Rflags.IF | Rflags.ZF | 2);
    assertThat(cpu.rflags() & Rflags.IF).isZero();
    guest.code(0x2000, "480f07");
    guest.run(3);
    assertThat(cpu.rip()).isEqualTo(0x1002);
    assertThat(cpu.cpl).isEqualTo(3);
    assertThat(cpu.segments.selector[Segments.CS]).isEqualTo(SystemGuest.USER_CODE64);
    assertThat(cpu.segments.selector[Segments.SS]).isEqualTo(SystemGuest.USER_DATA);
    assertThat(cpu.rflags()).isEqualTo(Rflags.IF | Rflags.ZF | 2);
  }

  @Test
  void softwareInterruptThroughAPrivilegedGateIsGeneralProtectionWithIdtErrorCode() {
    SystemGuest guest = SystemGuest.in64BitMode(3);
    guest.memory.busWrite(SystemGuest.TASK + 4, 8, 0x30000);
    guest.gate64(0x21, SystemGuest.CODE64, 0x2000, SystemGuest.GATE);
    guest.gate64(GuestFault.GP, SystemGuest.CODE64, 0x2100, SystemGuest.GATE);
    guest.code(0x1000, "cd21");
    guest.code(0x2100, HANG);
    guest.run(2);
    assertThat(guest.cpu.rip()).isEqualTo(0x2100);
    assertThat(guest.stack64(0)).isEqualTo(0x21 * 8 + 2);
    assertThat(guest.stack64(8)).isEqualTo(0x1000);
  }

  @Test
  void generalProtectionWithoutGateIsADoubleFault() {
    SystemGuest guest = SystemGuest.in64BitMode(0);
    guest.gate64(GuestFault.DF, SystemGuest.CODE64, 0x2000, SystemGuest.GATE);
    // mov ds,[absent]: a selector outside the table
    guest.code(0x1000, "66b80010 8ed8");
    guest.code(0x2000, HANG);
    guest.run(3);
    assertThat(guest.cpu.rip()).isEqualTo(0x2000);
    assertThat(guest.stack64(0)).isZero();
    assertThat(guest.stack64(8)).isEqualTo(0x1004);
  }

  @Test
  void faultWithoutAnyGateShutsTheProcessorDown() {
    SystemGuest guest = SystemGuest.in64BitMode(0);
    guest.code(0x1000, "0f0b");
    guest.run(3);
    assertThat(guest.cpu.events.activity()).isEqualTo(Activity.SHUTDOWN);
    assertThat(guest.cpu.rip()).isEqualTo(0x1000);
  }
}
