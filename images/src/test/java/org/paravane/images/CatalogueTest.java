package org.paravane.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CatalogueTest {

  @Test
  void builtInCatalogueNamesItsImagesInFileOrder() {
    assertThat(Catalogue.builtIn().entries())
        .extracting(CatalogueEntry::name)
        .containsExactly(
            "test64",
            "test32",
            "workload64",
            "processor",
            "xenpv",
            "xenpvh",
            "debian-cloud",
            "debian-amd64",
            "memtest86plus",
            "grub-xen-pv",
            "grub-xen-pvh",
            "xen",
            "xen-debian",
            "xen-checks");
  }

  @Test
  void readsEveryFieldOfAnEntry() {
    var catalogue =
        Catalogue.parse(
            """
            [one]
            description = "first"
            package = "meta"
            dependency = "real-*"
            file = "boot/k*"
            initramfs = "busybox"
            command-line = "quiet"
            marker = "login:"
            modules = ["two  root=/dev/x quiet", "two"]
            platforms = ["bare", "kvm"]
            [two]
            description = "second"
            embedded = "two.elf"
            platforms = ["bare"]
            """,
            "x.toml");
    assertThat(catalogue.require("one").platforms()).containsExactly("bare", "kvm");
    assertThat(catalogue.require("one").source())
        .isEqualTo(new ImageSource.DebianPackage("meta", Optional.of("real-*"), "boot/k*"));
    assertThat(catalogue.require("one").initramfs()).isEqualTo(InitramfsRecipe.BUSYBOX);
    assertThat(catalogue.require("one").modules())
        .containsExactly(new ImageModule("two", "root=/dev/x quiet"), new ImageModule("two", ""));
    assertThat(catalogue.require("one").commandLine()).isEqualTo("quiet");
    assertThat(catalogue.require("one").marker()).contains("login:");
  }

  @Test
  void unknownNameIsAnsweredWithTheNamesThereAre() {
    assertThatThrownBy(() -> Catalogue.builtIn().require("windows"))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("windows")
        .hasMessageContaining("debian-cloud");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          [a                                                                        | line 1
          [a]                                                                       | 'description' is missing
          [a]; description = 'd'; platforms = ['bare']                              | exactly one of 'embedded' and 'package'
          [a]; description = 'd'; embedded = 'e'; package = 'p'; platforms = ['b']  | exactly one of
          [a]; description = 'd'; package = 'p'; platforms = ['bare']               | 'file' is missing
          [a]; description = 'd'; embedded = 'e'; platforms = []                    | at least one platform
          [a]; description = 'd'; embedded = 'e'; platforms = [1]                   | image 'a'
          [a]; description = 'd'; embedded = 'e'; platforms = ['b']; colour = 'red' | unknown key 'colour'
          [a]; description = 'd'; embedded = 'e'; platforms = ['b']; initramfs='xz' | unknown initramfs recipe
          [a]; description = 1; embedded = 'e'; platforms = ['b']                   | image 'a'
          ['../a']; description = 'd'; embedded = 'e'; platforms = ['b']            | lower-case letters
          [a]; description = 'd'; embedded = 'e'; platforms = ['b']; modules=['a x']| no image 'a' without modules
          a = 1                                                                     | image 'a'
          #                                                                         | names no image
          """)
  void faultsAreNamedWithFileAndPlace(String toml, String message) {
    assertThatThrownBy(() -> Catalogue.parse(toml.replace(";", "\n"), "x.toml"))
        .isInstanceOf(ImageException.class)
        .hasMessageStartingWith("x.toml")
        .hasMessageContaining(message);
  }
}
