package org.paravane.boot.acpi;

import java.util.ArrayList;
import java.util.List;

/** The MADT's contents behind the common header. Source: ACPI 6.5 section 5.2.12. */
final class Madt {
  /** Table revision: ACPI 6.5. */
  static final int REVISION = 5;

  private static final int PCAT_COMPAT = 1;
  private static final int ENABLED = 1;
  private static final int LAST_XAPIC_ID = 254;
  private static final int ALL_PROCESSORS = 0xff;

  private Madt() {}

  static byte[] body(AcpiConfig config) {
    boolean pc = config.hardware() instanceof AcpiConfig.FixedHardware;
    List<byte[]> parts = new ArrayList<>();
    parts.add(Aml.little(config.localApicAddress(), 4));
    // Xen's toolstack sets it for PVH guests too.
    parts.add(Aml.little(PCAT_COMPAT, 4));
    for (int i = 0; i < config.localApicIds().size(); i++) {
      parts.add(localApic(i, config.localApicIds().get(i)));
    }
    config
        .ioApic()
        .ifPresent(ioApic ->
            parts.add(
                Aml.join(
                    Aml.bytes(1, 12, ioApic.id(), 0),
                    Aml.little(ioApic.address(), 4),
                    Aml.little(ioApic.gsiBase(), 4))));
    for (AcpiConfig.InterruptOverride override : config.overrides()) {
      parts.add(
          Aml.join(
              Aml.bytes(2, 10, 0, override.irq()),
              Aml.little(override.gsi(), 4),
              Aml.little(override.flags(), 2)));
    }
    if (pc) {
      parts.add(Aml.bytes(4, 6, ALL_PROCESSORS, 0, 0, 1));
    }
    return Aml.join(parts.toArray(byte[][]::new));
  }

  private static byte[] localApic(int processorId, int apicId) {
    if (apicId <= LAST_XAPIC_ID && processorId <= LAST_XAPIC_ID) {
      return Aml.join(Aml.bytes(0, 8, processorId, apicId), Aml.little(ENABLED, 4));
    }
    return Aml.join(
        Aml.bytes(9, 16, 0, 0),
        Aml.little(apicId, 4),
        Aml.little(ENABLED, 4),
        Aml.little(processorId, 4));
  }
}
