package org.paravane.cli.options;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.paravane.harness.spec.BootSpec;
import org.paravane.harness.spi.PlatformSummary;
import org.paravane.platform.PlatformOption;
import picocli.CommandLine.Model.ArgGroupSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** The options that the installed platforms have of their own; none of them is known here. */
public final class PlatformOptions {
  private static final String PREFIX = "--";

  private final List<OptionSpec> options = new ArrayList<>();

  /** Adds those of {@code platforms} to a command; platforms that share an option's name share the option. */
  public PlatformOptions(CommandSpec command, Collection<PlatformSummary> platforms) {
    Map<String, PlatformOption> named = new LinkedHashMap<>();
    Map<String, List<String>> owners = new LinkedHashMap<>();
    for (PlatformSummary platform : platforms) {
      for (PlatformOption option : platform.options()) {
        named.putIfAbsent(option.name(), option);
        owners.computeIfAbsent(option.name(), _ -> new ArrayList<>()).add(platform.name());
      }
    }
    if (named.isEmpty()) {
      return;
    }
    ArgGroupSpec.Builder group =
        ArgGroupSpec.builder().validate(false).heading("%nPlatform:%n").exclusive(false);
    named.forEach((name, option) -> {
      OptionSpec spec =
          OptionSpec.builder(PREFIX + name)
              .type(String.class)
              .paramLabel(String.join("|", option.values()))
              .description(
                  "On %s: %s (default: %s)"
                      .formatted(
                          String.join(", ", owners.get(name)),
                          option.description(),
                          option.defaultValue()))
              .build();
      options.add(spec);
      group.addArg(spec);
    });
    command.addArgGroup(group.build());
  }

  /** Adds those that were given to {@code spec}. */
  public void applyTo(BootSpec.Builder spec) {
    for (OptionSpec option : options) {
      String value = option.getValue();
      if (value != null) {
        spec.platformOption(option.longestName().substring(PREFIX.length()), value);
      }
    }
  }

  /** The first that was given, or an empty text. */
  public String given() {
    return options.stream()
        .filter(option -> option.getValue() != null)
        .map(OptionSpec::longestName)
        .findFirst()
        .orElse("");
  }
}
