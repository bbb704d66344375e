package org.paravane.cli.options;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.paravane.debug.trace.TraceCategory;
import org.paravane.debug.trace.TraceFormat;
import org.paravane.debug.trace.TraceRange;
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

  @Option(
      names = "--trace",
      paramLabel = "EVENT",
      split = ",",
      converter = TraceOf.Category.class,
      description = {
        "Writes a line for each event of these kinds: insn, block, fault, irq, io, msr, hypercall, mmu.",
        "The guest does the same with and without. insn and block make it slow."
      })
  private List<TraceCategory> trace = List.of();

  @Option(
      names = "--trace-file",
      paramLabel = "FILE",
      description = "Writes the trace to FILE instead of the standard error.")
  private Path traceFile;

  @Option(
      names = "--trace-format",
      paramLabel = "FORMAT",
      description = "text (default) or json, an object on each line.")
  private TraceFormat traceFormat;

  @Option(
      names = "--trace-address",
      paramLabel = "FROM-TO",
      split = ",",
      converter = TraceOf.Addresses.class,
      description =
          "Only what happens at these linear addresses, hexadecimal; with others, at any of them.")
  private List<TraceRange> traceAddresses = List.of();

  @Option(
      names = "--trace-symbol",
      paramLabel = "NAME",
      split = ",",
      description =
          "Only what happens in this function of the kernel; with others, in any of them.")
  private List<String> traceSymbols = List.of();

  @Option(
      names = "--trace-instructions",
      paramLabel = "FROM-TO",
      split = ",",
      converter = TraceOf.Instructions.class,
      description =
          "Only what happens when so many instructions were executed, such as 10M-10.5M or 2G-.")
  private List<TraceRange> traceInstructions = List.of();

  /** What is wrong with the options as a whole, a sentence's beginning; empty if nothing is. */
  public Optional<String> objection() {
    boolean about =
        traceFile != null
            || traceFormat != null
            || !traceAddresses.isEmpty()
            || !traceSymbols.isEmpty()
            || !traceInstructions.isEmpty();
    if (about && trace.isEmpty()) {
      return Optional.of("Nothing is traced without --trace, such as --trace fault,irq");
    }
    return profileEvery < 1
        ? Optional.of("--profile-every takes at least 1 instruction")
        : Optional.empty();
  }

  /** What is traced; empty for nothing. */
  public Set<TraceCategory> trace() {
    return Set.copyOf(trace);
  }

  /** Where the trace goes; empty for the standard error. */
  public Optional<Path> traceFile() {
    return Optional.ofNullable(traceFile);
  }

  /** How the trace is written. */
  public TraceFormat traceFormat() {
    return traceFormat == null ? TraceFormat.TEXT : traceFormat;
  }

  /** Addresses that the trace is limited to. */
  public List<TraceRange> traceAddresses() {
    return List.copyOf(traceAddresses);
  }

  /** Functions that the trace is limited to. */
  public List<String> traceSymbols() {
    return List.copyOf(traceSymbols);
  }

  /** Counts of instructions that the trace is limited to. */
  public List<TraceRange> traceInstructions() {
    return List.copyOf(traceInstructions);
  }

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
    return profile != null || !trace.isEmpty();
  }
}
