package org.paravane.core.device.pci;

import org.paravane.core.io.PortBus;
import org.paravane.core.io.PortDevice;

/**
 * PCI configuration mechanism 1 on ports CF8h and CFCh to CFFh, and bus 0 with a host bridge at 00:00.0. Functions that
 * are not there read as all ones. The address register takes 32-bit accesses only; bytes beside it belong to others.
 */
public final class PciHost implements PortDevice {
  private static final int ADDRESS = 0xcf8;
  private static final int DATA = 0xcfc;
  private static final int ENABLE = 0x8000_0000;
  private static final int ADDRESS_WRITABLE = 0x80ff_fffc;
  private static final int FUNCTIONS = 256;

  private final PciFunction[] functions = new PciFunction[FUNCTIONS];
  private int address;

  /** Creates the host with its bridge, which names itself an Intel 440FX, and nothing else. */
  public PciHost() {
    add(0, 0, new PciConfigSpace(0x8086, 0x1237, 0x06_00_00, 0x02));
  }

  /** Claims ports CF8h, CFAh, CFBh and CFCh to CFFh, and leaves CF9h to the reset control. */
  public void attach(PortBus bus) {
    bus.register(ADDRESS, 1, this);
    bus.register(ADDRESS + 2, 2, this);
    bus.register(DATA, 4, this);
  }

  /**
   * Puts a function on bus 0.
   *
   * @param device 0 to 31
   * @param function 0 to 7
   * @throws IllegalArgumentException if it does not exist or is taken
   */
  public void add(int device, int function, PciFunction config) {
    if (device < 0
        || device > 31
        || function < 0
        || function > 7
        || functions[device << 3 | function] != null) {
      throw new IllegalArgumentException(
          "PCI function %02x.%x does not exist or is taken".formatted(device, function));
    }
    functions[device << 3 | function] = config;
  }

  @Override
  public int readPort(int port, int sizeBytes) {
    if (port >= DATA) {
      PciFunction function = selected(port, sizeBytes);
      return function == null ? -1 : function.readConfig(offset(port), sizeBytes);
    }
    return port == ADDRESS && sizeBytes == 4 ? address : -1;
  }

  @Override
  public void writePort(int port, int sizeBytes, int value) {
    if (port >= DATA) {
      PciFunction function = selected(port, sizeBytes);
      if (function != null) {
        function.writeConfig(offset(port), sizeBytes, value);
      }
    } else if (port == ADDRESS && sizeBytes == 4) {
      address = value & ADDRESS_WRITABLE;
    }
  }

  /** The function that the address register selects, or null where there is none. */
  private PciFunction selected(int port, int sizeBytes) {
    boolean onBusZero = (address & ENABLE) != 0 && (address & 0xff_0000) == 0;
    boolean withinRegister = (port & 3) + sizeBytes <= 4;
    return onBusZero && withinRegister ? functions[address >> 8 & 0xff] : null;
  }

  private int offset(int port) {
    return address & 0xfc | port & 3;
  }
}
