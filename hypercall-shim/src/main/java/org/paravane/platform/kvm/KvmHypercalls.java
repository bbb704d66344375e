package org.paravane.platform.kvm;

import java.util.function.Predicate;
import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.CpuMode;
import org.paravane.core.device.interrupt.DeliveryMode;
import org.paravane.core.device.interrupt.InterruptMessage;
import org.paravane.core.execution.Machine;
import org.paravane.core.memory.GuestMemory;
import org.paravane.platform.pc.PcHardware;

/**
 * KVM's hypercalls (uapi/linux/kvm_para.h): the number in RAX, arguments in RBX, RCX, RDX and RSI, of which only the lower
 * halves count outside 64-bit mode. RAX becomes the result, a negated error number if it failed; no other register changes.
 */
final class KvmHypercalls {
  private static final int VAPIC_POLL_IRQ = 1;
  private static final int KICK_CPU = 5;
  private static final int CLOCK_PAIRING = 9;
  private static final int SEND_IPI = 10;

  private static final long EPERM = 1;
  private static final long EFAULT = 14;
  private static final long EINVAL = 22;
  private static final long EOPNOTSUPP = 95;
  private static final long ENOSYS = 1000;

  /** Of the interrupt command register: a logical destination, or a destination shorthand. */
  private static final int ICR_ADDRESSING = 0xc_0800;

  private static final long NANOS_PER_SECOND = 1_000_000_000;

  private final Machine machine;
  private final Predicate<InterruptMessage> interrupts;

  KvmHypercalls(Machine machine, Predicate<InterruptMessage> interrupts) {
    this.machine = machine;
    this.interrupts = interrupts;
  }

  /** Carries out the hypercall that a processor's registers describe. */
  void call(Cpu cpu) {
    int bits = CpuMode.is64(cpu.mode) ? 64 : 32;
    cpu.set(Cpu.RAX, bits, cpu.cpl == 0 ? result(cpu, bits) : -EPERM);
  }

  private long result(Cpu cpu, int bits) {
    long number = cpu.get(Cpu.RAX, bits);
    long first = cpu.get(Cpu.RBX, bits);
    long second = cpu.get(Cpu.RCX, bits);
    if (number != (int) number) {
      return -ENOSYS;
    }
    return switch ((int) number) {
      case VAPIC_POLL_IRQ -> 0;
      case KICK_CPU -> kick(second);
      case CLOCK_PAIRING -> pairClocks(cpu, first, second);
      case SEND_IPI -> sendIpi(first, second, cpu.get(Cpu.RDX, bits), cpu.get(Cpu.RSI, bits), bits);
      default -> -ENOSYS;
    };
  }

  /** A processor that does not exist is no error. */
  private long kick(long apicId) {
    if (apicId >= 0 && apicId < machine.cpus().size()) {
      machine.cpu((int) apicId).events.kick();
    }
    return 0;
  }

  /**
   * Tells the time of day at one value of the time-stamp counter.
   *
   * <pre>
   * struct kvm_clock_pairing: 00 sec 8   08 nsec 8   10 tsc 8   18 flags 4   1c padding to 64
   * </pre>
   */
  private long pairClocks(Cpu cpu, long address, long type) {
    GuestMemory memory = machine.memory();
    if (type != 0) {
      return -EOPNOTSUPP;
    }
    if (!memory.contains(address, 64)) {
      return -EFAULT;
    }
    long nanos = machine.nanos();
    memory.zero(address, 64);
    memory.put64(address, PcHardware.START_EPOCH_SECONDS + nanos / NANOS_PER_SECOND);
    memory.put64(address + 0x08, nanos % NANOS_PER_SECOND);
    memory.put64(address + 0x10, cpu.msrs.timeStampCounter());
    return 0;
  }

  /** Sends to the processors whose bits are set, the lowest being that of {@code minimum}; gives how many there are. */
  private long sendIpi(long low, long high, long minimum, long icr, int bits) {
    if ((icr & ICR_ADDRESSING) != 0) {
      return -EINVAL;
    }
    long sent = 0;
    int processors = machine.cpus().size();
    for (int i = 0; i < 2 * bits; i++) {
      long apicId = (minimum & 0xffff_ffffL) + i;
      boolean asked = ((i < bits ? low >>> i : high >>> i - bits) & 1) != 0;
      if (asked && apicId < processors) {
        DeliveryMode mode = DeliveryMode.of(icr);
        if (interrupts.test(
            new InterruptMessage((int) apicId, false, mode, (int) icr & 0xff, false))) {
          sent++;
        }
      }
    }
    return sent;
  }
}
