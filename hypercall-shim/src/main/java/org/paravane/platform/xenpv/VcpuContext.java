package org.paravane.platform.xenpv;

import org.paravane.core.cpu.ControlRegisters;
import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.Rflags;
import org.paravane.core.cpu.Segments;
import org.paravane.platform.xen.VirtualProcessor;
import org.paravane.platform.xen.abi.Errno;
import org.paravane.platform.xen.abi.GuestSpace;
import org.paravane.platform.xen.abi.XenError;

/**
 * Starts further processors from a vcpu_guest_context.
 *
 * <pre>
 * 0200 flags 4    0208 user_regs c8   02d0 trap_info 100 x 10   12d0 ldt_base 8    12d8 ldt_ents 8
 * 12e0 gdt_frames 10 x 8              1360 gdt_ents 8           1368 kernel_ss 8   1370 kernel_sp 8
 * 1378 ctrlreg 8 x 8                  13f8 event_callback 8     1400 failsafe 8    1408 syscall 8
 * 1418 fs_base 8                      1420 gs_base_kernel 8     1428 gs_base_user 8
 * </pre>
 *
 * @abi xen/include/public/arch-x86/xen.h
 */
final class VcpuContext {
  private static final int[] REGISTERS = {
    // General registers by encoding order, as offsets in user_regs.
    0x50, 0x58, 0x60, 0x28, 0x98, 0x20, 0x68, 0x70, 0x48, 0x40, 0x38, 0x30, 0x18, 0x10, 0x08, 0x00
  };

  private static final int USER_REGS = 0x208;
  private static final int TRAPS = 0x2d0;
  private static final int GDT_FRAMES = 0x12e0;
  private static final int GDT_ENTRIES = 0x1360;
  private static final int CTRLREG = 0x1378;
  private static final int IN_KERNEL = 4;
  private static final long EFER =
      ControlRegisters.EFER_SCE
          | ControlRegisters.EFER_LME
          | ControlRegisters.EFER_LMA
          | ControlRegisters.EFER_NXE;

  private final PvMachine machine;
  private final DescriptorCalls descriptors;
  private final FrameTypes types;

  VcpuContext(PvMachine machine, DescriptorCalls descriptors, FrameTypes types) {
    this.machine = machine;
    this.descriptors = descriptors;
    this.types = types;
  }

  void initialise(VirtualProcessor target, GuestSpace caller, long at) {
    PvProcessor processor = machine.processor(target.id());
    Cpu cpu = target.cpu();
    long root = caller.read64(at + CTRLREG + 24);
    if ((caller.read32(at + 0x200) & IN_KERNEL) == 0 || !types.owned(root >>> 12)) {
      throw new XenError(Errno.EINVAL);
    }
    int pages = (int) (caller.read64(at + GDT_ENTRIES) + 511) / 512;
    if (pages < 0 || pages > 14) {
      throw new XenError(Errno.EINVAL);
    }
    long[] list = new long[pages];
    for (int i = 0; i < pages; i++) {
      list[i] = caller.read64(at + GDT_FRAMES + 8L * i);
    }
    if (descriptors.setGdt(cpu, list) != 0) {
      throw new XenError(Errno.EINVAL);
    }
    Cpu first = machine.processor(0).cpu();
    for (int vector = 0; vector < 256; vector++) {
      long trap = at + TRAPS + 16L * vector;
      processor.trapFlags[vector] = caller.read8(trap + 1);
      processor.trapAddress[vector] = caller.read64(trap + 8);
    }
    processor.callback[TrapCalls.CALLBACK_EVENT] = caller.read64(at + 0x13f8);
    processor.callback[TrapCalls.CALLBACK_FAILSAFE] = caller.read64(at + 0x1400);
    processor.callback[TrapCalls.CALLBACK_SYSCALL] = caller.read64(at + 0x1408);
    processor.kernelSs = caller.read16(at + 0x1368) | 3;
    processor.kernelSp = caller.read64(at + 0x1370);
    for (int i = 0; i < REGISTERS.length; i++) {
      cpu.gpr[i] = caller.read64(at + USER_REGS + REGISTERS[i]);
    }
    cpu.control.load(first.control.cr0(), root & -MachineFrames.PAGE, first.control.cr4(), EFER);
    cpu.cpl = 3;
    if (processor.newKernelRoot(root >>> 12) != 0
        || processor.newUserRoot(caller.read64(at + CTRLREG + 8) >>> 12) != 0) {
      throw new XenError(Errno.EINVAL);
    }
    processor.flatCodeAndStack();
    cpu.segments.set(Segments.TR, 0, 0, 0, Segments.RIGHT_P | 0xb);
    cpu.segments.set(Segments.LDTR, 0, 0, 0, Segments.RIGHT_UNUSABLE);
    for (int segment : new int[] {Segments.ES, Segments.DS, Segments.FS, Segments.GS}) {
      cpu.segments.set(segment, 0, 0, 0, Segments.RIGHT_UNUSABLE);
    }
    cpu.segments.setBase(Segments.FS, caller.read64(at + 0x1418));
    cpu.segments.setBase(Segments.GS, caller.read64(at + 0x1420));
    cpu.msrs.kernelGsBase = caller.read64(at + 0x1428);
    int flags = (int) caller.read64(at + USER_REGS + 0x90);
    processor.ioPrivilege = (flags & Rflags.IOPL) >> 12;
    cpu.rflags(flags & ~Rflags.IOPL | Rflags.IF);
    cpu.rip(caller.read64(at + USER_REGS + 0x80));
    cpu.updateMode();
  }
}
