package org.paravane.platform;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;

/** The platforms that are installed. */
public final class Platforms {
  private final List<PlatformProvider> providers;

  private Platforms(List<PlatformProvider> providers) {
    this.providers = providers;
  }

  /**
   * Those found on the class path, by name.
   *
   * @throws ServiceConfigurationError if one can't be loaded, or two have the same name
   */
  public static Platforms installed() {
    return installed(Platforms.class.getClassLoader());
  }

  /**
   * Those that a class loader finds, by name.
   *
   * @throws ServiceConfigurationError if one can't be loaded, or two have the same name
   */
  public static Platforms installed(ClassLoader loader) {
    List<PlatformProvider> providers =
        ServiceLoader.load(PlatformProvider.class, loader).stream()
            .map(ServiceLoader.Provider::get)
            .sorted(Comparator.comparing(PlatformProvider::name))
            .toList();
    for (int i = 1; i < providers.size(); i++) {
      String name = providers.get(i).name();
      if (name.equals(providers.get(i - 1).name())) {
        throw new ServiceConfigurationError("two platforms are called '" + name + "'");
      }
    }
    return new Platforms(providers);
  }

  /** All, by name. */
  public List<PlatformProvider> all() {
    return providers;
  }

  /** The one of that name. */
  public Optional<PlatformProvider> find(String name) {
    return providers.stream().filter(provider -> provider.name().equals(name)).findFirst();
  }
}
