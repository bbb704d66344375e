package org.paravane.platform.vmware;

import java.util.List;
import java.util.UUID;
import org.paravane.boot.image.BootProtocol;
import org.paravane.boot.smbios.SmbiosIdentity;
import org.paravane.boot.smbios.SmbiosTables;
import org.paravane.core.execution.Machine;
import org.paravane.platform.PlatformProvider;
import org.paravane.platform.PlatformRequest;
import org.paravane.platform.PreparedMachine;
import org.paravane.platform.pc.PcBuilder;
import org.paravane.platform.pc.PcPlatform;

/** The platform {@code vmware}: PC hardware with VMware's backdoor and SMBIOS strings. */
public final class VmwareProvider implements PlatformProvider {
  @Override
  public String name() {
    return "vmware";
  }

  @Override
  public String description() {
    return "VMware: PC hardware with the backdoor, its timing and the steal clock";
  }

  @Override
  public List<BootProtocol> protocols() {
    return PcBuilder.PROTOCOLS;
  }

  @Override
  public PreparedMachine prepare(PlatformRequest request) {
    return PcBuilder.build(
        request,
        protocols(),
        (machine, processors) -> platform(machine, processors, request.seed()));
  }

  /** The platform with its SMBIOS tables; the machine's id follows from the seed. */
  static PcPlatform platform(Machine machine, int processors, long seed) {
    UUID uuid = new UUID(0x564d_0000_0000_4000L, seed & 0x3fff_ffff_ffff_ffffL | Long.MIN_VALUE);
    SmbiosIdentity identity =
        new SmbiosIdentity(
            "VMware, Inc.",
            "Paravane",
            "01/01/2026",
            "VMware, Inc.",
            "VMware Virtual Platform",
            serial(uuid),
            uuid,
            "440BX Desktop Reference Platform");
    SmbiosTables.write(machine.memory(), SmbiosTables.DEFAULT_ADDRESS, identity);
    return new VmwarePlatform(machine, processors, uuid);
  }

  /** "VMware-" and the sixteen bytes of the id, in the form that products print them in. */
  private static String serial(UUID uuid) {
    String digits = uuid.toString().replace("-", "");
    StringBuilder text = new StringBuilder("VMware-");
    for (int i = 0; i < 16; i++) {
      text.append(i == 0 ? "" : i == 8 ? "-" : " ").append(digits, 2 * i, 2 * i + 2);
    }
    return text.toString();
  }
}
