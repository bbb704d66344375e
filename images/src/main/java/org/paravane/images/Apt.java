package org.paravane.images;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Downloads Debian packages with the host's apt, without root: {@code apt-get download} into a private folder. Where
 * the host's package lists are empty or out of date, lists of our own are fetched into that folder first.
 */
final class Apt {
  private static final int TIMEOUT_MINUTES = 15;

  private final Optional<Path> programs;
  private final Path folder;
  private final List<String> options = new ArrayList<>(List.of("-o", "APT::Architecture=amd64"));
  private boolean ownLists;

  /**
   * Uses an apt.
   *
   * @param programs folder of {@code apt-get} and {@code apt-cache}; empty: wherever the host's PATH has them
   * @param folder existing, empty, private folder; packages and lists land here
   */
  Apt(Optional<Path> programs, Path folder) {
    this.programs = programs;
    this.folder = folder;
  }

  /** A downloaded package: its file, name and version. */
  record Download(Path deb, String packageName, String version) {}

  /** A package name and, when a dependency fixes it, its version. */
  private record Wanted(String packageName, Optional<String> version) {
    String argument() {
      return version.map(v -> packageName + "=" + v).orElse(packageName);
    }
  }

  /** What a finished command printed, both streams in order. */
  private record Outcome(int exitCode, String output) {}

  /** A command that apt refused; the message is apt's own. */
  private static final class Refused extends Exception {
    private static final long serialVersionUID = 1L;

    Refused(String line) {
      super(line);
    }
  }

  /**
   * Downloads a package.
   *
   * @param source the package, and for a meta package which dependency to take instead
   * @throws ImageException when apt is missing or refuses, with apt's own words
   */
  Download download(ImageSource.DebianPackage source) {
    try {
      try {
        return attempt(source);
      } catch (Refused first) {
        if (ownLists) {
          throw first;
        }
        fetchOwnLists();
        return attempt(source);
      }
    } catch (Refused e) {
      throw new ImageException(
          "apt cannot provide the package %s: %s".formatted(source.packageName(), e.getMessage()),
          e);
    }
  }

  private Download attempt(ImageSource.DebianPackage source) throws Refused {
    Wanted wanted = new Wanted(source.packageName(), Optional.empty());
    if (source.dependency().isPresent()) {
      wanted = dependency(source.packageName(), source.dependency().get());
    }
    // Shows the version of the candidate, and refuses a name that apt only knows as a virtual
    // package.
    String version =
        wanted.version().isPresent() ? wanted.version().get() : field(show(wanted), "Version");
    run("apt-get", "-q", "download", wanted.argument());
    return new Download(downloaded(wanted.packageName()), wanted.packageName(), version);
  }

  private Wanted dependency(String metaPackage, String glob) throws Refused {
    var matcher = FileSystems.getDefault().getPathMatcher("glob:" + glob);
    String depends = field(show(new Wanted(metaPackage, Optional.empty())), "Depends");
    for (String clause : depends.split("[,|]")) {
      String[] words = clause.trim().split("[ ()]+");
      if (matcher.matches(Path.of(words[0]))) {
        boolean exact = words.length == 3 && words[1].equals("=");
        return new Wanted(words[0], exact ? Optional.of(words[2]) : Optional.empty());
      }
    }
    throw new Refused("none of its dependencies (%s) matches %s".formatted(depends, glob));
  }

  private String show(Wanted wanted) throws Refused {
    return run("apt-cache", "show", "--no-all-versions", wanted.argument());
  }

  private static String field(String stanza, String name) throws Refused {
    String prefix = name + ": ";
    return stanza
        .lines()
        .filter(line -> line.startsWith(prefix))
        .map(line -> line.substring(prefix.length()))
        .findFirst()
        .orElseThrow(() -> new Refused("its description has no " + name + " field"));
  }

  private Path downloaded(String packageName) throws Refused {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.getFileName().toString().startsWith(packageName + "_"))
          .filter(file -> file.getFileName().toString().endsWith(".deb"))
          .findFirst()
          .orElseThrow(() -> new Refused("it downloaded no file"));
    } catch (IOException e) {
      throw new ImageException(
          "the folder %s cannot be read: %s".formatted(folder, e.getMessage()), e);
    }
  }

  private void fetchOwnLists() throws Refused {
    try {
      Path lists = Files.createDirectories(folder.resolve("lists/partial")).getParent();
      Path cache =
          Files.createDirectories(folder.resolve("cache/archives/partial")).getParent().getParent();
      options.addAll(List.of("-o", "Dir::State::Lists=" + lists));
      options.addAll(List.of("-o", "Dir::Cache=" + cache));
      // The lock is on the host's own files, which only root may lock and which stay untouched
      // here.
      options.addAll(List.of("-o", "Debug::NoLocking=1"));
    } catch (IOException e) {
      throw new ImageException(
          "the folder %s cannot be written: %s".formatted(folder, e.getMessage()), e);
    }
    ownLists = true;
    run("apt-get", "-q", "-o", "APT::Update::Error-Mode=any", "update");
  }

  private String run(String program, String... arguments) throws Refused {
    List<String> command = new ArrayList<>();
    command.add(programs.map(path -> path.resolve(program).toString()).orElse(program));
    command.addAll(options);
    command.addAll(List.of(arguments));
    Outcome outcome = outcome(command);
    if (outcome.exitCode() != 0) {
      throw new Refused(reason(outcome.output()));
    }
    return outcome.output();
  }

  private Outcome outcome(List<String> command) {
    Path log = folder.resolve("apt.log");
    var builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectInput(ProcessBuilder.Redirect.PIPE)
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder.environment().put("LC_ALL", "C");
    Process process;
    try {
      process = builder.start();
    } catch (IOException e) {
      throw new ImageException(
          "%s is not on this machine, so images cannot be fetched; %s"
              .formatted(command.getFirst(), ImageStore.MANUAL_PATH),
          e);
    }
    try {
      process.getOutputStream().close();
      if (!process.waitFor(TIMEOUT_MINUTES, TimeUnit.MINUTES)) {
        return new Outcome(1, "no answer within %d minutes".formatted(TIMEOUT_MINUTES));
      }
      return new Outcome(process.exitValue(), Files.readString(log, StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new ImageException("the output of apt cannot be read: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ImageException("fetching was interrupted", e);
    } finally {
      process.destroy();
    }
  }

  /** The first line apt marked as an error (those after it only sum up), else the last line it printed. */
  private static String reason(String output) {
    List<String> lines = output.lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
    return lines.stream()
        .filter(line -> line.startsWith("E: "))
        .findFirst()
        .map(line -> line.substring(3))
        .orElse(lines.isEmpty() ? "it gave no reason" : lines.getLast());
  }
}
