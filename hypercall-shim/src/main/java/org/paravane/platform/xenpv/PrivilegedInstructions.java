package org.paravane.platform.xenpv;

import org.paravane.core.cpu.ControlRegisters;
import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.GuestFault;
import org.paravane.core.cpu.Msrs;
import org.paravane.core.cpu.Platform;
import org.paravane.core.cpu.Rflags;
import org.paravane.core.cpu.Segments;

/**
 * Instructions that fault at CPL 3 and that Xen carries out for a guest kernel: CLI, STI, CLTS, IN, OUT, INS, OUTS, WBINVD,
 * RDMSR, WRMSR, and moves to and from control and debug registers; and CPUID behind Xen's prefix.
 */
final class PrivilegedInstructions {
  private static final int R8 = 8;
  private static final int MOST_ELEMENTS = 1024;
  private static final long CR4_GUESTS =
      ControlRegisters.CR4_TSD | ControlRegisters.CR4_DE | ControlRegisters.CR4_FSGSBASE;
  private static final long CR4_ALWAYS =
      ControlRegisters.CR4_PAE
          | ControlRegisters.CR4_MCE
          | ControlRegisters.CR4_OSFXSR
          | ControlRegisters.CR4_OSXMMEXCPT;
  private static final int MSR_APIC_BASE = 0x1b;
  private static final long APIC_BASE = 0xfee0_0800L;
  private static final int APIC_BASE_BOOTSTRAP = 0x100;

  /** UD2, then the letters "xen". */
  private static final int[] PREFIX = {0x0f, 0x0b, 'x', 'e', 'n'};

  private final Platform platform;
  private final Platform.CpuidResult cpuid = new Platform.CpuidResult();

  private PvProcessor processor;
  private Cpu cpu;
  private long next;
  private int rex;
  private boolean operandSize16;
  private boolean addressSizeOther;
  private boolean repeated;
  private int segment;

  PrivilegedInstructions(Platform platform) {
    this.platform = platform;
  }

  /**
   * Carries out CPUID behind Xen's prefix.
   *
   * @return false if that is not what lies at RIP
   */
  boolean prefixed(PvProcessor newProcessor) {
    begin(newProcessor);
    for (int expected : PREFIX) {
      if (fetch() != expected) {
        return false;
      }
    }
    if (fetch() != 0x0f || fetch() != 0xa2) {
      return false;
    }
    platform.cpuid(cpu, cpu.get32(Cpu.RAX), cpu.get32(Cpu.RCX), cpuid);
    cpu.set32(Cpu.RAX, cpuid.eax);
    cpu.set32(Cpu.RBX, cpuid.ebx);
    cpu.set32(Cpu.RCX, cpuid.ecx);
    cpu.set32(Cpu.RDX, cpuid.edx);
    cpu.rip(next);
    return true;
  }

  /**
   * Carries out the instruction at RIP that got #GP(0).
   *
   * @return false if Xen leaves it to the guest
   * @throws GuestFault if the instruction faults for another reason
   */
  boolean emulate(PvProcessor newProcessor) {
    begin(newProcessor);
    int opcode = prefixes();
    boolean done =
        switch (opcode) {
          case 0xfa, 0xfb -> processor.ioPermitted();
          case 0x6c, 0x6d, 0x6e, 0x6f -> stringIo(opcode);
          case 0xe4, 0xe5, 0xe6, 0xe7 -> portIo(opcode, fetch());
          case 0xec, 0xed, 0xee, 0xef -> portIo(opcode, cpu.get16(Cpu.RDX));
          case 0x0f -> processor.kernelMode && twoByte(fetch());
          default -> false;
        };
    if (done) {
      cpu.rip(next);
    }
    return done;
  }

  private void begin(PvProcessor newProcessor) {
    processor = newProcessor;
    cpu = newProcessor.cpu();
    next = cpu.rip();
  }

  private int fetch() {
    return cpu.memory.read8(cpu.segmentBase[Segments.CS] + next++, Segments.CS);
  }

  /** Skips prefixes; gives the opcode byte. */
  private int prefixes() {
    rex = 0;
    operandSize16 = false;
    addressSizeOther = false;
    repeated = false;
    segment = Segments.DS;
    // An instruction has at most 15 bytes, or it would not have been decoded.
    while (true) {
      int value = fetch();
      switch (value) {
        case 0x66 -> operandSize16 = true;
        case 0x67 -> addressSizeOther = true;
        case 0xf2, 0xf3 -> repeated = true;
        case 0x26, 0x2e, 0x36, 0x3e -> override(Segments.ES + (value >> 3 & 3));
        case 0x64, 0x65 -> override(Segments.FS + (value & 1));
        case 0xf0 -> rex = 0;
        default -> {
          if ((value & 0xf0) != 0x40 || !cpu.segments.longCode()) {
            return value;
          }
          rex = value;
        }
      }
    }
  }

  private void override(int newSegment) {
    segment = newSegment;
    rex = 0;
  }

  private int ioBytes(int opcode) {
    return (opcode & 1) == 0 ? 1 : operandSize16 ? 2 : 4;
  }

  private boolean allowed(int port, int bytes) {
    return processor.ioPermitted() || bitmapAllows(port, bytes);
  }

  /** INS and OUTS; what is left of many elements is done when the instruction faults again. */
  private boolean stringIo(int opcode) {
    int bytes = ioBytes(opcode);
    int port = cpu.get16(Cpu.RDX);
    if (!allowed(port, bytes)) {
      return false;
    }
    boolean in = (opcode & 2) == 0;
    int register = in ? Cpu.RDI : Cpu.RSI;
    long base = cpu.segmentBase[in ? Segments.ES : segment];
    int width = cpu.segments.longCode() ? addressSizeOther ? 32 : 64 : addressSizeOther ? 16 : 32;
    long step = (cpu.rflags() & Rflags.DF) != 0 ? -bytes : bytes;
    for (int i = 0; i < MOST_ELEMENTS; i++) {
      if (repeated && cpu.get(Cpu.RCX, width) == 0) {
        return true;
      }
      long linear = base + cpu.get(register, width);
      if (in) {
        input(linear, bytes, port);
      } else {
        cpu.ports.write(port, bytes, output(linear, bytes));
      }
      cpu.set(register, width, cpu.get(register, width) + step);
      if (!repeated) {
        return true;
      }
      cpu.set(Cpu.RCX, width, cpu.get(Cpu.RCX, width) - 1);
    }
    next = cpu.rip();
    return true;
  }

  /** Reads a port once it is sure that what it gives can be stored. */
  private void input(long linear, int bytes, int port) {
    cpu.memory.ramOffsetForWrite(linear, Segments.ES);
    cpu.memory.ramOffsetForWrite(linear + bytes - 1, Segments.ES);
    int value = cpu.ports.read(port, bytes);
    switch (bytes) {
      case 1 -> cpu.memory.write8(linear, Segments.ES, value);
      case 2 -> cpu.memory.write16(linear, Segments.ES, value);
      default -> cpu.memory.write32(linear, Segments.ES, value);
    }
  }

  private int output(long linear, int bytes) {
    return switch (bytes) {
      case 1 -> cpu.memory.read8(linear, segment);
      case 2 -> cpu.memory.read16(linear, segment);
      default -> cpu.memory.read32(linear, segment);
    };
  }

  private boolean portIo(int opcode, int port) {
    int bytes = ioBytes(opcode);
    if (!allowed(port, bytes)) {
      return false;
    }
    if ((opcode & 2) == 0) {
      cpu.set(Cpu.RAX, 8 * bytes, cpu.ports.read(port, bytes) & 0xffff_ffffL);
    } else {
      cpu.ports.write(port, bytes, (int) cpu.get(Cpu.RAX, 8 * bytes));
    }
    return true;
  }

  private boolean bitmapAllows(int port, int bytes) {
    if (processor.ioBitmap == 0) {
      return false;
    }
    for (int i = port; i < port + bytes; i++) {
      if (i >= processor.ioBitmapPorts
          || (cpu.memory.read8(processor.ioBitmap + (i >> 3), Segments.DS) >> (i & 7) & 1) != 0) {
        return false;
      }
    }
    return true;
  }

  private boolean twoByte(int opcode) {
    switch (opcode) {
      case 0x06 -> cpu.control.taskSwitched(false);
      case 0x09 -> {
        // There are no caches to see.
      }
      case 0x20, 0x21, 0x22, 0x23 -> {
        int modRm = fetch();
        int register = modRm >> 3 & 7 | (rex & 4) << 1;
        int general = modRm & 7 | (rex & 1) << 3;
        return switch (opcode) {
          case 0x20 -> readControl(register, general);
          case 0x21 -> readDebug(register, general);
          case 0x22 -> writeControl(register, cpu.gpr[general]);
          default -> writeDebug(register, cpu.gpr[general]);
        };
      }
      case 0x30 -> {
        return writeMsr(
            cpu.get32(Cpu.RCX), cpu.gpr[Cpu.RDX] << 32 | cpu.gpr[Cpu.RAX] & 0xffff_ffffL);
      }
      case 0x31 -> setPair(cpu.msrs.timeStampCounter());
      case 0x32 -> {
        return readMsr(cpu.get32(Cpu.RCX));
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  private void setPair(long value) {
    cpu.set32(Cpu.RAX, (int) value);
    cpu.set32(Cpu.RDX, (int) (value >>> 32));
  }

  private boolean readControl(int register, int general) {
    switch (register) {
      case 0 -> cpu.gpr[general] = cpu.control.cr0();
      case 2 -> cpu.gpr[general] = processor.cr2();
      case 3 -> cpu.gpr[general] = processor.kernelRoot();
      case 4 -> cpu.gpr[general] = cpu.control.cr4();
      default -> {
        return false;
      }
    }
    return true;
  }

  private boolean writeControl(int register, long value) {
    switch (register) {
      case 0 -> {
        if (((value ^ cpu.control.cr0()) & ~ControlRegisters.CR0_TS) != 0) {
          return false;
        }
        cpu.control.taskSwitched((value & ControlRegisters.CR0_TS) != 0);
      }
      case 2 -> processor.cr2(value);
      case 3 -> {
        return processor.newKernelRoot(value >>> 12) == 0;
      }
      case 4 -> cpu.control.writeCr4(value & CR4_GUESTS | CR4_ALWAYS);
      default -> {
        return false;
      }
    }
    return true;
  }

  private boolean readDebug(int register, int general) {
    if (register >= R8) {
      return false;
    }
    cpu.gpr[general] = DebugRegisterCalls.read(cpu, register);
    return true;
  }

  private boolean writeDebug(int register, long value) {
    return register < R8 && DebugRegisterCalls.write(cpu, register, value) == 0;
  }

  private boolean readMsr(int msr) {
    switch (msr) {
      case Msrs.IA32_FS_BASE,
          Msrs.IA32_GS_BASE,
          Msrs.IA32_KERNEL_GS_BASE,
          Msrs.IA32_EFER,
          Msrs.IA32_TIME_STAMP_COUNTER,
          Msrs.IA32_PAT ->
          setPair(cpu.msrs.read(msr));
      case MSR_APIC_BASE -> setPair(APIC_BASE | (cpu.id == 0 ? APIC_BASE_BOOTSTRAP : 0));
      default -> {
        try {
          setPair(platform.readMsr(cpu, msr));
        } catch (GuestFault fault) {
          // Before it has a handler, a guest reads 0.
          if (processor.trapAddress[GuestFault.GP] != 0) {
            return false;
          }
          setPair(0);
        }
      }
    }
    return true;
  }

  private boolean writeMsr(int msr, long value) {
    try {
      switch (msr) {
        case Msrs.IA32_FS_BASE, Msrs.IA32_GS_BASE, Msrs.IA32_KERNEL_GS_BASE ->
            cpu.msrs.write(msr, value);
        case Msrs.IA32_EFER, Msrs.IA32_PAT -> {
          return value == cpu.msrs.read(msr);
        }
        default -> platform.writeMsr(cpu, msr, value);
      }
      return true;
    } catch (GuestFault fault) {
      return false;
    }
  }
}
