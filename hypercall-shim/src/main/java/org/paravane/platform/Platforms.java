package org.paravane.platform;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;

/** The platforms that are installed. */
public final class Platforms {
  private final List<PlatformProvider> providers;

  private Platforms(List<PlatformProvider> providers) {
    this.providers = providers;
  }

  /** Those found on the class path, by name. */
  public static Platforms installed() {
    return new Platforms(
        ServiceLoader.load(PlatformProvider.class).stream()
            .map(ServiceLoader.Provider::get)
            .sorted(Comparator.comparing(PlatformProvider::name))
            .toList());
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
