package org.paravane.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EmbeddedKernelsTest {
  private static final int E_MACHINE = 18;
  private static final int E_ENTRY = 24;
  private static final int EM_X86_64 = 62;
  private static final int EM_386 = 3;
  private static final int ENTRY = 1;
  private static final int PHYS32_ENTRY = 18;
  private static final int MULTIBOOT_HEADER = 0x1bad_b002;

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "test64, test64.elf",
    "test32, test32.elf",
    "processor, processor.elf",
    "workload, workload64.elf",
    "xenpv, xenpv.elf",
    "xenpvh, xenpvh.elf"
  })
  void theCommittedKernelIsWhatItsSourceBuilds(String source, String file)
      throws IOException, InterruptedException {
    Path kernels = Path.of("kernels").toAbsolutePath();
    List<String> toolchain = Files.readAllLines(kernels.resolve(source).resolve("toolchain.txt"));
    assumeTrue(
        output("gcc", "-dumpfullversion").strip().equals(toolchain.get(0))
            && firstLine(output("ld", "--version")).endsWith(" " + toolchain.get(1)),
        "only gcc %s with binutils %s give the committed bytes"
            .formatted(toolchain.get(0), toolchain.get(1)));
    Path built = folder.resolve(file);
    assertThat(output(kernels.resolve(source).resolve("build.sh").toString(), built.toString()))
        .isEmpty();
    assertThat(Files.readAllBytes(built)).isEqualTo(BootableImage.resource(file));
  }

  @Test
  void theNotesNameTheElfEntry() {
    ByteBuffer elf = ByteBuffer.wrap(kernel()).order(ByteOrder.LITTLE_ENDIAN);
    assertThat(elf.getShort(E_MACHINE)).isEqualTo((short) EM_X86_64);
    assertThat(holdsNote(kernel(), PHYS32_ENTRY, wide(elf.getLong(E_ENTRY)))).isTrue();
    assertThat(holdsNote(kernel(), ENTRY, wide(elf.getLong(E_ENTRY)))).isTrue();
  }

  @Test
  void theNoteOfThe32BitKernelNamesItsElfEntry() {
    byte[] kernel = BootableImage.resource("test32.elf");
    ByteBuffer elf = ByteBuffer.wrap(kernel).order(ByteOrder.LITTLE_ENDIAN);
    assertThat(elf.getShort(E_MACHINE)).isEqualTo((short) EM_386);
    assertThat(holdsNote(kernel, PHYS32_ENTRY, narrow(elf.getInt(E_ENTRY)))).isTrue();
  }

  private static boolean holdsNote(byte[] kernel, int type, byte[] value) {
    byte[] note =
        ByteBuffer.allocate(16 + value.length)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putInt(4)
            .putInt(value.length)
            .putInt(type)
            .put("Xen\0".getBytes(StandardCharsets.US_ASCII))
            .put(value)
            .array();
    return Collections.indexOfSubList(boxed(kernel), boxed(note)) > 0;
  }

  private static byte[] wide(long value) {
    return ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array();
  }

  private static byte[] narrow(int value) {
    return ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array();
  }

  @Test
  void anotherEmulatorRunsItAsBareThroughItsPvhEntry() throws IOException, InterruptedException {
    assertThat(inAnotherEmulator("qemu-system-x86_64", kernel()))
        .contains("32-bit mode, PVH start info", "command line 'hi'", "PARAVANE: bare BOOT OK");
  }

  @ParameterizedTest
  @ValueSource(strings = {"qemu-system-x86_64", "qemu-system-i386"})
  void anotherEmulatorRunsThe32BitKernelAsBareByMultiboot(String emulator)
      throws IOException, InterruptedException {
    assertThat(inAnotherEmulator(emulator, BootableImage.resource("test32.elf")))
        .contains("ring 0, multiboot information", "PARAVANE: bare BOOT OK");
  }

  @Test
  void anotherEmulatorRunsThe32BitKernelAsBareThroughItsPvhEntry()
      throws IOException, InterruptedException {
    byte[] kernel = BootableImage.resource("test32.elf");
    int header = Collections.indexOfSubList(boxed(kernel), boxed(narrow(MULTIBOOT_HEADER)));
    kernel[header] = 0;
    assertThat(inAnotherEmulator("qemu-system-x86_64", kernel))
        .contains("ring 0, PVH start info", "command line 'hi'", "PARAVANE: bare BOOT OK");
  }

  private String inAnotherEmulator(String emulator, byte[] kernel)
      throws IOException, InterruptedException {
    assumeTrue(!output(emulator, "--version").isEmpty(), emulator + " is not installed");
    Path file = Files.write(folder.resolve("kernel.elf"), kernel);
    return output(
        ("timeout 120 "
                + emulator
                + " -accel tcg -m 64 -nodefaults -display none -no-reboot -serial stdio -append hi -kernel "
                + file)
            .split(" "));
  }

  private static byte[] kernel() {
    return BootableImage.resource("test64.elf");
  }

  private static List<Byte> boxed(byte[] bytes) {
    List<Byte> list = new ArrayList<>();
    for (byte b : bytes) {
      list.add(b);
    }
    return list;
  }

  private static String firstLine(String text) {
    return text.lines().findFirst().orElse("");
  }

  /** What a command prints; nothing where it does not exist. */
  private static String output(String... command) throws IOException, InterruptedException {
    Process process;
    try {
      process = new ProcessBuilder(command).redirectErrorStream(true).start();
    } catch (IOException e) {
      return "";
    }
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor())
        .as("exit code of %s: %s", Arrays.toString(command), text)
        .isZero();
    return text;
  }
}
