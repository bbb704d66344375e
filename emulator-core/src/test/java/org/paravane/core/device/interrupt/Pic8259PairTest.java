package org.paravane.core.device.interrupt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.paravane.core.device.RecordingLine;
import org.paravane.core.io.PortBus;

class Pic8259PairTest {
  private final RecordingLine output = new RecordingLine();
  private final Pic8259Pair pic = new Pic8259Pair(output);
  private final PortBus ports = new PortBus();

  @BeforeEach
  void initialiseAsLinuxDoes() {
    pic.attach(ports);
    initialise(0x01);
    write(0x21, 0);
    write(0xa1, 0);
  }

  @Test
  void acknowledgeGivesTheVectorOfTheInput() {
    pulse(4);
    assertThat(output.asserted()).isTrue();
    assertThat(pic.acknowledge()).isEqualTo(0x34);
    assertThat(output.asserted()).isFalse();
  }

  @Test
  void slaveInputsArriveThroughTheCascade() {
    pulse(12);
    assertThat(pic.acknowledge()).isEqualTo(0x3c);
    assertThat(inService(0x20)).isEqualTo(0x04);
    assertThat(inService(0xa0)).isEqualTo(0x10);
  }

  @Test
  void lowerNumbersAreServedFirstAndBlockHigherOnes() {
    pulse(5);
    pulse(3);
    assertThat(pic.acknowledge()).isEqualTo(0x33);
    assertThat(output.asserted()).isFalse();
    write(0x20, 0x63);
    assertThat(output.asserted()).isTrue();
    assertThat(pic.acknowledge()).isEqualTo(0x35);
  }

  @Test
  void moreUrgentRequestsInterruptService() {
    pulse(5);
    pic.acknowledge();
    pulse(1);
    assertThat(output.asserted()).isTrue();
    assertThat(pic.acknowledge()).isEqualTo(0x31);
  }

  @Test
  void acknowledgeWithoutRequestIsSpurious() {
    assertThat(pic.acknowledge()).isEqualTo(0x37);
    assertThat(inService(0x20)).isZero();
  }

  @Test
  void aSlaveRequestMaskedInTimeLeavesNoCascadeRequest() {
    pulse(9);
    write(0xa1, 0x02);
    assertThat(output.asserted()).isFalse();
    assertThat(ports.read(0x20, 1)).isZero();
  }

  @Test
  void masksHoldRequestsBack() {
    write(0x21, 0x10);
    pulse(4);
    assertThat(output.asserted()).isFalse();
    write(0x21, 0);
    assertThat(output.asserted()).isTrue();
  }

  @Test
  void maskReadsBack() {
    write(0x21, 0xfb);
    assertThat(ports.read(0x21, 1)).isEqualTo(0xfb);
  }

  @Test
  void edgeInputsRequestOncePerEdge() {
    pic.input(4).set(true);
    pic.acknowledge();
    write(0x20, 0x20);
    assertThat(output.asserted()).isFalse();
    pic.input(4).set(false);
    pic.input(4).set(true);
    assertThat(output.asserted()).isTrue();
  }

  @Test
  void levelInputsRequestAsLongAsTheyAreHigh() {
    write(0x4d0, 0x20);
    pic.input(5).set(true);
    pic.acknowledge();
    write(0x20, 0x20);
    assertThat(output.asserted()).isTrue();
    pic.input(5).set(false);
    assertThat(output.asserted()).isFalse();
  }

  @Test
  void systemInputsStayEdgeTriggered() {
    write(0x4d0, 0xff);
    write(0x4d1, 0xff);
    assertThat(ports.read(0x4d0, 2)).isEqualTo(0xdef8);
  }

  @Test
  void automaticEndOfInterruptKeepsNothingInService() {
    initialise(0x03);
    pulse(4);
    pulse(6);
    assertThat(pic.acknowledge()).isEqualTo(0x34);
    assertThat(inService(0x20)).isZero();
    assertThat(output.asserted()).isTrue();
  }

  @Test
  void rotationMakesTheEndedInputTheLeastUrgent() {
    pulse(0);
    pic.acknowledge();
    write(0x20, 0xa0);
    pulse(0);
    pulse(7);
    assertThat(pic.acknowledge()).isEqualTo(0x37);
  }

  @Test
  void rotationOnAutomaticEndOfInterruptTakesTurns() {
    initialise(0x03);
    write(0x20, 0x80);
    pulse(3);
    pic.acknowledge();
    pulse(3);
    pulse(4);
    assertThat(pic.acknowledge()).isEqualTo(0x34);
    write(0x20, 0x00);
    pic.acknowledge();
    pulse(5);
    pulse(3);
    assertThat(pic.acknowledge()).isEqualTo(0x35);
  }

  @Test
  void setPriorityCommandRotatesAtOnce() {
    write(0x20, 0xc4);
    pulse(4);
    pulse(5);
    assertThat(pic.acknowledge()).isEqualTo(0x35);
  }

  @Test
  void specialMaskModeLetsLessUrgentInputsThrough() {
    pulse(3);
    pic.acknowledge();
    write(0x20, 0x68);
    write(0x21, 0x08);
    pulse(6);
    assertThat(output.asserted()).isTrue();
    assertThat(pic.acknowledge()).isEqualTo(0x36);
    write(0x20, 0x20);
    assertThat(inService(0x20)).isEqualTo(0x08);
  }

  @Test
  void pollAcknowledgesThroughTheRead() {
    pulse(6);
    write(0x20, 0x0c);
    assertThat(ports.read(0x20, 1)).isEqualTo(0x86);
    assertThat(inService(0x20)).isEqualTo(0x40);
    write(0x20, 0x0c);
    assertThat(ports.read(0x20, 1)).isZero();
  }

  @Test
  void specialFullyNestedMasterTakesMoreUrgentSlaveRequests() {
    initialise(0x11);
    pulse(12);
    pic.acknowledge();
    pulse(8);
    assertThat(pic.acknowledge()).isEqualTo(0x38);
  }

  @Test
  void normallyTheCascadeInServiceBlocksTheSlave() {
    pulse(12);
    pic.acknowledge();
    pulse(8);
    assertThat(output.asserted()).isFalse();
  }

  @Test
  void initialisationForgetsEdgesAndService() {
    pulse(4);
    pulse(5);
    pic.acknowledge();
    initialise(0x01);
    assertThat(output.asserted()).isFalse();
    assertThat(inService(0x20)).isZero();
    assertThat(ports.read(0x21, 1)).isZero();
  }

  @Test
  void outputFallsAtEachAcknowledgeSoThatEdgesFollow() {
    pulse(1);
    pulse(0);
    write(0x20, 0x0a);
    pic.acknowledge();
    write(0x20, 0x20);
    assertThat(output.rises()).isEqualTo(2);
  }

  @Test
  void theCascadeInputCannotBeDriven() {
    assertThatThrownBy(() -> pic.input(2)).isInstanceOf(IllegalArgumentException.class);
  }

  private void initialise(int icw4) {
    write(0x20, 0x11);
    write(0x21, 0x30);
    write(0x21, 0x04);
    write(0x21, icw4);
    write(0xa0, 0x11);
    write(0xa1, 0x38);
    write(0xa1, 0x02);
    write(0xa1, icw4 & 0xf);
  }

  private void pulse(int irq) {
    pic.input(irq).set(true);
    pic.input(irq).set(false);
  }

  private int inService(int port) {
    write(port, 0x0b);
    int value = ports.read(port, 1);
    write(port, 0x0a);
    return value;
  }

  private void write(int port, int value) {
    ports.write(port, 1, value);
  }
}
