package org.paravane.boot.image;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.paravane.boot.elf.ElfFile;
import org.paravane.boot.elf.ElfNotes;
import org.paravane.boot.format.ImageBytes;
import org.paravane.boot.format.ImageError;
import org.paravane.boot.payload.Compression;

/**
 * A Linux bzImage. Its payload is unpacked on first use and kept; an instance belongs to one thread until then.
 */
public final class BzImage implements KernelImage {
  /** The protected-mode part's distance from its load address to the 64-bit entry. */
  public static final int ENTRY_64_OFFSET = 0x200;

  /** What became of the payload. */
  public sealed interface Payload {
    /**
     * The payload is an ELF kernel.
     *
     * @param kernel the unpacked kernel
     */
    record Unpacked(ElfKernel kernel) implements Payload {}

    /**
     * The payload can't be used; the kernel's own decompressor still can.
     *
     * @param reason why, a phrase for reports
     */
    record Unavailable(String reason) implements Payload {}
  }

  private final ImageBytes file;
  private final SetupHeader header;
  private final Optional<Compression> compression;
  private Payload payload;

  private BzImage(ImageBytes file, SetupHeader header, Optional<Compression> compression) {
    this.file = file;
    this.header = header;
    this.compression = compression;
  }

  /**
   * Parses a file that {@link SetupHeader#matches}.
   *
   * @throws org.paravane.boot.format.ImageException if it is damaged, truncated or too old
   */
  static BzImage parse(ImageBytes file) {
    SetupHeader header = SetupHeader.parse(file);
    Optional<Compression> compression = Optional.empty();
    if (header.payloadLength() != 0) {
      compression = Compression.sniff(packed(file, header));
    }
    return new BzImage(file, header, compression);
  }

  private static ImageBytes packed(ImageBytes file, SetupHeader header) {
    long offset = header.protectedModeOffset() + header.payloadOffset();
    return file.slice(offset, header.payloadLength(), "compressed payload");
  }

  @Override
  public String name() {
    return file.name();
  }

  /** The whole file. */
  public ImageBytes file() {
    return file;
  }

  /** The setup header. */
  public SetupHeader header() {
    return header;
  }

  /** The part of the file that is placed for the bzImage entries. */
  public ImageBytes protectedModePart() {
    int offset = header.protectedModeOffset();
    return file.slice(offset, file.length() - (long) offset, "protected-mode kernel");
  }

  /** How the payload is compressed; empty if there is none or its magic is unknown. */
  public Optional<Compression> compression() {
    return compression;
  }

  /**
   * The unpacked payload.
   *
   * @throws org.paravane.boot.format.ImageException if the payload is damaged
   */
  public synchronized Payload payload() {
    if (payload == null) {
      payload = unpack();
    }
    return payload;
  }

  private Payload unpack() {
    if (header.payloadLength() == 0) {
      return new Payload.Unavailable(
          "the header names no payload (boot protocol " + header.versionText() + ")");
    }
    if (compression.isEmpty()) {
      return new Payload.Unavailable("the payload's compression is unknown");
    }
    ImageBytes unpacked = compression.get().unpackKernelPayload(packed(file, header));
    if (!ElfFile.matches(unpacked)) {
      return new Payload.Unavailable("the payload is not an ELF file");
    }
    ElfFile elf = ElfFile.parse(unpacked);
    if (elf.segments().isEmpty()) {
      throw file.fault(
          ImageError.IMAGE_MALFORMED, 0, "the payload is an ELF file without loadable segments");
    }
    return new Payload.Unpacked(new ElfKernel(elf));
  }

  @Override
  public List<BootProtocol> protocols() {
    List<BootProtocol> protocols = new ArrayList<>();
    protocols.add(BootProtocol.LINUX);
    elfKernel().ifPresent(kernel -> protocols.addAll(kernel.xenProtocols()));
    return protocols;
  }

  @Override
  public BootProtocol preferredProtocol() {
    return BootProtocol.LINUX;
  }

  @Override
  public Optional<ElfKernel> elfKernel() {
    return payload() instanceof Payload.Unpacked unpacked
        ? Optional.of(unpacked.kernel())
        : Optional.empty();
  }

  /** The kernel's version text, such as {@code 6.1.0-1-amd64 (builder) #1 SMP}; empty if the file has none. */
  public String kernelVersion() {
    int pointer = file.u16(0x20e, "kernel version pointer");
    long offset = pointer + 0x200L;
    return pointer == 0 || !file.contains(offset, 1)
        ? ""
        : file.text(offset, 256, "kernel version");
  }

  @Override
  public ImageDescription describe() {
    List<ImageDescription.Fact> facts = new ArrayList<>();
    facts.add(fact("kernel version", "%s", kernelVersion()));
    facts.add(fact("boot protocol", "%s", header.versionText()));
    facts.add(fact("entries", header.has64BitEntry() ? "32-bit, 64-bit" : "32-bit"));
    facts.add(
        fact(
            "relocatable",
            "%s, alignment %#x",
            header.relocatable() ? "yes" : "no",
            header.kernelAlignment()));
    facts.add(fact("preferred address", "%#x", header.preferredAddress()));
    facts.add(fact("memory needed", "%#x bytes", header.initSize()));
    facts.add(fact("initrd address limit", "%#x", header.initrdAddressMax()));
    facts.add(fact("command line limit", "%d characters", header.commandLineSize()));
    facts.add(fact("compression", "%s", compression.map(Compression::title).orElse("unknown")));
    ElfNotes notes = new ElfNotes(List.of());
    switch (payload()) {
      case Payload.Unpacked unpacked -> {
        ElfKernel kernel = unpacked.kernel();
        facts.add(
            fact(
                "payload",
                "%s, %d bytes",
                kernel.elf().wide() ? "ELF64" : "ELF32",
                kernel.elf().bytes().length()));
        facts.addAll(kernel.facts());
        notes = kernel.elf().notes();
      }
      case Payload.Unavailable unavailable ->
          facts.add(fact("payload", "%s", unavailable.reason()));
    }
    return new ImageDescription("Linux bzImage", facts, protocols(), notes);
  }

  private static ImageDescription.Fact fact(String name, String format, Object... values) {
    return new ImageDescription.Fact(name, format.formatted(values));
  }
}
