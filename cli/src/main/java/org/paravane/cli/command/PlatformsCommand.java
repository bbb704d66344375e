package org.paravane.cli.command;

import java.io.PrintWriter;
import org.paravane.harness.Harness;
import org.paravane.platform.PlatformOption;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Lists the platforms. */
@Command(
    name = "platforms",
    mixinStandardHelpOptions = true,
    description = "Lists the platforms that a kernel can boot on.")
public final class PlatformsCommand implements Runnable {
  private final Harness harness;

  @Spec private CommandSpec spec;

  /** Lists the platforms of {@code harness}. */
  public PlatformsCommand(Harness harness) {
    this.harness = harness;
  }

  @Override
  public void run() {
    PrintWriter out = spec.commandLine().getOut();
    harness
        .backend()
        .platforms()
        .forEach(platform -> {
          out.println("%-10s %s".formatted(platform.name(), platform.description()));
          for (PlatformOption option : platform.options()) {
            out.println(
                "%-10s   --%s=%s: %s"
                    .formatted(
                        "",
                        option.name(),
                        String.join("|", option.values()),
                        option.description()));
          }
        });
  }
}
