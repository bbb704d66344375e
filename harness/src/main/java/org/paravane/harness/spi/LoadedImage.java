package org.paravane.harness.spi;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A kernel with what belongs to it, in memory.
 *
 * @param name the catalogue's name or the file's name
 * @param kernel the bytes of the kernel file; not to be changed
 * @param initrd the bytes of the initial RAM disk; not to be changed
 * @param modules what it gets behind the initial RAM disk
 * @param commandLine the image's own command line, may be empty
 * @param marker console text that tells that it has booted, if that is known
 */
public record LoadedImage(
    String name,
    byte[] kernel,
    Optional<byte[]> initrd,
    List<LoadedModule> modules,
    String commandLine,
    Optional<String> marker) {
  /** Copies the list. */
  public LoadedImage {
    modules = List.copyOf(modules);
  }

  /** An image of which nobody knows what it prints when it has booted. */
  public LoadedImage(String name, byte[] kernel, Optional<byte[]> initrd, String commandLine) {
    this(name, kernel, initrd, List.of(), commandLine, Optional.empty());
  }

  /** This image with another initial RAM disk. */
  public LoadedImage withInitrd(byte[] bytes) {
    return new LoadedImage(name, kernel, Optional.of(bytes), modules, commandLine, marker);
  }

  /** This image with modules behind those it has. */
  public LoadedImage withModules(List<LoadedModule> more) {
    List<LoadedModule> all = new ArrayList<>(modules);
    all.addAll(more);
    return new LoadedImage(name, kernel, initrd, all, commandLine, marker);
  }

  /** This image with another command line of its own. */
  public LoadedImage withCommandLine(String line) {
    return new LoadedImage(name, kernel, initrd, modules, line, marker);
  }
}
