package org.paravane.platform.bare;

import java.util.List;
import org.paravane.boot.image.BootProtocol;
import org.paravane.platform.PlatformProvider;
import org.paravane.platform.PlatformRequest;
import org.paravane.platform.PreparedMachine;
import org.paravane.platform.pc.PcBuilder;
import org.paravane.platform.pc.PcPlatform;

/** The platform {@code bare}: PC hardware, and a loader that speaks what boot loaders on PCs speak. */
public final class BareProvider implements PlatformProvider {
  @Override
  public String name() {
    return "bare";
  }

  @Override
  public String description() {
    return "PC hardware without a hypervisor";
  }

  @Override
  public List<BootProtocol> protocols() {
    return PcBuilder.PROTOCOLS;
  }

  @Override
  public PreparedMachine prepare(PlatformRequest request) {
    return PcBuilder.build(request, protocols(), PcPlatform::new);
  }
}
