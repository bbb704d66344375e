package org.paravane.harness.comparison;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.OperatingSystemMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * Where times were taken.
 *
 * @param jvm name and version of the JVM
 * @param machine model of the host's processor and its operating system
 * @param processors processors the JVM may use
 * @param load processes that wanted to run in the last minute, on average; negative where the host does not tell
 */
public record Site(String jvm, String machine, int processors, double load) {
  private static final Path PROCESSORS = Path.of("/proc/cpuinfo");
  private static final String MODEL = "model name";

  /** This process and its host. */
  public static Site here() {
    OperatingSystemMXBean host = ManagementFactory.getOperatingSystemMXBean();
    return new Site(
        ManagementFactory.getRuntimeMXBean().getVmName() + " " + Runtime.version(),
        "%s, %s %s".formatted(model(host), host.getName(), host.getVersion()),
        Runtime.getRuntime().availableProcessors(),
        host.getSystemLoadAverage());
  }

  private static String model(OperatingSystemMXBean host) {
    try (Stream<String> lines = Files.lines(PROCESSORS)) {
      return lines
          .filter(line -> line.startsWith(MODEL))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse(host.getArch());
    } catch (IOException e) {
      // No Linux: the architecture has to do.
      return host.getArch();
    }
  }
}
