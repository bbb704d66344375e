package org.paravane.platform.vmware;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.paravane.core.cpu.Cpu;
import org.paravane.platform.testing.PlatformGuest;

class VmwarePlatformTest {
  private static final String IN_EAX_DX = "ed";
  private static final String OUT_DX_EAX = "ef";
  private static final String VMCALL = "0f01c1";
  private static final String VMMCALL = "0f01d9";
  private static final long ALL_ONES = 0xffff_ffffL;

  private final PlatformGuest guest = PlatformGuest.on("vmware", 1);
  private final Cpu cpu = guest.cpu;

  private long call(String instruction, int command) {
    cpu.gpr[Cpu.RAX] = Backdoor.MAGIC;
    cpu.gpr[Cpu.RCX] = command;
    cpu.gpr[Cpu.RDX] = BackdoorPort.COMMAND;
    guest.run(instruction);
    return cpu.gpr[Cpu.RAX];
  }

  @Test
  void namesItselfAndItsTiming() {
    assertThat(guest.signature()).isEqualTo("VMwareVMware");
    assertThat(guest.cpuid(0x4000_0000)[0]).isEqualTo(0x4000_0010);
    assertThat(guest.cpuid(0x4000_0010)).containsExactly(1_000_000, 25_000, 2, 0);
    assertThat(guest.cpuid(1)[2]).as("hypervisor bit").isNegative();
  }

  @Test
  void frequenciesComeBackInThreeRegistersWhateverTheFormOfTheCall() {
    for (String form : new String[] {IN_EAX_DX, OUT_DX_EAX, VMCALL, VMMCALL}) {
      cpu.gpr[Cpu.RBX] = -1;
      assertThat(call(form, 45)).as(form).isEqualTo(1_000_000_000);
      assertThat(cpu.gpr[Cpu.RBX]).as(form).isZero();
      assertThat(cpu.gpr[Cpu.RCX]).as(form).isEqualTo(25_000_000);
    }
  }

  @Test
  void versionRepeatsTheMagicNumber() {
    cpu.gpr[Cpu.RBX] = -1;
    assertThat(call(IN_EAX_DX, 10)).isEqualTo(6);
    assertThat(cpu.gpr[Cpu.RBX]).isEqualTo(Backdoor.MAGIC);
  }

  @Test
  void unknownCommandsGiveMinusOneAndLeaveTheRest() {
    for (int command : new int[] {0, 30, 92, 0xffff}) {
      cpu.gpr[Cpu.RBX] = 0x1234;
      assertThat(call(IN_EAX_DX, command)).isEqualTo(ALL_ONES);
      assertThat(cpu.gpr[Cpu.RBX]).isEqualTo(0x1234);
    }
  }

  @Test
  void withoutTheMagicNumberThePortIsEmpty() {
    cpu.gpr[Cpu.RAX] = 0x1111_1111;
    cpu.gpr[Cpu.RCX] = 45;
    cpu.gpr[Cpu.RDX] = BackdoorPort.COMMAND;
    guest.run(IN_EAX_DX);
    assertThat(cpu.gpr[Cpu.RAX]).isEqualTo(ALL_ONES);
    assertThat(cpu.gpr[Cpu.RCX]).isEqualTo(45);
  }

  @Test
  void userModeReachesTheBackdoorsPortsAndNoOthers() {
    assertThat(cpu.platform.opensPort(0x5658)).isTrue();
    assertThat(cpu.platform.opensPort(0x5659)).isTrue();
    assertThat(cpu.platform.opensPort(0x3f8)).isFalse();
  }

  @Test
  void blockTransfersFailForWantOfAChannel() {
    cpu.gpr[Cpu.RAX] = Backdoor.MAGIC;
    cpu.gpr[Cpu.RBX] = 0x1_0000;
    cpu.gpr[Cpu.RCX] = 4;
    cpu.gpr[Cpu.RDX] = BackdoorPort.HIGH_BANDWIDTH;
    cpu.gpr[Cpu.RDI] = 0x20_0000;
    guest.run("f3 6c");
    assertThat(cpu.gpr[Cpu.RBX]).isZero();
    assertThat(cpu.gpr[Cpu.RCX]).isZero();
  }

  @Test
  void blockTransfersByHypercallFailTheSameWay() {
    cpu.gpr[Cpu.RAX] = Backdoor.MAGIC;
    cpu.gpr[Cpu.RBX] = 0x1_0000;
    cpu.gpr[Cpu.RDX] = 1;
    guest.run(VMCALL);
    assertThat(cpu.gpr[Cpu.RAX]).isEqualTo(ALL_ONES);
    assertThat(cpu.gpr[Cpu.RBX]).isZero();
  }

  private long steal(long address) {
    cpu.gpr[Cpu.RSI] = address >>> 32;
    cpu.gpr[Cpu.RDI] = address & ALL_ONES;
    return call(IN_EAX_DX, 91);
  }

  @Test
  void stealClockTakesAlignedRamOnly() {
    guest.memory.put64(0x20_0000, 5);
    assertThat(steal(0x20_0000)).isEqualTo(1);
    assertThat(guest.memory.get64(0x20_0000)).isZero();
    assertThat(steal(1)).as("query").isZero();
    assertThat(steal(0x20_0020)).isZero();
    assertThat(steal(PlatformGuest.NOWHERE)).isZero();
    assertThat(steal(-64)).isZero();
  }

  @Test
  void timeCommandsAgree() {
    long seconds = call(IN_EAX_DX, 23);
    assertThat(seconds).isEqualTo(1_767_225_600L);
    assertThat(call(IN_EAX_DX, 46)).isEqualTo(Backdoor.MAGIC);
    assertThat(cpu.gpr[Cpu.RDX]).isEqualTo(seconds);
    assertThat(cpu.gpr[Cpu.RSI]).isZero();
  }

  @Test
  void x2ApicIsAllowedAndMemoryCounted() {
    assertThat(call(IN_EAX_DX, 68)).isEqualTo(8);
    assertThat(call(IN_EAX_DX, 20)).isEqualTo(16);
  }

  @Test
  void firmwareNamesVmware() {
    byte[] bios = new byte[0x400];
    guest.memory.read(0xf0000, bios, 0, bios.length);
    assertThat(new String(bios, StandardCharsets.US_ASCII))
        .startsWith("_SM_")
        .contains(
            "VMware, Inc.",
            "VMware Virtual Platform",
            "VMware-56 4d 00 00 00 00 40 00-80 00 00 00 00 00 00 01");
  }
}
