package org.paravane.cli.options;

import org.paravane.harness.spec.BootSpec;
import org.paravane.harness.spec.ClockMode;
import org.paravane.harness.spec.Tier;
import org.paravane.harness.spec.Unimplemented;
import picocli.CommandLine.Option;

/** The machine it boots on. */
public final class MachineOptions {
  @Option(
      names = "--platform",
      paramLabel = "NAME",
      description =
          "The platform, see 'paravane platforms' (default: bare; where a matrix is booted, every one"
              + " that takes the image).")
  private String platform;

  @Option(
      names = {"--memory", "-m"},
      paramLabel = "SIZE",
      converter = MemorySize.class,
      description = "Guest memory with K, M or G; a bare number counts MiB (default: 512M).")
  private long memoryBytes = BootSpec.DEFAULT_MEMORY_BYTES;

  @Option(
      names = {"--cpus", "-smp"},
      paramLabel = "N",
      description = "Number of processors (default: 1).")
  private int cpus = 1;

  @Option(
      names = "--clock",
      paramLabel = "CLOCK",
      description = {
        "What drives guest time (default: virtual).",
        "virtual follows the instruction count: equal runs are equal.",
        "host follows the wall clock, for interactive use."
      })
  private ClockMode clock = ClockMode.VIRTUAL;

  @Option(
      names = "--ns-per-instruction",
      paramLabel = "NS",
      description =
          "Guest nanoseconds an instruction takes with the virtual clock (default: the"
              + " platform's).")
  private int nanosPerInstruction;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Seed of every random number the guest gets from the machine (default: 1).")
  private long seed = 1;

  @Option(
      names = "--unimplemented",
      paramLabel = "WHAT",
      description = {
        "What an instruction does that Paravane does not implement (default: stop).",
        "stop ends the run and names it.",
        "fault raises #UD, as on a processor without it."
      })
  private Unimplemented unimplemented = Unimplemented.STOP;

  @Option(
      names = "--tier",
      paramLabel = "TIER",
      description = {
        "How guest code is executed; only speed depends on it (default: host).",
        "interpreter: instruction by instruction.",
        "regions: what is executed often is compiled by the JVM.",
        "host: 64-bit code that is executed often is translated to the host's machine code, if that"
            + " is x86-64 Linux; the rest as with regions."
      })
  private Tier tier = Tier.HOST;

  /** Whether a platform was named. */
  public boolean namesPlatform() {
    return platform != null;
  }

  /** Adds these options to {@code spec}. */
  public void applyTo(BootSpec.Builder spec) {
    spec.platform(platform == null ? BootSpec.DEFAULT_PLATFORM : platform)
        .memoryBytes(memoryBytes)
        .cpus(cpus)
        .clock(clock)
        .nanosPerInstruction(nanosPerInstruction)
        .seed(seed)
        .unimplemented(unimplemented)
        .tier(tier);
  }
}
