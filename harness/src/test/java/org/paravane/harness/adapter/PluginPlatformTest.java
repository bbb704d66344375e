package org.paravane.harness.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.paravane.boot.image.BootProtocol;
import org.paravane.harness.BootReport;
import org.paravane.harness.Harness;
import org.paravane.harness.spec.BootSpec;
import org.paravane.harness.spi.BootPlatform;
import org.paravane.platform.PlatformProvider;
import org.paravane.platform.PlatformRequest;
import org.paravane.platform.Platforms;
import org.paravane.platform.PreparedMachine;

/** The example of a platform in a jar of its own, from its source to a boot. */
class PluginPlatformTest {
  private static final Path EXAMPLE = Path.of("../docs/examples/platform-plugin");

  @TempDir Path folder;

  /** A platform with a name that is taken. */
  public static final class Second implements PlatformProvider {
    @Override
    public String name() {
      return "bare";
    }

    @Override
    public String description() {
      return "another";
    }

    @Override
    public List<BootProtocol> protocols() {
      return List.of();
    }

    @Override
    public PreparedMachine prepare(PlatformRequest request) {
      throw new AssertionError("it is never asked");
    }
  }

  private URL[] jar() throws IOException {
    Path classes = Files.createDirectory(folder.resolve("classes"));
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "-proc:none",
                "-cp",
                System.getProperty("java.class.path"),
                "-d",
                classes.toString()));
    files(EXAMPLE.resolve("src")).forEach(file -> arguments.add(file.toString()));
    assertThat(
            ToolProvider.getSystemJavaCompiler()
                .run(null, null, null, arguments.toArray(String[]::new)))
        .isZero();
    Path jar = folder.resolve("example.jar");
    try (OutputStream file = Files.newOutputStream(jar);
        JarOutputStream out = new JarOutputStream(file)) {
      for (Path root : List.of(classes, EXAMPLE.resolve("resources"))) {
        for (Path entry : files(root)) {
          out.putNextEntry(new JarEntry(root.relativize(entry).toString()));
          out.write(Files.readAllBytes(entry));
        }
      }
    }
    return new URL[] {jar.toUri().toURL()};
  }

  private static List<Path> files(Path root) throws IOException {
    try (Stream<Path> all = Files.walk(root)) {
      return all.filter(Files::isRegularFile).toList();
    }
  }

  @Test
  void platformOfAnotherJarIsFoundAndBoots() throws IOException {
    try (URLClassLoader loader = new URLClassLoader(jar(), getClass().getClassLoader())) {
      List<BootPlatform> platforms =
          Platforms.installed(loader).all().stream()
              .<BootPlatform>map(provider -> new ProviderPlatform(provider, _ -> List.of()))
              .toList();
      InstalledPlatforms backend = new InstalledPlatforms(platforms);
      assertThat(backend.platforms())
          .extracting(platform -> platform.name())
          .contains("bare", "example", "xen-pv");
      BootReport report =
          new Harness(new CatalogueLibrary(Path.of("no-such-cache")), backend)
              .boot(
                  BootSpec.of("test64")
                      .platform("example")
                      .expect("hypervisor 'ExampleHyper'")
                      .expect("bare BOOT OK")
                      .build());
      assertThat(report.exitCode()).isZero();
    }
  }

  @Test
  void twoPlatformsOfOneNameAreRefused() throws IOException {
    Path services = Files.createDirectories(folder.resolve("twice/META-INF/services"));
    Files.writeString(
        services.resolve(PlatformProvider.class.getName()), Second.class.getName() + "\n");
    URL[] twice = {folder.resolve("twice").toUri().toURL()};
    try (URLClassLoader loader = new URLClassLoader(twice, getClass().getClassLoader())) {
      assertThatThrownBy(() -> Platforms.installed(loader))
          .isInstanceOf(ServiceConfigurationError.class)
          .hasMessage("two platforms are called 'bare'");
    }
  }
}
