package org.paravane.cli.output;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.paravane.harness.EmulatorFault;

/** Writes down what is known of a bug in Paravane, for the report of it. */
public final class FaultDump {
  private FaultDump() {}

  /**
   * Writes a file into the folder for temporary files.
   *
   * @return the file; nothing if it cannot be written
   */
  public static Optional<Path> write(Throwable fault, String version, String command) {
    try {
      Path file = Files.createTempFile("paravane-dump-", ".txt");
      Files.writeString(file, text(fault, version, command));
      return Optional.of(file);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  static String text(Throwable fault, String version, String command) {
    StringWriter text = new StringWriter();
    PrintWriter out = new PrintWriter(text);
    out.println(version);
    out.println(
        "Java "
            + Runtime.version()
            + ", "
            + System.getProperty("os.name")
            + " "
            + System.getProperty("os.arch"));
    out.println("Command: " + command);
    if (fault instanceof EmulatorFault emulator) {
      out.println("RIP 0x%016x".formatted(emulator.snapshot().rip()));
      emulator.snapshot().disassembly().forEach(out::println);
      emulator.snapshot().registers().forEach(out::println);
    }
    fault.printStackTrace(out);
    return text.toString();
  }
}
