package org.paravane.core.device.interrupt;

import org.paravane.core.device.ManualClock;

/** Four processors' local APICs, an I/O APIC and an 8259 pair wired as in a PC. */
final class ApicMachine {
  static final long TIMER_HZ = 25_000_000;
  static final long TSC_HZ = 2_600_000_000L;

  final ManualClock clock = new ManualClock();
  final ApicBus bus = new ApicBus();
  final RecordingProcessor[] processors = new RecordingProcessor[4];
  final LocalApic[] apics = new LocalApic[4];
  final IoApic ioApic = new IoApic(0, bus);
  final Pic8259Pair pic = new Pic8259Pair(asserted -> apics[0].lint0(asserted));
  final IsaInterrupts isa = new IsaInterrupts(pic, ioApic);

  ApicMachine() {
    for (int id = 0; id < 4; id++) {
      processors[id] = new RecordingProcessor();
      apics[id] =
          new LocalApic(
              id, id == 0, clock, clock.timers(), TIMER_HZ, TSC_HZ, bus, processors[id], pic);
    }
  }

  /** Software-enables every local APIC, with flat logical ids 1, 2, 4, 8. */
  ApicMachine enabled() {
    for (int id = 0; id < 4; id++) {
      write(id, 0xf0, 0x1ff);
      write(id, 0xd0, 1 << 24 + id);
    }
    return this;
  }

  /** Puts every local APIC into x2APIC mode. */
  ApicMachine x2Apic() {
    for (LocalApic apic : apics) {
      apic.writeMsr(LocalApic.IA32_APIC_BASE, apic.readMsr(LocalApic.IA32_APIC_BASE) | 0x400);
      apic.writeMsr(0x80f, 0x1ff);
    }
    return this;
  }

  void write(int processor, int offset, int value) {
    apics[processor].write(offset, 4, value & 0xffff_ffffL);
  }

  int read(int processor, int offset) {
    return (int) apics[processor].read(offset, 4);
  }

  /** The processors, as a mask, that would take exactly this vector now; it is taken and ended there. */
  int takers(int vector) {
    int mask = 0;
    for (int id = 0; id < 4; id++) {
      if (apics[id].interruptPending() && apics[id].acknowledgeInterrupt() == vector) {
        mask |= 1 << id;
        if (apics[id].memoryMapped()) {
          write(id, 0xb0, 0);
        } else {
          apics[id].writeMsr(0x80b, 0);
        }
      }
    }
    return mask;
  }
}
