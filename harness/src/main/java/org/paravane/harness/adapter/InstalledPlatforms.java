package org.paravane.harness.adapter;

import java.lang.ref.SoftReference;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.function.IntConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.paravane.boot.image.ImageDescription;
import org.paravane.boot.image.KernelImage;
import org.paravane.boot.image.KernelImages;
import org.paravane.harness.spec.BootSpec;
import org.paravane.harness.spec.ErrorCode;
import org.paravane.harness.spec.HarnessException;
import org.paravane.harness.spi.BootBackend;
import org.paravane.harness.spi.BootPlatform;
import org.paravane.harness.spi.BootableMachine;
import org.paravane.harness.spi.Inspection;
import org.paravane.harness.spi.LoadedImage;
import org.paravane.harness.spi.PlatformSummary;
import org.paravane.platform.PlatformOption;

/** Kernels through the boot protocols, on the platforms that are there. */
public final class InstalledPlatforms implements BootBackend {
  /** How the catalogue's command lines ask for a PC's console, its speed included. */
  private static final Pattern SERIAL_CONSOLE = Pattern.compile("(?<!\\S)console=ttyS0(?!\\S)");

  private final List<BootPlatform> platforms;

  /** Parsed kernels by the array that holds their file. */
  private final Map<byte[], SoftReference<KernelImage>> kernels = new WeakHashMap<>();

  /** Offers {@code platforms}, in this order; their names differ. */
  public InstalledPlatforms(List<BootPlatform> platforms) {
    this.platforms = List.copyOf(platforms);
  }

  @Override
  public List<PlatformSummary> platforms() {
    return platforms.stream()
        .map(platform ->
            new PlatformSummary(platform.name(), platform.description(), platform.options()))
        .toList();
  }

  @Override
  public LoadedImage suited(BootSpec spec, LoadedImage image) {
    String console = require(spec.platform()).consoleArgument();
    return image.withCommandLine(
        SERIAL_CONSOLE.matcher(image.commandLine()).replaceAll(Matcher.quoteReplacement(console)));
  }

  @Override
  public BootableMachine prepare(BootSpec spec, LoadedImage image, IntConsumer console) {
    BootPlatform platform = require(spec.platform());
    KernelImage kernel = parsed(image);
    if (!platform.canBoot(kernel)) {
      throw new HarnessException(
          ErrorCode.IMAGE_NOT_FOR_PLATFORM,
          "The kernel %s cannot boot on %s; %s."
              .formatted(image.name(), platform.name(), alternatives(kernel)));
    }
    spec.platformOptions().forEach((name, value) -> check(platform, name, value));
    String commandLine = spec.effectiveCommandLine(image.commandLine());
    return platform.prepare(spec, kernel, image, commandLine, console);
  }

  /** The kernel of an image: boots of the same bytes share one, unpacked once. */
  private KernelImage parsed(LoadedImage image) {
    synchronized (kernels) {
      SoftReference<KernelImage> known = kernels.get(image.kernel());
      KernelImage kernel = known == null ? null : known.get();
      if (kernel == null) {
        kernel = KernelImages.parse(image.kernel(), image.name());
        kernels.put(image.kernel(), new SoftReference<>(kernel));
      }
      return kernel;
    }
  }

  private BootPlatform require(String name) {
    return platforms.stream()
        .filter(platform -> platform.name().equals(name))
        .findFirst()
        .orElseThrow(() ->
            new HarnessException(
                ErrorCode.UNKNOWN_PLATFORM,
                "There is no platform '%s'; the platforms are %s."
                    .formatted(name, names(platforms))));
  }

  private static void check(BootPlatform platform, String name, String value) {
    PlatformOption option =
        platform.options().stream()
            .filter(candidate -> candidate.name().equals(name))
            .findFirst()
            .orElseThrow(() ->
                new HarnessException(
                    ErrorCode.BAD_OPTION,
                    "The platform %s has no option --%s.".formatted(platform.name(), name)));
    if (!option.values().contains(value)) {
      throw new HarnessException(
          ErrorCode.BAD_OPTION,
          "--%s is one of %s, not '%s'."
              .formatted(name, String.join(", ", option.values()), value));
    }
  }

  private String alternatives(KernelImage kernel) {
    List<BootPlatform> able = able(kernel);
    return able.isEmpty() ? "no platform here can boot it" : "it can on " + names(able);
  }

  private List<BootPlatform> able(KernelImage kernel) {
    return platforms.stream().filter(platform -> platform.canBoot(kernel)).toList();
  }

  private static String names(List<BootPlatform> platforms) {
    return platforms.stream().map(BootPlatform::name).collect(Collectors.joining(", "));
  }

  @Override
  public Inspection inspect(LoadedImage image) {
    KernelImage kernel = parsed(image);
    ImageDescription description = kernel.describe();
    Map<String, String> facts = new LinkedHashMap<>();
    description
        .facts()
        .forEach(fact -> facts.merge(fact.name(), fact.value(), (one, two) -> one + "; " + two));
    facts.put(
        "protocols",
        description.protocols().stream().map(Enum::name).collect(Collectors.joining(", ")));
    return new Inspection(
        description.format(), facts, able(kernel).stream().map(BootPlatform::name).toList());
  }
}
