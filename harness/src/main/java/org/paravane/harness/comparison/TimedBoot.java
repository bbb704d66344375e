package org.paravane.harness.comparison;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.paravane.harness.spec.ErrorCode;
import org.paravane.harness.spec.HarnessException;

/**
 * How long one boot took.
 *
 * @param emulator the emulator's name
 * @param image the image's name
 * @param wallNanos host time from the start of the command to the marker
 * @param processorNanos processor time of the command until then, of all its threads; 0 where the host does not tell
 * @param stretches the parts that the console named, in order; empty for most kernels
 */
public record TimedBoot(
    String emulator, String image, long wallNanos, long processorNanos, List<Stretch> stretches) {
  private static final Pattern PART = Pattern.compile("PARAVANE: ([a-z0-9-]+): checksum (\\S+)");
  private static final Pattern PROGRAM =
      Pattern.compile("BENCH ([a-z0-9/-]+) (?:(start)|end (\\S+)|(failed))");

  /** Copies the list. */
  public TimedBoot {
    stretches = List.copyOf(stretches);
  }

  /**
   * Boots {@code image} in {@code emulator} and ends its process when a console line contains {@code marker}.
   *
   * @throws HarnessException if the command cannot start, or ends or takes {@code limit} before the marker
   */
  public static TimedBoot run(Emulator emulator, String image, String marker, Duration limit) {
    long start = System.nanoTime();
    Process process = start(emulator);
    Thread watchdog = Thread.ofVirtual().start(() -> endAfter(process, limit));
    try (BufferedReader console = process.inputReader(StandardCharsets.ISO_8859_1)) {
      List<Stretch> stretches = new ArrayList<>();
      long before = start;
      long programStart = start;
      for (String line = console.readLine(); line != null; line = console.readLine()) {
        long now = System.nanoTime();
        Matcher part = PART.matcher(line);
        Matcher program = PROGRAM.matcher(line);
        if (part.find()) {
          stretches.add(new Stretch(part.group(1), now - before, part.group(2)));
        } else if (program.find()) {
          if (program.group(2) != null) {
            programStart = now;
          } else if (program.group(3) != null) {
            stretches.add(new Stretch(program.group(1), now - programStart, program.group(3)));
          } else {
            throw failed(emulator, line);
          }
        }
        if (line.contains(marker)) {
          long processor = process.info().totalCpuDuration().orElse(Duration.ZERO).toNanos();
          return new TimedBoot(emulator.name(), image, now - start, processor, stretches);
        }
        before = now;
      }
      throw new HarnessException(
          ErrorCode.HOST_IO,
          "%s did not bring %s to '%s' within %d s; its command was: %s."
              .formatted(
                  emulator.name(),
                  image,
                  marker,
                  limit.toSeconds(),
                  String.join(" ", emulator.command())));
    } catch (IOException | UncheckedIOException e) {
      throw new HarnessException(
          ErrorCode.HOST_IO,
          "The console of %s cannot be read: %s.".formatted(emulator.name(), e.getMessage()),
          e);
    } finally {
      watchdog.interrupt();
      process.destroyForcibly();
    }
  }

  private static HarnessException failed(Emulator emulator, String line) {
    return new HarnessException(
        ErrorCode.HOST_IO, "A program went wrong in %s: %s.".formatted(emulator.name(), line));
  }

  private static Process start(Emulator emulator) {
    try {
      Process process =
          new ProcessBuilder(emulator.command())
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .redirectInput(ProcessBuilder.Redirect.PIPE)
              .start();
      process.getOutputStream().write(emulator.input().getBytes(StandardCharsets.UTF_8));
      process.getOutputStream().flush();
      return process;
    } catch (IOException e) {
      throw new HarnessException(
          ErrorCode.HOST_IO,
          "%s cannot be started: %s.".formatted(emulator.name(), e.getMessage()),
          e);
    }
  }

  private static void endAfter(Process process, Duration limit) {
    try {
      Thread.sleep(limit);
      process.destroyForcibly();
    } catch (InterruptedException e) {
      // The boot is over.
    }
  }
}
