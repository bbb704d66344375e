package org.paravane.platform;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.paravane.core.cpu.Cpu;
import org.paravane.core.machine.ExitReason;
import org.paravane.platform.testing.PlatformGuest;

/** What a guest does that its platform does not have: as on the real one, an error for the guest and nothing for the host. */
class BadUseTest {
  private static final String VMCALL = "0f01c1";
  private static final String SYSCALL = "0f05";
  private static final String RDMSR = "b9 00500040 31c0 31d2 0f32";
  private static final String WRMSR = "b9 00500040 31c0 31d2 0f30";
  private static final String IN_AL_F0 = "e4f0";
  private static final String OUT_F0_AL = "e6f0";

  private static PlatformGuest on(String platform) {
    return platform.equals("lguest") || platform.equals("vmi")
        ? PlatformGuest.on32(platform)
        : PlatformGuest.on(platform, 1);
  }

  /** Without tables to take it, an exception of the processor ends in a triple fault. */
  private static void endsInAnException(ExitReason end) {
    assertThat(end).isInstanceOf(ExitReason.TripleFault.class);
  }

  /** A halt with interrupts off turns a PVH guest off. */
  private static Class<? extends ExitReason> halted(String platform) {
    return platform.equals("xen-pvh") ? ExitReason.PowerOff.class : ExitReason.Halted.class;
  }

  @ParameterizedTest
  @CsvSource({"kvm, 999, -1000", "kvm, -1, -1000", "xen-pvh, 61, -38", "xen-pvh, -1, -38"})
  void unknownHypercallGivesTheErrorNumber(String platform, long number, int error) {
    PlatformGuest guest = on(platform);
    guest.cpu.gpr[Cpu.RAX] = number;
    assertThat(guest.run(VMCALL)).isInstanceOf(halted(platform));
    assertThat(guest.cpu.get32(Cpu.RAX)).isEqualTo(error);
  }

  @Test
  void unknownHypercallOfAPvGuestGivesTheErrorNumber() {
    PlatformGuest guest = on("xen-pv");
    guest.cpu.gpr[Cpu.RAX] = 61;
    guest.run(SYSCALL);
    assertThat(guest.cpu.gpr[Cpu.RAX]).isEqualTo(-38);
  }

  @Test
  void unknownBackdoorCommandGivesMinusOne() {
    PlatformGuest guest = on("vmware");
    guest.cpu.gpr[Cpu.RAX] = 0x564d_5868;
    guest.cpu.gpr[Cpu.RCX] = 0x7777;
    assertThat(guest.run(VMCALL)).isInstanceOf(ExitReason.Halted.class);
    assertThat(guest.cpu.get32(Cpu.RAX)).isEqualTo(-1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"bare", "hyper-v", "vmi"})
  void hypercallWhereNoneIsOnOfferIsUndefined(String platform) {
    endsInAnException(on(platform).run(VMCALL));
  }

  @ParameterizedTest
  @ValueSource(strings = {"bare", "kvm", "vmware", "hyper-v", "vmi", "xen-pvh"})
  void registerThatDoesNotExistIsAFault(String platform) {
    endsInAnException(on(platform).run(RDMSR));
    endsInAnException(on(platform).run(WRMSR));
  }

  @ParameterizedTest
  @ValueSource(strings = {"xen-pv", "lguest"})
  void registerThatDoesNotExistIsAFaultOfTheKernelsOwnRing(String platform) {
    assertThat(on(platform).run(WRMSR)).isInstanceOf(ExitReason.GuestCrash.class);
  }

  @ParameterizedTest
  @CsvSource({
    "kvm, 4b564d04, 1",
    "hyper-v, 40000073, 1",
    "hyper-v, 40000083, 1",
    "xen-pvh, 40000000, 0"
  })
  void pageThatIsNoRamIsAFault(String platform, String msr, int enabled) {
    PlatformGuest guest = on(platform);
    int number = Integer.parseUnsignedInt(msr, 16);
    assertThat(PlatformGuest.faults(() -> guest.writeMsr(number, PlatformGuest.NOWHERE | enabled)))
        .isTrue();
  }

  @Test
  void hypercallPageThatIsNoRamIsAFault() {
    PlatformGuest guest = on("hyper-v");
    guest.writeMsr(0x4000_0000, 1L << 63);
    assertThat(PlatformGuest.faults(() -> guest.writeMsr(0x4000_0001, PlatformGuest.NOWHERE | 1)))
        .isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"bare", "kvm", "vmware", "hyper-v", "vmi", "xen-pvh"})
  void portThatNobodyHasReadsAsOnes(String platform) {
    PlatformGuest guest = on(platform);
    assertThat(guest.run(OUT_F0_AL + IN_AL_F0)).isInstanceOf(halted(platform));
    assertThat(guest.cpu.gpr[Cpu.RAX] & 0xff).isEqualTo(0xff);
  }
}
