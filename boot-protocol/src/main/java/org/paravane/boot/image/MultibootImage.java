package org.paravane.boot.image;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.paravane.boot.elf.ElfFile;
import org.paravane.boot.elf.ElfNotes;
import org.paravane.boot.format.ImageBytes;
import org.paravane.boot.format.ImageError;

/**
 * A multiboot kernel: ELF, or any file whose header gives addresses.
 *
 * @param file the whole file
 * @param header1 its multiboot 1 header
 * @param header2 its multiboot 2 header; one of the two is present
 * @param kernel the ELF file, if it is one
 */
public record MultibootImage(
    ImageBytes file,
    Optional<Multiboot1Header> header1,
    Optional<Multiboot2Header> header2,
    Optional<ElfKernel> kernel)
    implements KernelImage {
  /**
   * Parses a file; empty if it has no multiboot header.
   *
   * @throws org.paravane.boot.format.ImageException if it has one but can't be loaded
   */
  static Optional<MultibootImage> parse(ImageBytes file) {
    Optional<Multiboot1Header> header1 = Multiboot1Header.find(file);
    Optional<Multiboot2Header> header2 = Multiboot2Header.find(file);
    if (header1.isEmpty() && header2.isEmpty()) {
      return Optional.empty();
    }
    boolean elf = ElfFile.matches(file);
    if (!elf && !addressesGiven(header1, header2)) {
      throw file.fault(
          ImageError.IMAGE_MALFORMED,
          0,
          "the multiboot header gives no addresses and the file is not ELF");
    }
    Optional<ElfKernel> kernel =
        elf ? Optional.of(new ElfKernel(ElfFile.parse(file))) : Optional.empty();
    return Optional.of(new MultibootImage(file, header1, header2, kernel));
  }

  private static boolean addressesGiven(
      Optional<Multiboot1Header> header1, Optional<Multiboot2Header> header2) {
    return header1.flatMap(Multiboot1Header::addresses).isPresent()
        || header2.flatMap(Multiboot2Header::addresses).isPresent();
  }

  @Override
  public String name() {
    return file.name();
  }

  @Override
  public List<BootProtocol> protocols() {
    List<BootProtocol> protocols = new ArrayList<>();
    if (header2.isPresent()) {
      protocols.add(BootProtocol.MULTIBOOT_2);
    }
    if (header1.isPresent()) {
      protocols.add(BootProtocol.MULTIBOOT_1);
    }
    kernel.ifPresent(elf -> protocols.addAll(elf.xenProtocols()));
    return protocols;
  }

  @Override
  public Optional<ElfKernel> elfKernel() {
    return kernel;
  }

  @Override
  public ImageDescription describe() {
    List<ImageDescription.Fact> facts = new ArrayList<>();
    header1.ifPresent(header -> {
      facts.add(
          fact(
              "multiboot 1 header",
              "at offset %#x, flags %#x",
              header.fileOffset(),
              header.flags()));
      header.addresses().ifPresent(addresses -> facts.add(addressFact(addresses)));
    });
    header2.ifPresent(header -> {
      facts.add(
          fact(
              "multiboot 2 header",
              "at offset %#x, requests %s",
              header.fileOffset(),
              header.requestedTags()));
      header.addresses().ifPresent(addresses -> facts.add(addressFact(addresses)));
    });
    kernel.ifPresent(elf -> facts.addAll(elf.facts()));
    ElfNotes notes = kernel.map(elf -> elf.elf().notes()).orElse(new ElfNotes(List.of()));
    String container = kernel.map(elf -> elf.elf().wide() ? "ELF64" : "ELF32").orElse("flat");
    return new ImageDescription("multiboot kernel (" + container + ")", facts, protocols(), notes);
  }

  private static ImageDescription.Fact addressFact(LoadAddresses addresses) {
    return fact(
        "load range",
        "physical %#x-%#x, entry %#x",
        addresses.loadAddress(),
        addresses.loadAddress() + addresses.memoryBytes() - 1,
        addresses.entry());
  }

  private static ImageDescription.Fact fact(String name, String format, Object... values) {
    return new ImageDescription.Fact(name, format.formatted(values));
  }
}
