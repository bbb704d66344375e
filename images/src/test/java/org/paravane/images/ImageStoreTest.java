package org.paravane.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Fetching is tried with small shell scripts in place of apt: the real one needs a network. */
class ImageStoreTest {
  private static final Catalogue CATALOGUE =
      Catalogue.parse(
          """
          [carried]
          description = "in the jar"
          embedded = "test64.elf"
          platforms = ["bare"]
          [real]
          description = "from a package"
          package = "kernel-meta"
          dependency = "kernel-[0-9]*"
          file = "boot/vmlinuz-*"
          initramfs = "busybox"
          platforms = ["bare"]
          [loader]
          description = "takes the others as modules"
          embedded = "test64.elf"
          modules = ["real quiet", "carried"]
          platforms = ["bare"]
          [absent]
          description = "from a package that is gone"
          package = "gone"
          file = "boot/vmlinuz-*"
          platforms = ["bare"]
          """,
          "test.toml");

  @TempDir Path folder;
  private Path apt;
  private ImageStore store;

  @BeforeEach
  void writeAptScripts() throws IOException {
    apt = Files.createDirectory(folder.resolve("apt"));
    new DebFile()
        .file("./boot/vmlinuz-7", "KERNEL")
        .write(apt.resolve("kernel-7_1.2_amd64.deb"), ".xz");
    new DebFile()
        .file("./bin/busybox", "BUSYBOX")
        .write(apt.resolve("busybox-static_3_amd64.deb"), ".xz");
    script(
        "apt-cache",
        """
        for name; do :; done
        case $name in
          kernel-meta) echo 'Version: 9'; echo 'Depends: tools, kernel-7 (= 1.2)' ;;
          busybox-static) echo 'Version: 3' ;;
          *) echo 'E: No packages found' >&2; exit 100 ;;
        esac
        """);
    script(
        "apt-get",
        """
        for name; do :; done
        here=$(dirname "$0")
        case $name in
          kernel-7=1.2) cp "$here/kernel-7_1.2_amd64.deb" . ;;
          busybox-static) cp "$here/busybox-static_3_amd64.deb" . ;;
          update) ;;
          *) exit 1 ;;
        esac
        """);
    store = new ImageStore(CATALOGUE, folder.resolve("cache"), Optional.of(apt));
  }

  @Test
  void fetchesOnceAndFindsItAgain() throws IOException {
    assertThat(store.fetched("real")).isEmpty();
    BootableImage image = store.fetch("real");
    assertThat(image.kernel()).asString().isEqualTo("KERNEL");
    assertThat(image.origin())
        .isEqualTo("kernel-7 1.2 (boot/vmlinuz-7), busybox-static 3 (bin/busybox)");
    assertThat(image.initrd())
        .hasValueSatisfying(initrd -> assertThat(initrd).asString().contains("BUSYBOX"));
    Files.delete(apt.resolve("apt-get"));
    assertThat(store.fetch("real").kernelPath()).isEqualTo(image.kernelPath());
    assertThat(cacheFolders()).containsExactly("real");
  }

  @Test
  void anImageBringsTheImagesThatAreItsModules() throws IOException {
    assertThat(store.fetched("loader")).isEmpty();
    List<BootableImage.Module> modules = store.fetch("loader").modules();
    assertThat(modules)
        .extracting(BootableImage.Module::text)
        .containsExactly("real quiet", "initramfs", "carried");
    assertThat(modules.get(0).contents()).asString().isEqualTo("KERNEL");
    assertThat(modules.get(1).contents()).asString().contains("BUSYBOX");
    assertThat(store.fetched("loader")).isPresent();
    assertThat(cacheFolders()).containsExactly("real");
  }

  @Test
  void theLoserOfARaceUsesTheWinnersImage() throws IOException {
    Path winner = folder.resolve("cache/images/real");
    String content = Files.readString(apt.resolve("apt-get"));
    script(
        "apt-get",
        content.replaceFirst("#!/bin/sh\n", "")
            + "mkdir -p '%1$s'; echo WINNER > '%1$s/kernel'; echo first > '%1$s/origin'\n"
                .formatted(winner));
    assertThat(store.fetch("real").origin()).isEqualTo("first");
    assertThat(store.fetch("real").kernel()).asString().isEqualTo("WINNER\n");
    assertThat(cacheFolders()).containsExactly("real");
  }

  @Test
  void whatAptSaysReachesTheUserAndNothingStaysBehind() throws IOException {
    assertThatThrownBy(() -> store.fetch("absent"))
        .isInstanceOf(ImageException.class)
        .hasMessage("apt cannot provide the package gone: No packages found");
    assertThat(cacheFolders()).isEmpty();
  }

  @Test
  void whatAKilledFetchLeftIsDeletedADayLater() throws IOException {
    Path left = Files.createDirectories(folder.resolve("cache/images/.fetch-1/apt")).getParent();
    Files.setLastModifiedTime(left, FileTime.from(Instant.EPOCH));
    Files.createDirectory(folder.resolve("cache/images/.fetch-2"));
    store.fetch("real");
    assertThat(cacheFolders()).containsExactly(".fetch-2", "real");
  }

  @Test
  void listsOfOurOwnAreFetchedWhereTheHostHasNone() throws IOException {
    String content = Files.readString(apt.resolve("apt-cache")).replaceFirst("#!/bin/sh\n", "");
    script("apt-cache", "case \"$*\" in *Dir::State::Lists=*) ;; *) exit 100 ;; esac\n" + content);
    assertThat(store.fetch("real").kernel()).asString().isEqualTo("KERNEL");
  }

  @Test
  void withoutAptTheManualPathIsNamed() {
    var bare =
        new ImageStore(CATALOGUE, folder.resolve("cache"), Optional.of(folder.resolve("nowhere")));
    assertThatThrownBy(() -> bare.fetch("real"))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("paravane boot /path/to/vmlinuz --initrd FILE");
  }

  @Test
  void listsAndRemoves() {
    store.fetch("real");
    assertThat(store.list())
        .extracting(listing ->
            listing.entry().name()
                + " "
                + listing.image().isPresent()
                + " "
                + (listing.bytes() > 0))
        .containsExactly(
            "carried true false", "real true true", "loader true false", "absent false false");
    assertThat(store.remove("real")).isTrue();
    assertThat(store.remove("real")).isFalse();
    assertThat(store.fetched("real")).isEmpty();
    assertThatThrownBy(() -> store.remove("carried")).hasMessageContaining("cannot be removed");
  }

  @Test
  void anEmbeddedKernelIsAlwaysAtHand() {
    assertThat(store.fetch("carried").kernel()).startsWith(0x7F, 'E', 'L', 'F');
    assertThat(store.fetch("carried").initrd()).isEmpty();
    assertThat(folder.resolve("cache")).doesNotExist();
  }

  @Test
  void theDefaultDirectoryFollowsTheXdgSpecification() {
    Path home = Path.of("/home/u");
    assertThat(ImageStore.defaultDirectory(Map.of("XDG_CACHE_HOME", "/c"), home))
        .isEqualTo(Path.of("/c/paravane"));
    for (Map<String, String> environment :
        List.of(Map.<String, String>of(), Map.of("XDG_CACHE_HOME", "relative"))) {
      assertThat(ImageStore.defaultDirectory(environment, home))
          .isEqualTo(Path.of("/home/u/.cache/paravane"));
    }
  }

  private List<String> cacheFolders() throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve("cache/images"))) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private void script(String name, String body) throws IOException {
    Path file = Files.writeString(apt.resolve(name), "#!/bin/sh\n" + body);
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }
}
