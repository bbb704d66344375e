package org.paravane.core.device.interrupt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.paravane.core.io.InterruptLine;

class IoApicTest {
  private final ApicMachine machine = new ApicMachine().enabled();
  private final IoApic ioApic = machine.ioApic;

  @Test
  void tellsVersionAndKeepsItsId() {
    assertThat(read(1)).isEqualTo(0x0017_0020);
    write(0, 0x0f00_0000);
    assertThat(read(0)).isEqualTo(0x0f00_0000);
    assertThat(read(0x10)).isEqualTo(0x1_0000);
  }

  @Test
  void edgesReachALogicalFlatDestination() {
    redirect(4, 0x0834, 0x02);
    ioApic.input(4).set(true);
    assertThat(machine.takers(0x34)).isEqualTo(2);
    assertThat(machine.takers(0x34)).isZero();
  }

  @Test
  void edgesAtAMaskedInputAreForgotten() {
    redirect(4, 0x1_0034, 0);
    ioApic.input(4).set(true);
    redirect(4, 0x0034, 0);
    assertThat(machine.takers(0x34)).isZero();
  }

  @Test
  void levelsAreSentAgainAfterTheirEndUntilTheyFall() {
    redirect(9, 0xa039, 0);
    InterruptLine line = ioApic.input(9);
    line.set(true);
    assertThat(read(0x10 + 18)).isEqualTo(0xe039);
    assertThat(machine.takers(0x39)).isEqualTo(1);
    line.set(false);
    assertThat(machine.takers(0x39)).isEqualTo(1);
    assertThat(machine.takers(0x39)).isZero();
    assertThat(read(0x10 + 18)).isEqualTo(0xa039);
  }

  @Test
  void levelsWaitForTheirMask() {
    redirect(9, 0x1_8039, 0);
    ioApic.input(9).set(true);
    assertThat(machine.takers(0x39)).isZero();
    redirect(9, 0x8039, 0);
    assertThat(machine.takers(0x39)).isEqualTo(1);
  }

  @Test
  void theEndRegisterEndsByVector() {
    redirect(9, 0x8039, 0);
    ioApic.input(9).set(true);
    ioApic.write(0x40, 4, 0x38);
    assertThat(read(0x10 + 18)).isEqualTo(0xc039);
    ioApic.input(9).set(false);
    ioApic.write(0x40, 4, 0x39);
    assertThat(read(0x10 + 18)).isEqualTo(0x8039);
  }

  @Test
  void switchingToEdgeAndBackEndsALevel() {
    redirect(9, 0x8039, 0);
    ioApic.input(9).set(true);
    redirect(9, 0x1_0039, 0);
    assertThat(read(0x10 + 18)).isEqualTo(0x1_0039);
  }

  @Test
  void levelsNobodyAcceptsStayUnsent() {
    redirect(9, 0x8039, 0x0e);
    ioApic.input(9).set(true);
    assertThat(read(0x10 + 18)).isEqualTo(0x8039);
  }

  @Test
  void nmiAndInitModesReachTheProcessor() {
    redirect(5, 0x0400, 1);
    ioApic.input(5).set(true);
    redirect(6, 0x0500, 1);
    ioApic.input(6).set(true);
    assertThat(machine.processors[1].events()).containsExactly("nmi", "init");
  }

  @Test
  void extIntModeAsksThe8259ForTheVector() {
    redirect(0, 0x0700, 0);
    ioApic.input(0).set(true);
    assertThat(machine.apics[0].interruptPending()).isTrue();
    assertThat(machine.apics[0].acknowledgeInterrupt()).isEqualTo(0x07);
    assertThat(machine.apics[0].interruptPending()).isFalse();
  }

  @Test
  void isaInterruptZeroArrivesAtInputTwo() {
    redirect(2, 0x0030, 0);
    machine.isa.line(0).set(true);
    assertThat(machine.takers(0x30)).isEqualTo(1);
  }

  @Test
  void sharedIsaLinesStayHighUntilAllFall() {
    redirect(4, 0x8034, 0);
    InterruptLine first = machine.isa.line(4);
    InterruptLine second = machine.isa.line(4);
    first.set(true);
    second.set(true);
    first.set(false);
    first.set(false);
    assertThat(machine.takers(0x34)).isEqualTo(1);
    assertThat(machine.takers(0x34)).isEqualTo(1);
    second.set(false);
    machine.takers(0x34);
    assertThat(machine.takers(0x34)).isZero();
  }

  @Test
  void wiresThatDoNotExistAreRefused() {
    assertThatThrownBy(() -> ioApic.input(24)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> machine.isa.line(2)).isInstanceOf(IllegalArgumentException.class);
  }

  private void redirect(int pin, int low, int destination) {
    write(0x11 + 2 * pin, destination << 24);
    write(0x10 + 2 * pin, low);
  }

  private int read(int register) {
    ioApic.write(0, 4, register);
    return (int) ioApic.read(0x10, 4);
  }

  private void write(int register, int value) {
    ioApic.write(0, 4, register);
    ioApic.write(0x10, 4, value & 0xffff_ffffL);
  }
}
