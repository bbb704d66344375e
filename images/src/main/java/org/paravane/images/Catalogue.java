package org.paravane.images;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.tomlj.Toml;
import org.tomlj.TomlInvalidTypeException;
import org.tomlj.TomlParseResult;
import org.tomlj.TomlTable;

/**
 * The images Paravane knows by name, read from a TOML file with one table an image.
 *
 * @param entries in file order, names unique
 */
public record Catalogue(List<CatalogueEntry> entries) {
  private static final String BUILT_IN = "images.toml";
  private static final Set<String> KEYS =
      Set.of(
          "description",
          "embedded",
          "package",
          "dependency",
          "file",
          "initramfs",
          "modules",
          "command-line",
          "marker",
          "platforms");

  /** Copies the list. */
  public Catalogue {
    entries = List.copyOf(entries);
  }

  /** The catalogue carried in the jar. */
  public static Catalogue builtIn() {
    try (InputStream in = Catalogue.class.getResourceAsStream(BUILT_IN)) {
      return parse(new String(in.readAllBytes(), StandardCharsets.UTF_8), BUILT_IN);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Reads a catalogue.
   *
   * @param toml the text
   * @param origin file name for messages
   * @throws ImageException naming the file, the image and the fault
   */
  public static Catalogue parse(String toml, String origin) {
    TomlParseResult result = Toml.parse(toml);
    if (result.hasErrors()) {
      var error = result.errors().getFirst();
      throw new ImageException(
          "%s, line %d: %s".formatted(origin, error.position().line(), error.getMessage()));
    }
    List<CatalogueEntry> entries = new ArrayList<>();
    result.keySet().stream()
        .sorted((a, b) -> Integer.compare(line(result, a), line(result, b)))
        .forEach(name -> entries.add(entry(result, name, origin)));
    if (entries.isEmpty()) {
      throw new ImageException(origin + " names no image");
    }
    checkModules(entries, origin);
    return new Catalogue(entries);
  }

  /** The entry of that name, if the catalogue has it. */
  public Optional<CatalogueEntry> find(String name) {
    return entries.stream().filter(entry -> entry.name().equals(name)).findFirst();
  }

  /**
   * The entry of that name.
   *
   * @throws ImageException naming the images there are
   */
  public CatalogueEntry require(String name) {
    return find(name)
        .orElseThrow(() ->
            new ImageException(
                "there is no image '%s'; the catalogue has %s"
                    .formatted(
                        name,
                        entries.stream()
                            .map(CatalogueEntry::name)
                            .collect(Collectors.joining(", ")))));
  }

  private static int line(TomlTable table, String key) {
    return table.inputPositionOf(List.of(key)).line();
  }

  private static CatalogueEntry entry(TomlTable root, String name, String origin) {
    String where = origin + ", image '" + name + "'";
    if (!name.matches("[a-z0-9][a-z0-9-]*")) {
      throw new ImageException(
          where + ": a name is made of lower-case letters, digits and hyphens");
    }
    try {
      TomlTable table = root.getTable(List.of(name));
      Set<String> unknown = new TreeSet<>(table.keySet());
      unknown.removeAll(KEYS);
      if (!unknown.isEmpty()) {
        throw new ImageException(where + ": unknown key '" + unknown.iterator().next() + "'");
      }
      return new CatalogueEntry(
          name,
          required(table, "description", where),
          source(table, where),
          recipe(table, where),
          strings(table, "modules").stream().map(ImageModule::parse).toList(),
          table.getString("command-line", () -> ""),
          Optional.ofNullable(table.getString("marker")),
          platforms(table, where));
    } catch (TomlInvalidTypeException e) {
      throw new ImageException(where + ": " + e.getMessage(), e);
    }
  }

  private static ImageSource source(TomlTable table, String where) {
    String embedded = table.getString("embedded");
    String packageName = table.getString("package");
    if ((embedded == null) == (packageName == null)) {
      throw new ImageException(where + ": exactly one of 'embedded' and 'package' must be given");
    }
    if (embedded != null) {
      return new ImageSource.Embedded(embedded);
    }
    return new ImageSource.DebianPackage(
        packageName,
        Optional.ofNullable(table.getString("dependency")),
        required(table, "file", where));
  }

  private static InitramfsRecipe recipe(TomlTable table, String where) {
    String text = table.getString("initramfs", () -> "none");
    for (InitramfsRecipe recipe : InitramfsRecipe.values()) {
      if (recipe.name().toLowerCase(Locale.ROOT).equals(text)) {
        return recipe;
      }
    }
    throw new ImageException(where + ": unknown initramfs recipe '" + text + "'");
  }

  /** Names must be of images without modules of their own, so that nothing goes in circles. */
  private static void checkModules(List<CatalogueEntry> entries, String origin) {
    for (CatalogueEntry entry : entries) {
      for (ImageModule module : entry.modules()) {
        if (entries.stream()
            .noneMatch(other -> other.name().equals(module.image()) && other.modules().isEmpty())) {
          throw new ImageException(
              "%s, image '%s': there is no image '%s' without modules of its own"
                  .formatted(origin, entry.name(), module.image()));
        }
      }
    }
  }

  private static List<String> strings(TomlTable table, String key) {
    var array = table.getArrayOrEmpty(key);
    List<String> strings = new ArrayList<>();
    for (int i = 0; i < array.size(); i++) {
      strings.add(array.getString(i));
    }
    return strings;
  }

  private static List<String> platforms(TomlTable table, String where) {
    List<String> platforms = strings(table, "platforms");
    if (platforms.isEmpty()) {
      throw new ImageException(where + ": 'platforms' must name at least one platform");
    }
    return platforms;
  }

  private static String required(TomlTable table, String key, String where) {
    String value = table.getString(key);
    if (value == null) {
      throw new ImageException(where + ": '" + key + "' is missing");
    }
    return value;
  }
}
