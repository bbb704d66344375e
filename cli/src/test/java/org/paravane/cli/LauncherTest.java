package org.paravane.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher script with the JDK of this test and a jar that prints its arguments, in a checkout of its own. */
class LauncherTest {
  private static final String TRAINING = "paravane: measuring itself once";

  @TempDir Path folder;
  private Path checkout;

  private record Result(int code, String output, String error) {}

  @BeforeEach
  void makeCheckout() throws IOException {
    checkout = Files.createDirectory(folder.resolve("checkout"));
    Files.copy(Path.of("../paravane"), checkout.resolve("paravane"));
    Files.setPosixFilePermissions(
        checkout.resolve("paravane"), PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.writeString(checkout.resolve("pom.xml"), "<project/>");
    Files.createDirectory(checkout.resolve("target"));
    writeJar(Files.createDirectories(checkout.resolve("cli/target")).resolve("paravane.jar"), "");
  }

  private void writeJar(Path jar, String lastStatement) throws IOException {
    Path source = folder.resolve("Main.java");
    Files.writeString(
        source,
        """
        package org.paravane.cli;

        public class Main {
          public static void main(String[] args) {
            System.out.println(String.join(" ", args));
            %s
          }
        }
        """
            .formatted(lastStatement));
    assertThat(
            ToolProvider.getSystemJavaCompiler()
                .run(null, null, null, "-d", folder.toString(), source.toString()))
        .isZero();
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, "org.paravane.cli.Main");
    try (OutputStream file = Files.newOutputStream(jar);
        JarOutputStream out = new JarOutputStream(file, manifest)) {
      out.putNextEntry(new JarEntry("org/paravane/cli/Main.class"));
      out.write(Files.readAllBytes(folder.resolve("org/paravane/cli/Main.class")));
    }
  }

  private Result launch(Path script, Path directory) throws IOException, InterruptedException {
    return launch(script, directory, Map.of());
  }

  private Result launch(Path script, Path directory, Map<String, String> environment)
      throws IOException, InterruptedException {
    Path output = folder.resolve("output");
    Path error = folder.resolve("error");
    ProcessBuilder builder = new ProcessBuilder(script.toString(), "boot", "two words");
    builder.environment().remove("PARAVANE_PLUGINS");
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().putAll(environment);
    builder
        .directory(directory.toFile())
        .redirectOutput(output.toFile())
        .redirectError(error.toFile());
    int code = builder.start().waitFor();
    return new Result(
        code,
        Files.readString(output, StandardCharsets.UTF_8),
        Files.readString(error, StandardCharsets.UTF_8));
  }

  private Result launch() throws IOException, InterruptedException {
    return launch(checkout.resolve("paravane"), checkout);
  }

  private Path cache() throws IOException {
    try (Stream<Path> files = Files.list(checkout.resolve("target/aot"))) {
      List<Path> all = files.toList();
      assertThat(all).hasSize(1);
      return all.getFirst();
    }
  }

  private static void assertQuiet(Result result) {
    assertThat(result).isEqualTo(new Result(0, "boot two words\n", ""));
  }

  @Test
  void trainsOnceAndThenStartsWithoutAWordFromAnywhere() throws IOException, InterruptedException {
    Result first = launch();
    assertThat(first.code()).isZero();
    assertThat(first.output()).isEqualTo("boot two words\n");
    assertThat(first.error().lines()).singleElement().asString().startsWith(TRAINING);
    assertThat(cache()).isNotEmptyFile();
    assertQuiet(launch());
    assertQuiet(launch(checkout.resolve("paravane"), folder));
    Path link = Files.createSymbolicLink(folder.resolve("link"), checkout.resolve("paravane"));
    assertQuiet(launch(link, folder));
  }

  @Test
  void pluginsAreOnTheClassPathToo() throws IOException, InterruptedException {
    launch();
    Path plugins = Files.createDirectory(folder.resolve("plug ins"));
    Files.writeString(plugins.resolve("found"), "");
    writeJar(
        checkout.resolve("cli/target/paravane.jar"),
        "System.out.println(Main.class.getResource(\"/found\") != null);");
    Map<String, String> environment = Map.of("PARAVANE_PLUGINS", plugins.toString());
    assertThat(launch(checkout.resolve("paravane"), folder, environment).output())
        .isEqualTo("boot two words\ntrue\n");
    assertThat(launch().output()).isEqualTo("boot two words\nfalse\n");
  }

  @Test
  void trainsAgainForANewJarAndWhenTheCacheIsGone() throws IOException, InterruptedException {
    launch();
    Files.delete(cache());
    assertThat(launch().error()).startsWith(TRAINING);
    Files.setLastModifiedTime(
        checkout.resolve("cli/target/paravane.jar"), FileTime.from(Instant.now().plusSeconds(1)));
    assertThat(launch().error()).startsWith(TRAINING);
  }

  @Test
  void cachesThatDoNotFitAreSilentlyLeftAlone() throws IOException, InterruptedException {
    launch();
    byte[] bytes = Files.readAllBytes(cache());
    for (int i = 0; i < 4096; i++) {
      bytes[i] ^= 0x55;
    }
    Files.write(cache(), bytes);
    assertQuiet(launch());
    Files.write(cache(), new byte[0]);
    assertQuiet(launch());
    Path moved = Files.move(checkout, folder.resolve("moved"));
    assertQuiet(launch(moved.resolve("paravane"), folder));
  }

  @Test
  void aTrainingThatFailsIsNotTriedAgain() throws IOException, InterruptedException {
    writeJar(
        checkout.resolve("cli/target/paravane.jar"),
        "System.exit(args[1].equals(\"workload64\") ? 1 : 0);");
    assertThat(launch().error().lines()).singleElement().asString().startsWith(TRAINING);
    assertQuiet(launch());
  }

  @Test
  void aCheckoutThatCannotBeWrittenStartsAllTheSame() throws IOException, InterruptedException {
    Path target = checkout.resolve("target");
    Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("r-xr-xr-x"));
    assumeFalse(Files.isWritable(target), "root may write everywhere");
    assertQuiet(launch());
  }
}
