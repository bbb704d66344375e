package org.paravane.harness.spi;

import java.util.List;
import org.paravane.platform.PlatformOption;

/**
 * A platform that is installed.
 *
 * @param name what users give to {@code --platform}
 * @param description one line
 * @param options what users can choose of it that other platforms have not
 */
public record PlatformSummary(String name, String description, List<PlatformOption> options) {
  /** Copies the list. */
  public PlatformSummary {
    options = List.copyOf(options);
  }
}
