package org.paravane.images;

import io.airlift.compress.v3.MalformedInputException;
import io.airlift.compress.v3.zstd.ZstdInputStream;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.ar.ArArchiveEntry;
import org.apache.commons.compress.archivers.ar.ArArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/**
 * Reads a file out of a Debian binary package: an {@code ar} archive whose member {@code data.tar}, with a suffix for
 * its compression, holds the files (deb(5)).
 */
public final class DebPackage {
  private static final long MAXIMUM_FILE_BYTES = 256L << 20;
  private static final int XZ_MEMORY_LIMIT_KIBIBYTES = 256 << 10;

  private DebPackage() {}

  /**
   * A file of a package.
   *
   * @param path inside the package, without a leading slash
   * @param content the bytes
   */
  @SuppressWarnings("ArrayRecordComponent")
  public record PackagedFile(String path, byte[] content) {}

  /**
   * Reads the one regular file whose path matches.
   *
   * @param deb the package
   * @param glob of the path without leading slash, in the syntax of {@link FileSystems}
   * @throws ImageException when the package is malformed, holds a path that leaves its root, or has not exactly one match
   */
  public static PackagedFile read(Path deb, String glob) {
    try (var in = new BufferedInputStream(Files.newInputStream(deb))) {
      return read(in, deb.getFileName().toString(), glob);
    } catch (IOException e) {
      throw new ImageException(
          "the package %s cannot be read: %s".formatted(deb.getFileName(), e.getMessage()), e);
    }
  }

  /** Reads from a stream, which is closed then: see {@link #read(Path, String)}. */
  static PackagedFile read(InputStream in, String deb, String glob) {
    try (var ar = new ArArchiveInputStream(in)) {
      ArArchiveEntry member;
      while ((member = ar.getNextEntry()) != null) {
        if (member.getName().startsWith("data.tar")) {
          try (var tar = new TarArchiveInputStream(decompressed(member.getName(), ar))) {
            return findIn(tar, glob);
          }
        }
      }
    } catch (IOException
        | IllegalArgumentException
        | IndexOutOfBoundsException
        | MalformedInputException e) {
      throw new ImageException(
          "the package %s cannot be read: %s".formatted(deb, e.getMessage()), e);
    }
    throw new ImageException("the package %s has no data.tar member".formatted(deb));
  }

  private static InputStream decompressed(String name, InputStream in) throws IOException {
    return switch (name) {
      case "data.tar" -> in;
      case "data.tar.gz" -> new GZIPInputStream(in);
      case "data.tar.xz" -> new XZInputStream(in, XZ_MEMORY_LIMIT_KIBIBYTES);
      case "data.tar.zst" -> new ZstdInputStream(in);
      default -> throw new IOException("compression of '" + name + "' is not known");
    };
  }

  private static PackagedFile findIn(TarArchiveInputStream tar, String glob) throws IOException {
    PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + glob);
    PackagedFile found = null;
    TarArchiveEntry entry;
    while ((entry = tar.getNextEntry()) != null) {
      String path = contained(entry.getName());
      if (!matcher.matches(Path.of(path))) {
        continue;
      }
      if (!entry.isFile() || entry.isSymbolicLink() || entry.isLink()) {
        throw new IOException("'" + path + "' is not a regular file");
      }
      if (entry.getSize() > MAXIMUM_FILE_BYTES) {
        throw new IOException(
            "'" + path + "' is larger than " + (MAXIMUM_FILE_BYTES >> 20) + " MiB");
      }
      if (found != null) {
        throw new IOException(
            "both '" + found.path() + "' and '" + path + "' match '" + glob + "'");
      }
      byte[] content = tar.readAllBytes();
      if (content.length != entry.getSize()) {
        throw new IOException("'" + path + "' is cut short");
      }
      found = new PackagedFile(path, content);
    }
    if (found == null) {
      throw new IOException("it has no file '" + glob + "'");
    }
    return found;
  }

  private static String contained(String name) throws IOException {
    String path = name.startsWith("./") ? name.substring(2) : name;
    if (path.startsWith("/")
        || path.indexOf('\0') >= 0
        || Arrays.asList(path.split("/")).contains("..")) {
      throw new IOException("the path '" + name + "' leaves the package");
    }
    return path;
  }
}
