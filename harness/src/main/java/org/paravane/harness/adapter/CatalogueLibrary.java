package org.paravane.harness.adapter;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.paravane.harness.spec.ErrorCode;
import org.paravane.harness.spec.HarnessException;
import org.paravane.harness.spi.CatalogueEntry;
import org.paravane.harness.spi.ImageLibrary;
import org.paravane.harness.spi.LoadedImage;
import org.paravane.harness.spi.LoadedModule;
import org.paravane.images.BootableImage;
import org.paravane.images.Catalogue;
import org.paravane.images.ImageException;
import org.paravane.images.ImageSource;
import org.paravane.images.ImageStore;

/**
 * The built-in catalogue with the user's cache, and the files of the host. A name of the catalogue comes before a file
 * of that name; {@code ./name} is always the file.
 */
public final class CatalogueLibrary implements ImageLibrary {
  private final Catalogue catalogue;
  private final ImageStore store;

  /** Takes fetched images from {@code cacheDirectory}, which need not exist. */
  public CatalogueLibrary(Path cacheDirectory) {
    this.catalogue = Catalogue.builtIn();
    this.store = new ImageStore(catalogue, cacheDirectory);
  }

  @Override
  public LoadedImage load(String nameOrPath) {
    if (catalogue.find(nameOrPath).isEmpty()) {
      return loadFile(nameOrPath);
    }
    BootableImage image =
        asked(ErrorCode.IMAGE_UNREADABLE, () -> store.fetched(nameOrPath))
            .orElseThrow(() ->
                new HarnessException(
                    ErrorCode.IMAGE_NOT_FETCHED,
                    "The image '%s' is not here yet; run 'paravane images fetch %s' first."
                        .formatted(nameOrPath, nameOrPath)));
    return asked(
        ErrorCode.IMAGE_UNREADABLE,
        () ->
            new LoadedImage(
                nameOrPath,
                image.kernel(),
                image.initrd(),
                image.modules().stream()
                    .map(module -> new LoadedModule(module.contents(), module.text()))
                    .toList(),
                image.entry().commandLine(),
                image.entry().marker()));
  }

  private LoadedImage loadFile(String path) {
    try {
      Path file = Path.of(path);
      if (!Files.exists(file)) {
        throw new HarnessException(
            ErrorCode.IMAGE_NOT_FOUND,
            "There is no file '%s', and no image of that name; 'paravane images list' shows the images."
                .formatted(path));
      }
      if (Files.isDirectory(file)) {
        throw new HarnessException(
            ErrorCode.IMAGE_UNREADABLE, "'" + path + "' is a directory, not a kernel file.");
      }
      String name = file.getFileName() == null ? path : file.getFileName().toString();
      return new LoadedImage(name, Files.readAllBytes(file), Optional.empty(), "");
    } catch (IOException | InvalidPathException | OutOfMemoryError e) {
      throw new HarnessException(
          ErrorCode.IMAGE_UNREADABLE, "The file '%s' cannot be read: %s.".formatted(path, e), e);
    }
  }

  @Override
  public List<CatalogueEntry> list() {
    return asked(ErrorCode.HOST_IO, store::list).stream().map(CatalogueLibrary::entry).toList();
  }

  private static CatalogueEntry entry(ImageStore.Listing listing) {
    CatalogueEntry.State state =
        listing.entry().source() instanceof ImageSource.Embedded
            ? CatalogueEntry.State.EMBEDDED
            : listing.image().isPresent()
                ? CatalogueEntry.State.FETCHED
                : CatalogueEntry.State.ABSENT;
    return new CatalogueEntry(listing.entry().name(), listing.entry().description(), state);
  }

  @Override
  public void fetch(String name, Consumer<String> progress) {
    requireKnown(name);
    if (asked(ErrorCode.HOST_IO, () -> store.fetched(name)).isEmpty()) {
      progress.accept("Fetching " + name + ".");
    }
    BootableImage image = asked(ErrorCode.HOST_IO, () -> store.fetch(name));
    progress.accept("The image " + name + " is here: " + image.origin() + ".");
  }

  @Override
  public boolean remove(String name) {
    requireKnown(name);
    return asked(ErrorCode.HOST_IO, () -> store.remove(name));
  }

  private void requireKnown(String name) {
    asked(ErrorCode.IMAGE_NOT_FOUND, () -> catalogue.require(name));
  }

  private static <T> T asked(ErrorCode code, Supplier<T> question) {
    try {
      return question.get();
    } catch (ImageException e) {
      throw new HarnessException(code, Sentences.of(e.getMessage()), e);
    }
  }
}
