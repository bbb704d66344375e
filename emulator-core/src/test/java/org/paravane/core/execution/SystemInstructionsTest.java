package org.paravane.core.execution;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.paravane.core.cpu.ControlRegisters;
import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.EventDelivery.Activity;
import org.paravane.core.cpu.GuestFault;
import org.paravane.core.cpu.Msrs;
import org.paravane.core.cpu.Rflags;
import org.paravane.core.cpu.Segments;

class SystemInstructionsTest {
  private static final String HANG = "ebfe";
  private static final int GATE_OR_TABLE = 0x70;

  private static SystemGuest handling(SystemGuest guest, int vector) {
    guest.memory.busWrite(SystemGuest.TASK + 4, 8, 0x30000);
    guest.gate64(vector, SystemGuest.CODE64, 0x3000, SystemGuest.GATE);
    guest.code(0x3000, HANG);
    return guest;
  }

  @Test
  void descriptorTableRegistersAreLoadedAndStored() {
    SystemGuest guest = SystemGuest.in64BitMode(0);
    Cpu cpu = guest.cpu;
    guest.memory.busWrite(0x4000, 2, 0x7f);
    guest.memory.busWrite(0x4002, 8, SystemGuest.GDT);
    guest.memory.busWrite(0x4010, 2, 0x123);
    guest.memory.busWrite(0x4012, 8, 0xffff_8000_0000_6000L);
    // lgdt [0x4000]; lidt [0x4010]; sidt [0x4020]; hlt
    guest.code(0x1000, "0f01142500400000 0f011c2510400000 0f010c2520400000 f4");
    cpu.segments.gdtrBase = 0;
    guest.run(4);
    assertThat(cpu.segments.gdtrBase).isEqualTo(SystemGuest.GDT);
    assertThat(cpu.segments.idtrBase).isEqualTo(0xffff_8000_0000_6000L);
    assertThat(guest.memory.busRead(0x4020, 2)).isEqualTo(0x123);
    assertThat(guest.memory.busRead(0x4022, 8)).isEqualTo(0xffff_8000_0000_6000L);
    assertThat(cpu.events.activity()).isEqualTo(Activity.HALTED);
  }

  @Test
  void taskRegisterAndLocalTableTakeSixteenByteDescriptors() {
    SystemGuest guest = SystemGuest.in64BitMode(0);
    Cpu cpu = guest.cpu;
    guest.descriptor(SystemGuest.TSS, 0x0000_8900_0000_0067L | SystemGuest.TASK << 16);
    guest.descriptor(SystemGuest.TSS + 8, 0xffff_8000L);
    guest.descriptor(GATE_OR_TABLE, 0x0000_8200_5800_00ffL);
    // mov eax,0x40; ltr ax; mov eax,0x70; lldt ax; str ebx; sldt ecx; hlt
    guest.code(0x1000, "b840000000 0f00d8 b870000000 0f00d0 0f00cb 0f00c1 f4");
    guest.run(7);
    assertThat(cpu.segments.base[Segments.TR]).isEqualTo(0xffff_8000_0000_0000L | SystemGuest.TASK);
    assertThat(cpu.gpr[Cpu.RBX]).isEqualTo(SystemGuest.TSS);
    assertThat(cpu.gpr[Cpu.RCX]).isEqualTo(GATE_OR_TABLE);
    assertThat(cpu.segments.base[Segments.LDTR]).isEqualTo(0x5800);
    assertThat(guest.memory.busRead(SystemGuest.GDT + SystemGuest.TSS + 5, 1))
        .as("busy")
        .isEqualTo(0x8b);
  }

  @Test
  void swapgsAndSegmentBasesReachTheGsOperand() {
    SystemGuest guest = SystemGuest.in64BitMode(0);
    Cpu cpu = guest.cpu;
    guest.memory.busWrite(0x4010, 8, 0x1122);
    cpu.msrs.kernelGsBase = 0x4000;
    // swapgs; mov rbx,gs:[0x10]; mov ecx,0xc0000102; rdmsr; hlt
    cpu.segments.setBase(Segments.GS, 0x7fff_0000_1234L);
    guest.code(0x1000, "0f01f8 65488b1c2510000000 b9020100c0 0f32 f4");
    guest.run(5);
    assertThat(cpu.gpr[Cpu.RBX]).isEqualTo(0x1122);
    assertThat(cpu.gpr[Cpu.RAX]).isEqualTo(0x1234);
    assertThat(cpu.gpr[Cpu.RDX]).isEqualTo(0x7fff);
  }

  @Test
  void nonCanonicalBaseIsRefused() {
    SystemGuest guest = handling(SystemGuest.in64BitMode(0), GuestFault.GP);
    guest.cpu.gpr[Cpu.RCX] = Msrs.IA32_FS_BASE;
    guest.cpu.gpr[Cpu.RDX] = 0x8000;
    guest.code(0x1000, "0f30");
    guest.run(1);
    assertThat(guest.cpu.rip()).isEqualTo(0x3000);
    assertThat(guest.stack64(0)).isZero();
  }

  @Test
  void baseInstructionsNeedTheirControlBit() {
    SystemGuest guest = handling(SystemGuest.in64BitMode(3), GuestFault.UD);
    // wrfsbase rax
    guest.code(0x1000, "f3480faed0" + HANG);
    guest.cpu.gpr[Cpu.RAX] = 0x1234_5678_9abcL;
    guest.run(1);
    assertThat(guest.cpu.rip()).isEqualTo(0x3000);

    SystemGuest allowed = SystemGuest.in64BitMode(3);
    allowed.code(0x1000, "f3480faed0" + HANG);
    allowed.cpu.gpr[Cpu.RAX] = 0x1234_5678_9abcL;
    allowed.cpu.control.load(
        allowed.cpu.control.cr0(),
        allowed.cpu.control.cr3(),
        allowed.cpu.control.cr4() | ControlRegisters.CR4_FSGSBASE,
        allowed.cpu.control.efer());
    allowed.run(2);
    assertThat(allowed.cpu.segmentBase[Segments.FS]).isEqualTo(0x1234_5678_9abcL);
  }

  @Test
  void programsMayNotStoreTablesUnderUmip() {
    SystemGuest guest = handling(SystemGuest.in64BitMode(3), GuestFault.GP);
    ControlRegisters control = guest.cpu.control;
    control.load(
        control.cr0(), control.cr3(), control.cr4() | ControlRegisters.CR4_UMIP, control.efer());
    // smsw eax
    guest.code(0x1000, "0f01e0");
    guest.run(1);
    assertThat(guest.cpu.rip()).isEqualTo(0x3000);
    assertThat(guest.cpu.gpr[Cpu.RAX]).isZero();
  }

  @Test
  void privilegedInstructionsFaultInPrograms() {
    for (String privileged :
        new String[] {"f4", "fa", "fb", "0f20c0", "0f22d8", "0f30", "0f32", "0f06", "0f01f8"}) {
      SystemGuest guest = handling(SystemGuest.in64BitMode(3), GuestFault.GP);
      guest.code(0x1000, privileged);
      guest.run(1);
      assertThat(guest.cpu.rip()).as(privileged).isEqualTo(0x3000);
      assertThat(guest.stack64(8)).as(privileged).isEqualTo(0x1000);
    }
  }

  @Test
  void sysenterGoesTo64BitModeAndSysexitBackToCompatibilityMode() {
    SystemGuest guest = SystemGuest.in64BitMode(3);
    Cpu cpu = guest.cpu;
    cpu.msrs.sysenterCs = SystemGuest.CODE64;
    cpu.msrs.sysenterEsp = 0x30000;
    cpu.msrs.sysenterEip = 0x2000;
    cpu.rflags(Rflags.IF);
    guest.code(0x1000, "0f34");
    // mov rdx,0x2800 in 32 bits; sysexit
    guest.code(0x2000, "ba00280000 0f35");
    guest.code(0x2800, "40" + HANG);
    guest.run(1);
    assertThat(cpu.rip()).isEqualTo(0x2000);
    assertThat(cpu.gpr[Cpu.RSP]).isEqualTo(0x30000);
    assertThat(cpu.cpl).isZero();
    assertThat(cpu.rflags() & Rflags.IF).isZero();
    cpu.gpr[Cpu.RCX] = 0x20000;
    // The 40 is INC EAX there, a REX prefix in 64-bit mode.
    guest.run(4);
    assertThat(cpu.cpl).isEqualTo(3);
    assertThat(cpu.segments.selector[Segments.CS]).isEqualTo(SystemGuest.CODE64 + 16 | 3);
    assertThat(cpu.segments.selector[Segments.SS]).isEqualTo(SystemGuest.CODE64 + 24 | 3);
    assertThat(cpu.gpr[Cpu.RAX]).isEqualTo(1);
  }

  @Test
  void farReturnChangesTo32BitCodeAndFarCallThroughAGateBack() {
    SystemGuest guest = SystemGuest.in64BitMode(3);
    Cpu cpu = guest.cpu;
    guest.memory.busWrite(SystemGuest.TASK + 4, 8, 0x30000);
    guest.descriptor(GATE_OR_TABLE, SystemGuest.gate(SystemGuest.CODE64, 0x3000, 0xec00));
    guest.descriptor(GATE_OR_TABLE + 8, 0);
    // push 0x1b; push 0x2000; retfq
    guest.code(0x1000, "6a1b 6800200000 48cb");
    // inc eax; call 0x73:0
    guest.code(0x2000, "40 9a000000007300");
    guest.code(0x3000, HANG);
    guest.run(6);
    assertThat(cpu.rip()).isEqualTo(0x3000);
    assertThat(cpu.gpr[Cpu.RAX]).isEqualTo(1);
    assertThat(cpu.cpl).isZero();
    assertThat(cpu.segments.selector[Segments.SS]).isZero();
    assertThat(cpu.gpr[Cpu.RSP]).isEqualTo(0x30000 - 32);
    assertThat(guest.stack64(0)).isEqualTo(0x2008);
    assertThat(guest.stack64(8)).isEqualTo(SystemGuest.USER_CODE32);
    assertThat(guest.stack64(16)).isEqualTo(0x20000);
    assertThat(guest.stack64(24)).isEqualTo(SystemGuest.USER_DATA);
  }

  @Test
  void iretToANonCanonicalAddressFaultsBeforeAnythingChanges() {
    SystemGuest guest = handling(SystemGuest.in64BitMode(0), GuestFault.GP);
    Cpu cpu = guest.cpu;
    long[] frame = {0x8000_0000_0000L, SystemGuest.USER_CODE64, 2, 0x1234, SystemGuest.USER_DATA};
    for (int i = 0; i < frame.length; i++) {
      guest.memory.busWrite(0x20000 + 8L * i, 8, frame[i]);
    }
    guest.code(0x1000, "48cf");
    guest.run(1);
    assertThat(cpu.rip()).isEqualTo(0x3000);
    assertThat(guest.stack64(8)).isEqualTo(0x1000);
    assertThat(guest.stack64(32)).isEqualTo(0x20000);
  }

  @Test
  void nullStackSegmentIsFineBelowCpl3Only() {
    SystemGuest guest = SystemGuest.in64BitMode(0);
    // xor eax,eax; mov ss,eax; hlt
    guest.code(0x1000, "31c0 8ed0 f4");
    guest.run(3);
    assertThat(guest.cpu.segments.selector[Segments.SS]).isZero();
    assertThat(guest.cpu.events.activity()).isEqualTo(Activity.HALTED);

    SystemGuest user = handling(SystemGuest.in64BitMode(3), GuestFault.GP);
    user.code(0x1000, "31c0 8ed0");
    user.run(2);
    assertThat(user.cpu.rip()).isEqualTo(0x3000);
  }

  @Test
  void hypercallInstructionIsUndefinedWhereThePlatformDoesNotKnowIt() {
    SystemGuest guest = handling(SystemGuest.in64BitMode(0), GuestFault.UD);
    guest.code(0x1000, "90 0f01c1");
    guest.run(2);
    assertThat(guest.cpu.rip()).isEqualTo(0x3000);
    assertThat(guest.stack64(0)).isEqualTo(0x1001);
  }

  @Test
  void virtualInterruptFlagStandsInForIfInVirtual8086Mode() {
    SystemGuest guest = SystemGuest.in32BitMode(0);
    Cpu cpu = guest.cpu;
    cpu.control.load(ControlRegisters.CR0_PE, 0, ControlRegisters.CR4_VME, 0);
    cpu.cpl = 3;
    cpu.rflags(Rflags.VM | Rflags.IF);
    for (int segment = Segments.ES; segment <= Segments.GS; segment++) {
      cpu.segments.loadParagraph(segment, 0x100);
    }
    cpu.updateMode();
    guest.memory.busWrite(SystemGuest.TASK + 0x66, 2, 0x40);
    // sti; int 0x21, which the redirection bitmap gives to the program
    guest.memory.busWrite(0x21 * 4, 4, 0x0300_0040);
    guest.code(0x1000, "fb cd21");
    guest.code(0x3040, HANG);
    cpu.gpr[Cpu.RSP] = 0x8000;
    cpu.rip(0);
    guest.run(1);
    assertThat(cpu.rflags() & Rflags.VIF).isEqualTo(Rflags.VIF);
    guest.run(1);
    assertThat(cpu.segments.selector[Segments.CS]).isEqualTo(0x300);
    assertThat(cpu.rip()).isEqualTo(0x40);
    assertThat(cpu.rflags() & (Rflags.VM | Rflags.IF | Rflags.VIF))
        .isEqualTo(Rflags.VM | Rflags.IF);
    assertThat(guest.memory.busRead(0x1000 + 0x8000 - 2, 2) & Rflags.IF).isEqualTo(Rflags.IF);
  }
}
