package org.paravane.platform.xenpv;

import java.util.ArrayList;
import java.util.List;
import org.paravane.core.cpu.Cpu;
import org.paravane.core.execution.Machine;
import org.paravane.core.memory.PhysicalMemory;
import org.paravane.platform.xen.XenDomain;
import org.paravane.platform.xen.abi.GuestSpace;

/** The processors of a PV guest together. */
final class PvMachine {
  private final Machine machine;
  private final List<PvProcessor> processors = new ArrayList<>();

  PvMachine(
      Machine machine, XenDomain domain, MachineFrames frames, FrameTypes types, Assists assists) {
    this.machine = machine;
    for (Cpu cpu : machine.cpus()) {
      processors.add(new PvProcessor(machine, domain.processor(cpu.id), frames, types, assists));
    }
  }

  PhysicalMemory memory() {
    return machine.memory();
  }

  List<Cpu> cpus() {
    return machine.cpus();
  }

  PvProcessor processor(int id) {
    return processors.get(id);
  }

  /** Tells whether a bit map in the guest's memory names a processor. */
  boolean inMask(GuestSpace guest, long mask, int id) {
    return (guest.read8(mask + (id >> 3)) >> (id & 7) & 1) != 0;
  }

  /** Executes one instruction of a processor. */
  void emulate(Cpu cpu) {
    machine.emulate(cpu);
  }
}
