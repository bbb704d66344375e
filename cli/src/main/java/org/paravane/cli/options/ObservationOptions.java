package org.paravane.cli.options;

import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** What is written down of what the guest does. */
public final class ObservationOptions {
  /** A prime, so that loops of the guest don't keep time with it. */
  private static final String SAMPLE_EVERY = "50021";

  @Option(
      names = "--profile",
      paramLabel = "FILE",
      description =
          "Writes where the guest spends its instructions: collapsed stacks, as flame graph tools take them.")
  private Path profile;

  @Option(
      names = "--profile-every",
      paramLabel = "N",
      defaultValue = SAMPLE_EVERY,
      converter = InstructionCount.class,
      description = "Instructions between two samples (default: ${DEFAULT-VALUE}).")
  private long profileEvery;

  /** Where the profile goes; empty for none. */
  public Optional<Path> profile() {
    return Optional.ofNullable(profile);
  }

  /** How many instructions lie between two samples. */
  public long profileEvery() {
    return profileEvery;
  }

  /** Tells whether anything is to be written down. */
  public boolean any() {
    return profile != null;
  }
}
