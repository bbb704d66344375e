package org.paravane.images;

/** One entry of an initramfs, by its path without a leading slash. All belong to root. */
public sealed interface InitramfsEntry {
  /** Path inside the archive, parts separated by single slashes. */
  String path();

  /** Permission bits, the low twelve of the mode. */
  int permissions();

  /** A directory. */
  record Directory(String path, int permissions) implements InitramfsEntry {}

  /** A regular file with its content. */
  @SuppressWarnings("ArrayRecordComponent")
  record RegularFile(String path, int permissions, byte[] content) implements InitramfsEntry {}

  /** A symbolic link to {@code target}. */
  record SymbolicLink(String path, String target) implements InitramfsEntry {
    @Override
    public int permissions() {
      return 0777;
    }
  }

  /** A character device node, numbered as in Linux' {@code Documentation/admin-guide/devices.txt}. */
  record CharacterDevice(String path, int permissions, int major, int minor)
      implements InitramfsEntry {}
}
