package org.paravane.platform.hyperv;

import java.util.List;
import org.paravane.boot.image.BootProtocol;
import org.paravane.platform.PlatformProvider;
import org.paravane.platform.PlatformRequest;
import org.paravane.platform.PreparedMachine;
import org.paravane.platform.pc.PcBuilder;

/** The platform {@code hyper-v}: PC hardware with Hyper-V's synthetic registers and hypercalls. */
public final class HypervProvider implements PlatformProvider {
  @Override
  public String name() {
    return "hyper-v";
  }

  @Override
  public String description() {
    return "Hyper-V: PC hardware with reference time, synthetic timers and hypercalls";
  }

  @Override
  public List<BootProtocol> protocols() {
    return PcBuilder.PROTOCOLS;
  }

  @Override
  public PreparedMachine prepare(PlatformRequest request) {
    return PcBuilder.build(request, protocols(), HypervPlatform::new);
  }
}
