package org.paravane.harness.spi;

import java.util.List;
import java.util.function.Consumer;
import org.paravane.harness.spec.ErrorCode;
import org.paravane.harness.spec.HarnessException;

/** Where kernels come from: the catalogue and the host's files. Every method may throw {@link HarnessException}. */
public interface ImageLibrary {
  /**
   * Reads the image with this name, or else the kernel file at this path.
   *
   * @throws HarnessException {@link ErrorCode#IMAGE_NOT_FOUND}, {@link ErrorCode#IMAGE_NOT_FETCHED},
   *     {@link ErrorCode#IMAGE_UNREADABLE}
   */
  LoadedImage load(String nameOrPath);

  /** The catalogue, in the order to show it. */
  List<CatalogueEntry> list();

  /** Fetches an image into the user's cache, telling {@code progress} in lines for people. */
  void fetch(String name, Consumer<String> progress);

  /**
   * Removes a fetched image from the user's cache.
   *
   * @return whether there was something to remove
   */
  boolean remove(String name);
}
