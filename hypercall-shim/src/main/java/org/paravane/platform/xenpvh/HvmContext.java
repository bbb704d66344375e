package org.paravane.platform.xenpvh;

import static org.paravane.core.cpu.ControlRegisters.CR0_PE;
import static org.paravane.core.cpu.ControlRegisters.CR0_PG;
import static org.paravane.core.cpu.ControlRegisters.CR4_PAE;
import static org.paravane.core.cpu.ControlRegisters.EFER_LMA;
import static org.paravane.core.cpu.ControlRegisters.EFER_LME;

import org.paravane.core.cpu.ControlRegisters;
import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.Segments;
import org.paravane.platform.xen.VirtualProcessor;
import org.paravane.platform.xen.abi.Errno;
import org.paravane.platform.xen.abi.GuestSpace;
import org.paravane.platform.xen.abi.XenError;

/**
 * The state that VCPUOP_initialise gives a processor of a PVH guest.
 *
 * <pre>
 *     00 mode 4   04 0 4
 * 32: 08 eax ecx edx ebx esp ebp esi edi eip eflags cr0 cr3 cr4 0, 4 each   40 efer 8
 *     48 bases, 5c limits, 4 each   70 access rights, 2 each, of cs ds ss es tr   7a 0 6
 * 64: 08 rax rcx rdx rbx rsp rbp rsi rdi rip rflags cr0 cr3 cr4 efer, 8 each
 * </pre>
 *
 * @abi xen/include/public/hvm/hvm_vcpu.h, xen/arch/x86/hvm/domain.c
 */
final class HvmContext {
  private static final int MODE_32 = 0;
  private static final int MODE_64 = 1;
  private static final int REGISTERS = 8;
  private static final int GENERAL_REGISTERS = 8;
  private static final int[] SEGMENTS = {
    Segments.CS, Segments.DS, Segments.SS, Segments.ES, Segments.TR
  };
  private static final int CODE_64 = 0xa9b;
  private static final int DATA = 0xc93;
  private static final int TASK_STATE = 0x8b;
  private static final int TASK_STATE_LIMIT = 0x67;

  private static final int CODE = 8;
  private static final int READABLE_CODE_OR_WRITABLE_DATA = 2;
  private static final int ACCESSED = 1;
  private static final int BUSY = 2;
  private static final int GRANULAR = 1 << 11;
  private static final int RESERVED = 0xf000;

  private HvmContext() {}

  /**
   * Takes the state from the caller's structure.
   *
   * @throws XenError -EINVAL if it is refused; nothing is changed then
   */
  static void initialise(VirtualProcessor target, GuestSpace caller, long at) {
    // All of it is copied, whatever the mode.
    caller.read64(at + 0x78);
    int mode = caller.read32(at);
    require(caller.read32(at + 4) == 0 && (mode == MODE_32 || mode == MODE_64));
    boolean wide = mode == MODE_64;
    long[] values = new long[14];
    for (int i = 0; i < values.length; i++) {
      values[i] =
          wide
              ? caller.read64(at + REGISTERS + 8L * i)
              : caller.read32(at + REGISTERS + 4L * i) & 0xffff_ffffL;
    }
    long efer = wide ? values[13] : caller.read64(at + 0x40);
    long[] bases = new long[SEGMENTS.length];
    int[] limits = new int[SEGMENTS.length];
    int[] rights = new int[SEGMENTS.length];
    if (wide) {
      wideSegments(limits, rights);
      require(values[8] << 16 >> 16 == values[8]);
      require((values[10] & CR0_PG) != 0 && (values[12] & CR4_PAE) != 0 && (efer & EFER_LME) != 0);
    } else {
      narrowSegments(caller, at, bases, limits, rights);
      require(values[13] == 0);
      require(values[8] <= (expanded(limits[0], rights[0]) & 0xffff_ffffL));
      require((efer & EFER_LMA) == 0 || (efer & EFER_LME) != 0);
    }
    efer |= (efer & EFER_LME) != 0 ? EFER_LMA : 0;
    require(ControlRegisters.supportsCr4(values[12]) && ControlRegisters.supportsEfer(efer));
    long cr0 = values[10];
    boolean paging = (cr0 & CR0_PG) != 0;
    // What Xen takes and no processor can be entered with crashes the domain there; here it is
    // refused.
    require((!paging || (cr0 & CR0_PE) != 0) && cr0 >>> 32 == 0);
    require((efer & EFER_LMA) == 0 || paging && (values[12] & CR4_PAE) != 0);

    Cpu cpu = target.cpu();
    cpu.reset();
    System.arraycopy(values, 0, cpu.gpr, 0, GENERAL_REGISTERS);
    cpu.rflags((int) values[9]);
    for (int i = 0; i < SEGMENTS.length; i++) {
      // Limits count bytes, whatever the granularity says.
      cpu.segments.set(SEGMENTS[i], 0, bases[i], limits[i], accessRights(rights[i]));
    }
    cpu.cpl = rights[2] >> 5 & 3;
    cpu.control.load(cr0, values[11], values[12], efer);
    cpu.rip(values[8]);
  }

  private static void require(boolean condition) {
    if (!condition) {
      throw new XenError(Errno.EINVAL);
    }
  }

  private static void wideSegments(int[] limits, int[] rights) {
    for (int i = 0; i < SEGMENTS.length; i++) {
      limits[i] = -1;
      rights[i] = DATA;
    }
    rights[0] = CODE_64;
    rights[4] = TASK_STATE;
    limits[4] = TASK_STATE_LIMIT;
  }

  private static void narrowSegments(
      GuestSpace caller, long at, long[] bases, int[] limits, int[] rights) {
    for (int i = 0; i < SEGMENTS.length; i++) {
      bases[i] = caller.read32(at + 0x48 + 4L * i) & 0xffff_ffffL;
      limits[i] = caller.read32(at + 0x5c + 4L * i);
      rights[i] = caller.read16(at + 0x70 + 2L * i);
      if ((rights[i] & Segments.RIGHT_P) != 0) {
        rights[i] |= SEGMENTS[i] == Segments.TR ? BUSY : ACCESSED;
      }
      require(valid(SEGMENTS[i], rights[i]));
    }
    require(caller.read32(at + 0x7a) == 0 && caller.read16(at + 0x7e) == 0);
    int privilege = privilege(rights[0]);
    require(privilege(rights[2]) == privilege);
    for (int i : new int[] {1, 3}) {
      require((rights[i] & Segments.RIGHT_P) == 0 || privilege(rights[i]) <= privilege);
    }
  }

  private static int privilege(int rights) {
    return rights >> Segments.RIGHT_DPL_SHIFT & 3;
  }

  private static boolean valid(int segment, int rights) {
    boolean mayBeNull = segment == Segments.DS || segment == Segments.ES;
    if (rights == 0) {
      return mayBeNull;
    }
    boolean code = (rights & CODE) != 0;
    boolean second = (rights & READABLE_CODE_OR_WRITABLE_DATA) != 0;
    boolean kind =
        switch (segment) {
          case Segments.CS -> code;
          case Segments.SS -> !code && second;
          case Segments.TR -> (rights & 0xf) == 0xb;
          default -> !code || second;
        };
    boolean system = (rights & Segments.RIGHT_S) == 0;
    return (rights & RESERVED) == 0
        && kind
        && system == (segment == Segments.TR)
        && (rights & Segments.RIGHT_P) != 0;
  }

  /** The limit that EIP is checked against. */
  private static int expanded(int limit, int rights) {
    return (rights & GRANULAR) != 0 ? limit << 12 | 0xfff : limit;
  }

  /** Access rights as the processor keeps them, four bits further up from AVL on. */
  private static int accessRights(int rights) {
    return rights == 0 ? Segments.RIGHT_UNUSABLE : rights & 0xff | (rights & 0xf00) << 4;
  }
}
