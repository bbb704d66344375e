package org.paravane.boot;

import org.paravane.boot.image.BootProtocol;
import org.paravane.boot.image.BzImage;
import org.paravane.boot.image.ElfKernel;
import org.paravane.boot.image.KernelImage;
import org.paravane.boot.image.MultibootImage;
import org.paravane.boot.linux.LinuxBoot;
import org.paravane.boot.multiboot.MultibootBoot;
import org.paravane.boot.placement.BootError;
import org.paravane.boot.placement.BootException;
import org.paravane.boot.placement.BootRequest;
import org.paravane.boot.placement.PlacedKernel;
import org.paravane.boot.pvh.PvhBoot;
import org.paravane.core.memory.GuestMemory;

/** Puts a kernel and all that its boot protocol promises into guest memory. */
public final class KernelLoader {
  private KernelLoader() {}

  /**
   * Prepares a boot. RAM is expected to be zero where nothing is written.
   *
   * @throws BootException if the kernel can't be booted as asked
   * @throws org.paravane.boot.format.ImageException if a damaged part of the image shows only now
   */
  public static PlacedKernel place(BootRequest request, GuestMemory memory) {
    KernelImage kernel = request.kernel();
    BootProtocol protocol = request.protocol().orElseGet(kernel::preferredProtocol);
    return switch (protocol) {
      case LINUX ->
          switch (kernel) {
            case BzImage image -> LinuxBoot.place(image, request, memory);
            case ElfKernel elf -> LinuxBoot.place(elf, request, memory);
            case MultibootImage other -> throw notOffered(other, protocol);
          };
      case MULTIBOOT_1, MULTIBOOT_2 -> {
        if (kernel instanceof MultibootImage image && image.protocols().contains(protocol)) {
          yield MultibootBoot.place(image, protocol, request, memory);
        }
        throw notOffered(kernel, protocol);
      }
      case PVH -> {
        ElfKernel elf = kernel.elfKernel().orElseThrow(() -> notOffered(kernel, protocol));
        long entry = elf.pvhEntry().orElseThrow(() -> notOffered(kernel, protocol));
        yield PvhBoot.place(elf, entry, request, memory);
      }
      case XEN_PV ->
          throw new BootException(
              BootError.PROTOCOL_NOT_OFFERED,
              "Xen PV kernels are entered by a Xen platform, not by a loader; choose such a platform");
    };
  }

  private static BootException notOffered(KernelImage kernel, BootProtocol protocol) {
    return new BootException(
        BootError.PROTOCOL_NOT_OFFERED,
        "%s does not offer the boot protocol %s; it offers %s",
        kernel.name(),
        protocol,
        kernel.protocols());
  }
}
