package org.paravane.core.device;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.paravane.core.io.PortBus;

class ByteWidePortDeviceTest {
  private final List<String> writes = new ArrayList<>();
  private final ByteWidePortDevice device =
      new ByteWidePortDevice() {
        @Override
        public int readByte(int port) {
          return port == 0x103 ? -1 : port & 0xf;
        }

        @Override
        public void writeByte(int port, int value) {
          writes.add("%x=%x".formatted(port, value));
        }
      };

  @Test
  void wideReadsCollectBytesFromAscendingPorts() {
    PortBus bus = new PortBus();
    bus.register(0x100, 4, device);
    assertThat(bus.read(0x101, 2)).isEqualTo(0x0201);
    assertThat(bus.read(0x100, 4)).isEqualTo(0xff02_0100);
  }

  @Test
  void wideWritesReachAscendingPorts() {
    device.writePort(0x100, 4, 0x8765_4321);
    assertThat(writes).containsExactly("100=21", "101=43", "102=65", "103=87");
  }
}
