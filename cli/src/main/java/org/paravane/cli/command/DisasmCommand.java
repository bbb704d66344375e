package org.paravane.cli.command;

import java.io.PrintWriter;
import java.util.List;
import org.paravane.boot.elf.ElfFile;
import org.paravane.boot.image.ElfKernel;
import org.paravane.boot.image.KernelImages;
import org.paravane.core.cpu.CpuMode;
import org.paravane.core.instructions.InstructionSet;
import org.paravane.debug.disassembly.Disassembler;
import org.paravane.debug.disassembly.ElfCode;
import org.paravane.debug.disassembly.Line;
import org.paravane.harness.Harness;
import org.paravane.harness.spi.LoadedImage;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** Lists a kernel's instructions. */
@Command(
    name = "disasm",
    mixinStandardHelpOptions = true,
    description =
        "Lists instructions of a kernel (unpacked, if it is a bzImage), by the decoder that executes them.")
public final class DisasmCommand implements Runnable {
  private final Harness harness;

  @Parameters(
      paramLabel = "FILE|NAME",
      description = "A kernel file, or an image of the catalogue.")
  private String image;

  @Option(
      names = "--start",
      paramLabel = "ADDRESS",
      converter = Address.class,
      description =
          "Linear or physical address to start at, hexadecimal; the kernel's entry by default.")
  private Long start;

  @Option(
      names = "--count",
      paramLabel = "N",
      defaultValue = "20",
      description = "How many instructions to list; ${DEFAULT-VALUE} by default.")
  private int count;

  @Spec private CommandSpec spec;

  /** Takes images from {@code harness}. */
  public DisasmCommand(Harness harness) {
    this.harness = harness;
  }

  /** Reads hexadecimal digits, with or without 0x. */
  static final class Address implements ITypeConverter<Long> {
    @Override
    public Long convert(String text) {
      String digits = text.startsWith("0x") || text.startsWith("0X") ? text.substring(2) : text;
      try {
        return Long.parseUnsignedLong(digits, 16);
      } catch (NumberFormatException e) {
        throw new TypeConversionException("'" + text + "' is not a hexadecimal address");
      }
    }
  }

  @Override
  public void run() {
    LoadedImage loaded = harness.images().load(image);
    ElfFile elf =
        KernelImages.parse(loaded.kernel(), loaded.name())
            .elfKernel()
            .map(ElfKernel::elf)
            .orElseThrow(() -> refusal("%s has no ELF kernel to list".formatted(image)));
    long from = start == null ? elf.entry() : start;
    int mode = elf.machine() == ElfFile.MACHINE_386 ? CpuMode.CODE32 : CpuMode.CODE64;
    List<Line> lines =
        new Disassembler(InstructionSet.map(), mode).list(new ElfCode(elf), from, count);
    if (lines.isEmpty()) {
      throw refusal("%s has nothing at 0x%x".formatted(image, from));
    }
    PrintWriter out = spec.commandLine().getOut();
    lines.forEach(out::println);
  }

  private ParameterException refusal(String sentence) {
    return new ParameterException(spec.commandLine(), sentence);
  }
}
