package org.paravane.platform.vmi;

import java.util.List;
import org.paravane.boot.image.BootProtocol;
import org.paravane.boot.image.KernelImage;
import org.paravane.platform.PlatformProvider;
import org.paravane.platform.PlatformRequest;
import org.paravane.platform.PreparedMachine;
import org.paravane.platform.pc.PcBuilder;

/** The platform {@code vmi}: PC hardware with VMware's paravirtual ROM of 2006 to 2010. */
public final class VmiProvider implements PlatformProvider {
  @Override
  public String name() {
    return "vmi";
  }

  @Override
  public String description() {
    return "VMI: PC hardware with VMware's paravirtual ROM for 32-bit kernels";
  }

  @Override
  public List<BootProtocol> protocols() {
    return PcBuilder.PROTOCOLS;
  }

  /** The ROM's calls exist for 32-bit kernels only, so one that is 64-bit for sure is not taken. */
  @Override
  public boolean accepts(KernelImage kernel) {
    return PlatformProvider.super.accepts(kernel)
        && kernel.elfKernel().filter(elf -> elf.elf().wide()).isEmpty();
  }

  @Override
  public PreparedMachine prepare(PlatformRequest request) {
    return PcBuilder.build(request, protocols(), VmiPlatform::new);
  }
}
