package org.paravane.harness;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.paravane.harness.spec.BootSpec;
import org.paravane.harness.spi.MachineSnapshot;

/**
 * What came of a boot.
 *
 * @param spec what was asked
 * @param image the kernel that ran
 * @param outcome how it ended
 * @param exitCode what a process exits with for that
 * @param markers the expected markers that were seen, in their order
 * @param missing the expected markers that were not seen, the one waited for first
 * @param closestLine the console line most like the first missing marker
 * @param ruleHits how many console lines matched each built-in rule, whether it fails the run or not
 * @param phases the steps of the boot, oldest first
 * @param machine the machine as it ended
 * @param console what the guest printed
 */
public record BootReport(
    BootSpec spec,
    ImageIdentity image,
    RunOutcome outcome,
    int exitCode,
    List<MarkerSeen> markers,
    List<String> missing,
    Optional<String> closestLine,
    Map<String, Integer> ruleHits,
    List<Phase> phases,
    MachineSnapshot machine,
    ConsoleRecord console)
    implements BootResult {
  /**
   * Which kernel ran.
   *
   * @param name the name in the catalogue or of the file
   * @param kernel the digest of the kernel file
   * @param initrd the digest of the initial RAM disk
   * @param commandLine what the kernel was told
   * @param entry how the kernel was entered, for people
   */
  public record ImageIdentity(
      String name,
      FileDigest kernel,
      Optional<FileDigest> initrd,
      String commandLine,
      String entry) {}

  /**
   * What the guest printed.
   *
   * @param total how many bytes
   * @param sha256 the digest of all of them, in lower-case hexadecimal digits
   * @param bytes the newest 4 to 8 MiB of them, or all; not to be changed
   */
  public record ConsoleRecord(long total, String sha256, byte[] bytes) {}
}
