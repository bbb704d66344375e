package org.paravane.platform;

import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;
import org.paravane.boot.image.KernelImage;
import org.paravane.boot.placement.BootModule;
import org.paravane.boot.placement.BootPath;
import org.paravane.core.execution.MachineTime;

/**
 * What a platform is asked to prepare.
 *
 * @param kernel the kernel
 * @param modules its initrd or modules
 * @param commandLine its command line
 * @param memoryBytes guest RAM, a positive multiple of 4096
 * @param cpus number of processors, at least 1
 * @param path how a bzImage is entered
 * @param seed what every random number that the machine gives is made from
 * @param hostClock time follows the host's clock instead of the instruction count
 * @param nanosPerInstruction nanoseconds of virtual time an instruction takes; 0 leaves it to the platform
 * @param options values of the platform's own options by name; each name and value is one that its provider lists
 * @param console gets each byte that the guest prints on its console, 0 to 255
 */
public record PlatformRequest(
    KernelImage kernel,
    List<BootModule> modules,
    String commandLine,
    long memoryBytes,
    int cpus,
    BootPath path,
    long seed,
    boolean hostClock,
    int nanosPerInstruction,
    Map<String, String> options,
    IntConsumer console) {
  /** Virtual nanoseconds an instruction takes unless the user says otherwise: see docs/decisions. */
  private static final int DEFAULT_NANOS_PER_INSTRUCTION = 8;

  /** Copies list and map. */
  public PlatformRequest {
    modules = List.copyOf(modules);
    options = Map.copyOf(options);
  }

  /** The value of one of the platform's own options. */
  public String option(PlatformOption option) {
    return options.getOrDefault(option.name(), option.defaultValue());
  }

  /** How machine time is to follow from what the processors do. */
  public MachineTime machineTime() {
    return hostClock
        ? new MachineTime.Host()
        : new MachineTime.Virtual(
            nanosPerInstruction == 0 ? DEFAULT_NANOS_PER_INSTRUCTION : nanosPerInstruction);
  }
}
