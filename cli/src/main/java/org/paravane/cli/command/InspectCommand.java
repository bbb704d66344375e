package org.paravane.cli.command;

import java.io.PrintWriter;
import org.paravane.harness.Harness;
import org.paravane.harness.spi.Inspection;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Says what a file is. */
@Command(
    name = "inspect",
    mixinStandardHelpOptions = true,
    description =
        "Says what a kernel file is: format, entry, notes, boot header, and which platforms can"
            + " boot it.")
public final class InspectCommand implements Runnable {
  private final Harness harness;

  @Parameters(
      paramLabel = "FILE|NAME",
      description = "A kernel file, or an image of the catalogue.")
  private String image;

  @Spec private CommandSpec spec;

  /** Takes images and platforms from {@code harness}. */
  public InspectCommand(Harness harness) {
    this.harness = harness;
  }

  @Override
  public void run() {
    PrintWriter out = spec.commandLine().getOut();
    Inspection inspection = harness.backend().inspect(harness.images().load(image));
    out.println(image + ": " + inspection.format());
    inspection.facts().forEach((name, value) -> out.println("  %-18s %s".formatted(name, value)));
    String platforms =
        inspection.platforms().isEmpty() ? "none" : String.join(", ", inspection.platforms());
    out.println("  %-18s %s".formatted("boots on", platforms));
  }
}
