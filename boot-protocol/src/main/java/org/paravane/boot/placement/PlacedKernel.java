package org.paravane.boot.placement;

import java.util.List;
import java.util.Optional;
import org.paravane.boot.entry.EntryState;
import org.paravane.boot.image.BootProtocol;

/**
 * A kernel ready to run: memory is written, the CPU is still to be set.
 *
 * @param entry the state to enter it in
 * @param protocol the boot protocol used
 * @param route how it is entered, for reports, such as {@code ELF entry 0x1000000}
 * @param fallbackReason why a bzImage is not entered directly though that was asked for
 * @param placed what lies where
 */
public record PlacedKernel(
    EntryState entry,
    BootProtocol protocol,
    String route,
    Optional<String> fallbackReason,
    List<PlacedRange> placed) {
  /** Copies the list. */
  public PlacedKernel {
    placed = List.copyOf(placed);
  }

  /** What was placed under a name. */
  public Optional<PlacedRange> range(String name) {
    return placed.stream().filter(range -> range.name().equals(name)).findFirst();
  }
}
