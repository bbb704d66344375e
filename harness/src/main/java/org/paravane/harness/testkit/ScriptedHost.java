package org.paravane.harness.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import org.paravane.harness.Harness;
import org.paravane.harness.spec.BootSpec;
import org.paravane.harness.spec.ErrorCode;
import org.paravane.harness.spec.HarnessException;
import org.paravane.harness.spi.BootBackend;
import org.paravane.harness.spi.BootableMachine;
import org.paravane.harness.spi.CatalogueEntry;
import org.paravane.harness.spi.ImageLibrary;
import org.paravane.harness.spi.Inspection;
import org.paravane.harness.spi.LoadedImage;
import org.paravane.harness.spi.PlatformSummary;
import org.paravane.platform.PlatformOption;

/** Images and platforms of which every boot meets the same scripted guest. */
public final class ScriptedHost implements ImageLibrary, BootBackend {
  private static final PlatformOption FRAMES =
      new PlatformOption("frames", List.of("straight", "shuffled"), "Order of the frames.");

  private final Supplier<ScriptedGuest> guests;
  private final List<BootSpec> specs = new ArrayList<>();
  private final List<String> fetched = new ArrayList<>();

  /** Boots a new guest of {@code guests} each time. */
  public ScriptedHost(Supplier<ScriptedGuest> guests) {
    this.guests = guests;
  }

  /** A harness over this host. */
  public Harness harness() {
    return new Harness(this, this);
  }

  /** What was asked to boot, in order. */
  public List<BootSpec> specs() {
    return specs;
  }

  @Override
  public LoadedImage load(String nameOrPath) {
    return switch (nameOrPath) {
      case "test64" ->
          new LoadedImage("test64", new byte[] {1, 2, 3}, Optional.empty(), "console=ttyS0");
      case "debian-cloud" ->
          throw new HarnessException(
              ErrorCode.IMAGE_NOT_FETCHED,
              "The image debian-cloud is not here yet; run 'paravane images fetch debian-cloud'.");
      default ->
          throw new HarnessException(
              ErrorCode.IMAGE_NOT_FOUND, "There is no file '" + nameOrPath + "'.");
    };
  }

  @Override
  public List<CatalogueEntry> list() {
    return List.of(
        new CatalogueEntry("test64", "The embedded test kernel", CatalogueEntry.State.EMBEDDED),
        new CatalogueEntry(
            "debian-cloud",
            "Debian's cloud kernel",
            fetched.contains("debian-cloud")
                ? CatalogueEntry.State.FETCHED
                : CatalogueEntry.State.ABSENT));
  }

  @Override
  public void fetch(String name, Consumer<String> progress) {
    progress.accept("Fetching " + name);
    fetched.add(name);
  }

  @Override
  public boolean remove(String name) {
    return fetched.remove(name);
  }

  @Override
  public List<PlatformSummary> platforms() {
    return List.of(
        new PlatformSummary("bare", "PC hardware", List.of()),
        new PlatformSummary("xen-pv", "Xen, paravirtual", List.of(FRAMES)));
  }

  @Override
  public BootableMachine prepare(BootSpec spec, LoadedImage image, IntConsumer console) {
    if (platforms().stream().noneMatch(platform -> platform.name().equals(spec.platform()))) {
      throw new HarnessException(
          ErrorCode.UNKNOWN_PLATFORM, "There is no platform '" + spec.platform() + "'.");
    }
    specs.add(spec);
    return guests.get().connect(console);
  }

  @Override
  public Inspection inspect(LoadedImage image) {
    return new Inspection("ELF64", Map.of("entry", "0x1000000"), List.of("bare"));
  }
}
