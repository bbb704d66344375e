package org.paravane.platform.vmi;

import java.util.ArrayList;
import java.util.List;
import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.ProcessorSignals;
import org.paravane.core.execution.Machine;
import org.paravane.platform.pc.PcHardware;
import org.paravane.platform.pc.PcPlatform;

/** A PC with the VMI ROM. It stays at ring 0: what the ROM's functions do not cover is done as on bare hardware. */
final class VmiPlatform extends PcPlatform {
  /** What EBX holds when a function of the ROM executes VMCALL, with the call's number in the lowest byte. */
  static final int MAGIC = 0x564d_4900;

  private static final int NUMBER = 0xff;

  private final int processors;
  private final List<ApState> apStates = new ArrayList<>();
  private VmiCalls calls;

  VmiPlatform(Machine machine, int processors) {
    super(machine, processors);
    this.processors = processors;
  }

  @Override
  public void hardware(PcHardware value) {
    super.hardware(value);
    calls = new VmiCalls(machine(), new VmiTimer(machine(), value, processors), apStates);
    machine().memory().register(VmiRom.ADDRESS, VmiRom.BYTES, new VmiRom());
  }

  @Override
  public ProcessorSignals signals(Cpu cpu) {
    ApState state = new ApState(cpu);
    apStates.add(state);
    return state;
  }

  @Override
  public boolean hypercall(Cpu cpu, boolean vmmcall) {
    int ebx = cpu.get32(Cpu.RBX);
    return !vmmcall && cpu.cpl == 0 && (ebx & ~NUMBER) == MAGIC && calls.call(cpu, ebx & NUMBER);
  }
}
