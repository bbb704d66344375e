package org.paravane.platform.xenpv;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.Segments;
import org.paravane.core.machine.ExitReason;
import org.paravane.platform.testing.XenGuest;
import org.paravane.platform.xen.Hypercalls;
import org.paravane.platform.xen.abi.Domid;
import org.paravane.platform.xen.abi.Errno;

class XenPvPlatformTest {
  private static final String LOOP = "ebfe";
  private static final int UD = 6;
  private static final int GP = 13;
  private static final int PF = 14;

  private final XenGuest guest = XenGuest.pv(1);
  private final Cpu cpu = guest.cpu;

  /** A handler that loops: where it is entered, the state is looked at. */
  private long handler(int offset) {
    long address = guest.at(offset);
    guest.put16(address, 0xfeeb);
    return address;
  }

  private void trapTable(int vector, int flags, long handler) {
    guest.put64(guest.at(0x800), vector | flags << 8 | 0xe033L << 16);
    guest.put64(guest.at(0x808), handler);
    guest.put64(guest.at(0x818), 0);
    assertThat(guest.call(Hypercalls.SET_TRAP_TABLE, guest.at(0x800))).isZero();
  }

  private long stacked(int offset) {
    return guest.get64(cpu.gpr[Cpu.RSP] + offset);
  }

  @Test
  void startsInRingThreeWithXensSelectors() {
    assertThat(cpu.cpl).isEqualTo(3);
    assertThat(cpu.segments.selector[Segments.CS]).isEqualTo(0xe033);
    assertThat(cpu.segments.selector[Segments.SS]).isEqualTo(0xe02b);
  }

  @Test
  void machineFramesComeInAnotherOrderOnRequest() {
    XenGuest permuted = XenGuest.pv("permuted");
    assertThat(guest.frame(0)).isEqualTo(guest.at(0) - XenGuest.PV_BASE >>> 12);
    assertThat(permuted.frame(0)).isNotEqualTo(guest.frame(0));
    assertThat(XenGuest.pv("permuted").frame(0)).isEqualTo(permuted.frame(0));
    assertThat(permuted.get64(0xffff_8000_0000_0000L + 8 * permuted.frame(0)))
        .isEqualTo(guest.frame(0));
  }

  @Test
  void exceptionBouncesToItsHandler() {
    long handler = handler(0x400);
    trapTable(UD, 4, handler);
    long stack = cpu.gpr[Cpu.RSP];
    cpu.gpr[Cpu.RCX] = 0x1111;
    guest.run("0f0b" + LOOP, 3);
    assertThat(cpu.rip()).isEqualTo(handler);
    assertThat(cpu.gpr[Cpu.RSP]).isEqualTo((stack & -16) - 0x38);
    assertThat(stacked(0)).as("rcx").isEqualTo(0x1111);
    assertThat(stacked(0x10)).as("rip").isEqualTo(guest.entry());
    assertThat(stacked(0x18)).as("cs without rpl, events masked before").isEqualTo(0x1_0000_e030L);
    assertThat(stacked(0x20) & 0x200).as("if as the mask says").isZero();
    assertThat(stacked(0x28)).isEqualTo(stack);
    assertThat(stacked(0x30)).isEqualTo(0xe02b);
    assertThat(cpu.rflags() & 0x200).as("the processor's own if").isEqualTo(0x200);
  }

  @Test
  void pageFaultTellsAddressAndThatTheKernelDidIt() {
    long handler = handler(0x400);
    trapTable(PF, 0, handler);
    long infoFrame = guest.frame(0x1000);
    guest.put64(guest.at(0), infoFrame);
    guest.put32(guest.at(8), 0);
    guest.call(Hypercalls.VCPU_OP, 10, 0, guest.at(0));
    guest.run("b8 00100070 8b00" + LOOP, 3);
    assertThat(cpu.rip()).isEqualTo(handler);
    assertThat(stacked(0x10)).as("error code without the user bit").isZero();
    assertThat(guest.get64(guest.at(0x1010))).as("vcpu_info.cr2").isEqualTo(0x7000_1000);
    guest.put64(guest.at(0x1010), 0x1234);
    guest.run("0f20d0" + LOOP, 3);
    assertThat(cpu.gpr[Cpu.RAX]).as("mov rax, cr2").isEqualTo(0x7000_1000);
  }

  @Test
  void faultWithoutAHandlerCrashesTheDomain() {
    assertThat(guest.run("0f0b", 10)).isInstanceOf(ExitReason.GuestCrash.class);
  }

  @Test
  void handlerWithoutAStackCrashesTheDomain() {
    trapTable(UD, 0, handler(0x400));
    cpu.gpr[Cpu.RSP] = XenGuest.NOWHERE;
    assertThat(guest.run("0f0b", 10)).isInstanceOf(ExitReason.GuestCrash.class);
  }

  @Test
  void softwareInterruptNeedsAGateForIt() {
    long general = handler(0x400);
    long interrupt = handler(0x410);
    trapTable(GP, 0, general);
    trapTable(0x80, 0, interrupt);
    guest.run("cd80" + LOOP, 3);
    assertThat(cpu.rip()).isEqualTo(general);
    assertThat(stacked(0x10)).isEqualTo(0x80 * 8 + 2);
    trapTable(0x80, 1, interrupt);
    guest.run("cd80" + LOOP, 3);
    assertThat(cpu.rip()).isEqualTo(interrupt);
    assertThat(stacked(0x10)).as("behind the instruction").isEqualTo(guest.entry() + 2);
  }

  @Test
  void writesSegmentBasesForTheKernel() {
    // mov ecx, MSR; mov eax, 0x1000; xor edx, edx; wrmsr
    guest.run("b9 010100c0 b8 00100000 31d2 0f30 b9 020100c0 b8 00200000 0f30" + LOOP, 12);
    assertThat(cpu.segments.base[Segments.GS]).isEqualTo(0x1000);
    assertThat(cpu.msrs.kernelGsBase).isEqualTo(0x2000);
    assertThat(guest.call(Hypercalls.SET_SEGMENT_BASE, 2, 0x3000)).isZero();
    assertThat(guest.call(Hypercalls.SET_SEGMENT_BASE, 1, 0x4000)).isZero();
    assertThat(guest.call(Hypercalls.SET_SEGMENT_BASE, 0, 1L << 62)).isEqualTo(-Errno.EINVAL);
    assertThat(guest.call(Hypercalls.SET_SEGMENT_BASE, 3, 0xe023)).isZero();
    assertThat(cpu.segments.base[Segments.GS]).as("active base stays").isEqualTo(0x3000);
    assertThat(cpu.msrs.kernelGsBase).as("base of the descriptor").isZero();
    assertThat(guest.call(Hypercalls.SET_SEGMENT_BASE, 3, 0x1238)).as("bad selector").isZero();
    assertThat(cpu.segments.selector[Segments.GS]).isZero();
  }

  @Test
  void prefixedCpuidAnswersAndOtherPrefixedOpcodesDoNot() {
    guest.run("b8 00000040 0f0b78656e0fa2" + LOOP, 5);
    assertThat(cpu.gpr[Cpu.RBX]).isEqualTo(0x566e_6558L);
    trapTable(UD, 0, handler(0x400));
    guest.run("0f0b78656e90" + LOOP, 3);
    assertThat(cpu.rip()).isEqualTo(guest.at(0x400));
  }

  @Test
  void interruptFlagInstructionsFollowTheIoPrivilege() {
    long handler = handler(0x400);
    trapTable(GP, 0, handler);
    guest.run("fa" + LOOP, 3);
    assertThat(cpu.rip()).isEqualTo(handler);
    guest.put32(guest.at(0), 1);
    assertThat(guest.call(Hypercalls.PHYSDEV_OP, 6, guest.at(0))).isZero();
    guest.run("fafb e421" + LOOP, 6);
    assertThat(cpu.rip()).isEqualTo(guest.entry() + 4);
    assertThat(cpu.gpr[Cpu.RAX] & 0xff).as("nothing there").isEqualTo(0xff);
    assertThat(cpu.rflags() & 0x200).isEqualTo(0x200);
    guest.put32(guest.at(0), 4);
    assertThat(guest.call(Hypercalls.PHYSDEV_OP, 6, guest.at(0))).isEqualTo(-Errno.EINVAL);
  }

  @Test
  void controlRegistersCanBeReadAndLittleCanBeWritten() {
    trapTable(GP, 0, handler(0x400));
    guest.run("0f20e0" + LOOP, 3);
    assertThat(cpu.gpr[Cpu.RAX]).isEqualTo(0x660);
    guest.run("0f20c0 4883c808 0f22c0" + LOOP, 6);
    assertThat(cpu.control.cr0() & 8).as("ts").isEqualTo(8);
    guest.run("0f06 0f20c0 4883f001 0f22c0" + LOOP, 8);
    assertThat(cpu.rip()).as("pe can't be cleared").isEqualTo(guest.at(0x400));
    assertThat(cpu.control.cr0() & 8).as("clts").isZero();
  }

  @Test
  void registerThatDoesNotExistIsAFaultOfTheKernel() {
    trapTable(GP, 0, handler(0x400));
    for (String access : new String[] {"0f32", "0f30"}) {
      guest.run("b9 00500040 31c0 31d2" + access + LOOP, 6);
      assertThat(cpu.rip()).as(access).isEqualTo(guest.at(0x400));
      assertThat(stacked(0x10)).as("error code").isZero();
    }
  }

  @Test
  void hltAndItsLikeAreNotCarriedOut() {
    trapTable(GP, 0, handler(0x400));
    for (String privileged : new String[] {"f4", "0f0118", "0f01f8", "0f0138"}) {
      guest.run(privileged + LOOP, 3);
      assertThat(cpu.rip()).as(privileged).isEqualTo(guest.at(0x400));
    }
  }

  @Test
  void eventInterruptsOnceUnmasked() {
    long handler = handler(0x400);
    guest.put32(guest.at(0), 1 << 16);
    guest.put64(guest.at(8), handler);
    assertThat(guest.call(Hypercalls.CALLBACK_OP, 0, guest.at(0))).isZero();
    guest.put64(guest.at(0x20), guest.frame(0x1000));
    guest.put32(guest.at(0x28), 0);
    guest.call(Hypercalls.VCPU_OP, 10, 0, guest.at(0x20));
    guest.run(LOOP, 100);
    assertThat(cpu.rip()).as("masked").isEqualTo(guest.entry());
    guest.cpu.memory.write8(guest.at(0x1001), Segments.DS, 0);
    guest.call(Hypercalls.XEN_VERSION, 0);
    guest.run(LOOP, 100);
    assertThat(cpu.rip()).isEqualTo(handler);
    assertThat(guest.cpu.memory.read8(guest.at(0x1001), Segments.DS))
        .as("masked on the way")
        .isEqualTo(1);
    assertThat(stacked(0x18)).isEqualTo(0xe030);
    assertThat(stacked(0x20) & 0x200).isEqualTo(0x200);
  }

  @Test
  void pageTablesAreChangedByHypercall() {
    long linear = guest.at(0x3000);
    long other = guest.frame(0x5000);
    guest.put64(guest.at(0x5000), 0x1234_5678);
    assertThat(guest.call(Hypercalls.UPDATE_VA_MAPPING, linear, other << 12 | 0x63, 2)).isZero();
    assertThat(guest.get64(linear)).isEqualTo(0x1234_5678);
    assertThat(guest.call(Hypercalls.UPDATE_VA_MAPPING, 0x7000_0000, other << 12 | 0x63, 2))
        .isEqualTo(-Errno.EINVAL);
    assertThat(guest.call(Hypercalls.UPDATE_VA_MAPPING, linear, 1L << 48 | 0x63, 2))
        .as("what is no memory")
        .isEqualTo(-Errno.EPERM);
    assertThat(
            guest.call(Hypercalls.UPDATE_VA_MAPPING, 0xffff_8000_0000_0000L, other << 12 | 0x63, 2))
        .isEqualTo(-Errno.EINVAL);
  }

  @Test
  void updatesStopAtTheFirstBadOne() {
    long root = cpu.control.cr3();
    guest.put64(guest.at(0), (root | 8) + 8);
    guest.put64(guest.at(8), 0);
    guest.put64(guest.at(16), root + 8 * 256);
    guest.put64(guest.at(24), 0);
    assertThat(guest.call(Hypercalls.MMU_UPDATE, guest.at(0), 2, guest.at(0x40), Domid.SELF))
        .as("the hypervisor's slot")
        .isEqualTo(-Errno.EINVAL);
    assertThat(guest.get32(guest.at(0x40))).isEqualTo(1);
    guest.put64(guest.at(0), 1L << 50);
    assertThat(guest.call(Hypercalls.MMU_UPDATE, guest.at(0), 1, 0, Domid.SELF))
        .isEqualTo(-Errno.EINVAL);
    assertThat(guest.call(Hypercalls.MMU_UPDATE, guest.at(0), 1, 0, 5)).isEqualTo(-Errno.ESRCH);
    guest.put64(guest.at(0), guest.frame(0) << 12 | 1);
    guest.put64(guest.at(8), 0x4711);
    assertThat(guest.call(Hypercalls.MMU_UPDATE, guest.at(0), 1, 0, Domid.SELF)).isZero();
    assertThat(guest.get64(0xffff_8000_0000_0000L + 8 * guest.frame(0)))
        .as("M2P")
        .isEqualTo(0x4711);
  }

  @Test
  void kernelsWriteToReadOnlyL1TableIsCarriedOut() {
    long table = guest.at(0x10_0000);
    long linear = table;
    long l1 = l1Of(linear);
    long alias = guest.at(0x7000);
    assertThat(guest.call(Hypercalls.VM_ASSIST, 0, 2)).as("writable page tables").isZero();
    assertThat(guest.call(Hypercalls.UPDATE_VA_MAPPING, alias, l1 & -4096 | 0x21, 2)).isZero();
    trapTable(PF, 0, handler(0x400));
    cpu.gpr[Cpu.RDI] = alias + (l1 & 0xff8);
    cpu.gpr[Cpu.RAX] = guest.frame(0x5000) << 12 | 0x67;
    guest.run("488907" + LOOP, 3);
    assertThat(cpu.rip()).isEqualTo(guest.entry() + 3);
    assertThat(guest.memory.get64(l1))
        .as("user pages are global")
        .isEqualTo(guest.frame(0x5000) << 12 | 0x167);
    cpu.gpr[Cpu.RDI] = 0xffff_8000_0000_0000L;
    guest.run("488907" + LOOP, 3);
    assertThat(cpu.rip()).as("the M2P table stays read-only").isEqualTo(guest.at(0x400));
  }

  private long l1Of(long linear) {
    long table = cpu.control.cr3();
    for (int shift = 39; shift > 12; shift -= 9) {
      table = guest.memory.get64(table + (linear >>> shift & 0x1ff) * 8) & 0x000f_ffff_ffff_f000L;
    }
    return table + (linear >>> 12 & 0x1ff) * 8;
  }

  @Test
  void badFramesAndOperationsOfMmuextAreRefused() {
    assertThat(mmuext(5, 1L << 40, 0)).isEqualTo(-Errno.EINVAL);
    assertThat(mmuext(3, -1, 0)).isEqualTo(-Errno.EINVAL);
    assertThat(mmuext(99, 0, 0)).isEqualTo(-Errno.ENOSYS);
    assertThat(mmuext(13, guest.at(1), 1)).isEqualTo(-Errno.EINVAL);
    assertThat(mmuext(13, guest.at(0x1000), 9000)).isEqualTo(-Errno.EINVAL);
    assertThat(mmuext(6, 0, 0)).isZero();
    guest.put64(guest.at(0x3000), 5);
    assertThat(mmuext(17, guest.frame(0x4000), guest.frame(0x3000))).isZero();
    assertThat(guest.get64(guest.at(0x4000))).isEqualTo(5);
    assertThat(mmuext(16, guest.frame(0x4000), 0)).isZero();
    assertThat(guest.get64(guest.at(0x4000))).isZero();
  }

  private void protect(int offset) {
    long entry = guest.frame(offset) << 12 | 0x21;
    assertThat(guest.call(Hypercalls.UPDATE_VA_MAPPING, guest.at(offset), entry, 2)).isZero();
  }

  private long mmuext(int command, long first, long second) {
    guest.put32(guest.at(0x100), command);
    guest.put64(guest.at(0x108), first);
    guest.put64(guest.at(0x110), second);
    return guest.call(Hypercalls.MMUEXT_OP, guest.at(0x100), 1, 0, Domid.SELF);
  }

  @Test
  void gdtOfTheGuestIsMadeUsableAtItsLevel() {
    guest.put64(guest.at(0x3000 + 0x10), 0x00af_9b00_0000_ffffL);
    guest.put64(guest.at(0), guest.frame(0x3000));
    assertThat(guest.call(Hypercalls.SET_GDT, guest.at(0), 16))
        .as("while it is mapped writable")
        .isEqualTo(-Errno.EINVAL);
    protect(0x3000);
    assertThat(guest.call(Hypercalls.SET_GDT, guest.at(0), 16)).isZero();
    assertThat(guest.get64(guest.at(0x3010))).isEqualTo(0x00af_fb00_0000_ffffL);
    assertThat(
            guest.call(
                Hypercalls.UPDATE_DESCRIPTOR,
                (guest.frame(0x3000) << 12) + 0x18,
                0x00cf_9300_0000_ffffL))
        .isZero();
    cpu.loader.load(Segments.DS, 0x1b);
    assertThat(cpu.segments.selector[Segments.DS]).isEqualTo(0x1b);
    long tss = 0x0000_8900_0000_0067L;
    assertThat(guest.call(Hypercalls.UPDATE_DESCRIPTOR, guest.frame(0x3000) << 12, tss))
        .isEqualTo(-Errno.EINVAL);
    assertThat(guest.call(Hypercalls.UPDATE_DESCRIPTOR, (guest.frame(0x3000) << 12) + 4, 0))
        .isEqualTo(-Errno.EINVAL);
    guest.put64(guest.at(0), -1);
    assertThat(guest.call(Hypercalls.SET_GDT, guest.at(0), 16)).isEqualTo(-Errno.EINVAL);
    assertThat(guest.call(Hypercalls.SET_GDT, guest.at(0), 7169)).isEqualTo(-Errno.EINVAL);
  }

  @Test
  void iretGoesToUserModeAndSystemCallComesBack() {
    long root = cpu.control.cr3();
    long handler = handler(0x400);
    guest.put32(guest.at(0), 2 | 1 << 16);
    guest.put64(guest.at(8), handler);
    assertThat(guest.call(Hypercalls.CALLBACK_OP, 0, guest.at(0))).isZero();
    assertThat(guest.call(Hypercalls.STACK_SWITCH, 0xe02b, guest.at(0x7000))).isZero();
    assertThat(mmuext(15, root >>> 12, 0)).isZero();
    guest.call(Hypercalls.SET_SEGMENT_BASE, 1, 0x5000);
    guest.put16(guest.at(0x600), 0x050f);
    iretFrame(guest.at(0x6000), guest.at(0x600), 0xe033, 0x202, 0x1234_5670, 0xe02b);
    cpu.gpr[Cpu.RSP] = guest.at(0x6000);
    cpu.gpr[Cpu.RAX] = Hypercalls.IRET;
    guest.run("0f05", 1);
    assertThat(cpu.rip()).isEqualTo(guest.at(0x600));
    assertThat(cpu.gpr[Cpu.RAX]).isEqualTo(0xaaaa);
    assertThat(cpu.segments.base[Segments.GS]).as("user gs").isEqualTo(0x5000);
    guest.machine.run(1);
    assertThat(cpu.rip()).isEqualTo(handler);
    assertThat(cpu.gpr[Cpu.RSP]).isEqualTo(guest.at(0x7000) - 0x38);
    assertThat(stacked(0x10)).isEqualTo(guest.at(0x602));
    assertThat(stacked(0x18)).isEqualTo(0xe033);
    assertThat(stacked(0x20) & 0x200).isEqualTo(0x200);
    assertThat(stacked(0x28)).isEqualTo(0x1234_5670);
    assertThat(cpu.msrs.kernelGsBase).isEqualTo(0x5000);
  }

  @Test
  void iretFromASystemCallLeavesTheRegistersOfSysret() {
    assertThat(mmuext(15, cpu.control.cr3() >>> 12, 0)).isZero();
    iretFrame(guest.at(0x6000), guest.at(0x600), 0xe033, 0x3002, 0x1234_5670, 0xe02b);
    guest.put64(guest.at(0x6018), 0x100);
    cpu.gpr[Cpu.RSP] = guest.at(0x6000);
    cpu.gpr[Cpu.RAX] = Hypercalls.IRET;
    guest.run("0f05", 1);
    assertThat(cpu.gpr[Cpu.RCX]).isEqualTo(guest.at(0x600));
    assertThat(cpu.gpr[11]).isEqualTo(0x202);
  }

  private void iretFrame(long at, long rip, int cs, int rflags, long rsp, int ss) {
    long[] words = {0xaaaa, 0xbbbb, 0xcccc, 0, rip, cs, rflags, rsp, ss};
    for (int i = 0; i < words.length; i++) {
      guest.put64(at + 8L * i, words[i]);
    }
  }

  @Test
  void iretToABadSelectorIsAFaultOfTheKernel() {
    long handler = handler(0x400);
    trapTable(GP, 0, handler);
    iretFrame(guest.at(0x6000), guest.at(0x600), 0x1230, 0x202, guest.at(0x7000), 0xe02b);
    cpu.gpr[Cpu.RSP] = guest.at(0x6000);
    cpu.gpr[Cpu.RAX] = Hypercalls.IRET;
    guest.run("0f05", 1);
    assertThat(cpu.rip()).isEqualTo(handler);
    assertThat(stacked(0x10)).isEqualTo(0x1230);
    assertThat(stacked(0x18)).isEqualTo(guest.at(0x600));
  }

  @Test
  void iretWithoutUserTablesOrFrameCrashesTheDomain() {
    iretFrame(guest.at(0x6000), 0, 0xe033, 0x202, 0, 0xe02b);
    cpu.gpr[Cpu.RSP] = guest.at(0x6000);
    cpu.gpr[Cpu.RAX] = Hypercalls.IRET;
    assertThat(guest.run("0f05", 10)).isInstanceOf(ExitReason.GuestCrash.class);
    XenGuest second = XenGuest.pv(1);
    second.cpu.gpr[Cpu.RSP] = XenGuest.NOWHERE;
    second.cpu.gpr[Cpu.RAX] = Hypercalls.IRET;
    assertThat(second.run("0f05", 10)).isInstanceOf(ExitReason.GuestCrash.class);
  }

  @Test
  void memoryCanBeGivenBackAndTakenAgain() {
    long frame = guest.frame(0x9000);
    guest.put64(guest.at(0x100), frame);
    guest.call(Hypercalls.UPDATE_VA_MAPPING, guest.at(0x9000), 0, 2);
    reservation(1, guest.at(0x100), 1);
    assertThat(guest.call(Hypercalls.MEMORY_OP, 1, guest.at(0))).isEqualTo(1);
    assertThat(guest.call(Hypercalls.MEMORY_OP, 1, guest.at(0))).as("already given back").isZero();
    guest.put64(guest.at(0x100), 0x99);
    assertThat(guest.call(Hypercalls.MEMORY_OP, 6, guest.at(0))).isEqualTo(1);
    assertThat(guest.get64(guest.at(0x100))).isEqualTo(frame);
    assertThat(guest.get64(0xffff_8000_0000_0000L + 8 * frame)).isEqualTo(0x99);
    assertThat(guest.call(Hypercalls.MEMORY_OP, 12, guest.at(0))).isZero();
    assertThat(guest.get64(guest.at(0))).isEqualTo(0xffff_8000_0000_0000L);
  }

  private void reservation(long count, long list, int domain) {
    guest.put64(guest.at(0), list);
    guest.put64(guest.at(8), count);
    guest.put64(guest.at(16), 0);
    guest.put16(guest.at(24), domain);
  }

  @Test
  void debugRegistersKeepOutOfTheHypervisor() {
    assertThat(guest.call(Hypercalls.SET_DEBUGREG, 0, guest.at(0))).isZero();
    assertThat(guest.call(Hypercalls.GET_DEBUGREG, 0)).isEqualTo(guest.at(0));
    assertThat(guest.call(Hypercalls.SET_DEBUGREG, 0, 0xffff_8000_0000_0000L))
        .isEqualTo(-Errno.EPERM);
    assertThat(guest.call(Hypercalls.SET_DEBUGREG, 7, 1 << 13)).isEqualTo(-Errno.EPERM);
    assertThat(guest.call(Hypercalls.GET_DEBUGREG, 8)).isEqualTo(-Errno.EINVAL);
  }
}
