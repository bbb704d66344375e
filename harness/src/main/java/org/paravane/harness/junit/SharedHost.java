package org.paravane.harness.junit;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.paravane.harness.Harness;
import org.paravane.harness.adapter.CatalogueLibrary;
import org.paravane.harness.adapter.InstalledPlatforms;
import org.paravane.harness.adapter.ProviderPlatform;
import org.paravane.harness.spi.BootPlatform;
import org.paravane.harness.spi.CatalogueEntry;
import org.paravane.harness.spi.ImageLibrary;
import org.paravane.harness.spi.LoadedImage;
import org.paravane.images.ImageStore;
import org.paravane.platform.Platforms;

/** What all boots of a test run share: the installed platforms, and images, each read and unpacked once. */
final class SharedHost {
  private static final Namespace NAMESPACE = Namespace.create(SharedHost.class);
  private static final String CACHE_PARAMETER = "paravane.cache";

  private final Harness harness;

  private SharedHost(Path cache) {
    List<BootPlatform> platforms =
        Platforms.installed().all().stream()
            .<BootPlatform>map(provider -> new ProviderPlatform(provider, _ -> List.of()))
            .toList();
    harness =
        new Harness(
            new SharedImages(new CatalogueLibrary(cache)), new InstalledPlatforms(platforms));
  }

  /** The host of this test run. Fetched images are taken from where {@code paravane.cache} says, or the user's cache. */
  static SharedHost of(ExtensionContext context) {
    return context
        .getRoot()
        .getStore(NAMESPACE)
        .computeIfAbsent(SharedHost.class, _ -> new SharedHost(cache(context)), SharedHost.class);
  }

  private static Path cache(ExtensionContext context) {
    return context
        .getConfigurationParameter(CACHE_PARAMETER)
        .map(Path::of)
        .orElseGet(() ->
            ImageStore.defaultDirectory(
                Map.of(), Path.of(context.getConfigurationParameter("user.home").orElse("."))));
  }

  /** The harness. */
  Harness harness() {
    return harness;
  }

  private record SharedImages(ImageLibrary images, Map<String, LoadedImage> loaded)
      implements ImageLibrary {
    SharedImages(ImageLibrary images) {
      this(images, new ConcurrentHashMap<>());
    }

    @Override
    public LoadedImage load(String nameOrPath) {
      return loaded.computeIfAbsent(nameOrPath, images::load);
    }

    @Override
    public List<CatalogueEntry> list() {
      return images.list();
    }

    @Override
    public void fetch(String name, Consumer<String> progress) {
      images.fetch(name, progress);
    }

    @Override
    public boolean remove(String name) {
      return images.remove(name);
    }
  }
}
