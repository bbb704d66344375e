package org.paravane.platform.pc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.paravane.core.cpu.EventDelivery.Activity;
import org.paravane.core.cpu.InterruptController;
import org.paravane.platform.testing.PlatformGuest;

class PcPlatformTest {
  private static final int TIME_STAMP_COUNTER = 0x10;
  private static final int TSC_DEADLINE = 0x6e0;
  private static final long LVT_TIMER = 0xfee0_0320L;
  private static final int MTRRCAP = 0xfe;
  private static final int MTRR_PHYSBASE0 = 0x200;
  private static final int MTRR_PHYSMASK7 = 0x20f;
  private static final int MTRR_FIX16K_A0000 = 0x259;
  private static final int MTRR_FIX4K_F8000 = 0x26f;
  private static final int MTRR_DEF_TYPE = 0x2ff;
  private static final int MCG_CAP = 0x179;
  private static final int MCG_STATUS = 0x17a;
  private static final int MC1_CTL = 0x404;
  private static final int MC1_STATUS = 0x405;

  /**
   * A multiboot kernel at 8000h that goes to real-address mode and asks the BIOS: the results of INT 11h, 12h, 15h with AX
   * = E820h, 13h and 80h are at 7800h, 7802h, 7804h, 7806h and 780ah, CF of the last three at 7808h, 7809h and 780ch.
   */
  private static final String ASKING_KERNEL =
      "02b0ad1b 00000100 fe4f51e4 00800000 00800000 00000000 00000000 20800000"
          + "0f011594800000 ea2e8000000800 0f20c0 24fe 0f22c0 ea3b800000 31c0 8ed8 8ed0 bc0070"
          + "0f011e9a80 cd11 a30078 cd12 a30278 66b820e80000 f8 cd15 a30478 0f92060878"
          + "b80102 f8 cd13 a30678 0f92060978 b83412 f8 cd80 a30a78 0f92060c78 f4 8d7400"
          + "0000000000000000 ffff0000009b0000 0f0084800000 ff0300000000";

  private final PlatformGuest guest = PlatformGuest.on("bare", 1);

  @Test
  void deadlinesFollowTheGuestsTimeStampCounter() {
    InterruptController interrupts = guest.cpu.platform.interruptController(guest.cpu);
    guest.memory.busWrite(LVT_TIMER, 4, 0x4_0055);
    guest.writeMsr(TIME_STAMP_COUNTER, 1L << 40);
    guest.writeMsr(TSC_DEADLINE, (1L << 40) + 1000);
    guest.machine.timers().fireDue(999);
    assertThat(interrupts.interruptPending()).isFalse();
    guest.machine.timers().fireDue(1000);
    assertThat(interrupts.acknowledgeInterrupt()).isEqualTo(0x55);
  }

  @Test
  void multibootKernelsFindTheBiosInWorkingOrder() {
    byte[] kernel = HexFormat.of().parseHex(ASKING_KERNEL.replace(" ", ""));
    PlatformGuest asking = PlatformGuest.on("bare", 1, kernel);
    asking.machine.run(1000);
    assertThat(asking.cpu.events.activity()).isEqualTo(Activity.HALTED);
    assertThat(asking.memory.get16(0x7800)).as("equipment").isEqualTo(0x202);
    assertThat(asking.memory.get16(0x7802)).as("KiB of low memory").isEqualTo(639);
    assertThat(asking.memory.get16(0x7804)).as("no such system service").isEqualTo(0x8620);
    assertThat(asking.memory.get8(0x7808)).isOne();
    assertThat(asking.memory.get16(0x7806)).as("no disk").isEqualTo(0x0101);
    assertThat(asking.memory.get8(0x7809)).isOne();
    assertThat(asking.memory.get16(0x780a)).as("nobody's interrupt").isEqualTo(0x1234);
    assertThat(asking.memory.get8(0x780c)).isZero();
    assertThat(asking.memory.get16(0x40e) << 4).as("EBDA").isEqualTo(0x9fc00);
  }

  @Test
  void memoryTypesAreAsTheBiosLeavesThem() {
    assertThat(guest.readMsr(MTRRCAP)).isEqualTo(0x508);
    assertThat(guest.readMsr(MTRR_DEF_TYPE)).isEqualTo(0xc06);
    assertThat(guest.readMsr(MTRR_PHYSBASE0)).isEqualTo(0xc000_0000L);
    assertThat(guest.readMsr(MTRR_PHYSBASE0 + 1)).isEqualTo(0xff_c000_0800L);
    assertThat(guest.readMsr(MTRR_FIX16K_A0000)).isZero();
    assertThat(guest.readMsr(MTRR_FIX4K_F8000)).isEqualTo(0x0606_0606_0606_0606L);
  }

  @Test
  void memoryTypesAreKeptForEachProcessor() {
    PlatformGuest two = PlatformGuest.on("bare", 2);
    two.writeMsr(MTRR_PHYSMASK7, 0xff_ffff_f800L);
    two.writeMsr(MTRR_FIX4K_F8000, 0x0605_0401_0006_0504L);
    two.writeMsr(MTRR_DEF_TYPE, 0);
    assertThat(two.readMsr(MTRR_PHYSMASK7)).isEqualTo(0xff_ffff_f800L);
    assertThat(two.readMsr(MTRR_FIX4K_F8000)).isEqualTo(0x0605_0401_0006_0504L);
    assertThat(two.readMsr(MTRR_DEF_TYPE)).isZero();
    assertThat(two.machine.cpu(1).msrs.read(MTRR_PHYSMASK7)).isZero();
    assertThat(two.machine.cpu(1).msrs.read(MTRR_DEF_TYPE)).isEqualTo(0xc06);
  }

  @ParameterizedTest
  @CsvSource({
    "fe, 508", // read-only
    "2ff, 2", // no such type
    "2ff, 1006", // bit 12
    "200, 3", // no such type
    "200, 106", // bit 8
    "200, 10000000006", // bit 40
    "20f, 801", // bit 0
    "250, 0606060607060606" // no such type
  })
  void memoryTypesThatDoNotExistAreRefused(String msr, String value) {
    assertThat(
            PlatformGuest.faults(
                () -> guest.writeMsr(Integer.parseInt(msr, 16), Long.parseLong(value, 16))))
        .isTrue();
  }

  @Test
  void machineCheckBanksHaveNoErrors() {
    assertThat(guest.readMsr(MCG_CAP)).isEqualTo(2);
    guest.writeMsr(MC1_CTL, -1);
    assertThat(guest.readMsr(MC1_CTL)).isEqualTo(-1);
    for (int msr : new int[] {MCG_STATUS, MC1_STATUS, MC1_STATUS + 1, MC1_STATUS + 2}) {
      guest.writeMsr(msr, 0);
      assertThat(guest.readMsr(msr)).isZero();
      assertThat(PlatformGuest.faults(() -> guest.writeMsr(msr, 1))).isTrue();
    }
    assertThat(PlatformGuest.faults(() -> guest.writeMsr(MCG_CAP, 2))).isTrue();
  }

  @Test
  void thereIsNoHypervisor() {
    assertThat(guest.cpuid(1)[2]).isPositive();
    guest.cpu.gpr[0] = 0;
    assertThat(guest.cpu.platform.hypercall(guest.cpu, false)).isFalse();
  }
}
