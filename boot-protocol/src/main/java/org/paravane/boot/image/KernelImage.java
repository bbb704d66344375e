package org.paravane.boot.image;

import java.util.List;

/** A parsed kernel file. */
public sealed interface KernelImage permits BzImage, ElfKernel, MultibootImage {
  /** What the user calls the file. */
  String name();

  /** The boot protocols that the image offers, preferred first; never empty. */
  List<BootProtocol> protocols();

  /** What is known about the image. Unpacks a compressed payload if there is one. */
  ImageDescription describe();
}
