package org.paravane.images;

import java.util.List;
import java.util.Optional;

/**
 * One image of the catalogue.
 *
 * @param name what the user types
 * @param description one line
 * @param source where the kernel file comes from
 * @param initramfs which initramfs is built for it
 * @param modules images whose files it gets as modules
 * @param commandLine default kernel command line, possibly empty
 * @param marker console text that tells that it has booted
 * @param platforms names of the platforms the image claims to boot on, never empty
 */
public record CatalogueEntry(
    String name,
    String description,
    ImageSource source,
    InitramfsRecipe initramfs,
    List<ImageModule> modules,
    String commandLine,
    Optional<String> marker,
    List<String> platforms) {

  /** Copies the lists. */
  public CatalogueEntry {
    modules = List.copyOf(modules);
    platforms = List.copyOf(platforms);
  }
}
