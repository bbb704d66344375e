package org.paravane.boot.acpi;

import java.util.List;

/**
 * A device below {@code \_SB}.
 *
 * @param name up to four upper-case characters, unique
 * @param hardwareId _HID, such as {@code PNP0501} or {@code LNRO0005}
 * @param uniqueId _UID
 * @param resources _CRS
 */
public record AcpiDevice(
    String name, String hardwareId, int uniqueId, List<AcpiResource> resources) {
  /** Copies the list. */
  public AcpiDevice {
    resources = List.copyOf(resources);
  }

  /** A 16550 serial port with an ISA interrupt. */
  public static AcpiDevice serialPort(String name, int uniqueId, int firstPort, int irq) {
    return new AcpiDevice(
        name,
        "PNP0501",
        uniqueId,
        List.of(new AcpiResource.Ports(firstPort, 8), new AcpiResource.IsaInterrupt(irq)));
  }

  /** The CMOS clock at its usual ports. */
  public static AcpiDevice realTimeClock() {
    return new AcpiDevice(
        "RTC",
        "PNP0B00",
        0,
        List.of(new AcpiResource.Ports(0x70, 2), new AcpiResource.IsaInterrupt(8)));
  }

  /** The keyboard half of an 8042. */
  public static AcpiDevice keyboard() {
    return new AcpiDevice(
        "KBD",
        "PNP0303",
        0,
        List.of(
            new AcpiResource.Ports(0x60, 1),
            new AcpiResource.Ports(0x64, 1),
            new AcpiResource.IsaInterrupt(1)));
  }

  /** A virtio device on the memory-mapped transport, edge-triggered. */
  public static AcpiDevice virtioMmio(
      String name, int uniqueId, long address, long length, int gsi) {
    return new AcpiDevice(
        name,
        "LNRO0005",
        uniqueId,
        List.of(
            new AcpiResource.Memory(address, length),
            new AcpiResource.GlobalInterrupt(gsi, false)));
  }
}
