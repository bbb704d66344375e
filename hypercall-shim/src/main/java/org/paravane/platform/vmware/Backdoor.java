package org.paravane.platform.vmware;

import java.util.UUID;
import org.paravane.core.cpu.Cpu;
import org.paravane.core.execution.Machine;
import org.paravane.platform.pc.PcHardware;
import org.paravane.platform.pc.ProcessorIdentity;

/**
 * The commands of VMware's backdoor: the magic number in EAX, the command in CX, arguments in EBX, ESI and EDI; results in
 * EAX, EBX, ECX, EDX, ESI. A command that does not exist gives -1 in EAX and leaves the rest.
 */
final class Backdoor {
  /** "VMXh". */
  static final int MAGIC = 0x564d_5868;

  private static final int GETMHZ = 1;
  private static final int GETVERSION = 10;
  private static final int GETHWVERSION = 17;
  private static final int GETUUID = 19;
  private static final int GETMEMSIZE = 20;
  private static final int GETTIME = 23;
  private static final int GETHZ = 45;
  private static final int GETTIMEFULL = 46;
  private static final int GETVCPU_INFO = 68;
  private static final int STEALCLOCK = 91;

  /** In DX of VMCALL and VMMCALL, where the port is otherwise: a block over a channel, as by the second port. */
  private static final int HIGH_BANDWIDTH = 1;

  private static final int UNKNOWN = -1;
  private static final int VERSION = 6;
  private static final int PRODUCT_WORKSTATION = 4;
  private static final int HARDWARE_VERSION = 19;

  /** Of GETVCPU_INFO: x2APIC mode works without interrupt remapping. */
  private static final int LEGACY_X2APIC = 1 << 3;

  private static final long NANOS_PER_SECOND = 1_000_000_000;

  private final Machine machine;
  private final UUID uuid;
  private final StealClock stealClock;

  Backdoor(Machine machine, UUID uuid) {
    this.machine = machine;
    this.uuid = uuid;
    stealClock = new StealClock(machine.memory());
  }

  /** Carries out the call that a processor's registers describe. Returns what goes to EAX. */
  int call(Cpu cpu) {
    if (cpu.get32(Cpu.RAX) != MAGIC) {
      return UNKNOWN;
    }
    return switch (cpu.get16(Cpu.RCX)) {
      case GETMHZ -> (int) (ProcessorIdentity.TSC_HZ / 1_000_000);
      case GETVERSION -> {
        cpu.set32(Cpu.RBX, MAGIC);
        cpu.set32(Cpu.RCX, PRODUCT_WORKSTATION);
        yield VERSION;
      }
      case GETHWVERSION -> HARDWARE_VERSION;
      case GETUUID -> uuid(cpu);
      case GETMEMSIZE -> (int) (machine.memory().sizeBytes() >> 20);
      case GETTIME -> {
        time(cpu);
        cpu.set32(Cpu.RDX, 0);
        yield (int) seconds();
      }
      case GETHZ -> {
        cpu.set32(Cpu.RBX, (int) (ProcessorIdentity.TSC_HZ >>> 32));
        cpu.set32(Cpu.RCX, (int) ProcessorIdentity.CRYSTAL_HZ);
        yield (int) ProcessorIdentity.TSC_HZ;
      }
      case GETTIMEFULL -> {
        time(cpu);
        cpu.set32(Cpu.RSI, (int) (seconds() >>> 32));
        cpu.set32(Cpu.RDX, (int) seconds());
        yield MAGIC;
      }
      case GETVCPU_INFO -> LEGACY_X2APIC;
      case STEALCLOCK -> {
        long address = cpu.gpr[Cpu.RSI] << 32 | cpu.gpr[Cpu.RDI] & 0xffff_ffffL;
        int state = stealClock.register(address);
        cpu.set32(Cpu.RCX, 0);
        yield state;
      }
      default -> UNKNOWN;
    };
  }

  /** Carries out a call by VMCALL or VMMCALL, which have flags in DX. Returns what goes to EAX. */
  int callByInstruction(Cpu cpu) {
    if ((cpu.get16(Cpu.RDX) & HIGH_BANDWIDTH) == 0) {
      return call(cpu);
    }
    failBlock(cpu);
    return UNKNOWN;
  }

  /** A block that no channel takes, which the guest sees in EBX. */
  void failBlock(Cpu cpu) {
    if (cpu.get32(Cpu.RAX) == MAGIC) {
      cpu.set32(Cpu.RBX, 0);
    }
  }

  private long seconds() {
    return PcHardware.START_EPOCH_SECONDS + machine.nanos() / NANOS_PER_SECOND;
  }

  /** EBX: microseconds of the second. ECX: by how many microseconds the guest's clock may lag. */
  private void time(Cpu cpu) {
    cpu.set32(Cpu.RBX, (int) (machine.nanos() % NANOS_PER_SECOND / 1000));
    cpu.set32(Cpu.RCX, 0);
  }

  /** The sixteen bytes in EAX, EBX, ECX, EDX, the first lowest. */
  private int uuid(Cpu cpu) {
    long first = Long.reverseBytes(uuid.getMostSignificantBits());
    long second = Long.reverseBytes(uuid.getLeastSignificantBits());
    cpu.set32(Cpu.RBX, (int) (first >>> 32));
    cpu.set32(Cpu.RCX, (int) second);
    cpu.set32(Cpu.RDX, (int) (second >>> 32));
    return (int) first;
  }
}
