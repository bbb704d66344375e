package org.paravane.platform;

import java.util.List;
import java.util.Set;
import org.paravane.boot.image.BootProtocol;
import org.paravane.boot.image.KernelImage;

/**
 * A platform that kernels can be booted on. Providers are found through {@link java.util.ServiceLoader}: a jar that names
 * one is all it takes to add a platform.
 */
public interface PlatformProvider {
  /** What users call it: lower case, digits and hyphens. */
  String name();

  /** One line for a list of platforms. */
  String description();

  /** The boot protocols that it speaks, the one it likes best first. */
  List<BootProtocol> protocols();

  /** The kernel parameter that makes Linux use the console that the platform shows to users. */
  default String consoleArgument() {
    return "console=ttyS0";
  }

  /** What users can choose of it that other platforms have not. */
  default List<PlatformOption> options() {
    return List.of();
  }

  /** Tells whether it can enter a kernel. */
  default boolean accepts(KernelImage kernel) {
    Set<BootProtocol> offered = Set.copyOf(kernel.protocols());
    return protocols().stream().anyMatch(offered::contains);
  }

  /**
   * Builds a machine with the kernel in its memory, ready for its first instruction.
   *
   * @throws org.paravane.boot.placement.BootException if the kernel can't be booted as asked
   * @throws org.paravane.boot.format.ImageException if a damaged part of the image shows only now
   * @throws OutOfMemoryError if the host has not the memory asked for
   */
  PreparedMachine prepare(PlatformRequest request);
}
