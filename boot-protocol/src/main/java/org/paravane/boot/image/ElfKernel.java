package org.paravane.boot.image;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.paravane.boot.elf.ElfFile;
import org.paravane.boot.elf.ElfNote;
import org.paravane.boot.elf.ElfSegment;
import org.paravane.boot.elf.XenNoteType;
import org.paravane.boot.format.ImageError;

/**
 * A bare ELF kernel, such as an unpacked vmlinux.
 *
 * @param elf the file
 */
public record ElfKernel(ElfFile elf) implements KernelImage {
  @Override
  public String name() {
    return elf.bytes().name();
  }

  /**
   * The guest-physical address at which the ELF header says the kernel is entered.
   *
   * @throws org.paravane.boot.format.ImageException if it lies in no segment
   */
  public long physicalEntry() {
    return elf.physicalAddressOf(elf.entry())
        .orElseThrow(() ->
            elf.bytes()
                .fault(
                    ImageError.IMAGE_MALFORMED,
                    24,
                    "the ELF entry %#x lies in none of its segments",
                    elf.entry()));
  }

  /** The PVH entry that a Xen note names: a guest-physical address. */
  public OptionalLong pvhEntry() {
    return elf.notes().xenNumber(XenNoteType.PHYS32_ENTRY);
  }

  @Override
  public List<BootProtocol> protocols() {
    List<BootProtocol> protocols = new ArrayList<>();
    protocols.add(BootProtocol.LINUX);
    protocols.addAll(xenProtocols());
    return protocols;
  }

  /** The protocols that Xen notes offer. */
  List<BootProtocol> xenProtocols() {
    List<BootProtocol> protocols = new ArrayList<>();
    if (pvhEntry().isPresent()) {
      protocols.add(BootProtocol.PVH);
    }
    if (elf.notes().xenText(XenNoteType.XEN_VERSION).isPresent()) {
      protocols.add(BootProtocol.XEN_PV);
    }
    return protocols;
  }

  @Override
  public Optional<ElfKernel> elfKernel() {
    return Optional.of(this);
  }

  @Override
  public ImageDescription describe() {
    return new ImageDescription(
        elf.wide() ? "ELF64 kernel" : "ELF32 kernel", facts(), protocols(), elf.notes());
  }

  /** The facts of the ELF file itself. */
  List<ImageDescription.Fact> facts() {
    List<ImageDescription.Fact> facts = new ArrayList<>();
    facts.add(fact("ELF entry", "%#x", elf.entry()));
    for (ElfSegment segment : elf.segments()) {
      facts.add(
          fact(
              "segment",
              "physical %#x-%#x, linear %#x, %d bytes in the file",
              segment.physicalAddress(),
              segment.physicalEnd() - 1,
              segment.virtualAddress(),
              segment.fileBytes()));
    }
    for (ElfNote note : elf.notes().all()) {
      facts.add(noteFact(note));
    }
    return facts;
  }

  private static ImageDescription.Fact noteFact(ElfNote note) {
    if (!note.owner().equals("Xen") || XenNoteType.of(note.type()).isEmpty()) {
      return fact(
          "note %s %#x".formatted(note.owner(), note.type()), "%d bytes", note.descriptor().length);
    }
    XenNoteType type = XenNoteType.of(note.type()).get();
    String value =
        switch (type.kind()) {
          case TEXT -> note.text();
          case NUMBER ->
              note.number().isPresent() ? "%#x".formatted(note.number().getAsLong()) : note.hex();
          case BYTES -> note.hex();
        };
    return new ImageDescription.Fact("note Xen " + type.name(), value);
  }

  private static ImageDescription.Fact fact(String name, String format, Object... values) {
    return new ImageDescription.Fact(name, format.formatted(values));
  }
}
