package org.paravane.cli.options;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.paravane.harness.console.FailRule;
import org.paravane.harness.console.TextPattern;
import org.paravane.harness.spec.BootSpec;
import org.paravane.harness.spec.Limits;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** What makes a boot good or bad, and when it ends. */
public final class VerdictOptions {
  /** Says what is wrong with a marker in its own sentence. */
  static final class MarkerText implements ITypeConverter<String> {
    @Override
    public String convert(String text) {
      try {
        return TextPattern.parse(text).source();
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(e.getMessage());
      }
    }
  }

  @Option(
      names = "--expect",
      paramLabel = "MARKER",
      converter = MarkerText.class,
      description = {
        "Console text that must come: literal, or /regex/ within a line.",
        "Repeat for several, which must come in this order. Colours and carriage returns are"
            + " ignored."
      })
  private List<String> expect = new ArrayList<>();

  @Option(
      names = "--linger",
      paramLabel = "TIME",
      converter = TimeSpan.class,
      description = {
        "Guest time that the guest gets behind the last expected marker, to power off or to panic"
            + " (default: 10s).",
        "0 ends the run with the marker."
      })
  private Duration linger = Limits.DEFAULT_LINGER;

  @Option(
      names = "--forbid",
      paramLabel = "MARKER",
      converter = MarkerText.class,
      description = "Console text that must not come; ends the run. Repeatable.")
  private List<String> forbid = new ArrayList<>();

  @Option(
      names = "--fail-on",
      paramLabel = "RULE",
      description =
          "Console lines that mean failure, even behind the last marker: panic, bug, oops, warning,"
              + " all, none, or /regex/ (default: panic,bug,oops).")
  private List<String> failOn = new ArrayList<>();

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      converter = TimeSpan.class,
      description = "Wall-clock limit: seconds, or with ms, s, m, h (default: none).")
  private Duration timeout;

  @Option(
      names = "--max-instructions",
      paramLabel = "N",
      converter = InstructionCount.class,
      description = "Limit of guest instructions, with K, M, G (default: none).")
  private Long maxInstructions;

  @Option(
      names = "--idle-timeout",
      paramLabel = "TIME",
      converter = TimeSpan.class,
      description =
          "Limit of guest time without console output; the same on every host (default: none).")
  private Duration idleTimeout;

  @Option(
      names = "--debug-exit-map",
      paramLabel = "VALUE=CODE",
      converter = ExitCodePair.Converter.class,
      split = ",",
      description = "Exit codes for debug-exit values, instead of 32 + value, such as 16=0,17=1.")
  private List<ExitCodePair> debugExitMap = new ArrayList<>();

  /**
   * Adds these options to {@code spec}.
   *
   * @throws IllegalArgumentException with one sentence for people
   */
  public void applyTo(BootSpec.Builder spec) {
    expect.forEach(spec::expect);
    forbid.forEach(spec::forbid);
    if (!failOn.isEmpty()) {
      spec.failOn(FailRule.parse(failOn.stream().flatMap(VerdictOptions::names).toList()));
    }
    Limits limits = Limits.NONE.withLinger(linger);
    if (timeout != null) {
      limits = limits.withWallTime(timeout);
    }
    if (maxInstructions != null) {
      limits = limits.withInstructions(maxInstructions);
    }
    if (idleTimeout != null) {
      limits = limits.withSilence(idleTimeout);
    }
    spec.limits(limits);
    debugExitMap.forEach(pair -> spec.mapDebugExit(pair.value(), pair.code()));
  }

  /** Commas part names, but belong to an expression. */
  private static Stream<String> names(String text) {
    return text.startsWith("/") ? Stream.of(text) : Stream.of(text.split(",", -1));
  }
}
