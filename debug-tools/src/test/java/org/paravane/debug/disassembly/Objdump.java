package org.paravane.debug.disassembly;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;

/** The independent disassembler: binutils' objdump, as another process. */
final class Objdump {
  private static final HexFormat HEX = HexFormat.ofDelimiter(" ");

  /** One line of its listing: the address, the bytes and the text of what it took for one instruction. */
  record Instruction(long address, byte[] bytes, String text) {}

  private Objdump() {}

  /** Lists the executable sections of an ELF file. */
  static void executableSections(Path file, Consumer<Instruction> sink) {
    run(List.of("-d", file.toString()), sink);
  }

  /**
   * Lists a file that is nothing but code.
   *
   * @param machine such as "i386:x86-64", "i386" and "i8086"
   */
  static void rawCode(Path file, String machine, Consumer<Instruction> sink) {
    run(List.of("-D", "-b", "binary", "-m", machine, file.toString()), sink);
  }

  private static void run(List<String> arguments, Consumer<Instruction> sink) {
    List<String> command = new ArrayList<>(List.of("objdump", "-w", "-z", "-M", "intel,intel64"));
    command.addAll(arguments);
    try {
      Process process =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
      try (BufferedReader lines = process.inputReader()) {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          parse(line, sink);
        }
      }
      int status = process.waitFor();
      if (status != 0) {
        throw new IOException("objdump failed with status " + status);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static void parse(String line, Consumer<Instruction> sink) {
    int firstTab = line.indexOf(":\t");
    int secondTab = firstTab < 0 ? -1 : line.indexOf('\t', firstTab + 2);
    if (secondTab < 0) {
      return;
    }
    long address = Long.parseUnsignedLong(line.substring(0, firstTab).strip(), 16);
    byte[] bytes = HEX.parseHex(line.substring(firstTab + 2, secondTab).strip());
    sink.accept(new Instruction(address, bytes, line.substring(secondTab + 1)));
  }
}
