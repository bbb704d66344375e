package org.paravane.images;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.cpio.CpioArchiveEntry;
import org.apache.commons.compress.archivers.cpio.CpioArchiveOutputStream;
import org.apache.commons.compress.archivers.cpio.CpioConstants;

/**
 * Builds an initramfs: a {@code newc} cpio archive (Linux' {@code Documentation/driver-api/early-userspace/
 * buffer-format.rst}), uncompressed because unpacking costs the guest instructions.
 *
 * <p>Equal entries in equal order give equal bytes: times are zero, owners root, inodes counted from one.
 */
public final class Initramfs {
  private static final int BLOCK_BYTES = 512;
  private static final int PATH_MAX = 4096;
  private static final Set<String> NO_NAMES = Set.of("", ".", "..");

  private final Map<String, InitramfsEntry> entries = new LinkedHashMap<>();

  /** Starts an empty archive. */
  public Initramfs() {}

  /**
   * Adds an entry, before it those of its parent directories that are missing.
   *
   * @throws ImageException when the path is absolute, climbs, or is already taken by something else
   */
  public Initramfs add(InitramfsEntry entry) {
    String path = checked(entry.path());
    for (int slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
      String parent = path.substring(0, slash);
      InitramfsEntry present =
          entries.computeIfAbsent(parent, p -> new InitramfsEntry.Directory(p, 0755));
      if (!(present instanceof InitramfsEntry.Directory)) {
        throw new ImageException(
            "the initramfs entry '%s' lies below '%s', which is no directory"
                .formatted(path, parent));
      }
    }
    InitramfsEntry previous = entries.put(path, entry);
    boolean bothDirectories =
        previous instanceof InitramfsEntry.Directory && entry instanceof InitramfsEntry.Directory;
    if (previous != null && !bothDirectories) {
      throw new ImageException("the initramfs has two entries '" + path + "'");
    }
    return this;
  }

  /** Adds a directory with mode 0755. */
  public Initramfs directory(String path) {
    return add(new InitramfsEntry.Directory(path, 0755));
  }

  /** Adds a regular file with mode 0644. */
  public Initramfs file(String path, byte[] content) {
    return add(new InitramfsEntry.RegularFile(path, 0644, content));
  }

  /** Adds an executable file with mode 0755. */
  public Initramfs program(String path, byte[] content) {
    return add(new InitramfsEntry.RegularFile(path, 0755, content));
  }

  /** Adds a symbolic link. */
  public Initramfs link(String path, String target) {
    return add(new InitramfsEntry.SymbolicLink(path, target));
  }

  /** Adds a character device with mode 0600. */
  public Initramfs device(String path, int major, int minor) {
    return add(new InitramfsEntry.CharacterDevice(path, 0600, major, minor));
  }

  /**
   * Adds what lies below a folder of the host, in the order of the paths. Of permissions only "executable" is kept:
   * the rest differs from checkout to checkout.
   *
   * @throws ImageException when the folder cannot be read or holds a file that is neither regular, link nor directory
   */
  public Initramfs addFolder(Path folder) {
    try (Stream<Path> walk = Files.walk(folder)) {
      List<Path> files = walk.filter(file -> !file.equals(folder)).toList();
      Map<String, Path> byPath = new TreeMap<>();
      for (Path file : files) {
        byPath.put(folder.relativize(file).toString().replace('\\', '/'), file);
      }
      for (Map.Entry<String, Path> file : byPath.entrySet()) {
        add(entry(file.getKey(), file.getValue()));
      }
      return this;
    } catch (IOException | UncheckedIOException e) {
      throw new ImageException("the folder %s cannot be read: %s".formatted(folder, e), e);
    }
  }

  private static InitramfsEntry entry(String path, Path file) throws IOException {
    if (Files.isSymbolicLink(file)) {
      return new InitramfsEntry.SymbolicLink(path, Files.readSymbolicLink(file).toString());
    }
    if (Files.isDirectory(file)) {
      return new InitramfsEntry.Directory(path, 0755);
    }
    if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      return new InitramfsEntry.RegularFile(
          path, Files.isExecutable(file) ? 0755 : 0644, Files.readAllBytes(file));
    }
    throw new ImageException(
        "the file " + file + " is neither a regular file, a link nor a directory");
  }

  /** The archive of what was added so far; its length is a multiple of 512. */
  public byte[] build() {
    var bytes = new ByteArrayOutputStream();
    try (var cpio =
        new CpioArchiveOutputStream(
            bytes, CpioConstants.FORMAT_NEW, BLOCK_BYTES, StandardCharsets.UTF_8.name())) {
      int inode = 0;
      for (Map.Entry<String, InitramfsEntry> named : entries.entrySet()) {
        write(cpio, named.getKey(), named.getValue(), ++inode);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static void write(
      CpioArchiveOutputStream cpio, String path, InitramfsEntry entry, int inode)
      throws IOException {
    byte[] content =
        switch (entry) {
          case InitramfsEntry.RegularFile file -> file.content();
          case InitramfsEntry.SymbolicLink link -> link.target().getBytes(StandardCharsets.UTF_8);
          case InitramfsEntry.Directory _, InitramfsEntry.CharacterDevice _ -> new byte[0];
        };
    int type =
        switch (entry) {
          case InitramfsEntry.RegularFile _ -> CpioConstants.C_ISREG;
          case InitramfsEntry.SymbolicLink _ -> CpioConstants.C_ISLNK;
          case InitramfsEntry.Directory _ -> CpioConstants.C_ISDIR;
          case InitramfsEntry.CharacterDevice _ -> CpioConstants.C_ISCHR;
        };
    var header = new CpioArchiveEntry(CpioConstants.FORMAT_NEW, path, content.length);
    header.setInode(inode);
    header.setMode(type | entry.permissions());
    header.setNumberOfLinks(entry instanceof InitramfsEntry.Directory ? 2 : 1);
    header.setTime(0);
    if (entry instanceof InitramfsEntry.CharacterDevice device) {
      header.setRemoteDeviceMaj(device.major());
      header.setRemoteDeviceMin(device.minor());
    }
    cpio.putArchiveEntry(header);
    cpio.write(content);
    cpio.closeArchiveEntry();
  }

  private static String checked(String path) {
    boolean wellFormed =
        !path.isEmpty()
            && path.length() < PATH_MAX
            && path.indexOf('\0') < 0
            && Arrays.stream(path.split("/", -1)).noneMatch(NO_NAMES::contains);
    if (!wellFormed || (path + '/').startsWith(CpioConstants.CPIO_TRAILER + '/')) {
      throw new ImageException("'" + path + "' is no path for an initramfs entry");
    }
    return path;
  }
}
