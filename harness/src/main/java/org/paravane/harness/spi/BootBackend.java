package org.paravane.harness.spi;

import java.util.List;
import java.util.function.IntConsumer;
import org.paravane.core.ParavaneException;
import org.paravane.harness.spec.BootSpec;

/** Where machines come from: the platforms that are installed. */
public interface BootBackend {
  /** The platforms, in the order to show them. */
  List<PlatformSummary> platforms();

  /** The image with the command line of its own that suits the platform; what users say is not touched. */
  default LoadedImage suited(BootSpec spec, LoadedImage image) {
    return image;
  }

  /**
   * Builds the machine and loads the kernel, ready to execute its first instruction.
   *
   * @param console gets each byte the guest prints, 0 to 255, on the thread that runs the machine
   * @throws ParavaneException if there is no such platform, or it cannot boot this kernel
   */
  BootableMachine prepare(BootSpec spec, LoadedImage image, IntConsumer console);

  /**
   * Says what a file is and which platforms can boot it.
   *
   * @throws ParavaneException if it is no kernel
   */
  Inspection inspect(LoadedImage image);
}
