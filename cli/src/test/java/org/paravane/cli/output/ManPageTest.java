package org.paravane.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

class ManPageTest {
  @Command(
      name = "thing",
      header = "Does 100%% of things.",
      subcommands = {Turn.class, Secret.class},
      footer = {"", "  thing turn --to 'a\\b'"})
  private static final class Thing {}

  @Command(name = "turn", description = "Turns a thing.", sortOptions = false)
  private static final class Turn {
    @Parameters(arity = "0..*", paramLabel = "WHAT", description = "What to turn.")
    private List<String> what;

    @Option(
        names = {"-t", "--to"},
        paramLabel = "PLACE",
        defaultValue = "left",
        description = {".dots are text: ${DEFAULT-VALUE}.", "A second line."})
    private String to;

    @Option(names = "--hush", hidden = true, description = "Nobody knows.")
    private boolean hush;

    @Option(names = "--twice", description = "Two times.")
    private boolean twice;
  }

  @Command(name = "secret", hidden = true)
  private static final class Secret {}

  @Test
  void hasEveryVisibleCommandAndOptionOnce() {
    String page = ManPage.of(new CommandLine(new Thing()).getCommandSpec(), "thing 1.0");
    assertThat(page.lines())
        .containsExactly(
            ".TH \"THING\" \"1\" \"\" \"thing 1.0\" \"\"",
            ".SH \"NAME\"",
            "thing \\- Does 100% of things.",
            ".SH \"SYNOPSIS\"",
            "\\fBthing turn\\fR [\\fIOPTION\\fR]... [\\fIWHAT\\fR]...",
            ".br",
            ".SH \"OPTIONS\"",
            ".SH \"COMMANDS\"",
            ".SS \"thing turn\"",
            ".PP",
            "Turns a thing.",
            ".TP",
            "\\fIWHAT\\fR",
            "What to turn.",
            ".TP",
            "\\fB\\-t\\fR, \\fB\\-\\-to\\fR=\\fIPLACE\\fR",
            "\\&.dots are text: left.",
            "A second line.",
            ".TP",
            "\\fB\\-\\-twice\\fR",
            "Two times.",
            ".SH \"EXAMPLES\"",
            ".PP",
            ".nf",
            "  thing turn \\-\\-to \\(aqa\\(rsb\\(aq",
            ".fi");
  }
}
