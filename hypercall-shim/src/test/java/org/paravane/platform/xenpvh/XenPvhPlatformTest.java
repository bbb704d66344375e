package org.paravane.platform.xenpvh;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.InterruptController;
import org.paravane.core.cpu.Platform;
import org.paravane.core.machine.ExitReason;
import org.paravane.platform.testing.PlatformGuest;
import org.paravane.platform.testing.XenGuest;
import org.paravane.platform.xen.Hypercalls;
import org.paravane.platform.xen.abi.Domid;
import org.paravane.platform.xen.abi.Errno;

class XenPvhPlatformTest {
  private static final int HYPERCALL_PAGE_MSR = 0x4000_0000;
  private final XenGuest guest = XenGuest.pvh(1);
  private final Cpu cpu = guest.cpu;

  private long parameter(int operation, int index, long value) {
    guest.put16(guest.at(0), Domid.SELF);
    guest.put32(guest.at(4), index);
    guest.put64(guest.at(8), value);
    return guest.call(Hypercalls.HVM_OP, operation, guest.at(0));
  }

  @Test
  void entersWithTheStartStructure() {
    assertThat(cpu.rip()).isEqualTo(guest.entry());
    assertThat(guest.memory.get32(cpu.gpr[Cpu.RBX])).isEqualTo(0x336e_c578);
  }

  @Test
  void memoryIsWriteBackUnlessTheGuestSaysOtherwise() {
    assertThat(cpu.msrs.read(0x2ff)).isEqualTo(0x806);
    assertThat(cpu.msrs.read(0x201)).isZero();
    cpu.msrs.write(0x2ff, 0);
    assertThat(cpu.msrs.read(0x2ff)).isZero();
  }

  @Test
  void parametersTellWhereTheRingsAre() {
    assertThat(parameter(1, 1, 0)).isZero();
    assertThat(guest.get64(guest.at(8))).isEqualTo(0xfeffc);
    assertThat(parameter(1, 18, 0)).isZero();
    assertThat(guest.get64(guest.at(8))).isEqualTo(2);
    assertThat(parameter(1, 39, 0)).isEqualTo(-Errno.EINVAL);
    guest.put32(guest.at(4), 1);
    guest.put16(guest.at(0), 7);
    assertThat(guest.call(Hypercalls.HVM_OP, 1, guest.at(0))).isEqualTo(-Errno.ESRCH);
    guest.put16(guest.at(0), Domid.HOST);
    assertThat(guest.call(Hypercalls.HVM_OP, 1, guest.at(0))).isEqualTo(-Errno.EPERM);
    assertThat(parameter(0, 1, 5))
        .as("the store's page is the toolstack's")
        .isEqualTo(-Errno.EPERM);
    assertThat(parameter(1, 31, 0)).as("not for guests").isEqualTo(-Errno.EPERM);
    assertThat(parameter(1, 24, 0)).as("deprecated").isEqualTo(-Errno.EINVAL);
    assertThat(parameter(0, 19, 1)).as("there is no ACPI timer").isEqualTo(-Errno.ENODEV);
  }

  private void add(int space, long index, long frame) {
    guest.put16(guest.at(0x40), Domid.SELF);
    guest.put32(guest.at(0x44), space);
    guest.put32(guest.at(0x48), index);
    guest.put32(guest.at(0x4c), frame);
  }

  @Test
  void sharedInfoGoesWhereTheGuestWantsIt() {
    guest.put64(guest.at(0x1000 + 0x100), 0x1234);
    add(0, 0, guest.frame(0x1000));
    assertThat(guest.call(Hypercalls.MEMORY_OP, 7, guest.at(0x40))).isZero();
    assertThat(guest.get32(guest.at(0x1000 + 0xc00))).as("wall clock version").isEqualTo(2);
    add(0, 1, guest.frame(0x1000));
    assertThat(guest.call(Hypercalls.MEMORY_OP, 7, guest.at(0x40))).isEqualTo(-Errno.EINVAL);
    add(9, 0, guest.frame(0x1000));
    assertThat(guest.call(Hypercalls.MEMORY_OP, 7, guest.at(0x40))).isEqualTo(-Errno.EINVAL);
    add(0, 0, 1L << 28);
    assertThat(guest.call(Hypercalls.MEMORY_OP, 7, guest.at(0x40))).isEqualTo(-Errno.EINVAL);
  }

  @Test
  void grantTableMayLieWhereThereIsNoRam() {
    add(1, 0, 0x10_0000);
    assertThat(guest.call(Hypercalls.MEMORY_OP, 7, guest.at(0x40))).isZero();
    assertThat(guest.memory.busRead((0x10_0000L << 12) + 8, 2)).as("xenstore's grant").isEqualTo(1);
    add(1, 64, 0x10_0001);
    assertThat(guest.call(Hypercalls.MEMORY_OP, 7, guest.at(0x40))).isEqualTo(-Errno.EINVAL);
  }

  @Test
  void upcallArrivesThroughTheCallbackVectorWhilePending() {
    add(0, 0, guest.frame(0x1000));
    guest.call(Hypercalls.MEMORY_OP, 7, guest.at(0x40));
    InterruptController controller = cpu.platform.interruptController(cpu);
    guest.put32(guest.at(0), 0);
    guest.call(Hypercalls.EVENT_CHANNEL_OP, 7, guest.at(0));
    guest.put32(guest.at(0), guest.get32(guest.at(4)));
    guest.call(Hypercalls.EVENT_CHANNEL_OP, 4, guest.at(0));
    assertThat(controller.interruptPending()).as("no vector yet").isFalse();
    assertThat(parameter(0, 0, 2L << 56 | 0xf3)).isZero();
    assertThat(controller.acknowledgeInterrupt()).isEqualTo(0xf3);
    assertThat(controller.interruptPending()).as("until the guest clears it").isTrue();
    guest.cpu.memory.write8(guest.at(0x1000), 3, 0);
    assertThat(controller.interruptPending()).isFalse();
  }

  @Test
  void memoryMapIsWhatTheGuestLastSaid() {
    guest.put16(guest.at(0), Domid.SELF);
    guest.put32(guest.at(4), 1);
    guest.put32(guest.at(8), guest.at(0x100));
    guest.put64(guest.at(0x100), 0x1000);
    guest.put64(guest.at(0x108), 0x2000);
    guest.put32(guest.at(0x110), 5);
    assertThat(guest.call(Hypercalls.MEMORY_OP, 13, guest.at(0))).isZero();
    guest.put32(guest.at(0), 16);
    guest.put32(guest.at(4), guest.at(0x200));
    assertThat(guest.call(Hypercalls.MEMORY_OP, 9, guest.at(0))).isZero();
    assertThat(guest.get32(guest.at(0))).isEqualTo(1);
    assertThat(guest.get64(guest.at(0x208))).isEqualTo(0x2000);
    guest.put32(guest.at(4), 1025);
    assertThat(guest.call(Hypercalls.MEMORY_OP, 13, guest.at(0))).isEqualTo(-Errno.EINVAL);
    guest.put32(guest.at(4), 1);
    guest.put16(guest.at(0), 7);
    assertThat(guest.call(Hypercalls.MEMORY_OP, 13, guest.at(0))).isEqualTo(-Errno.ESRCH);
  }

  @Test
  void sharedInfoIsLaidOutForTheCodeThatNamesTheCallback() {
    add(0, 0, guest.frame(0x1000));
    guest.call(Hypercalls.MEMORY_OP, 7, guest.at(0x40));
    guest.put32(guest.at(0), 0);
    guest.call(Hypercalls.EVENT_CHANNEL_OP, 7, guest.at(0));
    int port = guest.get32(guest.at(4));
    assertThat(parameter(0, 0, 2L << 56 | 0xf3)).isZero();
    assertThat(guest.get32(guest.at(0x1000 + 0x900))).as("wc_version of 32-bit code").isEqualTo(2);
    guest.put32(guest.at(0x1000 + 0x880), 1 << port);
    guest.put32(guest.at(0), port);
    guest.call(Hypercalls.EVENT_CHANNEL_OP, 4, guest.at(0));
    assertThat(guest.get32(guest.at(0x1000 + 0x800))).as("pending").isEqualTo(1 << port);
    assertThat(guest.get32(guest.at(0x1000 + 4))).as("masked, so not selected").isZero();
    guest.call(Hypercalls.EVENT_CHANNEL_OP, 9, guest.at(0));
    assertThat(guest.get32(guest.at(0x1000 + 0x880))).as("unmasked").isZero();
    assertThat(guest.get32(guest.at(0x1000 + 4))).as("evtchn_pending_sel").isEqualTo(1);
  }

  @Test
  void eventsWithAVectorOfTheirOwnComeThroughTheLocalApic() {
    add(0, 0, guest.frame(0x1000));
    guest.call(Hypercalls.MEMORY_OP, 7, guest.at(0x40));
    InterruptController controller = cpu.platform.interruptController(cpu);
    guest.memory.busWrite(0xfee0_00f0L, 4, 0x1ff);
    guest.put32(guest.at(0), 0);
    guest.put32(guest.at(4), 0x0f);
    assertThat(guest.call(Hypercalls.HVM_OP, 23, guest.at(0))).isEqualTo(-Errno.EINVAL);
    guest.put32(guest.at(4), 0x52);
    assertThat(guest.call(Hypercalls.HVM_OP, 23, guest.at(0))).isZero();
    assertThat(controller.acknowledgeInterrupt()).as("events or none").isEqualTo(0x52);
    guest.memory.busWrite(0xfee0_00b0L, 4, 0);
    guest.put32(guest.at(0), 1);
    assertThat(guest.call(Hypercalls.HVM_OP, 23, guest.at(0))).isEqualTo(-Errno.ENOENT);
    guest.put32(guest.at(0), 0);
    guest.call(Hypercalls.EVENT_CHANNEL_OP, 7, guest.at(0));
    guest.put32(guest.at(0), guest.get32(guest.at(4)));
    guest.call(Hypercalls.EVENT_CHANNEL_OP, 4, guest.at(0));
    assertThat(controller.acknowledgeInterrupt()).isEqualTo(0x52);
    assertThat(controller.interruptPending()).as("an edge: once only").isFalse();
    assertThat(parameter(0, 0, 2L << 56 | 0xf3)).isZero();
    assertThat(controller.acknowledgeInterrupt()).as("both ways").isEqualTo(0xf3);
  }

  @Test
  void callbacksThatNeedAnInterruptControllerChangeNothing() {
    assertThat(parameter(0, 0, 2L << 56 | 0xf3)).isZero();
    guest.put32(guest.at(0), 0);
    guest.call(Hypercalls.EVENT_CHANNEL_OP, 7, guest.at(0));
    guest.put32(guest.at(0), guest.get32(guest.at(4)));
    guest.call(Hypercalls.EVENT_CHANNEL_OP, 4, guest.at(0));
    assertThat(parameter(0, 0, 9)).as("GSI 9").isZero();
    InterruptController controller = cpu.platform.interruptController(cpu);
    assertThat(controller.acknowledgeInterrupt()).isEqualTo(0xf3);
    assertThat(parameter(1, 0, 0)).isZero();
    assertThat(guest.get64(guest.at(8))).as("it is kept all the same").isEqualTo(9);
  }

  @Test
  void hypercallPageIsWrittenToRamOnly() {
    cpu.msrs.write(HYPERCALL_PAGE_MSR, guest.at(0x1000));
    assertThat(guest.get64(guest.at(0x1000 + 17 * 32))).isEqualTo(0xc101_0f00_0000_11b8L);
    assertThat(guest.get32(guest.at(0x1000 + 23 * 32)) & 0xffff)
        .as("iret is undefined")
        .isEqualTo(0x0b0f);
    assertThat(cpu.msrs.read(HYPERCALL_PAGE_MSR)).isZero();
    assertThat(PlatformGuest.faults(() -> cpu.msrs.write(HYPERCALL_PAGE_MSR, 1L << 36))).isTrue();
    assertThat(PlatformGuest.faults(() -> cpu.msrs.write(HYPERCALL_PAGE_MSR, guest.at(0x1001))))
        .isTrue();
  }

  @Test
  void memoryMapNamesTheSpecialPages() {
    guest.put32(guest.at(0), 16);
    guest.put32(guest.at(4), guest.at(0x100));
    assertThat(guest.call(Hypercalls.MEMORY_OP, 9, guest.at(0))).isZero();
    int last = guest.get32(guest.at(0)) - 1;
    assertThat(guest.get64(guest.at(0x100) + 20L * last)).isEqualTo(0xfeff_8000L);
    assertThat(guest.get32(guest.at(0x100) + 20L * last + 16)).as("reserved").isEqualTo(2);
  }

  @Test
  void memoryThatWasGivenBackComesBackEmpty() {
    guest.put64(guest.at(0x5000), 77);
    guest.put32(guest.at(0x100), guest.frame(0x5000));
    guest.put32(guest.at(0), guest.at(0x100));
    guest.put32(guest.at(4), 1);
    guest.put32(guest.at(8), 0);
    guest.put16(guest.at(16), Domid.SELF);
    assertThat(guest.call(Hypercalls.MEMORY_OP, 6, guest.at(0))).as("not given back").isZero();
    assertThat(guest.call(Hypercalls.MEMORY_OP, 1, guest.at(0))).isEqualTo(1);
    assertThat(guest.call(Hypercalls.MEMORY_OP, 6, guest.at(0))).isEqualTo(1);
    assertThat(guest.get64(guest.at(0x5000))).isZero();
  }

  private static final String HALT = "fa f4";
  private static final String WAIT = "fb f4 ebfc";

  @Test
  void lastProcessorThatHaltsWithInterruptsOffTurnsTheGuestOff() {
    assertThat(guest.run(HALT, 100))
        .isEqualTo(new ExitReason.PowerOff("its last processor halted with interrupts off"));
    assertThat(XenGuest.pvh(1).run(WAIT, 100)).isEqualTo(new ExitReason.Halted());
  }

  @Test
  void processorsThatAreOffDoNotKeepTheGuestOn() {
    XenGuest two = XenGuest.pvh(2);
    assertThat(two.run(HALT, 100)).isInstanceOf(ExitReason.PowerOff.class);
    assertThat(two.call(Hypercalls.VCPU_OP, 3, 0)).as("is up").isZero();
    two = XenGuest.pvh(2);
    startAt(two, two.entry() + 16);
    assertThat(two.call(Hypercalls.VCPU_OP, 1, 1)).isZero();
    assertThat(two.run(HALT + "90".repeat(14) + WAIT, 100))
        .as("the other waits for an interrupt")
        .isEqualTo(new ExitReason.Halted());
    assertThat(two.call(Hypercalls.VCPU_OP, 3, 0)).isZero();
    assertThat(two.call(Hypercalls.VCPU_OP, 3, 1)).isEqualTo(1);
  }

  @Test
  void lastProcessorThatIsTakenOffTurnsTheGuestOff() {
    // mov eax, 24; mov ebx, 2; xor ecx, ecx; vmcall
    assertThat(guest.run("b818000000 bb02000000 31c9 0f01c1", 100))
        .isEqualTo(new ExitReason.PowerOff("Xen VCPUOP_down of its last processor"));
  }

  private static void startAt(XenGuest guest, long address) {
    long at = guest.at(0x200);
    guest.put32(at + 0x28, address);
    guest.put32(at + 0x30, 0x11);
    for (int i = 0; i < 5; i++) {
      guest.put32(at + 0x5c + 4 * i, -1);
      guest.put16(at + 0x70 + 2 * i, i == 0 ? 0xc9b : i == 4 ? 0x8b : 0xc93);
    }
    assertThat(guest.call(Hypercalls.VCPU_OP, 0, 1, at)).isZero();
  }

  @Test
  void apicIdsAreEven() {
    XenGuest two = XenGuest.pvh(2);
    Platform.CpuidResult result = new Platform.CpuidResult();
    Cpu second = two.machine.cpu(1);
    second.platform.cpuid(second, 1, 0, result);
    assertThat(result.ebx >>> 24).isEqualTo(2);
    second.platform.cpuid(second, 0xb, 3, result);
    assertThat(result.edx).isEqualTo(2);
    assertThat(result.ecx).isEqualTo(3);
    second.msrs.write(0x1b, 0xfee0_0c00L);
    assertThat(second.msrs.read(0x802)).isEqualTo(2);
  }
}
