package org.paravane.harness.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.paravane.harness.spec.BootSpec;
import org.paravane.harness.spec.ErrorCode;
import org.paravane.harness.spec.HarnessException;
import org.paravane.harness.spi.CatalogueEntry;

class CatalogueLibraryTest {
  @TempDir private Path folder;

  private CatalogueLibrary library() {
    return new CatalogueLibrary(folder.resolve("cache"));
  }

  private static void refused(Runnable action, ErrorCode code, String words) {
    assertThatThrownBy(action::run)
        .isInstanceOfSatisfying(HarnessException.class, e -> assertThat(e.error()).isEqualTo(code))
        .hasMessageContaining(words)
        .hasMessageEndingWith(".");
  }

  @Test
  void defaultImageIsEmbedded() {
    assertThat(library().load(BootSpec.DEFAULT_IMAGE).kernel()).startsWith(0x7f, 'E', 'L', 'F');
    assertThat(library().list())
        .anyMatch(entry ->
            entry.name().equals(BootSpec.DEFAULT_IMAGE)
                && entry.state() == CatalogueEntry.State.EMBEDDED);
    refused(() -> library().remove(BootSpec.DEFAULT_IMAGE), ErrorCode.HOST_IO, "cannot be removed");
  }

  @Test
  void imageThatIsNotFetchedNamesTheCommandThatFetches() {
    refused(
        () -> library().load("debian-cloud"),
        ErrorCode.IMAGE_NOT_FETCHED,
        "paravane images fetch debian-cloud");
    assertThat(library().remove("debian-cloud")).isFalse();
  }

  @Test
  void fileIsReadWhole() throws IOException {
    Path file = Files.write(folder.resolve("vmlinuz"), new byte[] {1, 2, 3});
    assertThat(library().load(file.toString()).kernel()).containsExactly(1, 2, 3);
    assertThat(library().load(file.toString()).name()).isEqualTo("vmlinuz");
  }

  @Test
  void whatIsNoFileIsNamed() {
    refused(() -> library().load("no/such"), ErrorCode.IMAGE_NOT_FOUND, "no file 'no/such'");
    refused(() -> library().load(folder.toString()), ErrorCode.IMAGE_UNREADABLE, "directory");
    refused(() -> library().fetch("nothing", _ -> {}), ErrorCode.IMAGE_NOT_FOUND, "'nothing'");
  }
}
