package org.paravane.images;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The images of a catalogue that have been fetched to this machine, one folder each under the cache directory.
 *
 * <p>An image appears with one rename and never changes afterwards, so readers never see half of one, and of two
 * processes that fetch the same image at once one wins and the other uses the winner's.
 */
public final class ImageStore {
  /** What a user without apt can do instead; the end of a sentence. */
  static final String MANUAL_PATH =
      "get a kernel file in any other way and start it with: paravane boot /path/to/vmlinuz --initrd FILE";

  static final String KERNEL = "kernel";
  static final String BUSYBOX = "busybox";
  private static final String ORIGIN = "origin";
  private static final ImageSource.DebianPackage BUSYBOX_PACKAGE =
      new ImageSource.DebianPackage("busybox-static", Optional.empty(), "{bin,usr/bin}/busybox");

  private final Catalogue catalogue;
  private final Path images;
  private final Optional<Path> aptPrograms;

  /**
   * Opens a store; nothing is created before the first fetch.
   *
   * @param catalogue the images that exist
   * @param cacheDirectory Paravane's cache, see {@link #defaultDirectory}
   */
  public ImageStore(Catalogue catalogue, Path cacheDirectory) {
    this(catalogue, cacheDirectory, Optional.empty());
  }

  /** Opens a store that fetches with the apt programs of a folder. */
  ImageStore(Catalogue catalogue, Path cacheDirectory, Optional<Path> aptPrograms) {
    this.catalogue = catalogue;
    this.images = cacheDirectory.resolve("images").toAbsolutePath();
    this.aptPrograms = aptPrograms;
  }

  /**
   * The state of one catalogue entry.
   *
   * @param entry the entry
   * @param image the image when it is at hand
   * @param bytes what it takes on disk, 0 when nothing
   */
  public record Listing(CatalogueEntry entry, Optional<BootableImage> image, long bytes) {}

  /**
   * Where the cache belongs (XDG Base Directory Specification): {@code $XDG_CACHE_HOME/paravane} when that is an
   * absolute path, else {@code ~/.cache/paravane}.
   *
   * @param environment the process environment
   * @param userHome the user's home directory
   */
  public static Path defaultDirectory(Map<String, String> environment, Path userHome) {
    String configured = environment.getOrDefault("XDG_CACHE_HOME", "");
    Path base = Path.of(configured).isAbsolute() ? Path.of(configured) : userHome.resolve(".cache");
    return base.resolve("paravane");
  }

  /** Every entry of the catalogue, in its order, with what is at hand. */
  public List<Listing> list() {
    return catalogue.entries().stream()
        .map(entry -> new Listing(entry, atHand(entry), size(folder(entry))))
        .toList();
  }

  /**
   * The image when it is at hand: embedded, or fetched earlier. Touches no network.
   *
   * @throws ImageException when the catalogue has no such name
   */
  public Optional<BootableImage> fetched(String name) {
    return atHand(catalogue.require(name));
  }

  /**
   * The image, fetched now unless it is at hand.
   *
   * @throws ImageException when the catalogue has no such name, or fetching fails
   */
  public BootableImage fetch(String name) {
    CatalogueEntry entry = catalogue.require(name);
    entry.modules().forEach(module -> fetch(module.image()));
    return atHand(entry).orElseGet(() -> fetch(entry));
  }

  /**
   * Deletes a fetched image.
   *
   * @return whether there was one
   * @throws ImageException when the catalogue has no such name, the image is embedded, or a file cannot be deleted
   */
  public boolean remove(String name) {
    CatalogueEntry entry = catalogue.require(name);
    if (entry.source() instanceof ImageSource.Embedded) {
      throw new ImageException(
          "the image '" + name + "' is carried in Paravane's jar and cannot be removed");
    }
    if (!Files.exists(folder(entry))) {
      return false;
    }
    try {
      // Renamed first, so that nobody meets an image with half of its files gone.
      Path doomed = Files.createTempDirectory(images, ".remove-");
      Files.move(folder(entry), doomed, StandardCopyOption.ATOMIC_MOVE);
      delete(doomed);
      return true;
    } catch (IOException e) {
      throw new ImageException("the image '%s' cannot be removed: %s".formatted(name, e), e);
    }
  }

  private Path folder(CatalogueEntry entry) {
    return images.resolve(entry.name());
  }

  private Optional<BootableImage> atHand(CatalogueEntry entry) {
    List<BootableImage> modules = new ArrayList<>();
    for (ImageModule module : entry.modules()) {
      Optional<BootableImage> image = fetched(module.image());
      if (image.isEmpty()) {
        return Optional.empty();
      }
      modules.add(image.get());
    }
    if (entry.source() instanceof ImageSource.Embedded) {
      return Optional.of(BootableImage.embedded(entry, modules));
    }
    Path origin = folder(entry).resolve(ORIGIN);
    if (!Files.exists(origin)) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          BootableImage.cached(entry, Files.readString(origin).strip(), folder(entry), modules));
    } catch (IOException e) {
      throw new ImageException(
          "the cached file %s cannot be read: %s".formatted(origin, e.getMessage()), e);
    }
  }

  private BootableImage fetch(CatalogueEntry entry) {
    var kernel = (ImageSource.DebianPackage) entry.source();
    Path work = null;
    try {
      Files.createDirectories(images);
      deleteAbandoned();
      work = Files.createTempDirectory(images, ".fetch-");
      Path complete = Files.createDirectory(work.resolve("image"));
      Path apt = Files.createDirectory(work.resolve("apt"));
      Apt downloads = new Apt(aptPrograms, apt);
      String origin = store(downloads, kernel, complete.resolve(KERNEL));
      if (entry.initramfs() == InitramfsRecipe.BUSYBOX) {
        origin += ", " + store(downloads, BUSYBOX_PACKAGE, complete.resolve(BUSYBOX));
      }
      Files.writeString(complete.resolve(ORIGIN), origin + "\n");
      publish(complete, folder(entry));
    } catch (IOException e) {
      throw new ImageException(
          "the image '%s' cannot be stored in %s: %s".formatted(entry.name(), images, e), e);
    } finally {
      if (work != null) {
        delete(work);
      }
    }
    return atHand(entry)
        .orElseThrow(
            () -> new ImageException("the image '" + entry.name() + "' was removed again"));
  }

  private static String store(Apt apt, ImageSource.DebianPackage source, Path target)
      throws IOException {
    Apt.Download download = apt.download(source);
    DebPackage.PackagedFile file = DebPackage.read(download.deb(), source.file());
    Files.write(target, file.content());
    return "%s %s (%s)".formatted(download.packageName(), download.version(), file.path());
  }

  private static void publish(Path complete, Path target) throws IOException {
    try {
      Files.move(complete, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (FileAlreadyExistsException | DirectoryNotEmptyException e) {
      // Another process was first; its image is as good.
    } catch (IOException e) {
      if (!Files.exists(target.resolve(ORIGIN))) {
        throw e;
      }
    }
  }

  /** Deletes what killed processes left behind; a day is longer than any fetch takes. */
  private void deleteAbandoned() throws IOException {
    Instant yesterday = Instant.now().minus(Duration.ofDays(1));
    try (Stream<Path> folders = Files.list(images)) {
      for (Path folder :
          folders.filter(path -> path.getFileName().toString().startsWith(".")).toList()) {
        if (Files.getLastModifiedTime(folder).toInstant().isBefore(yesterday)) {
          delete(folder);
        }
      }
    }
  }

  private static long size(Path folder) {
    if (!Files.isDirectory(folder)) {
      return 0;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
    } catch (IOException | UncheckedIOException e) {
      throw new ImageException(
          "the folder %s cannot be read: %s".formatted(folder, e.getMessage()), e);
    }
  }

  private static void delete(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException | UncheckedIOException e) {
      throw new ImageException(
          "the folder %s cannot be deleted: %s".formatted(folder, e.getMessage()), e);
    }
  }
}
