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
  private static final Pattern STRETCH = Pattern.compile("PARAVANE: ([a-z0-9-]+): checksum (\\S+)");

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
      for (String line = console.readLine(); line != null; line = console.readLine()) {
        long now = System.nanoTime();
        Matcher stretch = STRETCH.matcher(line);
        if (stretch.find()) {
          stretches.add(new Stretch(stretch.group(1), now - before, stretch.group(2)));
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

  private static Process start(Emulator emulator) {
    try {
      return new ProcessBuilder(emulator.command())
          .redirectError(ProcessBuilder.Redirect.DISCARD)
          .redirectInput(ProcessBuilder.Redirect.PIPE)
          .start();
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
