package org.paravane.debug.disassembly;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.paravane.boot.format.ImageBytes;
import org.paravane.boot.image.BzImage;
import org.paravane.boot.image.KernelImages;
import org.paravane.core.cpu.CpuMode;
import org.paravane.core.instructions.InstructionSet;

/**
 * Paravane's decoder and formatter against objdump, over whole binaries and random bytes. It runs where the property
 * {@code paravane.sweep} names the binaries: ELF files and bzImages, joined as a class path is.
 */
@EnabledIfSystemProperty(named = "paravane.sweep", matches = ".+")
class ObjdumpSweepTest {
  private static final int RANDOM_BYTES = 3 << 19;
  private static final int SLOT = 16;
  private static final byte NOP = (byte) 0x90;
  private static final long SEED = 20260917;
  private static final int[] PREFIXES = {
    0x66, 0x67, 0xf2, 0xf3, 0xf0, 0x2e, 0x36, 0x3e, 0x26, 0x64, 0x65
  };

  @TempDir private Path folder;

  @Test
  void everyInstructionOfTheBinariesAgrees() throws IOException {
    List<String> disagreements = new ArrayList<>();
    for (String name : System.getProperty("paravane.sweep").split(File.pathSeparator)) {
      Comparison comparison = new Comparison(CpuMode.CODE64);
      Objdump.executableSections(elf(Path.of(name)), comparison::accept);
      disagreements.addAll(report(name, comparison));
    }

    assertThat(disagreements).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"0, i8086", "1, i386", "2, i386:x86-64"})
  void randomBytesAgree(int mode, String machine) throws IOException {
    Path file = Files.write(folder.resolve("random.bin"), randomCode());
    Comparison comparison = new Comparison(mode);
    Objdump.rawCode(file, machine, comparison::accept);

    assertThat(report("random bytes as " + machine, comparison)).isEmpty();
    assertThat(comparison.compared()).isGreaterThan(1_000_000);
  }

  @ParameterizedTest
  @CsvSource({"0, 16, i8086", "1, 32, i386", "2, 64, i386:x86-64"})
  void expectedListingsAreCurrent(int mode, int bits, String machine) throws IOException {
    List<String> current = listing(InstructionSamples.of(mode), mode, machine);

    Path proposal = Path.of("target", "listing-" + bits + ".txt");
    Files.write(proposal, current);
    assertThat(Resources.lines("listing-" + bits + ".txt"))
        .as("to be replaced by %s", proposal)
        .isEqualTo(current);
  }

  /** What objdump says of the samples: address, bytes and text; without those on which it rightly differs. */
  private List<String> listing(List<byte[]> samples, int mode, String machine) throws IOException {
    ByteArrayOutputStream code = new ByteArrayOutputStream();
    Map<Long, byte[]> expected = new HashMap<>();
    for (byte[] sample : samples) {
      expected.put((long) code.size(), sample);
      byte[] slot = new byte[SLOT];
      Arrays.fill(slot, NOP);
      System.arraycopy(sample, 0, slot, 0, sample.length);
      code.writeBytes(slot);
    }
    Path file = Files.write(folder.resolve("samples.bin"), code.toByteArray());
    Disassembler disassembler = new Disassembler(InstructionSet.map(), mode);
    List<String> listing = new ArrayList<>();
    Objdump.rawCode(
        file,
        machine,
        theirs -> {
          byte[] sample = expected.remove(theirs.address());
          if (sample == null) {
            return;
          }
          String text = ObjdumpText.bare(theirs.text());
          Line ours = disassembler.line(sample, 0, sample.length, theirs.address());
          String ourText = ObjdumpText.bare(ours.text());
          if (!text.isEmpty() && text.equals(ourText)
              || Reasons.of(theirs.text(), text, ours, ourText, sample, mode).isEmpty()) {
            String hex = HexFormat.of().formatHex(theirs.bytes());
            listing.add(String.join("\t", Long.toHexString(theirs.address()), hex, text));
          }
        });
    assertThat(expected).isEmpty();
    return listing;
  }

  private static List<String> report(String what, Comparison comparison) {
    System.out.printf(
        "%s: %,d instructions compared, %,d disagreements without a reason%n",
        what, comparison.compared(), comparison.unexplained());
    comparison
        .reasons()
        .forEach((reason, count) -> System.out.printf("  %,9d  %s%n", count, reason));
    return comparison.disagreements();
  }

  private Path elf(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    if (KernelImages.parse(bytes, file.toString()) instanceof BzImage kernel) {
      ImageBytes elf = kernel.elfKernel().orElseThrow().elf().bytes();
      int offset = elf.arrayOffset();
      return Files.write(
          folder.resolve("vmlinux"),
          Arrays.copyOfRange(elf.array(), offset, offset + elf.length()));
    }
    return file;
  }

  /** Half of it uniform, half of it rich in prefixes and in the opcodes that follow 0F. */
  private static byte[] randomCode() {
    SplittableRandom random = new SplittableRandom(SEED);
    byte[] uniform = new byte[RANDOM_BYTES];
    random.nextBytes(uniform);
    ByteArrayOutputStream code = new ByteArrayOutputStream();
    code.writeBytes(uniform);
    while (code.size() < 2 * RANDOM_BYTES) {
      for (int prefixes = random.nextInt(3); prefixes > 0; prefixes--) {
        code.write(PREFIXES[random.nextInt(PREFIXES.length)]);
      }
      if (random.nextInt(5) < 2) {
        code.write(0x40 | random.nextInt(16));
      }
      switch (random.nextInt(20)) {
        case 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 -> code.write(0x0f);
        case 11, 12 -> code.writeBytes(new byte[] {0x0f, 0x38});
        case 13, 14 -> code.writeBytes(new byte[] {0x0f, 0x3a});
        case 15, 16 -> code.write(0xd8 | random.nextInt(8));
        default -> {}
      }
      byte[] rest = new byte[1 + random.nextInt(9)];
      random.nextBytes(rest);
      code.writeBytes(rest);
    }
    return code.toByteArray();
  }
}
