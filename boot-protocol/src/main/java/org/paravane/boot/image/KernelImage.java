package org.paravane.boot.image;

import java.util.List;
import java.util.Optional;

/** A parsed kernel file. */
public sealed interface KernelImage permits BzImage, ElfKernel, MultibootImage {
  /** What the user calls the file. */
  String name();

  /** The boot protocols that the image offers, preferred first; never empty. */
  List<BootProtocol> protocols();

  /** The protocol to boot with where nobody asks for another; the first of {@link #protocols()}. */
  default BootProtocol preferredProtocol() {
    return protocols().getFirst();
  }

  /**
   * The ELF kernel in the image, which is what Xen's protocols enter; empty if there is none. Unpacks a compressed
   * payload.
   *
   * @throws org.paravane.boot.format.ImageException if the payload is damaged
   */
  Optional<ElfKernel> elfKernel();

  /** What is known about the image. Unpacks a compressed payload if there is one. */
  ImageDescription describe();
}
