package org.paravane.debug.gdb;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class PacketStreamTest {
  private final ByteArrayOutputStream sent = new ByteArrayOutputStream();

  private PacketStream stream(String received) {
    return new PacketStream(
        new ByteArrayInputStream(received.getBytes(StandardCharsets.ISO_8859_1)), sent);
  }

  private String sent() {
    return sent.toString(StandardCharsets.ISO_8859_1);
  }

  @Test
  void acknowledgesAPacket() throws IOException {
    assertThat(stream("+$g#67").read()).isEqualTo("g");
    assertThat(sent()).isEqualTo("+");
  }

  @Test
  void asksAgainForADamagedPacket() throws IOException {
    assertThat(stream("$g#68$g#67").read()).isEqualTo("g");
    assertThat(sent()).isEqualTo("-+");
  }

  @Test
  void resolvesEscapes() throws IOException {
    assertThat(stream("$X}\3}]#b2").read()).isEqualTo("X#}");
  }

  @Test
  void hearsAnInterruptBetweenPackets() throws IOException {
    PacketStream stream = stream("+\3$g#67");
    assertThat(stream.read()).isEqualTo(PacketStream.INTERRUPT);
    assertThat(stream.read()).isEqualTo("g");
    assertThat(stream.read()).isNull();
  }

  @Test
  void sendsAgainWhatWasNotUnderstood() throws IOException {
    PacketStream stream = stream("-");
    stream.write("a#b");
    assertThat(stream.read()).isNull();
    assertThat(sent()).isEqualTo("$a}\3b#43$a}\3b#43");
  }

  @Test
  void doesWithoutAcknowledgementsWhenAgreed() throws IOException {
    PacketStream stream = stream("$g#00");
    stream.stopAcknowledging();
    assertThat(stream.read()).isEqualTo("g");
    assertThat(sent()).isEmpty();
  }

  @Test
  void aConnectionThatEndsInAPacketEnds() throws IOException {
    assertThat(stream("$unfinished").read()).isNull();
  }
}
