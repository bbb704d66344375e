package org.paravane.harness.junit;

import java.nio.file.Path;
import java.time.Duration;
import org.paravane.harness.spec.BootSpec;
import org.paravane.harness.spec.Limits;

/** What the two annotations have in common. */
final class Specs {
  private Specs() {}

  /** Begins a specification; an empty {@code initrd} stands for the image's own. */
  static BootSpec.Builder of(String image, String initrd, String append) {
    BootSpec.Builder spec = BootSpec.of(image).append(append);
    return initrd.isEmpty() ? spec : spec.initrd(Path.of(initrd));
  }

  /** The guest may be silent for so long; 0 for ever. */
  static Limits limits(int silenceSeconds) {
    return silenceSeconds == 0
        ? Limits.NONE
        : Limits.NONE.withSilence(Duration.ofSeconds(silenceSeconds));
  }
}
