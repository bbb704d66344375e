package org.paravane.harness.spi;

import java.util.List;
import java.util.function.IntConsumer;
import org.paravane.harness.spec.HarnessException;
import org.paravane.harness.spec.BootSpec;
import org.paravane.harness.spec.ErrorCode;

/** Where machines come from: the platforms that are installed. */
public interface BootBackend {
  /** The platforms, in the order to show them. */
  List<PlatformSummary> platforms();

  /**
   * Builds the machine and loads the kernel, ready to execute its first instruction.
   *
   * @param console gets each byte the guest prints, 0 to 255, on the thread that runs the machine
   * @throws HarnessException {@link ErrorCode#UNKNOWN_PLATFORM}, {@link ErrorCode#IMAGE_UNSUPPORTED},
   *     {@link ErrorCode#IMAGE_NOT_FOR_PLATFORM}, {@link ErrorCode#IMAGE_TOO_LARGE}, {@link ErrorCode#HOST_MEMORY}
   */
  BootableMachine prepare(BootSpec spec, LoadedImage image, IntConsumer console);

  /**
   * Says what a file is and which platforms can boot it.
   *
   * @throws HarnessException {@link ErrorCode#IMAGE_UNSUPPORTED}, {@link ErrorCode#IMAGE_UNREADABLE}
   */
  Inspection inspect(LoadedImage image);
}
