package org.paravane.platform.xenpv;

import org.paravane.boot.xen.XenPvBoot;
import org.paravane.core.cpu.Cpu;
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

  private final Machine machine;
  private final VirtualProcessor processor;
  private final MachineFrames frames;
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
  long kernelRoot;
  long userRoot;
  int kernelSs = XenPvBoot.FLAT_RING3_DS;
  long kernelSp;
  int ioPrivilege;
  long ioBitmap;
  int ioBitmapPorts;

  private long cr2;

  PvProcessor(Machine machine, VirtualProcessor processor, MachineFrames frames) {
    this.machine = machine;
    this.processor = processor;
    this.frames = frames;
    cpu = processor.cpu();
  }

  Cpu cpu() {
    return cpu;
  }

  VirtualProcessor processor() {
    return processor;
  }

  /** Uses another kernel L4 table. */
  void kernelRoot(long root) {
    kernelRoot = root;
    frames.install(root);
    if (kernelMode) {
      cpu.control.writeCr3(root);
    }
  }

  /** Uses another user L4 table; 0 for none. */
  void userRoot(long root) {
    userRoot = root;
    if (root != 0) {
      frames.install(root);
    }
    if (!kernelMode && root != 0) {
      cpu.control.writeCr3(root);
    }
  }

  /** Goes from guest user mode to guest kernel mode or back. */
  void toggle() {
    kernelMode = !kernelMode;
    cpu.control.writeCr3(kernelMode ? kernelRoot : userRoot);
    long active = cpu.segments.base[Segments.GS];
    cpu.segments.setBase(Segments.GS, cpu.msrs.kernelGsBase);
    cpu.msrs.kernelGsBase = active;
  }

  /** Loads CS and SS with Xen's flat segments. */
  void flatCodeAndStack() {
    cpu.segments.set(Segments.CS, XenPvBoot.FLAT_RING3_CS64, 0, -1, CODE_RIGHTS);
    cpu.segments.set(Segments.SS, XenPvBoot.FLAT_RING3_DS, 0, -1, STACK_RIGHTS);
    cpu.updateMode();
  }

  /** CR2 as the guest reads it; what it writes to vcpu_info changes nothing. */
  long cr2() {
    return cr2;
  }

  /** Sets CR2 as the guest sees it, and its copy in vcpu_info. */
  void cr2(long value) {
    cr2 = value;
    machine.memory().busWrite(processor.infoAddress() + INFO_CR2, 8, value);
  }

  /** Ends the machine: the guest did what Xen crashes a domain for. */
  void crash(String why) {
    machine.exit(new ExitReason.GuestCrash("Xen: " + why));
  }
}
