package org.paravane.platform.fuzz;

import java.util.SplittableRandom;
import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.Deprivileged;
import org.paravane.core.cpu.GuestFault;
import org.paravane.core.cpu.MachineStop;
import org.paravane.core.cpu.Segments;
import org.paravane.platform.testing.PlatformGuest;

/**
 * A guest that calls its hypervisor with arguments from an input: eight bytes seed what is drawn, each further one is an
 * action with the bytes behind it. The argument block, a page, holds the input over and over.
 */
final class HostileCaller {
  private static final int PAGE_BYTES = 4096;
  private static final int SEED_BYTES = 8;
  private static final int ACTIONS = 200;
  private static final int RUN_INSTRUCTIONS = 500;
  private static final long HARDWARE_BLOCK = 0x20_0000;
  private static final int LGUEST_TRAP = 0x1f;
  private static final int VMI_CALLS = 0x564d_4900;
  private static final int[] MSR_RANGES = {
    0x10, 0x1b, 0x4000_0000, 0x4000_0080, 0x4b56_4d00, 0x800, 0xc000_0080, 0xc000_0100
  };
  private static final int[] ARGUMENT_REGISTERS = {
    Cpu.RDI, Cpu.RSI, Cpu.RDX, 10, 8, 9, Cpu.RBX, Cpu.RCX, Cpu.RBP
  };

  private final byte[] input;
  private final SplittableRandom random;
  private final PlatformGuest guest;
  private final Cpu cpu;
  private final long block;
  private final boolean narrow;
  private int position = SEED_BYTES;

  HostileCaller(String platform, byte[] input) {
    this.input = input;
    narrow = platform.equals("vmi") || platform.equals("lguest");
    guest = narrow ? PlatformGuest.on32(platform) : PlatformGuest.on(platform, 2);
    cpu = guest.cpu;
    long seed = 0;
    for (int i = 0; i < Math.min(SEED_BYTES, input.length); i++) {
      seed = seed << 8 | input[i] & 0xff;
    }
    random = new SplittableRandom(seed);
    boolean paravirtual = cpu.platform.deprivileged() != null;
    block = paravirtual ? cpu.gpr[Cpu.RSI] & -PAGE_BYTES : HARDWARE_BLOCK;
  }

  /** Acts until the input ends. */
  void act() {
    for (int i = 0; i < ACTIONS && position < input.length; i++) {
      fillBlock();
      try {
        act(next());
      } catch (GuestFault | MachineStop expected) {
        cpu.events.interruptRequested();
      }
    }
  }

  private void act(int choice) {
    switch (choice & 15) {
      case 0 -> cpu.msrs.read(msr());
      case 1, 2 -> cpu.msrs.write(msr(), value());
      case 3 -> guest.cpuid(random.nextBoolean() ? 0x4000_0000 + next() : next());
      case 4 -> guest.machine.run(RUN_INSTRUCTIONS);
      case 5 -> cpu.ports.write(port(), 1 << random.nextInt(3), (int) value());
      case 6 -> cpu.ports.read(port(), 1 << random.nextInt(3));
      default -> call(choice >> 4);
    }
  }

  private void call(int kind) {
    cpu.gpr[Cpu.RAX] = random.nextInt(32) == 0 ? value() : next() % 64;
    for (int register : ARGUMENT_REGISTERS) {
      cpu.gpr[register] = value();
    }
    if (kind % 4 != 0) {
      cpu.gpr[Cpu.RDI] = next() % 32;
      cpu.gpr[Cpu.RSI] = address();
    }
    if (narrow) {
      for (int register = 0; register < 8; register++) {
        cpu.gpr[register] &= 0xffff_ffffL;
      }
    }
    Deprivileged hypervisor = cpu.platform.deprivileged();
    if (hypervisor != null && narrow) {
      hypervisor.deliver(cpu, LGUEST_TRAP, true, 0);
    } else if (hypervisor != null) {
      hypervisor.syscall(cpu, cpu.rip());
    } else if (narrow) {
      cpu.gpr[Cpu.RBX] = VMI_CALLS | next();
      cpu.platform.hypercall(cpu, false);
    } else {
      cpu.platform.hypercall(cpu, kind % 2 == 0);
    }
  }

  private void fillBlock() {
    for (int i = 0; i < PAGE_BYTES / Long.BYTES; i++) {
      try {
        cpu.memory.write64(block + 8L * i, Segments.DS, value());
      } catch (GuestFault unmapped) {
        return;
      }
    }
  }

  private int next() {
    return position < input.length ? input[position++] & 0xff : random.nextInt(256);
  }

  private int msr() {
    return MSR_RANGES[random.nextInt(MSR_RANGES.length)] + next();
  }

  private int port() {
    return random.nextInt(4) == 0
        ? 0x5658 + random.nextInt(2)
        : next() << 2 & 0x3ff | random.nextInt(4);
  }

  private long address() {
    return block + random.nextInt(PAGE_BYTES / 8) * 8L;
  }

  private long value() {
    return switch (random.nextInt(8)) {
      case 0 -> random.nextLong();
      case 1 -> 1L << random.nextInt(64);
      case 2 -> (1L << random.nextInt(64)) - 1;
      case 3 -> PlatformGuest.NOWHERE;
      case 4, 5 -> random.nextInt(8);
      case 6 -> random.nextInt(0x4000);
      default -> address();
    };
  }
}
