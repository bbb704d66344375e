package org.paravane.cli.output;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import picocli.CommandLine.Model.ArgGroupSpec;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** The manual page of a command and the commands under it, in the man macros of roff, from the same model as the help. */
public final class ManPage {
  private final StringBuilder out = new StringBuilder();

  private ManPage() {}

  /** The page of {@code root}; {@code version} stands at its foot. */
  public static String of(CommandSpec root, String version) {
    ManPage page = new ManPage();
    String name = root.name();
    page.macro("TH", name.toUpperCase(Locale.ROOT), "1", "", version, "");
    page.macro("SH", "NAME");
    page.line(
        escaped(name) + " \\- " + escaped(plain(String.join(" ", root.usageMessage().header()))));
    page.macro("SH", "SYNOPSIS");
    List<CommandSpec> commands = commands(root);
    commands.forEach(page::synopsis);
    page.macro("SH", "OPTIONS");
    page.arguments(root);
    page.macro("SH", "COMMANDS");
    commands.forEach(page::command);
    page.macro("SH", "EXAMPLES");
    page.verbatim(root.usageMessage().footer());
    return page.out.toString();
  }

  /** The commands at the ends of the tree, in the order of the help. */
  private static List<CommandSpec> commands(CommandSpec command) {
    List<CommandSpec> all = new ArrayList<>();
    command
        .subcommands()
        .values()
        .forEach(sub -> {
          if (!sub.getCommandSpec().usageMessage().hidden()) {
            all.add(sub.getCommandSpec());
            all.addAll(commands(sub.getCommandSpec()));
          }
        });
    return all;
  }

  private void synopsis(CommandSpec command) {
    if (!command.subcommands().isEmpty()) {
      return;
    }
    StringBuilder text = new StringBuilder(bold(command.qualifiedName()));
    if (options(command).findAny().isPresent()) {
      text.append(" [").append(italic("OPTION")).append("]...");
    }
    for (PositionalParamSpec parameter : command.positionalParameters()) {
      String label = italic(parameter.paramLabel());
      String many = parameter.arity().max() > 1 ? "..." : "";
      text.append(' ').append(parameter.required() ? label : "[" + label + "]").append(many);
    }
    line(text.toString());
    macro("br");
  }

  private void command(CommandSpec command) {
    macro("SS", command.qualifiedName());
    for (String paragraph : command.usageMessage().description()) {
      macro("PP");
      line(escaped(plain(paragraph)));
    }
    arguments(command);
    verbatim(command.usageMessage().footer());
  }

  private void arguments(CommandSpec command) {
    command.positionalParameters().forEach(this::argument);
    List<OptionSpec> grouped = new ArrayList<>();
    command.argGroups().forEach(group -> grouped.addAll(group.allOptionsNested()));
    options(command).filter(option -> !grouped.contains(option)).forEach(this::argument);
    for (ArgGroupSpec group : command.argGroups()) {
      if (group.heading() != null) {
        macro("PP");
        line(bold(plain(group.heading()).strip()));
      }
      group.allOptionsNested().stream().filter(option -> !option.hidden()).forEach(this::argument);
    }
  }

  private static Stream<OptionSpec> options(CommandSpec command) {
    return command.options().stream().filter(option -> !option.hidden());
  }

  private void argument(ArgSpec argument) {
    macro("TP");
    line(
        switch (argument) {
          case OptionSpec option when takesValue(option) ->
              names(option) + escaped(separator(option)) + italic(option.paramLabel());
          case OptionSpec option -> names(option);
          default -> italic(argument.paramLabel());
        });
    for (String paragraph : argument.description()) {
      line(escaped(plain(paragraph)));
    }
  }

  private static boolean takesValue(OptionSpec option) {
    return option.arity().max() > 0;
  }

  private static String separator(OptionSpec option) {
    return option.longestName().startsWith("--") ? "=" : " ";
  }

  private static String names(OptionSpec option) {
    return String.join(", ", Stream.of(option.names()).map(ManPage::bold).toList());
  }

  private void verbatim(String... lines) {
    List<String> text = Stream.of(lines).map(ManPage::plain).toList();
    if (text.stream().allMatch(String::isBlank)) {
      return;
    }
    macro("PP");
    macro("nf");
    text.stream().filter(line -> !line.isBlank()).forEach(line -> line(escaped(line)));
    macro("fi");
  }

  /** What picocli makes of a line of a help text: its format's {@code %n} and {@code %%}. */
  private static String plain(String text) {
    return text.replace("%n", "\n").replace("%%", "%");
  }

  private static String bold(String text) {
    return "\\fB" + escaped(text) + "\\fR";
  }

  private static String italic(String text) {
    return "\\fI" + escaped(text) + "\\fR";
  }

  /** Text that roff prints as it is. */
  static String escaped(String text) {
    return text.replace("\\", "\\(rs")
        .replace("-", "\\-")
        .replace("'", "\\(aq")
        .replace("`", "\\(ga")
        .replace("^", "\\(ha")
        .replace("~", "\\(ti");
  }

  private void macro(String name, String... arguments) {
    out.append('.').append(name);
    for (String argument : arguments) {
      out.append(" \"").append(escaped(argument).replace("\"", "\\(dq")).append('"');
    }
    out.append('\n');
  }

  /** A line of text: a point at its start would be a macro, so something invisible stands before it. */
  private void line(String escaped) {
    for (String line : escaped.lines().toList()) {
      out.append(line.startsWith(".") ? "\\&" : "").append(line).append('\n');
    }
  }
}
