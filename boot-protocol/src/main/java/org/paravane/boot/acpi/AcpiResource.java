package org.paravane.boot.acpi;

/** Something that a device occupies, as an entry of its _CRS. Source: ACPI 6.5 section 6.4. */
public sealed interface AcpiResource {
  /** The resource descriptor. */
  byte[] descriptor();

  /**
   * Fixed I/O ports.
   *
   * @param first first port
   * @param count number of ports, at most 255
   */
  record Ports(int first, int count) implements AcpiResource {
    @Override
    public byte[] descriptor() {
      return Aml.join(
          Aml.bytes(0x47, 1), Aml.little(first, 2), Aml.little(first, 2), Aml.bytes(1, count));
    }
  }

  /**
   * A fixed, writable range below 4 GiB.
   *
   * @param address guest-physical address
   * @param length bytes
   */
  record Memory(long address, long length) implements AcpiResource {
    @Override
    public byte[] descriptor() {
      return Aml.join(Aml.bytes(0x86, 9, 0, 1), Aml.little(address, 4), Aml.little(length, 4));
    }
  }

  /**
   * An ISA interrupt: edge-triggered, active high, not shared.
   *
   * @param irq 0 to 15
   */
  record IsaInterrupt(int irq) implements AcpiResource {
    @Override
    public byte[] descriptor() {
      return Aml.join(Aml.bytes(0x22), Aml.little(1L << irq, 2));
    }
  }

  /**
   * A global system interrupt, active high.
   *
   * @param gsi its number
   * @param level level-triggered rather than edge-triggered
   */
  record GlobalInterrupt(int gsi, boolean level) implements AcpiResource {
    @Override
    public byte[] descriptor() {
      return Aml.join(Aml.bytes(0x89, 6, 0, level ? 0x01 : 0x03, 1), Aml.little(gsi, 4));
    }
  }
}
