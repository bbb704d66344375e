package org.paravane.harness.spec;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.paravane.harness.console.FailRule;
import org.paravane.harness.console.TextPattern;

/**
 * Everything that a boot is asked to be. Equal specifications with the virtual clock give equal runs.
 *
 * @param image a kernel file's path or the name of an image of the catalogue
 * @param platform the name of the platform
 * @param initrd a file that takes the place of the image's own initial RAM disk
 * @param modules files for the kernel behind the initial RAM disk, in this order
 * @param commandLine takes the place of the image's own command line
 * @param append is added to the command line, after a space; may be empty
 * @param memoryBytes guest RAM, a multiple of 4 KiB
 * @param cpus the number of processors, 1 to {@link #MAX_CPUS}
 * @param bootPath the way into the kernel file
 * @param clock what drives guest time
 * @param nanosPerInstruction guest nanoseconds an instruction takes with the virtual clock; 0 leaves it to the platform
 * @param seed the source of every random number the guest gets from the machine
 * @param tier how guest code is executed
 * @param unimplemented what an instruction does that Paravane knows and lacks
 * @param expect markers that must be seen, in this order
 * @param forbid markers that must not be seen
 * @param failOn console lines that mean that the guest has failed
 * @param limits when the run ends at the latest
 * @param debugExitMap exit codes for debug-exit values, where they shall not be 32 + value
 * @param platformOptions values of options that the platform itself has, by name, without hyphens before it
 */
public record BootSpec(
    String image,
    String platform,
    Optional<Path> initrd,
    List<ModuleFile> modules,
    Optional<String> commandLine,
    String append,
    long memoryBytes,
    int cpus,
    BootPath bootPath,
    ClockMode clock,
    int nanosPerInstruction,
    long seed,
    Tier tier,
    Unimplemented unimplemented,
    List<TextPattern> expect,
    List<TextPattern> forbid,
    List<FailRule> failOn,
    Limits limits,
    Map<Integer, Integer> debugExitMap,
    Map<String, String> platformOptions) {
  /** The most processors a guest can have. */
  public static final int MAX_CPUS = 64;

  /** The embedded test kernel: what boots when nothing is named. */
  public static final String DEFAULT_IMAGE = "test64";

  /** The platform unless said otherwise. */
  public static final String DEFAULT_PLATFORM = "bare";

  /** Guest RAM unless said otherwise: 512 MiB. */
  public static final long DEFAULT_MEMORY_BYTES = 512L << 20;

  private static final long LEAST_MEMORY_BYTES = 1L << 20;
  private static final long MOST_MEMORY_BYTES = 1L << 40;
  private static final int PAGE_BYTES = 4096;

  /**
   * Checks the values.
   *
   * @throws HarnessException {@link ErrorCode#BAD_OPTION} with a sentence that names the value
   */
  public BootSpec {
    require(!image.isBlank(), "The kernel's name is empty.");
    require(
        memoryBytes >= LEAST_MEMORY_BYTES && memoryBytes <= MOST_MEMORY_BYTES,
        "The guest's memory must be from 1M to 1024G, not %d bytes.".formatted(memoryBytes));
    require(
        memoryBytes % PAGE_BYTES == 0,
        "The guest's memory must be a multiple of 4K, not %d bytes.".formatted(memoryBytes));
    require(
        cpus >= 1 && cpus <= MAX_CPUS,
        "The guest can have 1 to %d processors, not %d.".formatted(MAX_CPUS, cpus));
    require(
        nanosPerInstruction >= 0 && nanosPerInstruction <= 1_000_000,
        "An instruction can take 1 to 1000000 ns, not %d.".formatted(nanosPerInstruction));
    require(append.indexOf('\0') < 0, "The command line must not hold a NUL character.");
    debugExitMap.forEach((value, code) ->
        require(code >= 0 && code <= 255, "An exit code is 0 to 255, not %d.".formatted(code)));
    modules = List.copyOf(modules);
    expect = List.copyOf(expect);
    forbid = List.copyOf(forbid);
    failOn = List.copyOf(failOn);
    debugExitMap = Map.copyOf(debugExitMap);
    platformOptions = Map.copyOf(platformOptions);
  }

  private static void require(boolean fact, String sentence) {
    if (!fact) {
      throw new HarnessException(ErrorCode.BAD_OPTION, sentence);
    }
  }

  /** Begins the specification of a boot of {@code image}, with every default. */
  public static Builder of(String image) {
    return new Builder(image);
  }

  /** The command line the kernel gets, when its image's own is {@code imageDefault}. */
  public String effectiveCommandLine(String imageDefault) {
    return (commandLine.orElse(imageDefault) + " " + append).strip();
  }

  /** This boot on another platform. */
  public BootSpec withPlatform(String name) {
    return new BootSpec(
        image,
        name,
        initrd,
        modules,
        commandLine,
        append,
        memoryBytes,
        cpus,
        bootPath,
        clock,
        nanosPerInstruction,
        seed,
        tier,
        unimplemented,
        expect,
        forbid,
        failOn,
        limits,
        debugExitMap,
        platformOptions);
  }

  /** This boot with other markers to be seen. */
  public BootSpec withExpect(List<TextPattern> markers) {
    return new BootSpec(
        image,
        platform,
        initrd,
        modules,
        commandLine,
        append,
        memoryBytes,
        cpus,
        bootPath,
        clock,
        nanosPerInstruction,
        seed,
        tier,
        unimplemented,
        markers,
        forbid,
        failOn,
        limits,
        debugExitMap,
        platformOptions);
  }

  /** This boot with other limits. */
  public BootSpec withLimits(Limits value) {
    return new BootSpec(
        image,
        platform,
        initrd,
        modules,
        commandLine,
        append,
        memoryBytes,
        cpus,
        bootPath,
        clock,
        nanosPerInstruction,
        seed,
        tier,
        unimplemented,
        expect,
        forbid,
        failOn,
        value,
        debugExitMap,
        platformOptions);
  }

  /** Collects a {@link BootSpec}. */
  public static final class Builder {
    private final String image;
    private String platform = DEFAULT_PLATFORM;
    private Optional<Path> initrd = Optional.empty();
    private final List<ModuleFile> modules = new ArrayList<>();
    private Optional<String> commandLine = Optional.empty();
    private String append = "";
    private long memoryBytes = DEFAULT_MEMORY_BYTES;
    private int cpus = 1;
    private BootPath bootPath = BootPath.AUTO;
    private ClockMode clock = ClockMode.VIRTUAL;
    private int nanosPerInstruction;
    private long seed = 1;
    private Tier tier = Tier.HOST;
    private Unimplemented unimplemented = Unimplemented.STOP;
    private final List<TextPattern> expect = new ArrayList<>();
    private final List<TextPattern> forbid = new ArrayList<>();
    private List<FailRule> failOn = FailRule.DEFAULT;
    private Limits limits = Limits.NONE;
    private final Map<Integer, Integer> debugExitMap = new TreeMap<>();
    private final Map<String, String> platformOptions = new TreeMap<>();

    private Builder(String image) {
      this.image = image;
    }

    /** The platform's name. */
    public Builder platform(String name) {
      platform = name;
      return this;
    }

    /** The initial RAM disk, instead of the image's own. */
    public Builder initrd(Path file) {
      initrd = Optional.of(file);
      return this;
    }

    /** One more module, behind those before it: {@code FILE ARGUMENTS}. */
    public Builder module(String module) {
      modules.add(ModuleFile.parse(module));
      return this;
    }

    /** The whole command line, instead of the image's own. */
    public Builder commandLine(String text) {
      commandLine = Optional.of(text);
      return this;
    }

    /** What to add to the command line. */
    public Builder append(String text) {
      append = text;
      return this;
    }

    /** Guest RAM in bytes. */
    public Builder memoryBytes(long bytes) {
      memoryBytes = bytes;
      return this;
    }

    /** The number of processors. */
    public Builder cpus(int count) {
      cpus = count;
      return this;
    }

    /** The way into the kernel file. */
    public Builder bootPath(BootPath path) {
      bootPath = path;
      return this;
    }

    /** What drives guest time. */
    public Builder clock(ClockMode mode) {
      clock = mode;
      return this;
    }

    /** Guest nanoseconds an instruction takes; 0 leaves it to the platform. */
    public Builder nanosPerInstruction(int nanos) {
      nanosPerInstruction = nanos;
      return this;
    }

    /** The source of every random number. */
    public Builder seed(long value) {
      seed = value;
      return this;
    }

    /** How guest code is executed; {@link Tier#HOST} unless set. */
    public Builder tier(Tier value) {
      tier = value;
      return this;
    }

    /** What an instruction does that Paravane knows and lacks. */
    public Builder unimplemented(Unimplemented effect) {
      unimplemented = effect;
      return this;
    }

    /** One more marker that must be seen, after those before it: text or {@code /regex/}. */
    public Builder expect(String marker) {
      expect.add(TextPattern.parse(marker));
      return this;
    }

    /** One more marker that must not be seen: text or {@code /regex/}. */
    public Builder forbid(String marker) {
      forbid.add(TextPattern.parse(marker));
      return this;
    }

    /** The console lines that mean failure. */
    public Builder failOn(List<FailRule> rules) {
      failOn = rules;
      return this;
    }

    /** When the run ends at the latest. */
    public Builder limits(Limits value) {
      limits = value;
      return this;
    }

    /** The host time that the run may take. */
    public Builder timeout(Duration time) {
      return limits(limits.withWallTime(time));
    }

    /** The exit code for one debug-exit value. */
    public Builder mapDebugExit(int value, int exitCode) {
      debugExitMap.put(value, exitCode);
      return this;
    }

    /** The value of an option that the platform itself has. */
    public Builder platformOption(String name, String value) {
      platformOptions.put(name, value);
      return this;
    }

    /**
     * The finished specification.
     *
     * @throws HarnessException if a value is out of range
     */
    public BootSpec build() {
      return new BootSpec(
          image,
          platform,
          initrd,
          modules,
          commandLine,
          append,
          memoryBytes,
          cpus,
          bootPath,
          clock,
          nanosPerInstruction,
          seed,
          tier,
          unimplemented,
          expect,
          forbid,
          failOn,
          limits,
          debugExitMap,
          platformOptions);
    }
  }
}
