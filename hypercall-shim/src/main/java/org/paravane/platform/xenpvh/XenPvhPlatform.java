package org.paravane.platform.xenpvh;

import java.util.ArrayList;
import java.util.List;
import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.CpuMode;
import org.paravane.core.cpu.GuestFault;
import org.paravane.core.cpu.InterruptController;
import org.paravane.core.cpu.Platform;
import org.paravane.core.cpu.Rflags;
import org.paravane.core.device.interrupt.LocalApic;
import org.paravane.core.execution.Machine;
import org.paravane.core.memory.PhysicalMemory;
import org.paravane.platform.pc.ProcessorIdentity;
import org.paravane.platform.pc.ProcessorMsrs;
import org.paravane.platform.xen.HypercallPage;
import org.paravane.platform.xen.Hypercalls;
import org.paravane.platform.xen.VersionCall;
import org.paravane.platform.xen.VirtualProcessor;
import org.paravane.platform.xen.XenDomain;
import org.paravane.platform.xen.XenLeaves;
import org.paravane.platform.xen.abi.Errno;

/** A PVH guest's processors: a PC's with Xen's CPUID leaves, and VMCALL or VMMCALL for hypercalls. */
final class XenPvhPlatform implements Platform {
  /** Writable page tables, translated physmap, callback vector, safe pvclock, nodes for memory_op, not direct-mapped. */
  private static final int FEATURES = 1 | 1 << 2 | 1 << 8 | 1 << 9 | 1 << 13 | 1 << 16;

  private static final int LEAF_FEATURES = 1;
  private static final int LEAF_TOPOLOGY = 0xb;
  private static final int HYPERVISOR_PRESENT = 1 << 31;
  private static final int R8 = 8;
  private static final int R9 = 9;
  private static final int R10 = 10;

  private final Machine machine;
  private final int processors;
  private final ProcessorMsrs msrs;
  private final List<InterruptController> controllers = new ArrayList<>();
  private final long[] arguments = new long[6];
  private PvhHardware hardware;
  private XenDomain domain;

  XenPvhPlatform(Machine machine, int processors) {
    this.machine = machine;
    this.processors = processors;
    msrs = ProcessorMsrs.writeBack(processors);
  }

  /** Connects it with the domain; before the first instruction. */
  void attach(
      PvhHardware newHardware, XenDomain newDomain, PvhMemory physmap, HvmParameters parameters) {
    hardware = newHardware;
    domain = newDomain;
    hardware.attach(domain);
    for (Cpu cpu : machine.cpus()) {
      UpcallInterrupts interrupts =
          new UpcallInterrupts(domain.processor(cpu.id), hardware, parameters);
      controllers.add(interrupts);
      domain.processor(cpu.id).onUpcall(interrupts::raise);
      domain
          .processor(cpu.id)
          .deliverable(() ->
              cpu.events.nmiDeliverable()
                  || (cpu.systemFlags & Rflags.IF) != 0 && interrupts.interruptPending());
    }
    Hypercalls hypercalls = domain.hypercalls();
    hypercalls.add(Hypercalls.MEMORY_OP, physmap);
    hypercalls.add(Hypercalls.HVM_OP, parameters);
    hypercalls.add(Hypercalls.XEN_VERSION, new VersionCall(FEATURES));
    hypercalls.add(Hypercalls.PHYSDEV_OP, (guest, values) -> -Errno.ENOSYS);
  }

  @Override
  public void cpuid(Cpu cpu, int leaf, int subleaf, CpuidResult result) {
    if (XenLeaves.contains(leaf)) {
      XenLeaves.cpuid(leaf, subleaf, cpu.id, false, result);
      return;
    }
    if (beyond(leaf, result)) {
      // Xen tells nothing of them, whatever the processor would say.
      result.set(0, 0, 0, 0);
      return;
    }
    ProcessorIdentity.cpuid(
        leaf,
        subleaf,
        PvhHardware.apicId(cpu.id),
        PvhHardware.apicId(processors),
        hardware.localApic(cpu).hardwareEnabled(),
        result);
    switch (leaf) {
      case LEAF_FEATURES -> result.ecx |= HYPERVISOR_PRESENT;
      // Levels of the topology are not told, but the x2APIC id is.
      case LEAF_TOPOLOGY -> result.set(0, 0, subleaf & 0xff, PvhHardware.apicId(cpu.id));
      default -> {
        // As the processor has it.
      }
    }
  }

  /** Tells whether a leaf lies behind the last of its range. */
  private static boolean beyond(int leaf, CpuidResult scratch) {
    ProcessorIdentity.cpuid(leaf & 0xc000_0000, 0, 0, 1, true, scratch);
    return Integer.compareUnsigned(leaf, scratch.eax) > 0;
  }

  /** A halt with interrupts off takes the processor off, and the guest too if it is the last. @abi hvm_hlt */
  @Override
  public void halt(Cpu cpu) {
    if ((cpu.systemFlags & Rflags.IF) == 0 && !cpu.events.nmiDeliverable()) {
      domain.takeOff(domain.processor(cpu.id), "its last processor halted with interrupts off");
    } else {
      Platform.super.halt(cpu);
    }
  }

  @Override
  public long readMsr(Cpu cpu, int msr) {
    if (msr == HypercallPage.MSR) {
      return 0;
    }
    LocalApic apic = hardware.localApic(cpu);
    return apic.msrReadable(msr) ? apic.readMsr(msr) : msrs.read(cpu, msr);
  }

  @Override
  public void writeMsr(Cpu cpu, int msr, long value) {
    if (msr == HypercallPage.MSR) {
      writeHypercallPage(cpu, value);
    } else if (!hardware.localApic(cpu).writeMsr(msr, value)) {
      msrs.write(cpu, msr, value);
    }
  }

  /** The low bits of the value number the page; there is only one. */
  private void writeHypercallPage(Cpu cpu, long value) {
    PhysicalMemory memory = machine.memory();
    if ((value & 0xfff) != 0 || memory.ramOffset(value) < 0) {
      throw cpu.fault(GuestFault.GP, 0);
    }
    memory.write(value, HypercallPage.hardware(), 0, HypercallPage.BYTES);
    domain.layOutSharedInfo(!CpuMode.is64(cpu.mode));
  }

  @Override
  public long timeStampCounter(Cpu cpu) {
    return machine.nanos();
  }

  @Override
  public InterruptController interruptController(Cpu cpu) {
    return controllers.get(cpu.id);
  }

  @Override
  public boolean hypercall(Cpu cpu, boolean vmmcall) {
    boolean wide = CpuMode.is64(cpu.mode);
    long mask = wide ? -1L : 0xffff_ffffL;
    arguments[0] = cpu.gpr[wide ? Cpu.RDI : Cpu.RBX] & mask;
    arguments[1] = cpu.gpr[wide ? Cpu.RSI : Cpu.RCX] & mask;
    arguments[2] = cpu.gpr[Cpu.RDX] & mask;
    arguments[3] = cpu.gpr[wide ? R10 : Cpu.RSI] & mask;
    arguments[4] = cpu.gpr[wide ? R8 : Cpu.RDI] & mask;
    arguments[5] = cpu.gpr[wide ? R9 : Cpu.RBP] & mask;
    VirtualProcessor caller = domain.processor(cpu.id);
    caller.guest().narrow(!wide);
    long result =
        cpu.cpl != 0
            ? -Errno.EPERM
            : domain.hypercalls().call(caller, cpu.gpr[Cpu.RAX] & mask, arguments);
    cpu.gpr[Cpu.RAX] = result & mask;
    return true;
  }
}
