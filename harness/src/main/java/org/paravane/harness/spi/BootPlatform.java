package org.paravane.harness.spi;

import java.util.List;
import java.util.function.IntConsumer;
import org.paravane.boot.image.KernelImage;
import org.paravane.core.ParavaneException;
import org.paravane.harness.spec.BootSpec;
import org.paravane.platform.PlatformOption;

/** One platform, as the harness boots on it. */
public interface BootPlatform {
  /** What users give to {@code --platform}. */
  String name();

  /** One line for people. */
  String description();

  /** Tells whether {@link #prepare} would accept this kernel. */
  boolean canBoot(KernelImage kernel);

  /** The kernel parameter that makes Linux use the console that {@link #prepare} connects. */
  default String consoleArgument() {
    return "console=ttyS0";
  }

  /** What users can choose of it that other platforms have not. */
  default List<PlatformOption> options() {
    return List.of();
  }

  /**
   * Builds the machine and loads the kernel, ready to execute its first instruction.
   *
   * @param kernel {@code image}'s kernel, parsed
   * @param commandLine what the kernel is told, the image's own parameters included
   * @param console gets each byte the guest prints, 0 to 255, on the thread that runs the machine
   * @throws ParavaneException if it cannot boot this kernel in this way
   */
  BootableMachine prepare(
      BootSpec spec,
      KernelImage kernel,
      LoadedImage image,
      String commandLine,
      IntConsumer console);
}
