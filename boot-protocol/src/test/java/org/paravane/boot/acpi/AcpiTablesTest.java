package org.paravane.boot.acpi;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.paravane.boot.testing.ArrayMemory;

class AcpiTablesTest {
  private static final int HEADER_BYTES = 36;

  private final ArrayMemory memory = new ArrayMemory(2 << 20);

  @Test
  void sumsEveryTableToZero() {
    for (AcpiConfig config :
        List.of(AcpiConfig.pc(3, true), AcpiConfig.withoutPowerOff(List.of(0, 2)))) {
      long rsdp = write(config);
      assertThat(sum(rsdp, 20)).isZero();
      assertThat(sum(rsdp, 36)).isZero();
      for (String signature : List.of("XSDT", "FACP", "APIC", "DSDT")) {
        long table = table(rsdp, signature);
        assertThat(sum(table, memory.get32(table + 4))).as(signature).isZero();
      }
    }
  }

  @Test
  void staysInsideTheLengthItReports() {
    AcpiTables tables = AcpiTables.write(memory, 0xe0000, AcpiConfig.pc(2, false));

    assertThat(tables.rsdpAddress()).isEqualTo(0xe0000);
    long end = 0xe0000 + tables.length();
    assertThat(IntStream.range(0, 64).map(i -> memory.get8(end + i))).containsOnly(0);
    long dsdt = table(0xe0000, "DSDT");
    assertThat(dsdt + memory.get32(dsdt + 4)).isEqualTo(end);
  }

  @Test
  void describesThePowerManagementOfAPc() {
    long fadt = table(write(AcpiConfig.pc(1, true)), "FACP");

    assertThat(memory.get32(fadt + 4)).isEqualTo(276);
    assertThat(memory.get16(fadt + 46)).isEqualTo(9);
    assertThat(memory.get32(fadt + 56)).isEqualTo(0x600);
    assertThat(memory.get32(fadt + 64)).isEqualTo(0x604);
    assertThat(memory.get32(fadt + 76)).isEqualTo(0x608);
    assertThat(memory.get16(fadt + 109)).isEqualTo(0x7);
    assertThat(memory.get32(fadt + 112)).isEqualTo(0x575);
    assertThat(memory.get64(fadt + 120)).isEqualTo(0xcf9);
    assertThat(memory.get8(fadt + 128)).isEqualTo(6);
    long facs = memory.get32(fadt + 36);
    assertThat(facs % 64).isZero();
    assertThat(memory.bytes(facs, 4)).asString().isEqualTo("FACS");
  }

  @Test
  void describesAPvhGuestAsXensToolstackDoes() {
    long rsdp = write(AcpiConfig.withoutPowerOff(List.of(0, 2)));
    long fadt = table(rsdp, "FACP");

    assertThat(memory.get32(fadt + 112)).isEqualTo(0x8175);
    assertThat(memory.get16(fadt + 109)).as("no VGA, no CMOS clock").isEqualTo(0x24);
    assertThat(memory.get32(fadt + 56)).isEqualTo(0xb000);
    assertThat(memory.get32(fadt + 64)).isEqualTo(0xb004);
    assertThat(memory.get32(fadt + 76)).as("no timer").isZero();
    assertThat(memory.get32(fadt + 80)).isEqualTo(0xafe0);
    long madt = table(rsdp, "APIC");
    assertThat(memory.get32(madt + 40)).isEqualTo(1);
    assertThat(memory.bytes(madt + 44, 8)).containsExactly(0, 8, 0, 0, 1, 0, 0, 0);
    assertThat(memory.bytes(madt + 52, 8)).containsExactly(0, 8, 1, 2, 1, 0, 0, 0);
    assertThat(memory.get32(madt + 4)).isEqualTo(60);
    long dsdt = table(rsdp, "DSDT");
    String body = new String(memory.bytes(dsdt, memory.get32(dsdt + 4)), ISO_8859_1);
    assertThat(body).contains("_SB_").doesNotContain("_S5_");
  }

  @Test
  void listsProcessorsIoApicAndOverridesInTheMadt() {
    long madt = table(write(AcpiConfig.pc(2, true).withLocalApicIds(List.of(0, 2, 300))), "APIC");

    assertThat(memory.get32(madt + 36)).isEqualTo(0xfee00000);
    assertThat(memory.get32(madt + 40)).isEqualTo(1);
    assertThat(memory.bytes(madt + 44, 8)).containsExactly(0, 8, 0, 0, 1, 0, 0, 0);
    assertThat(memory.bytes(madt + 52, 8)).containsExactly(0, 8, 1, 2, 1, 0, 0, 0);
    assertThat(memory.bytes(madt + 60, 8)).containsExactly(9, 16, 0, 0, 300 - 256, 1, 0, 0);
    assertThat(memory.bytes(madt + 76, 4)).containsExactly(1, 12, 2, 0);
    assertThat(memory.get32(madt + 80)).isEqualTo(0xfec00000);
    assertThat(memory.bytes(madt + 88, 10)).containsExactly(2, 10, 0, 0, 2, 0, 0, 0, 0, 0);
    assertThat(memory.bytes(madt + 98, 10)).containsExactly(2, 10, 0, 9, 9, 0, 0, 0, 0xd, 0);
    assertThat(memory.get32(madt + 4)).isEqualTo(114);
  }

  @Test
  void encodesASerialPortAsTheSpecificationDoes() {
    AcpiDevice serialPort =
        new AcpiDevice(
            "COM1",
            "PNP0501",
            1,
            List.of(new AcpiResource.Ports(0x3f8, 8), new AcpiResource.GlobalInterrupt(4, false)));
    long dsdt = table(write(AcpiConfig.pc(1, false).withDevices(List.of(serialPort))), "DSDT");
    byte[] body = memory.bytes(dsdt + HEADER_BYTES, memory.get32(dsdt + 4) - HEADER_BYTES);

    assertThat(Arrays.copyOf(body, 13))
        .isEqualTo(bytes(0x08, '_', 'S', '5', '_', 0x12, 0x08, 4, 0x0a, 5, 0x0a, 5, 0));
    byte[] device =
        bytes(
            0x5b, 0x82, 0x31, 'C', 'O', 'M', '1', 0x08, '_', 'H', 'I', 'D', 0x0c, 0x41, 0xd0, 0x05,
            0x01, 0x08, '_', 'U', 'I', 'D', 0x01, 0x08, '_', 'C', 'R', 'S', 0x11, 0x16, 0x0a, 0x13,
            0x47, 1, 0xf8, 3, 0xf8, 3, 1, 8, 0x89, 6, 0, 3, 1, 4, 0, 0, 0, 0x79, 0);
    assertThat(Arrays.copyOfRange(body, body.length - device.length, body.length))
        .isEqualTo(device);
  }

  @Test
  void nestsTermsExactlyAlsoWhenLengthsNeedTwoBytes() {
    AcpiConfig.PciRoot root =
        new AcpiConfig.PciRoot(
            0xc0000000L, 0xfec00000L, List.of(new AcpiConfig.PciInterrupt(1, 0, 16)));
    AcpiConfig config =
        AcpiConfig.pc(1, true)
            .withPci(Optional.of(root))
            .withDevices(List.of(AcpiDevice.realTimeClock()));
    long dsdt = table(write(config), "DSDT");
    int end = memory.get32(dsdt + 4);

    int scope = HEADER_BYTES + 14;
    assertThat(memory.get8(dsdt + scope)).isEqualTo(0x10);
    assertThat(memory.get8(dsdt + scope + 1) >>> 6).isEqualTo(1);
    assertThat(scope + 1 + termLength(dsdt + scope + 1)).isEqualTo(end);
    int pci = scope + 3 + 5;
    assertThat(memory.get16(dsdt + pci)).isEqualTo(0x825b);
    int clock = pci + 2 + termLength(dsdt + pci + 2);
    assertThat(memory.get16(dsdt + clock)).isEqualTo(0x825b);
    assertThat(clock + 2 + termLength(dsdt + clock + 2)).isEqualTo(end);
  }

  @Test
  void refusesAnUnalignedAddress() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> AcpiTables.write(memory, 0xe0010, AcpiConfig.pc(1, false)));
  }

  private int termLength(long address) {
    int lead = memory.get8(address);
    return lead >>> 6 == 0 ? lead : lead & 0xf | memory.get8(address + 1) << 4;
  }

  private long write(AcpiConfig config) {
    memory.zero(0xe0000, 0x10000);
    return AcpiTables.write(memory, AcpiTables.DEFAULT_ADDRESS, config).rsdpAddress();
  }

  private long table(long rsdp, String signature) {
    long xsdt = memory.get64(rsdp + 24);
    long fadt = memory.get64(xsdt + HEADER_BYTES);
    long table =
        switch (signature) {
          case "XSDT" -> xsdt;
          case "FACP" -> fadt;
          case "APIC" -> memory.get64(xsdt + HEADER_BYTES + 8);
          default -> memory.get64(fadt + 140);
        };
    assertThat(memory.bytes(table, 4)).asString().isEqualTo(signature);
    return table;
  }

  private int sum(long address, int count) {
    int sum = 0;
    for (int i = 0; i < count; i++) {
      sum += memory.get8(address + i);
    }
    return sum & 0xff;
  }

  private static byte[] bytes(int... values) {
    byte[] result = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      result[i] = (byte) values[i];
    }
    return result;
  }
}
