package org.paravane.images;

import io.airlift.compress.v3.zstd.ZstdOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.ar.ArArchiveEntry;
import org.apache.commons.compress.archivers.ar.ArArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

/** Writes Debian packages for the tests. */
final class DebFile {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes);

  /** Adds a regular file; the path is written as given. */
  DebFile file(String path, String content) throws IOException {
    byte[] data = content.getBytes(StandardCharsets.UTF_8);
    var entry = new TarArchiveEntry(path, true);
    entry.setSize(data.length);
    tar.putArchiveEntry(entry);
    tar.write(data);
    tar.closeArchiveEntry();
    return this;
  }

  /** Adds a symbolic link. */
  DebFile link(String path, String target) throws IOException {
    var entry = new TarArchiveEntry(path, TarConstants.LF_SYMLINK);
    entry.setLinkName(target);
    tar.putArchiveEntry(entry);
    tar.closeArchiveEntry();
    return this;
  }

  /** Writes the package with data.tar compressed as the suffix says: "", ".gz", ".xz" or ".zst". */
  Path write(Path target, String suffix) throws IOException {
    tar.close();
    var data = new ByteArrayOutputStream();
    try (OutputStream out = compressed(data, suffix)) {
      bytes.writeTo(out);
    }
    try (var ar = new ArArchiveOutputStream(Files.newOutputStream(target))) {
      member(ar, "debian-binary", "2.0\n".getBytes(StandardCharsets.US_ASCII));
      member(ar, "data.tar" + suffix, data.toByteArray());
    }
    return target;
  }

  private static OutputStream compressed(OutputStream out, String suffix) throws IOException {
    return switch (suffix) {
      case ".gz" -> new GZIPOutputStream(out);
      case ".xz" -> new XZOutputStream(out, new LZMA2Options());
      case ".zst" -> new ZstdOutputStream(out);
      default -> out;
    };
  }

  private static void member(ArArchiveOutputStream ar, String name, byte[] content)
      throws IOException {
    ar.putArchiveEntry(new ArArchiveEntry(name, content.length));
    ar.write(content);
    ar.closeArchiveEntry();
  }
}
