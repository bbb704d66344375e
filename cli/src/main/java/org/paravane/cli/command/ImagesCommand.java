package org.paravane.cli.command;

import java.io.PrintWriter;
import java.util.List;
import org.paravane.harness.Harness;
import org.paravane.harness.spi.CatalogueEntry;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Looks after the images that have names. */
@Command(
    name = "images",
    mixinStandardHelpOptions = true,
    description = "Lists, fetches and removes the images that have names.")
public final class ImagesCommand implements Runnable {
  private final Harness harness;

  @Spec private CommandSpec spec;

  /** Looks after the images of {@code harness}. */
  public ImagesCommand(Harness harness) {
    this.harness = harness;
  }

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "Say what to do: list, fetch NAME, or remove NAME");
  }

  @Command(
      name = "list",
      mixinStandardHelpOptions = true,
      description = "Lists the images and whether they can boot.")
  void list() {
    PrintWriter out = spec.commandLine().getOut();
    for (CatalogueEntry entry : harness.images().list()) {
      out.println(
          "%-16s %-12s %s".formatted(entry.name(), state(entry.state()), entry.description()));
    }
  }

  @Command(
      name = "fetch",
      mixinStandardHelpOptions = true,
      description = "Fetches images into the user's cache.")
  void fetch(
      @Parameters(paramLabel = "NAME", arity = "1..*", description = "The names of images.")
          List<String> names) {
    PrintWriter err = spec.commandLine().getErr();
    for (String name : names) {
      harness
          .images()
          .fetch(
              name,
              line -> {
                err.println(line);
                err.flush();
              });
    }
  }

  @Command(
      name = "remove",
      mixinStandardHelpOptions = true,
      description = "Removes fetched images from the cache.")
  void remove(
      @Parameters(paramLabel = "NAME", arity = "1..*", description = "The names of images.")
          List<String> names) {
    for (String name : names) {
      String done = harness.images().remove(name) ? " is removed." : " was not there.";
      spec.commandLine().getErr().println("The image " + name + done);
    }
  }

  private static String state(CatalogueEntry.State state) {
    return switch (state) {
      case EMBEDDED -> "embedded";
      case FETCHED -> "fetched";
      case ABSENT -> "not fetched";
    };
  }
}
