package org.paravane.platform.xenpv;

import org.paravane.boot.xen.XenPvBoot;
import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.Rflags;
import org.paravane.core.cpu.Segments;
import org.paravane.core.execution.Machine;
import org.paravane.core.machine.ExitReason;
import org.paravane.platform.xen.VirtualProcessor;

/** A processor's state that only PV guests have, and its way between guest kernel and guest user mode. */
final class PvProcessor {
  /** Flags of an entry of the trap table: events are masked on the way. */
  static final int TRAP_MASKS_EVENTS = 1 << 2;

  private static final int CODE_RIGHTS =
      Segments.RIGHT_P
          | Segments.RIGHT_S
          | 3 << Segments.RIGHT_DPL_SHIFT
          | 0xb
          | Segments.RIGHT_L
          | Segments.RIGHT_G;
  private static final int STACK_RIGHTS =
      Segments.RIGHT_P
          | Segments.RIGHT_S
          | 3 << Segments.RIGHT_DPL_SHIFT
          | 3
          | Segments.RIGHT_DB
          | Segments.RIGHT_G;
  private static final int INFO_CR2 = 0x10;
  private static final int IOPL_SHIFT = 12;

  private final Machine machine;
  private final VirtualProcessor processor;
  private final MachineFrames frames;
  private final FrameTypes types;
  private final Assists assists;
  private final LocalDescriptors localDescriptors;
  private final Cpu cpu;

  /** Handlers by vector; 0 where there is none. */
  final long[] trapAddress = new long[256];

  /** Bits 0-1 the least privileged ring that may use INT n, bit 2 {@link #TRAP_MASKS_EVENTS}. */
  final int[] trapFlags = new int[256];

  /** Callbacks by type of CALLBACKOP_register; 0 where there is none. */
  final long[] callback = new long[8];

  /** Whether a callback masks events. */
  final boolean[] callbackMasks = new boolean[8];

  boolean kernelMode = true;
  int kernelSs = XenPvBoot.FLAT_RING3_DS;
  long kernelSp;
  int ioPrivilege;
  long ioBitmap;
  int ioBitmapPorts;
  private long kernelRoot;
  private long userRoot;
  private long cr2;

  PvProcessor(
      Machine machine,
      VirtualProcessor processor,
      MachineFrames frames,
      FrameTypes types,
      Assists assists) {
    this.machine = machine;
    this.processor = processor;
    this.frames = frames;
    this.types = types;
    this.assists = assists;
    cpu = processor.cpu();
    localDescriptors = new LocalDescriptors(cpu, frames, types);
  }

  Cpu cpu() {
    return cpu;
  }

  VirtualProcessor processor() {
    return processor;
  }

  LocalDescriptors localDescriptors() {
    return localDescriptors;
  }

  /** Maps the page of the LDT that a processor could not read at an address; false if it can't be, or lies elsewhere. */
  boolean mapLocalDescriptors(long linear) {
    return localDescriptors.covers(linear) && localDescriptors.map(linear, kernelRoot);
  }

  /** Address of the kernel's L4 table. */
  long kernelRoot() {
    return kernelRoot;
  }

  /** Address of user mode's L4 table; 0 for none. */
  long userRoot() {
    return userRoot;
  }

  /** Uses another frame as the kernel's L4 table, in kernel mode; an error as in {@link FrameTypes}. */
  long newKernelRoot(long frame) {
    long old = kernelRoot;
    if (frame << 12 != old) {
      long result = types.begin(frame, FrameTypes.L4);
      if (result != 0) {
        return result;
      }
      localDescriptors.drop();
      kernelRoot = frame << 12;
      if (!assists.strictMachineToPhysical()) {
        frames.showM2p(kernelRoot, true);
      }
    }
    cpu.control.writeCr3(kernelRoot);
    if (old != 0 && old != kernelRoot) {
      types.end(old >>> 12);
    }
    return 0;
  }

  /** Uses another frame as user mode's L4 table, or none for 0; in kernel mode. */
  long newUserRoot(long frame) {
    long old = userRoot;
    if (frame << 12 == old) {
      return 0;
    }
    if (frame != 0) {
      long result = types.begin(frame, FrameTypes.L4);
      if (result != 0) {
        return result;
      }
      if (assists.strictMachineToPhysical()) {
        frames.showM2p(frame << 12, false);
      }
    }
    userRoot = frame << 12;
    if (old != 0) {
      types.end(old >>> 12);
    }
    return 0;
  }

  /** IOPL as the frames that the guest's kernel gets show it, in its place in RFLAGS. */
  int framedIoPrivilege() {
    return assists.architecturalIopl() ? ioPrivilege << IOPL_SHIFT : 0;
  }

  /** Takes IOPL over from the flags of an iret, if the guest has asked for that. */
  void ioPrivilegeOf(int flags) {
    if (assists.architecturalIopl()) {
      ioPrivilege = (flags & Rflags.IOPL) >> IOPL_SHIFT;
    }
  }

  /** Whether IOPL lets the guest's present mode use ports and CLI. */
  boolean ioPermitted() {
    int ring = kernelMode ? assists.architecturalIopl() ? 0 : 1 : 3;
    return ioPrivilege >= ring;
  }

  /** Goes from guest user mode to guest kernel mode or back. */
  void toggle() {
    kernelMode = !kernelMode;
    cpu.control.writeCr3(kernelMode ? kernelRoot : userRoot);
    long active = cpu.segments.base[Segments.GS];
    cpu.segments.setBase(Segments.GS, cpu.msrs.kernelGsBase);
    cpu.msrs.kernelGsBase = active;
  }

  /** Makes sure that CS and SS are Xen's flat segments, as SYSRET does. */
  void flatAgain() {
    if (cpu.segments.selector[Segments.CS] != XenPvBoot.FLAT_RING3_CS64
        || cpu.segments.selector[Segments.SS] != XenPvBoot.FLAT_RING3_DS) {
      flatCodeAndStack();
    }
  }

  /** Loads CS and SS with Xen's flat segments. */
  void flatCodeAndStack() {
    cpu.segments.set(Segments.CS, XenPvBoot.FLAT_RING3_CS64, 0, -1, CODE_RIGHTS);
    cpu.segments.set(Segments.SS, XenPvBoot.FLAT_RING3_DS, 0, -1, STACK_RIGHTS);
    cpu.updateMode();
  }

  /** CR2 as the guest reads it from the register. */
  long cr2() {
    return cr2;
  }

  /** Sets CR2 as the guest sees it, here and in vcpu_info. */
  void cr2(long value) {
    cr2 = value;
    machine.memory().busWrite(processor.infoAddress() + INFO_CR2, 8, value);
  }

  /** Ends the machine: the guest did what Xen crashes a domain for. */
  void crash(String why) {
    machine.exit(new ExitReason.GuestCrash("Xen: " + why));
  }
}
