package org.paravane.boot.acpi;

import java.util.ArrayList;
import java.util.List;

/** The DSDT's contents: {@code _S5_} if there is a way to power off, the PCI root, the devices. */
final class Dsdt {
  private static final int ADDRESS_SPACE_MEMORY = 0;
  private static final int ADDRESS_SPACE_IO = 1;
  private static final int ADDRESS_SPACE_BUS = 2;

  /** Both ends of the range are fixed; the device passes it on. */
  private static final int RANGE_FIXED = 0x0c;

  private static final byte[] END_TAG = Aml.bytes(0x79, 0);

  private Dsdt() {}

  static byte[] body(AcpiConfig config) {
    byte[] off = config.hardware() instanceof AcpiConfig.FixedHardware ? powerOff() : new byte[0];
    List<byte[]> devices = new ArrayList<>();
    config.pci().ifPresent(root -> devices.add(pciRoot(root)));
    for (AcpiDevice device : config.devices()) {
      devices.add(device(device));
    }
    return Aml.join(off, Aml.rootScope("_SB_", devices.toArray(byte[][]::new)));
  }

  private static byte[] powerOff() {
    byte[] sleepType = Aml.integer(AcpiConfig.SLEEP_TYPE_OFF);
    byte[] zero = Aml.integer(0);
    return Aml.name("_S5_", Aml.packageOf(sleepType, sleepType, zero, zero));
  }

  private static byte[] device(AcpiDevice device) {
    byte[] resources =
        Aml.join(device.resources().stream().map(AcpiResource::descriptor).toArray(byte[][]::new));
    return Aml.device(
        device.name(),
        Aml.name("_HID", Aml.hardwareId(device.hardwareId())),
        Aml.name("_UID", Aml.integer(device.uniqueId())),
        Aml.name("_CRS", Aml.buffer(Aml.join(resources, END_TAG))));
  }

  private static byte[] pciRoot(AcpiConfig.PciRoot root) {
    byte[] resources =
        Aml.join(
            wordRange(ADDRESS_SPACE_BUS, 0, 0, 0xff),
            new AcpiResource.Ports(0xcf8, 8).descriptor(),
            wordRange(ADDRESS_SPACE_IO, 3, 0, 0xcf7),
            wordRange(ADDRESS_SPACE_IO, 3, 0xd00, 0xffff),
            memoryRange(root.memoryStart(), root.memoryEnd() - 1),
            END_TAG);
    byte[][] routes =
        root.interrupts().stream()
            .map(interrupt ->
                Aml.packageOf(
                    Aml.integer((long) interrupt.device() << 16 | 0xffff),
                    Aml.integer(interrupt.pin()),
                    Aml.integer(0),
                    Aml.integer(interrupt.gsi())))
            .toArray(byte[][]::new);
    byte[] routing = routes.length == 0 ? new byte[0] : Aml.name("_PRT", Aml.packageOf(routes));
    return Aml.device(
        "PCI0",
        Aml.name("_HID", Aml.hardwareId("PNP0A03")),
        Aml.name("_UID", Aml.integer(0)),
        Aml.name("_CRS", Aml.buffer(resources)),
        routing);
  }

  private static byte[] wordRange(int space, int spaceFlags, int first, int last) {
    return Aml.join(
        Aml.bytes(0x88, 0x0d, 0, space, RANGE_FIXED, spaceFlags),
        Aml.little(0, 2),
        Aml.little(first, 2),
        Aml.little(last, 2),
        Aml.little(0, 2),
        Aml.little(last - first + 1, 2));
  }

  private static byte[] memoryRange(long first, long last) {
    return Aml.join(
        Aml.bytes(0x87, 0x17, 0, ADDRESS_SPACE_MEMORY, RANGE_FIXED, 1),
        Aml.little(0, 4),
        Aml.little(first, 4),
        Aml.little(last, 4),
        Aml.little(0, 4),
        Aml.little(last - first + 1, 4));
  }
}
