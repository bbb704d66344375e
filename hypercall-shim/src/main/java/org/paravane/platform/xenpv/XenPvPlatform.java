package org.paravane.platform.xenpv;

import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.CpuMode;
import org.paravane.core.cpu.Deprivileged;
import org.paravane.core.cpu.GuestFault;
import org.paravane.core.cpu.InterruptController;
import org.paravane.core.cpu.Platform;
import org.paravane.core.cpu.Segments;
import org.paravane.core.execution.Machine;
import org.paravane.platform.pc.ProcessorMsrs;
import org.paravane.platform.xen.Hypercalls;
import org.paravane.platform.xen.VersionCall;
import org.paravane.platform.xen.XenDomain;
import org.paravane.platform.xen.abi.Errno;
import org.paravane.platform.xen.abi.GuestSpace;

/** A PV guest's processors: everything that would leave CPL 3 comes here. */
final class XenPvPlatform implements Platform, Deprivileged {
  /** What the controller calls an event-channel upcall; no exception has this vector. */
  static final int UPCALL_VECTOR = 0xf3;

  /** MMU_PT_UPDATE_PRESERVE_AD, highmem_assist, gnttab_map_avail_bits, memory_op_vnode_supported. */
  private static final int FEATURES = 1 << 5 | 1 << 6 | 1 << 7 | 1 << 13;

  private static final int R8 = 8;
  private static final int R9 = 9;
  private static final int R10 = 10;
  private static final int R11 = 11;
  private static final int ERROR_WRITE_PROTECTED = 3;

  /** Of a page fault's error code: present, write, reserved bit, fetch. */
  private static final int ERROR_ASKED = 0x1b;

  private static final int ERROR_USER = 1 << 2;

  private final Machine machine;
  private final int processorCount;
  private final ProcessorMsrs msrs = ProcessorMsrs.paravirtual();
  private final PrivilegedInstructions privileged = new PrivilegedInstructions(this);
  private final long[] arguments = new long[6];
  private PvMachine processors;
  private XenDomain domain;
  private TableStores stores;
  private FrameTypes types;
  private Assists assists;
  private IretCall[] irets;
  private InterruptController[] controllers;

  XenPvPlatform(Machine machine, int processorCount) {
    this.machine = machine;
    this.processorCount = processorCount;
  }

  /** Connects it with the domain; before the first instruction. */
  void attach(XenDomain newDomain, MachineFrames frames, FrameTypes newTypes) {
    domain = newDomain;
    types = newTypes;
    assists = new Assists();
    processors = new PvMachine(machine, domain, frames, types, assists);
    TableEntries entries = new TableEntries(machine.memory(), frames, types, assists);
    types.contents(entries);
    stores = new TableStores(processors, types, entries);
    PageTableCalls pageTables = new PageTableCalls(processors, frames, types, entries);
    irets = new IretCall[processorCount];
    controllers = new InterruptController[processorCount];
    for (Cpu cpu : machine.cpus()) {
      irets[cpu.id] = new IretCall(cpu);
      controllers[cpu.id] = new UpcallController(domain.processor(cpu.id));
    }
    DescriptorCalls descriptors = new DescriptorCalls(processors, frames, types);
    TrapCalls traps = new TrapCalls(processors, types);
    VcpuContext contexts = new VcpuContext(processors, descriptors, types);
    domain.initialiser(contexts::initialise);
    domain.writableFrames(types);
    Hypercalls hypercalls = domain.hypercalls();
    hypercalls.add(Hypercalls.SET_TRAP_TABLE, traps::setTrapTable);
    hypercalls.add(Hypercalls.MMU_UPDATE, pageTables::update);
    hypercalls.add(Hypercalls.SET_GDT, descriptors::setGdt);
    hypercalls.add(Hypercalls.STACK_SWITCH, traps::stackSwitch);
    hypercalls.add(Hypercalls.SET_CALLBACKS, traps::setCallbacks);
    hypercalls.add(Hypercalls.FPU_TASKSWITCH, this::fpuTaskSwitch);
    hypercalls.add(Hypercalls.SET_DEBUGREG, this::setDebugRegister);
    hypercalls.add(Hypercalls.GET_DEBUGREG, this::debugRegister);
    hypercalls.add(Hypercalls.UPDATE_DESCRIPTOR, descriptors::updateDescriptor);
    hypercalls.add(Hypercalls.MEMORY_OP, new PvMemory(processors, frames, types));
    hypercalls.add(Hypercalls.UPDATE_VA_MAPPING, pageTables::updateVaMapping);
    hypercalls.add(Hypercalls.VM_ASSIST, assists::call);
    hypercalls.add(Hypercalls.XEN_VERSION, new VersionCall(FEATURES));
    hypercalls.add(Hypercalls.SET_SEGMENT_BASE, descriptors::setSegmentBase);
    hypercalls.add(Hypercalls.MMUEXT_OP, new MmuextCall(processors, types));
    hypercalls.add(Hypercalls.CALLBACK_OP, traps::callback);
    hypercalls.add(Hypercalls.PHYSDEV_OP, traps::physdev);
  }

  /** Uses the tables that the domain was built with, and the stack that it begins on. */
  void enter(long root) {
    PvProcessor first = processors.processor(0);
    first.kernelSp = first.cpu().gpr[Cpu.RSP];
    if (types.pin(root >>> 12, FrameTypes.L4) != 0 || first.newKernelRoot(root >>> 12) != 0) {
      throw new IllegalStateException("the page tables that the domain was built with are refused");
    }
  }

  private long fpuTaskSwitch(GuestSpace guest, long[] values) {
    machine.cpu(guest.vcpu()).control.taskSwitched(values[0] != 0);
    return 0;
  }

  private long setDebugRegister(GuestSpace guest, long[] values) {
    return DebugRegisterCalls.write(machine.cpu(guest.vcpu()), (int) values[0], values[1]);
  }

  private long debugRegister(GuestSpace guest, long[] values) {
    int register = (int) values[0];
    return register >= 0 && register < R8
        ? DebugRegisterCalls.read(machine.cpu(guest.vcpu()), register)
        : -Errno.EINVAL;
  }

  @Override
  public void cpuid(Cpu cpu, int leaf, int subleaf, CpuidResult result) {
    PvCpuid.answer(leaf, subleaf, cpu.id, processorCount, result);
  }

  @Override
  public long readMsr(Cpu cpu, int msr) {
    return msrs.read(cpu, msr);
  }

  @Override
  public void writeMsr(Cpu cpu, int msr, long value) {
    msrs.write(cpu, msr, value);
  }

  @Override
  public long timeStampCounter(Cpu cpu) {
    return machine.nanos();
  }

  @Override
  public InterruptController interruptController(Cpu cpu) {
    return controllers[cpu.id];
  }

  @Override
  public Deprivileged deprivileged() {
    return this;
  }

  @Override
  public boolean syscall(Cpu cpu, long returnAddress) {
    if (!CpuMode.is64(cpu.mode)) {
      return false;
    }
    PvProcessor processor = processors.processor(cpu.id);
    if (!processor.kernelMode && processor.callback[TrapCalls.CALLBACK_SYSCALL] == 0) {
      throw cpu.fault(GuestFault.UD);
    }
    cpu.gpr[Cpu.RCX] = returnAddress;
    cpu.gpr[R11] = cpu.rflags();
    cpu.rip(returnAddress);
    if (!processor.kernelMode) {
      processor.flatCodeAndStack();
      BounceFrame.enterSystemCall(
          processor,
          processor.callback[TrapCalls.CALLBACK_SYSCALL],
          processor.callbackMasks[TrapCalls.CALLBACK_SYSCALL]);
    } else if ((int) cpu.gpr[Cpu.RAX] == Hypercalls.IRET) {
      irets[cpu.id].execute(processor);
    } else {
      hypercall(cpu, processor);
    }
    return true;
  }

  @Override
  public boolean sysenter(Cpu cpu) {
    PvProcessor processor = processors.processor(cpu.id);
    cpu.rip(0);
    cpu.gpr[Cpu.RSP] = 0;
    processor.flatCodeAndStack();
    // The instruction tells neither where it was nor in which segment.
    cpu.segments.selector[Segments.CS] = 3;
    long handler = processor.callback[TrapCalls.CALLBACK_SYSENTER];
    if (handler == 0) {
      trap(processor, GuestFault.GP, 0);
    } else {
      boolean masks = processor.callbackMasks[TrapCalls.CALLBACK_SYSENTER];
      BounceFrame.enter(processor, "SYSENTER", handler, masks);
    }
    return true;
  }

  private void hypercall(Cpu cpu, PvProcessor processor) {
    arguments[0] = cpu.gpr[Cpu.RDI];
    arguments[1] = cpu.gpr[Cpu.RSI];
    arguments[2] = cpu.gpr[Cpu.RDX];
    arguments[3] = cpu.gpr[R10];
    arguments[4] = cpu.gpr[R8];
    arguments[5] = cpu.gpr[R9];
    cpu.gpr[Cpu.RAX] =
        domain.hypercalls().call(processor.processor(), cpu.gpr[Cpu.RAX] & 0xffff_ffffL, arguments);
    processor.flatAgain();
    if (processor.processor().upcallDue()) {
      cpu.attention();
    }
  }

  @Override
  public boolean deliver(Cpu cpu, int vector, boolean software, int errorCode) {
    PvProcessor processor = processors.processor(cpu.id);
    if (software) {
      if ((processor.trapFlags[vector] & 3) < (processor.kernelMode ? 1 : 3)) {
        throw cpu.fault(GuestFault.GP, vector * 8 + 2);
      }
      trap(processor, vector);
      return true;
    }
    switch (vector) {
      case UPCALL_VECTOR ->
          BounceFrame.enter(processor, "event", processor.callback[TrapCalls.CALLBACK_EVENT], true);
      case GuestFault.NMI ->
          BounceFrame.enter(processor, "NMI", processor.callback[TrapCalls.CALLBACK_NMI], true);
      case GuestFault.PF -> pageFault(processor, errorCode);
      case GuestFault.UD -> {
        if (!prefixed(processor)) {
          trap(processor, vector);
        }
      }
      case GuestFault.GP -> {
        if (errorCode != 0 || !privileged.emulate(processor)) {
          trap(processor, vector, errorCode);
        }
      }
      case GuestFault.NM -> {
        trap(processor, vector);
        cpu.control.taskSwitched(false);
      }
      default -> {
        if (GuestFault.hasErrorCode(vector)) {
          trap(processor, vector, errorCode);
        } else {
          trap(processor, vector);
        }
      }
    }
    return true;
  }

  /** What lies behind the faulting instruction may not be readable: then it is not Xen's prefix. */
  private boolean prefixed(PvProcessor processor) {
    try {
      return privileged.prefixed(processor);
    } catch (GuestFault fault) {
      return false;
    }
  }

  private void pageFault(PvProcessor processor, int errorCode) {
    Cpu cpu = processor.cpu();
    long linear = cpu.control.cr2();
    LocalDescriptors localDescriptors = processor.localDescriptors();
    if (localDescriptors.covers(linear)) {
      if (processor.mapLocalDescriptors(linear)) {
        return;
      }
      linear = localDescriptors.guestAddress(linear);
    } else if (processor.kernelMode
        && (errorCode & ERROR_ASKED) == ERROR_WRITE_PROTECTED
        && assists.writablePageTables()) {
      try {
        if (stores.carryOut(processor, linear)) {
          return;
        }
      } catch (GuestFault fault) {
        if (fault.vector() != GuestFault.PF) {
          throw fault;
        }
        linear = cpu.control.cr2();
        errorCode = fault.errorCode();
      }
    }
    processor.cr2(linear);
    trap(
        processor,
        GuestFault.PF,
        processor.kernelMode ? errorCode & ~ERROR_USER : errorCode | ERROR_USER);
  }

  private void trap(PvProcessor processor, int vector) {
    BounceFrame.enter(
        processor,
        "exception %d".formatted(vector),
        processor.trapAddress[vector],
        masksEvents(processor, vector));
  }

  private void trap(PvProcessor processor, int vector, int errorCode) {
    BounceFrame.enter(
        processor,
        "exception %d".formatted(vector),
        processor.trapAddress[vector],
        masksEvents(processor, vector),
        errorCode);
  }

  private static boolean masksEvents(PvProcessor processor, int vector) {
    return (processor.trapFlags[vector] & PvProcessor.TRAP_MASKS_EVENTS) != 0;
  }
}
