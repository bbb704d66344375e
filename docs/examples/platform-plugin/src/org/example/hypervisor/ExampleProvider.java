package org.example.hypervisor;

import java.util.List;
import org.paravane.boot.image.BootProtocol;
import org.paravane.platform.PlatformProvider;
import org.paravane.platform.PlatformRequest;
import org.paravane.platform.PreparedMachine;
import org.paravane.platform.pc.PcBuilder;

/** The platform {@code example}: what {@code --platform} finds, and how its machines are built. */
public final class ExampleProvider implements PlatformProvider {
  @Override
  public String name() {
    return "example";
  }

  @Override
  public String description() {
    return "a hypervisor that nobody has heard of: PC hardware and a signature";
  }

  @Override
  public List<BootProtocol> protocols() {
    return PcBuilder.PROTOCOLS;
  }

  @Override
  public PreparedMachine prepare(PlatformRequest request) {
    return PcBuilder.build(request, protocols(), ExamplePlatform::new);
  }
}
