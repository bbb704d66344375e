package org.paravane.platform.xen;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.EventDelivery.Activity;
import org.paravane.core.machine.ExitReason;
import org.paravane.platform.testing.XenGuest;
import org.paravane.platform.xen.abi.Errno;

class HypercallsTest {
  private static XenGuest guest(String kind) {
    return kind.equals("pv") ? XenGuest.pv(2) : XenGuest.pvh(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"pv", "pvh"})
  void unknownNumbersAreRefusedAndCounted(String kind) {
    XenGuest guest = guest(kind);
    assertThat(guest.call(61)).isEqualTo(-Errno.ENOSYS);
    assertThat(guest.call(1000)).isEqualTo(-Errno.ENOSYS);
    assertThat(guest.call(1000)).isEqualTo(-Errno.ENOSYS);
    assertThat(guest.call(Hypercalls.SCHED_OP, 99)).isEqualTo(-Errno.ENOSYS);
    assertThat(guest.counters())
        .containsEntry("hypercall 61 answered -ENOSYS", 1L)
        .containsEntry("hypercall 1000 answered -ENOSYS", 2L)
        .containsEntry("hypercall 29 operation 99 answered -ENOSYS", 1L)
        .containsEntry("hypercall 29", 1L);
  }

  @ParameterizedTest
  @ValueSource(ints = {12, 13, 17, 18, 20, 24, 29, 30, 32})
  void badPointersAreFaultsOfTheCall(int number) {
    for (String kind : new String[] {"pv", "pvh"}) {
      XenGuest guest = guest(kind);
      if (number == Hypercalls.CALLBACK_OP && kind.equals("pvh")) {
        continue;
      }
      long cr2 = guest.cpu.control.cr2();
      long[] arguments =
          switch (number) {
            case 12 -> new long[] {3, XenGuest.NOWHERE};
            case 13 -> new long[] {XenGuest.NOWHERE, 1};
            case 17 -> new long[] {1, XenGuest.NOWHERE};
            case 18 -> new long[] {0, 4, XenGuest.NOWHERE};
            case 20 -> new long[] {2, XenGuest.NOWHERE, 1};
            case 24 -> new long[] {5, 0, XenGuest.NOWHERE};
            case 29 -> new long[] {2, XenGuest.NOWHERE};
            case 30 -> new long[] {0, XenGuest.NOWHERE};
            default -> new long[] {4, XenGuest.NOWHERE};
          };
      assertThat(guest.call(number, arguments)).as("%s %d", kind, number).isEqualTo(-Errno.EFAULT);
      assertThat(guest.cpu.control.cr2()).isEqualTo(cr2);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 6})
  void reservationsTellHowManyExtentsWereDoneWhateverStoppedThem(int command) {
    for (String kind : new String[] {"pv", "pvh"}) {
      assertThat(guest(kind).call(Hypercalls.MEMORY_OP, command, XenGuest.NOWHERE))
          .as(kind)
          .isZero();
    }
  }

  @Test
  void hypervisorsAddressesAreOutOfAPvGuestsReach() {
    XenGuest guest = XenGuest.pv(1);
    assertThat(guest.call(Hypercalls.XEN_VERSION, 1, 0xffff_8000_0000_0000L))
        .isEqualTo(-Errno.EFAULT);
    assertThat(guest.call(Hypercalls.XEN_VERSION, 1, 0x8000_0000_0000_0000L))
        .isEqualTo(-Errno.EFAULT);
  }

  @ParameterizedTest
  @ValueSource(strings = {"pv", "pvh"})
  void tellsVersionAndFeatures(String kind) {
    XenGuest guest = guest(kind);
    assertThat(guest.call(Hypercalls.XEN_VERSION, 0)).isEqualTo(0x40011);
    assertThat(guest.call(Hypercalls.XEN_VERSION, 7)).isEqualTo(4096);
    guest.put32(guest.at(0), 0);
    assertThat(guest.call(Hypercalls.XEN_VERSION, 6, guest.at(0))).isZero();
    int features = guest.get32(guest.at(4));
    assertThat(features & 0xe5).isEqualTo(kind.equals("pv") ? 0xe0 : 0x05);
    guest.put32(guest.at(0), 1);
    assertThat(guest.call(Hypercalls.XEN_VERSION, 6, guest.at(0))).isEqualTo(-Errno.EINVAL);
  }

  @ParameterizedTest
  @ValueSource(strings = {"pv", "pvh"})
  void multicallKeepsEachResult(String kind) {
    XenGuest guest = guest(kind);
    int word = guest.wordBytes();
    guest.putWord(guest.at(0), Hypercalls.XEN_VERSION);
    guest.putWord(guest.at(2 * word), 0);
    guest.putWord(guest.at(8 * word), 61);
    guest.putWord(guest.at(16 * word), Hypercalls.MULTICALL);
    assertThat(guest.call(Hypercalls.MULTICALL, guest.at(0), 3)).isZero();
    assertThat(guest.get32(guest.at(word))).isEqualTo(0x40011);
    assertThat(guest.get32(guest.at(9 * word))).isEqualTo(-Errno.ENOSYS);
    assertThat(guest.get32(guest.at(17 * word))).isEqualTo(-Errno.EINVAL);
  }

  @Test
  void shutdownReasonsEndTheRun() {
    assertThat(shutDown(0)).isInstanceOf(ExitReason.PowerOff.class);
    assertThat(shutDown(1)).isInstanceOf(ExitReason.Reset.class);
    assertThat(shutDown(3)).isInstanceOf(ExitReason.GuestCrash.class);
  }

  private static ExitReason shutDown(int reason) {
    XenGuest guest = XenGuest.pvh(1);
    guest.put32(guest.at(0), reason);
    // mov eax, 29; mov ebx, 2; mov ecx, scratch; vmcall; hlt
    return guest.run("b81d000000 bb02000000 b900002000 0f01c1 f4", 100);
  }

  @Test
  void reasonThatWasNamedBeforeCounts() {
    XenGuest guest = XenGuest.pvh(1);
    guest.put32(guest.at(0), 1);
    assertThat(guest.call(Hypercalls.SCHED_OP, 5, guest.at(0))).isZero();
    guest.put32(guest.at(0), 0);
    assertThat(guest.run("b81d000000 bb02000000 b900002000 0f01c1 f4", 100))
        .isEqualTo(new ExitReason.Reset("Xen SCHEDOP_shutdown, reboot"));
  }

  private static long watchdog(XenGuest guest, int number, int seconds) {
    guest.put32(guest.at(0), number);
    guest.put32(guest.at(4), seconds);
    return guest.call(Hypercalls.SCHED_OP, 6, guest.at(0));
  }

  @Test
  void watchdogThatIsNotSetAgainEndsTheGuest() {
    XenGuest guest = XenGuest.pvh(1);
    assertThat(watchdog(guest, 0, 1)).isEqualTo(1);
    assertThat(watchdog(guest, 1, 3)).isZero();
    assertThat(watchdog(guest, 2, 3)).as("not in use").isEqualTo(-Errno.EINVAL);
    // sti; hlt; jmp
    assertThat(guest.run("fbf4ebfc", 1000))
        .isEqualTo(new ExitReason.Reset("Xen SCHEDOP_shutdown, watchdog"));
    assertThat(guest.machine.nanos()).isBetween(3_000_000_000L, 3_100_000_000L);
  }

  @Test
  void consoleIoPrints() {
    XenGuest guest = XenGuest.pv(1);
    guest.put32(guest.at(0), 0x0a6f_6c68);
    assertThat(guest.call(Hypercalls.CONSOLE_IO, 0, 4, guest.at(0))).isZero();
    assertThat(guest.printed).hasToString("hlo\n");
    assertThat(guest.call(Hypercalls.CONSOLE_IO, 0, 1L << 30, guest.at(0)))
        .isEqualTo(-Errno.EINVAL);
  }

  @ParameterizedTest
  @ValueSource(strings = {"pv", "pvh"})
  void processorsThatDoNotExistAreNotThere(String kind) {
    XenGuest guest = guest(kind);
    assertThat(guest.call(Hypercalls.VCPU_OP, 3, 0)).isEqualTo(1);
    assertThat(guest.call(Hypercalls.VCPU_OP, 3, 1)).isZero();
    assertThat(guest.call(Hypercalls.VCPU_OP, 3, 2)).isEqualTo(-Errno.ENOENT);
    assertThat(guest.call(Hypercalls.VCPU_OP, 3, 8191)).isEqualTo(-Errno.ENOENT);
    assertThat(guest.call(Hypercalls.VCPU_OP, 1, 1))
        .as("up before initialise")
        .isEqualTo(-Errno.EINVAL);
    assertThat(guest.call(Hypercalls.VCPU_OP, 0, 0, guest.at(0))).isEqualTo(-Errno.EEXIST);
  }

  @Test
  void vcpuInfoMovesOnce() {
    XenGuest guest = XenGuest.pv(1);
    guest.put64(guest.at(0), guest.frame(0x1000));
    guest.put32(guest.at(8), 0x40);
    assertThat(guest.call(Hypercalls.VCPU_OP, 10, 0, guest.at(0))).isZero();
    assertThat(guest.get64(guest.at(0x1040)) & 0xffff).as("pending and masked").isEqualTo(0x101);
    assertThat(guest.get64(guest.at(0x1048))).isEqualTo(-1);
    assertThat(guest.get32(guest.at(0x1040 + 0x38))).as("tsc_to_system_mul").isEqualTo(0x8000_0000);
    assertThat(guest.call(Hypercalls.VCPU_OP, 10, 0, guest.at(0))).isEqualTo(-Errno.EINVAL);
  }

  @Test
  void vcpuInfoMustLieInOnePageOfRam() {
    XenGuest guest = XenGuest.pv(1);
    guest.put64(guest.at(0), guest.frame(0x1000));
    guest.put32(guest.at(8), 0xff0);
    assertThat(guest.call(Hypercalls.VCPU_OP, 10, 0, guest.at(0))).isEqualTo(-Errno.ENXIO);
    guest.put64(guest.at(0), -1);
    guest.put32(guest.at(8), 0);
    assertThat(guest.call(Hypercalls.VCPU_OP, 10, 0, guest.at(0))).isEqualTo(-Errno.EINVAL);
  }

  @Test
  void timerInThePastFiresAtOnce() {
    XenGuest guest = XenGuest.pv(1);
    guest.put32(guest.at(0), 0);
    guest.put32(guest.at(4), 0);
    assertThat(guest.call(Hypercalls.EVENT_CHANNEL_OP, 1, guest.at(0))).isZero();
    int port = guest.get32(guest.at(8));
    guest.put64(guest.at(0x20), -5);
    assertThat(guest.call(Hypercalls.VCPU_OP, 8, 0, guest.at(0x20))).isZero();
    assertThat(guest.call(Hypercalls.VCPU_OP, 8, 1, guest.at(0x20))).isEqualTo(-Errno.ENOENT);
    guest.run("ebfe", 10);
    guest.put64(guest.at(0x40), guest.at(0x60));
    guest.put32(guest.at(0x48), 1);
    guest.put64(guest.at(0x50), 0);
    guest.put32(guest.at(0x60), port);
    assertThat(guest.call(Hypercalls.SCHED_OP, 3, guest.at(0x40))).isZero();
    assertThat(guest.cpu.events.activity())
        .as("pending, so not waiting")
        .isEqualTo(Activity.RUNNING);
  }

  @Test
  void pollWaitsForItsPortAndNoOther() {
    XenGuest guest = XenGuest.pv(1);
    int polled = ipi(guest);
    int other = ipi(guest);
    guest.put64(guest.at(0x40), guest.at(0x60));
    guest.put32(guest.at(0x48), 1);
    guest.put32(guest.at(0x60), polled);
    assertThat(guest.call(Hypercalls.SCHED_OP, 3, guest.at(0x40))).isZero();
    assertThat(guest.cpu.events.activity()).isEqualTo(Activity.HALTED);
    send(guest, other);
    assertThat(guest.cpu.events.activity()).isEqualTo(Activity.HALTED);
    send(guest, polled);
    assertThat(guest.cpu.events.activity()).isEqualTo(Activity.RUNNING);
    guest.put32(guest.at(0x48), 129);
    assertThat(guest.call(Hypercalls.SCHED_OP, 3, guest.at(0x40))).isEqualTo(-Errno.EINVAL);
  }

  private static int ipi(XenGuest guest) {
    guest.put32(guest.at(0), 0);
    assertThat(guest.call(Hypercalls.EVENT_CHANNEL_OP, 7, guest.at(0))).isZero();
    return guest.get32(guest.at(4));
  }

  private static void send(XenGuest guest, int port) {
    guest.put32(guest.at(0x80), port);
    assertThat(guest.call(Hypercalls.EVENT_CHANNEL_OP, 4, guest.at(0x80))).isZero();
  }

  @Test
  void runstateCountsTheTimeOfWaiting() {
    XenGuest guest = XenGuest.pv(1);
    guest.put64(guest.at(0), guest.at(0x100));
    assertThat(guest.call(Hypercalls.VCPU_OP, 5, 0, guest.at(0))).isZero();
    int port = ipi(guest);
    assertThat(port).isPositive();
    guest.put64(guest.at(0x40), guest.at(0x60));
    guest.put32(guest.at(0x48), 0);
    guest.put64(guest.at(0x50), guest.machine.nanos() + 1_000_000);
    guest.call(Hypercalls.SCHED_OP, 3, guest.at(0x40));
    assertThat(guest.get32(guest.at(0x100))).as("blocked").isEqualTo(2);
    guest.run("ebfe", 10);
    assertThat(guest.get32(guest.at(0x100))).as("running").isZero();
    assertThat(guest.get64(guest.at(0x100 + 0x20))).as("time blocked").isEqualTo(1_000_000);
    guest.put64(guest.at(0), XenGuest.NOWHERE);
    assertThat(guest.call(Hypercalls.VCPU_OP, 5, 0, guest.at(0))).isEqualTo(-Errno.EFAULT);
  }

  @Test
  void hypercallsFromOutsideTheKernelAreRefused() {
    XenGuest guest = XenGuest.pvh(1);
    guest.cpu.cpl = 3;
    assertThat(guest.call(Hypercalls.XEN_VERSION, 0)).isEqualTo(-Errno.EPERM);
    assertThat(guest.cpu.gpr[Cpu.RAX]).isEqualTo(-Errno.EPERM & 0xffff_ffffL);
  }
}
