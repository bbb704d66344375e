package org.paravane.images;

/**
 * An image whose files another image gets as modules: its kernel, and its initramfs behind that.
 *
 * @param image the image's name in the same catalogue
 * @param arguments the command line that goes with the kernel, possibly empty
 */
public record ImageModule(String image, String arguments) {
  /** Reads {@code NAME ARGUMENTS}. */
  static ImageModule parse(String text) {
    String[] parts = text.strip().split(" +", 2);
    return new ImageModule(parts[0], parts.length == 1 ? "" : parts[1]);
  }
}
