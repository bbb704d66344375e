package org.paravane.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DebPackageTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"", ".gz", ".xz", ".zst"})
  void readsAFileWhateverTheCompression(String suffix) throws IOException {
    Path deb =
        new DebFile()
            .file("./boot/config-1", "no")
            .file("./boot/vmlinuz-1", "kernel")
            .write(deb(), suffix);
    var file = DebPackage.read(deb, "boot/vmlinuz-*");
    assertThat(file.path()).isEqualTo("boot/vmlinuz-1");
    assertThat(file.content()).asString().isEqualTo("kernel");
  }

  @ParameterizedTest
  @ValueSource(strings = {"../etc/passwd", "/etc/passwd", "./a/../../b", "./.."})
  void aPathThatLeavesThePackageIsRefused(String path) throws IOException {
    Path deb = new DebFile().file(path, "x").file("./boot/vmlinuz-1", "kernel").write(deb(), "");
    assertThatThrownBy(() -> DebPackage.read(deb, "boot/vmlinuz-*"))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("leaves the package");
  }

  @Test
  void aLinkIsNotFollowed() throws IOException {
    Path deb = new DebFile().link("./boot/vmlinuz-1", "/etc/passwd").write(deb(), ".xz");
    assertThatThrownBy(() -> DebPackage.read(deb, "boot/vmlinuz-*"))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("'boot/vmlinuz-1' is not a regular file");
  }

  @Test
  void noMatchAndTwoMatchesAreRefused() throws IOException {
    Path deb = new DebFile().file("./boot/k1", "1").file("./boot/k2", "2").write(deb(), ".xz");
    assertThatThrownBy(() -> DebPackage.read(deb, "boot/x"))
        .hasMessageContaining("it has no file 'boot/x'");
    assertThatThrownBy(() -> DebPackage.read(deb, "boot/k*"))
        .hasMessageContaining("both 'boot/k1' and 'boot/k2'");
  }

  @Test
  void aDamagedPackageIsOneSentence() throws IOException {
    byte[] whole =
        Files.readAllBytes(new DebFile().file("./boot/k", "k".repeat(5000)).write(deb(), ".xz"));
    for (int length = 0; length < whole.length - 16; length += 37) {
      Path cut = Files.write(folder.resolve("cut.deb"), Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> DebPackage.read(cut, "boot/k"))
          .isInstanceOf(ImageException.class)
          .hasMessageContaining("cut.deb");
    }
  }

  private Path deb() {
    return folder.resolve("some.deb");
  }
}
