package org.paravane.boot.placement;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.paravane.boot.image.BootProtocol;
import org.paravane.boot.image.KernelImage;

/**
 * What to boot, and with what. Start from {@link #of} and change what differs.
 *
 * @param kernel the image
 * @param protocol the boot protocol; empty for the one the image prefers
 * @param path how a bzImage is entered
 * @param modules initrd (Linux takes one) or modules, in order
 * @param commandLine the kernel's command line, without a NUL
 * @param hardwareSubarch {@code hardware_subarch} of Linux's boot parameters
 * @param rsdpAddress guest-physical address of the ACPI RSDP; 0 if there is none
 * @param reserved regions to take out of RAM in the memory map
 * @param seed what the random seed handed to the kernel is made from
 */
public record BootRequest(
    KernelImage kernel,
    Optional<BootProtocol> protocol,
    BootPath path,
    List<BootModule> modules,
    String commandLine,
    int hardwareSubarch,
    long rsdpAddress,
    List<MemoryRegion> reserved,
    long seed) {
  /** Checks for nulls and copies the lists. */
  public BootRequest {
    Objects.requireNonNull(kernel);
    Objects.requireNonNull(protocol);
    Objects.requireNonNull(path);
    Objects.requireNonNull(commandLine);
    modules = List.copyOf(modules);
    reserved = List.copyOf(reserved);
  }

  /** Boots an image the way it prefers, without modules, with an empty command line, no ACPI and seed 0. */
  public static BootRequest of(KernelImage kernel) {
    return new BootRequest(
        kernel, Optional.empty(), BootPath.DIRECT, List.of(), "", 0, 0, List.of(), 0);
  }

  /** This request with a boot protocol. */
  public BootRequest withProtocol(BootProtocol value) {
    return new BootRequest(
        kernel,
        Optional.of(value),
        path,
        modules,
        commandLine,
        hardwareSubarch,
        rsdpAddress,
        reserved,
        seed);
  }

  /** This request with a way to enter a bzImage. */
  public BootRequest withPath(BootPath value) {
    return new BootRequest(
        kernel,
        protocol,
        value,
        modules,
        commandLine,
        hardwareSubarch,
        rsdpAddress,
        reserved,
        seed);
  }

  /** This request with modules. */
  public BootRequest withModules(List<BootModule> value) {
    return new BootRequest(
        kernel, protocol, path, value, commandLine, hardwareSubarch, rsdpAddress, reserved, seed);
  }

  /** This request with an initrd as its only module. */
  public BootRequest withInitrd(byte[] contents) {
    return withModules(List.of(new BootModule(contents)));
  }

  /** This request with a command line. */
  public BootRequest withCommandLine(String value) {
    return new BootRequest(
        kernel, protocol, path, modules, value, hardwareSubarch, rsdpAddress, reserved, seed);
  }

  /** This request with a Linux hardware subarchitecture. */
  public BootRequest withHardwareSubarch(int value) {
    return new BootRequest(
        kernel, protocol, path, modules, commandLine, value, rsdpAddress, reserved, seed);
  }

  /** This request with ACPI tables. */
  public BootRequest withRsdpAddress(long value) {
    return new BootRequest(
        kernel, protocol, path, modules, commandLine, hardwareSubarch, value, reserved, seed);
  }

  /** This request with regions that are not RAM. */
  public BootRequest withReserved(List<MemoryRegion> value) {
    return new BootRequest(
        kernel, protocol, path, modules, commandLine, hardwareSubarch, rsdpAddress, value, seed);
  }

  /** This request with a seed. */
  public BootRequest withSeed(long value) {
    return new BootRequest(
        kernel,
        protocol,
        path,
        modules,
        commandLine,
        hardwareSubarch,
        rsdpAddress,
        reserved,
        value);
  }

  /** The memory map of a machine with so much RAM and this request's reserved regions. */
  public MemoryMap memoryMap(long ramBytes) {
    MemoryMap map = MemoryMap.of(ramBytes);
    for (MemoryRegion region : reserved) {
      map = map.with(region);
    }
    return map;
  }
}
