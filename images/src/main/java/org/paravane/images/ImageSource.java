package org.paravane.images;

import java.util.Optional;

/** Where the kernel file of a catalogue entry comes from. */
public sealed interface ImageSource {

  /**
   * A kernel built from this repository's sources and carried in the jar.
   *
   * @param resource file name beside the classes of this package
   */
  record Embedded(String resource) implements ImageSource {}

  /**
   * A file inside a Debian package.
   *
   * @param packageName name apt knows
   * @param dependency for a meta package: glob that picks the dependency which carries the file
   * @param file glob of the file's path inside the package, without a leading slash
   */
  record DebianPackage(String packageName, Optional<String> dependency, String file)
      implements ImageSource {}
}
