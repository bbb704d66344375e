package org.paravane.images;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** An image whose files are at hand. The bytes are read, or for the initramfs built, on each call. */
public final class BootableImage {
  private final CatalogueEntry entry;
  private final String origin;
  private final Optional<Path> folder;
  private final List<BootableImage> moduleImages;

  private BootableImage(
      CatalogueEntry entry,
      String origin,
      Optional<Path> folder,
      List<BootableImage> moduleImages) {
    this.entry = entry;
    this.origin = origin;
    this.folder = folder;
    this.moduleImages = List.copyOf(moduleImages);
  }

  static BootableImage embedded(CatalogueEntry entry, List<BootableImage> modules) {
    return new BootableImage(entry, "carried in Paravane's jar", Optional.empty(), modules);
  }

  static BootableImage cached(
      CatalogueEntry entry, String origin, Path folder, List<BootableImage> modules) {
    return new BootableImage(entry, origin, Optional.of(folder), modules);
  }

  /**
   * A file that the kernel gets as a module.
   *
   * @param contents its bytes
   * @param text what the kernel is told with it: a name, and arguments behind it
   */
  public record Module(byte[] contents, String text) {}

  /** The catalogue entry this image belongs to. */
  public CatalogueEntry entry() {
    return entry;
  }

  /** What was fetched, for the user: packages, versions and files on one line. */
  public String origin() {
    return origin;
  }

  /** The kernel file in the cache; empty for an embedded kernel. */
  public Optional<Path> kernelPath() {
    return folder.map(path -> path.resolve(ImageStore.KERNEL));
  }

  /**
   * The kernel file's bytes.
   *
   * @throws ImageException when it cannot be read
   */
  public byte[] kernel() {
    return switch (entry.source()) {
      case ImageSource.Embedded(String resource) -> resource(resource);
      case ImageSource.DebianPackage _ -> read(kernelPath().orElseThrow());
    };
  }

  /**
   * The initramfs' bytes, an uncompressed cpio archive; the same for the same fetched files.
   *
   * @throws ImageException when what it is built from cannot be read
   */
  public Optional<byte[]> initrd() {
    return switch (entry.initramfs()) {
      case NONE -> Optional.empty();
      case BUSYBOX ->
          Optional.of(
              BusyboxInitramfs.build(read(folder.orElseThrow().resolve(ImageStore.BUSYBOX))));
    };
  }

  /**
   * The modules, in their order.
   *
   * @throws ImageException when one cannot be read
   */
  public List<Module> modules() {
    List<Module> modules = new ArrayList<>();
    for (int i = 0; i < moduleImages.size(); i++) {
      BootableImage image = moduleImages.get(i);
      String arguments = entry.modules().get(i).arguments();
      modules.add(new Module(image.kernel(), (image.entry.name() + " " + arguments).strip()));
      image.initrd().ifPresent(bytes -> modules.add(new Module(bytes, "initramfs")));
    }
    return modules;
  }

  private static byte[] read(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new ImageException(
          "the cached file %s cannot be read: %s".formatted(file, e.getMessage()), e);
    }
  }

  static byte[] resource(String name) {
    try (InputStream in = BootableImage.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new ImageException("this build of Paravane carries no file '" + name + "'");
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new ImageException(
          "the carried file '%s' cannot be read: %s".formatted(name, e.getMessage()), e);
    }
  }
}
