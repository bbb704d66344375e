package org.paravane.harness;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.paravane.core.ParavaneException;
import org.paravane.harness.spec.BootSpec;
import org.paravane.harness.spec.ErrorCode;
import org.paravane.harness.spec.HarnessException;
import org.paravane.harness.spec.ModuleFile;
import org.paravane.harness.spi.BootBackend;
import org.paravane.harness.spi.BootDebugger;
import org.paravane.harness.spi.BootableMachine;
import org.paravane.harness.spi.ImageLibrary;
import org.paravane.harness.spi.LoadedImage;
import org.paravane.harness.spi.LoadedModule;

/** Boots what a {@link BootSpec} says. Immutable; boots of one harness are independent of each other. */
public final class Harness {
  private final ImageLibrary images;
  private final BootBackend backend;

  /** Takes kernels from {@code images} and machines from {@code backend}. */
  public Harness(ImageLibrary images, BootBackend backend) {
    this.images = images;
    this.backend = backend;
  }

  /** Where the kernels come from. */
  public ImageLibrary images() {
    return images;
  }

  /** Where the machines come from. */
  public BootBackend backend() {
    return backend;
  }

  /**
   * Boots from beginning to end.
   *
   * @throws ParavaneException if the boot cannot be tried
   * @throws EmulatorFault if Paravane itself fails
   */
  public BootReport boot(BootSpec spec) {
    return prepare(spec, BootListener.NONE).run();
  }

  /**
   * Reads the image and builds the machine.
   *
   * @throws ParavaneException if the boot cannot be tried
   */
  public BootSession prepare(BootSpec spec, BootListener listener) {
    return prepare(spec, listener, Optional.empty());
  }

  /**
   * Reads the image and builds the machine, for a boot under a debugger.
   *
   * @throws ParavaneException if the boot cannot be tried, or its machine can't be debugged
   */
  public BootSession prepare(
      BootSpec spec, BootListener listener, Optional<BootDebugger> debugger) {
    LoadedImage image = load(spec);
    BootSession session = new BootSession(spec, image, listener);
    session.attach(machine(spec, image, session));
    debugger.ifPresent(used -> session.debugWith(used, () -> machine(spec, image, session)));
    return session;
  }

  private LoadedImage load(BootSpec spec) {
    LoadedImage image = images.load(spec.image());
    if (spec.initrd().isPresent()) {
      image = image.withInitrd(read("initrd", spec.initrd().get()));
    }
    List<LoadedModule> modules = new ArrayList<>();
    for (ModuleFile module : spec.modules()) {
      modules.add(new LoadedModule(read("module", module.file()), module.text()));
    }
    image = image.withModules(modules);
    return backend.suited(spec, image);
  }

  private BootableMachine machine(BootSpec spec, LoadedImage image, BootSession session) {
    try {
      return backend.prepare(spec, image, session);
    } catch (OutOfMemoryError e) {
      throw new HarnessException(
          ErrorCode.HOST_MEMORY,
          "This host cannot give the guest %d MiB of memory; ask for less with --memory."
              .formatted(spec.memoryBytes() >> 20),
          e);
    }
  }

  private static byte[] read(String role, Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException | OutOfMemoryError e) {
      String why =
          Files.notExists(file) ? "does not exist" : "cannot be read (" + e.getMessage() + ")";
      throw new HarnessException(
          ErrorCode.IMAGE_UNREADABLE, "The " + role + " " + file + " " + why + ".", e);
    }
  }
}
