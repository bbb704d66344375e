package org.paravane.boot.acpi;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * What the tables say about a machine. Start from {@link #pc} or {@link #withoutPowerOff} and change what differs.
 *
 * @param hardware how power is controlled
 * @param localApicIds the APIC id of each CPU; its place in the list is the ACPI processor id
 * @param localApicAddress guest-physical address of the local APICs
 * @param ioApic the I/O APIC, if there is one
 * @param overrides ISA interrupts that don't arrive as the GSI of the same number
 * @param reset how to reset the machine, if there is a way
 * @param cmosClock whether there is a CMOS clock
 * @param keyboardController whether there is an 8042
 * @param pci the PCI root bus, if there is one
 * @param devices devices of the DSDT
 */
public record AcpiConfig(
    Hardware hardware,
    List<Integer> localApicIds,
    long localApicAddress,
    Optional<IoApic> ioApic,
    List<InterruptOverride> overrides,
    Optional<ResetRegister> reset,
    boolean cmosClock,
    boolean keyboardController,
    Optional<PciRoot> pci,
    List<AcpiDevice> devices) {

  /** The sleep type that {@code _S5_} names: what is written to power off. */
  public static final int SLEEP_TYPE_OFF = 5;

  /** How power is controlled. */
  public sealed interface Hardware {}

  /**
   * A PC with ACPI's fixed hardware, two 8259s and a PIT. To power off, {@code SLEEP_TYPE_OFF << 10 | 1 << 13} is
   * written to PM1 control.
   *
   * @param pm1EventPort PM1a event block, 4 ports
   * @param pm1ControlPort PM1a control, 2 ports
   * @param pmTimerPort 32-bit timer of 3.579545 MHz, 4 ports
   * @param sciInterrupt the system control interrupt
   */
  public record FixedHardware(
      int pm1EventPort, int pm1ControlPort, int pmTimerPort, int sciInterrupt)
      implements Hardware {}

  /**
   * Tables that name fixed hardware which is not there, and no way to power off: those that Xen's toolstack writes for a
   * PVH guest.
   *
   * @param pm1EventPort PM1a event block, 4 ports
   * @param pm1ControlPort PM1a control, 2 ports
   * @param gpeEventPort GPE0 block, 4 ports
   * @param sciInterrupt the system control interrupt
   * @abi xen/tools/libacpi/static_tables.c, mk_dsdt.c
   */
  public record AbsentHardware(
      int pm1EventPort, int pm1ControlPort, int gpeEventPort, int sciInterrupt)
      implements Hardware {}

  /**
   * An I/O APIC.
   *
   * @param id its APIC id
   * @param address guest-physical address
   * @param gsiBase global system interrupt of its first input
   */
  public record IoApic(int id, long address, int gsiBase) {}

  /**
   * An ISA interrupt that arrives elsewhere or otherwise.
   *
   * @param irq ISA interrupt
   * @param gsi where it arrives
   * @param flags polarity in bits 0-1 (1 high, 3 low), trigger in bits 2-3 (1 edge, 3 level); 0 as usual on the bus
   */
  public record InterruptOverride(int irq, int gsi, int flags) {}

  /**
   * A port that resets the machine.
   *
   * @param port the port
   * @param value the byte to write
   */
  public record ResetRegister(int port, int value) {}

  /**
   * The PCI root bus, reached through ports 0xcf8-0xcff.
   *
   * @param memoryStart first address of the window for devices below 4 GiB
   * @param memoryEnd first address behind it
   * @param interrupts where devices' interrupt pins arrive, level-triggered and active low
   */
  public record PciRoot(long memoryStart, long memoryEnd, List<PciInterrupt> interrupts) {
    /** Copies the list. */
    public PciRoot {
      interrupts = List.copyOf(interrupts);
    }
  }

  /**
   * An interrupt pin of a PCI device.
   *
   * @param device device number on bus 0
   * @param pin 0 for INTA to 3 for INTD
   * @param gsi where it arrives
   */
  public record PciInterrupt(int device, int pin, int gsi) {}

  /** Copies the lists. */
  public AcpiConfig {
    localApicIds = List.copyOf(localApicIds);
    overrides = List.copyOf(overrides);
    devices = List.copyOf(devices);
  }

  /**
   * A PC: PM1 event, control and timer at 0x600, 0x604, 0x608, SCI 9, reset through 0xcf9, PIT on GSI 2, CMOS clock,
   * COM1, PCI from 3 GiB to the I/O APIC.
   *
   * @param cpus number of CPUs, with APIC ids from 0
   * @param keyboardController whether there is an 8042
   */
  public static AcpiConfig pc(int cpus, boolean keyboardController) {
    AcpiDevice serialPort = AcpiDevice.serialPort("COM1", 1, 0x3f8, 4);
    AcpiDevice clock = AcpiDevice.realTimeClock();
    return new AcpiConfig(
        new FixedHardware(0x600, 0x604, 0x608, 9),
        IntStream.range(0, cpus).boxed().toList(),
        0xfee0_0000L,
        Optional.of(new IoApic(cpus, 0xfec0_0000L, 0)),
        List.of(new InterruptOverride(0, 2, 0), new InterruptOverride(9, 9, 0xd)),
        Optional.of(new ResetRegister(0xcf9, 6)),
        true,
        keyboardController,
        Optional.of(new PciRoot(0xc000_0000L, 0xfec0_0000L, List.of())),
        keyboardController
            ? List.of(serialPort, clock, AcpiDevice.keyboard())
            : List.of(serialPort, clock));
  }

  /**
   * A PVH guest of Xen: local APICs and nothing else. The ports are those of the emulator that such a guest does not have.
   *
   * @param localApicIds the APIC id of each CPU
   * @abi xen/include/public/hvm/ioreq.h
   */
  public static AcpiConfig withoutPowerOff(List<Integer> localApicIds) {
    return new AcpiConfig(
        new AbsentHardware(0xb000, 0xb004, 0xafe0, 9),
        localApicIds,
        0xfee0_0000L,
        Optional.empty(),
        List.of(),
        Optional.empty(),
        false,
        false,
        Optional.empty(),
        List.of());
  }

  /** This description with other CPUs. */
  public AcpiConfig withLocalApicIds(List<Integer> value) {
    return new AcpiConfig(
        hardware,
        value,
        localApicAddress,
        ioApic,
        overrides,
        reset,
        cmosClock,
        keyboardController,
        pci,
        devices);
  }

  /** This description with another I/O APIC, or none. */
  public AcpiConfig withIoApic(Optional<IoApic> value) {
    return new AcpiConfig(
        hardware,
        localApicIds,
        localApicAddress,
        value,
        overrides,
        reset,
        cmosClock,
        keyboardController,
        pci,
        devices);
  }

  /** This description with another way to reset, or none. */
  public AcpiConfig withReset(Optional<ResetRegister> value) {
    return new AcpiConfig(
        hardware,
        localApicIds,
        localApicAddress,
        ioApic,
        overrides,
        value,
        cmosClock,
        keyboardController,
        pci,
        devices);
  }

  /** This description with another PCI root, or none. */
  public AcpiConfig withPci(Optional<PciRoot> value) {
    return new AcpiConfig(
        hardware,
        localApicIds,
        localApicAddress,
        ioApic,
        overrides,
        reset,
        cmosClock,
        keyboardController,
        value,
        devices);
  }

  /** This description with other devices. */
  public AcpiConfig withDevices(List<AcpiDevice> value) {
    return new AcpiConfig(
        hardware,
        localApicIds,
        localApicAddress,
        ioApic,
        overrides,
        reset,
        cmosClock,
        keyboardController,
        pci,
        value);
  }
}
