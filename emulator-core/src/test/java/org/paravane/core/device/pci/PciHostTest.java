package org.paravane.core.device.pci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.paravane.core.io.PortBus;

class PciHostTest {
  private final PciHost host = new PciHost();
  private final PortBus ports = new PortBus();

  @BeforeEach
  void attach() {
    host.attach(ports);
  }

  @Test
  void passesTheMechanismOneProbeOfLinux() {
    ports.write(0xcfb, 1, 0x01);
    ports.write(0xcf8, 4, 0x8000_0000);
    assertThat(ports.read(0xcf8, 4)).isEqualTo(0x8000_0000);
  }

  @Test
  void theHostBridgeIsAt0000() {
    assertThat(config(0, 0, 0, 0x00)).isEqualTo(0x1237_8086);
    assertThat(config(0, 0, 0, 0x08)).isEqualTo(0x0600_0002);
    assertThat(config(0, 0, 0, 0x0c)).isZero();
  }

  @Test
  void absentFunctionsAndBusesReadAllOnes() {
    assertThat(config(0, 1, 0, 0)).isEqualTo(-1);
    assertThat(config(0, 0, 1, 0)).isEqualTo(-1);
    assertThat(config(1, 0, 0, 0)).isEqualTo(-1);
  }

  @Test
  void nothingAnswersWithoutTheEnableBit() {
    ports.write(0xcf8, 4, 0);
    assertThat(ports.read(0xcfc, 4)).isEqualTo(-1);
  }

  @Test
  void bytesAndWordsAreReadAtTheirPlace() {
    config(0, 0, 0, 0);
    assertThat(ports.read(0xcfe, 2)).isEqualTo(0x1237);
    assertThat(ports.read(0xcfd, 1)).isEqualTo(0x80);
    assertThat(ports.read(0xcfe, 4)).isEqualTo(-1);
  }

  @Test
  void narrowAccessesLeaveTheAddressAlone() {
    config(0, 0, 0, 8);
    ports.write(0xcf8, 1, 0x40);
    ports.write(0xcfa, 1, 0x40);
    assertThat(ports.read(0xcf8, 1)).isEqualTo(0xff);
    assertThat(ports.read(0xcf8, 4)).isEqualTo(0x8000_0008);
  }

  @Test
  void addedFunctionsAnswerAndOnlyTheirWritableBitsChange() {
    PciConfigSpace function = new PciConfigSpace(0x1af4, 0x1042, 0x01_80_00, 1);
    function.put(0x10, 4, 0xfebf_0000);
    function.makeWritable(0x10, 4, 0xffff_f000);
    host.add(3, 2, function);
    assertThat(config(0, 3, 2, 0)).isEqualTo(0x1042_1af4);
    config(0, 3, 2, 0x10);
    ports.write(0xcfc, 4, -1);
    assertThat(ports.read(0xcfc, 4)).isEqualTo(0xffff_f000);
    config(0, 3, 2, 0);
    ports.write(0xcfc, 4, 0);
    assertThat(ports.read(0xcfc, 4)).isEqualTo(0x1042_1af4);
    config(0, 3, 2, 4);
    ports.write(0xcfc, 1, 0x06);
    assertThat(ports.read(0xcfc, 2)).isEqualTo(0x0006);
  }

  @Test
  void aPlaceIsGivenOnce() {
    assertThatThrownBy(() -> host.add(0, 0, new PciConfigSpace(1, 1, 1, 1)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> host.add(32, 0, new PciConfigSpace(1, 1, 1, 1)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private int config(int bus, int device, int function, int register) {
    ports.write(0xcf8, 4, 0x8000_0000 | bus << 16 | device << 11 | function << 8 | register);
    return ports.read(0xcfc, 4);
  }
}
