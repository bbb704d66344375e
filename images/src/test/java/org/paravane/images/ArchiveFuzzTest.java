package org.paravane.images;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.cpio.CpioArchiveEntry;
import org.apache.commons.compress.archivers.cpio.CpioArchiveInputStream;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Packages of any bytes give a file or a sentence; archives of any paths give what went in. */
class ArchiveFuzzTest {
  static Stream<Arguments> packages() throws IOException {
    List<Arguments> packages = new ArrayList<>();
    Path file = Files.createTempFile("package", ".deb");
    for (String suffix : List.of("", ".gz", ".xz", ".zst")) {
      new DebFile()
          .file("./boot/vmlinuz-1", "kernel")
          .link("./boot/link", "vmlinuz-1")
          .write(file, suffix);
      packages.add(Arguments.of((Object) Files.readAllBytes(file)));
    }
    Files.delete(file);
    return packages.stream();
  }

  static Stream<Arguments> paths() {
    return Stream.of(
            "init\0bin/busybox\0dev/console",
            "a\0a/b",
            "../x",
            "/etc\0etc//passwd",
            "TRAILER!!!\0\u00e4")
        .map(text -> Arguments.of((Object) text.getBytes(StandardCharsets.UTF_8)));
  }

  @MethodSource("packages")
  @FuzzTest(maxDuration = "30s")
  void packagesAreReadOrRefused(byte[] input) {
    try {
      assertThat(
              DebPackage.read(new ByteArrayInputStream(input), "input", "boot/vmlinuz-*").content())
          .isNotNull();
    } catch (ImageException e) {
      assertThat(e.getMessage()).isNotBlank();
    }
  }

  @MethodSource("paths")
  @FuzzTest(maxDuration = "30s")
  void archivesHoldWhatWasAdded(byte[] input) throws IOException {
    Initramfs initramfs = new Initramfs();
    List<String> added = new ArrayList<>();
    for (String path : new String(input, StandardCharsets.UTF_8).split("\0", -1)) {
      try {
        initramfs.file(path, path.getBytes(StandardCharsets.UTF_8));
        added.add(path);
      } catch (ImageException e) {
        assertThat(e.getMessage()).isNotBlank();
        return;
      }
    }
    List<String> found = new ArrayList<>();
    try (var cpio =
        new CpioArchiveInputStream(
            new ByteArrayInputStream(initramfs.build()), 512, StandardCharsets.UTF_8.name())) {
      CpioArchiveEntry entry;
      while ((entry = cpio.getNextEntry()) != null) {
        if (entry.isRegularFile()) {
          found.add(entry.getName());
          assertThat(cpio.readAllBytes())
              .isEqualTo(entry.getName().getBytes(StandardCharsets.UTF_8));
        }
      }
    }
    assertThat(found).containsExactlyInAnyOrderElementsOf(added);
  }
}
