package org.paravane.platform.kvm;

import java.util.List;
import org.paravane.boot.image.BootProtocol;
import org.paravane.platform.PlatformProvider;
import org.paravane.platform.PlatformRequest;
import org.paravane.platform.PreparedMachine;
import org.paravane.platform.pc.PcBuilder;

/** The platform {@code kvm}: PC hardware with KVM's clock, steal time, kicks and IPIs. */
public final class KvmProvider implements PlatformProvider {
  @Override
  public String name() {
    return "kvm";
  }

  @Override
  public String description() {
    return "KVM: PC hardware with a paravirtual clock, steal time and hypercalls";
  }

  @Override
  public List<BootProtocol> protocols() {
    return PcBuilder.PROTOCOLS;
  }

  @Override
  public PreparedMachine prepare(PlatformRequest request) {
    return PcBuilder.build(request, protocols(), KvmPlatform::new);
  }
}
