package org.paravane.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.compress.archivers.cpio.CpioArchiveEntry;
import org.apache.commons.compress.archivers.cpio.CpioArchiveInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InitramfsTest {
  @TempDir Path folder;

  @Test
  void isANewcArchiveWithEveryEntry() throws IOException {
    byte[] archive =
        new Initramfs()
            .device("dev/console", 5, 1)
            .program("bin/tool", bytes("#!"))
            .file("etc/text", bytes("hello"))
            .link("init", "bin/tool")
            .build();
    assertThat(archive).startsWith(bytes("070701"));
    assertThat(listing(archive))
        .containsExactly(
            "40755 dev 0,0 ",
            "20600 dev/console 5,1 ",
            "40755 bin 0,0 ",
            "100755 bin/tool 0,0 #!",
            "40755 etc 0,0 ",
            "100644 etc/text 0,0 hello",
            "120777 init 0,0 bin/tool");
  }

  @Test
  void equalFoldersGiveEqualBytesWhateverTheTimes() throws IOException {
    Path one = tree("one");
    Path two = tree("two");
    Files.setLastModifiedTime(two.resolve("b/file"), FileTime.fromMillis(1));
    byte[] archive = new Initramfs().addFolder(one).build();
    assertThat(archive).isEqualTo(new Initramfs().addFolder(two).build());
    assertThat(listing(archive))
        .containsExactly(
            "40755 a 0,0 ",
            "100755 a/run 0,0 x",
            "40755 b 0,0 ",
            "100644 b/file 0,0 y",
            "120777 c 0,0 b/file");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "/etc/passwd", "../x", "a/../b", "a//b", "a/", "./a", "TRAILER!!!", "a\0b"})
  void aPathThatIsNotPlainIsRefused(String path) {
    assertThatThrownBy(() -> new Initramfs().file(path, new byte[0]))
        .isInstanceOf(ImageException.class);
  }

  @Test
  void aPathIsTakenOnce() {
    var initramfs = new Initramfs().file("a", new byte[0]).directory("d").directory("d");
    assertThatThrownBy(() -> initramfs.link("a", "b")).hasMessageContaining("two entries 'a'");
    assertThatThrownBy(() -> new Initramfs().file("a", new byte[0]).file("a/b", new byte[0]))
        .hasMessageContaining("'a', which is no directory");
  }

  @Test
  void theBusyboxArchiveHasWhatTheKernelNeeds() throws IOException {
    byte[] archive = BusyboxInitramfs.build(bytes("BUSYBOX"));
    assertThat(listing(archive))
        .contains(
            "20600 dev/console 5,1 ", "100755 bin/busybox 0,0 BUSYBOX", "120777 bin/sh 0,0 busybox")
        .anySatisfy(line ->
            assertThat(line)
                .startsWith("100755 init 0,0 #!/bin/sh")
                .contains("PARAVANE-USERSPACE"));
    assertThat(archive).isEqualTo(BusyboxInitramfs.build(bytes("BUSYBOX")));
  }

  private Path tree(String name) throws IOException {
    Path root = folder.resolve(name);
    Files.createDirectories(root.resolve("a"));
    Files.createDirectories(root.resolve("b"));
    Files.writeString(root.resolve("b/file"), "y");
    Files.writeString(root.resolve("a/run"), "x");
    assertThat(root.resolve("a/run").toFile().setExecutable(true)).isTrue();
    Files.createSymbolicLink(root.resolve("c"), Path.of("b/file"));
    return root;
  }

  private static List<String> listing(byte[] archive) throws IOException {
    List<String> lines = new ArrayList<>();
    try (var cpio = new CpioArchiveInputStream(new ByteArrayInputStream(archive))) {
      CpioArchiveEntry entry;
      while ((entry = cpio.getNextEntry()) != null) {
        assertThat(entry.getTime()).isZero();
        assertThat(entry.getUID() + entry.getGID()).isZero();
        assertThat(entry.getInode()).isEqualTo(lines.size() + 1L);
        lines.add(
            "%o %s %d,%d %s"
                .formatted(
                    entry.getMode(),
                    entry.getName(),
                    entry.getRemoteDeviceMaj(),
                    entry.getRemoteDeviceMin(),
                    new String(cpio.readAllBytes(), StandardCharsets.UTF_8)));
      }
    }
    return lines;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
