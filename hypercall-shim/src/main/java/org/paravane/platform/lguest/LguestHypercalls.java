package org.paravane.platform.lguest;

import java.nio.charset.StandardCharsets;
import java.util.function.IntConsumer;
import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.EventDelivery.Activity;
import org.paravane.core.machine.ExitReason;
import org.paravane.core.memory.GuestMemory;

/** The hypercalls: number in EAX, arguments in EBX, ECX, EDX, ESI, result in EAX. A call that makes no sense ends the guest. */
final class LguestHypercalls {
  private static final int FLUSH_ASYNC = 0;
  private static final int LGUEST_INIT = 1;
  private static final int SHUTDOWN = 2;
  private static final int NEW_PGTABLE = 4;
  private static final int FLUSH_TLB = 5;
  private static final int LOAD_IDT_ENTRY = 6;
  private static final int SET_STACK = 7;
  private static final int TS = 8;
  private static final int SET_CLOCKEVENT = 9;
  private static final int HALT = 10;
  private static final int SET_PTE = 14;
  private static final int SET_PGD = 15;
  private static final int LOAD_TLS = 16;
  private static final int NOTIFY = 17;
  private static final int LOAD_GDT_ENTRY = 18;
  private static final int SEND_INTERRUPTS = 19;

  private static final int RESTART = 2;
  private static final String POWER_DOWN = "Power down";
  private static final int TLS_BYTES = 24;
  private static final int MOST_TEXT = 1024;
  private static final int RESERVED_BYTES = 4 << 20;
  private static final int TSC_KHZ = 1_000_000;

  private final LguestGuest guest;
  private final IntConsumer console;
  private final int[] values = new int[LguestData.ARGUMENTS];
  private int nextSlot;

  LguestHypercalls(LguestGuest guest, IntConsumer console) {
    this.guest = guest;
    this.console = console;
  }

  /** Carries out what waits in the ring, then the call that the registers describe. */
  void call(Cpu cpu) {
    int number = cpu.get32(Cpu.RAX);
    if (guest.data() == null) {
      initialise(number, cpu.get32(Cpu.RBX));
      return;
    }
    drainRing();
    values[0] = number;
    values[1] = cpu.get32(Cpu.RBX);
    values[2] = cpu.get32(Cpu.RCX);
    values[3] = cpu.get32(Cpu.RDX);
    values[4] = cpu.get32(Cpu.RSI);
    carryOut(cpu);
    cpu.attention();
  }

  private void initialise(int number, int address) {
    long at = address & 0xffff_ffffL;
    if (number != LGUEST_INIT) {
      guest.kill("hypercall %d before INIT", number);
    } else if (!guests(at, LguestData.BYTES)) {
      guest.kill("bad guest page %#x", at);
    } else {
      LguestData data = new LguestData(guest.machine.memory(), at);
      if (data.kernelAddress() >= HostPages.SWITCHER) {
        guest.kill("bad kernel address %#x", data.kernelAddress());
        return;
      }
      guest.data(data);
      data.announce(RESERVED_BYTES, TSC_KHZ);
      guest.interrupts.showTime();
    }
  }

  private boolean guests(long address, long length) {
    return address + length <= guest.pages.guestEnd();
  }

  private void drainRing() {
    LguestData data = guest.data();
    for (int i = 0; i < LguestData.RING_ENTRIES && data.status(nextSlot) != LguestData.FREE; i++) {
      for (int j = 0; j < values.length; j++) {
        values[j] = data.argument(nextSlot, j);
      }
      carryOut(guest.cpu());
      data.free(nextSlot);
      nextSlot = (nextSlot + 1) % LguestData.RING_ENTRIES;
    }
  }

  private void carryOut(Cpu cpu) {
    long first = values[1] & 0xffff_ffffL;
    switch (values[0]) {
      case FLUSH_ASYNC, SEND_INTERRUPTS -> {
        // To have come here was the purpose.
      }
      case LGUEST_INIT -> guest.kill("already have lguest_data");
      case SHUTDOWN -> shutdown(first, values[2]);
      case NEW_PGTABLE -> {
        if (requireTable(first)) {
          guest.shadow.load(first & -HostPages.PAGE);
        }
      }
      case FLUSH_TLB -> guest.shadow.flush();
      case LOAD_IDT_ENTRY -> guest.traps.set(values[1], values[2], values[3]);
      case SET_STACK -> guest.traps.stack(values[1], values[2], values[3]);
      case TS -> cpu.control.taskSwitched(values[1] != 0);
      case SET_CLOCKEVENT -> guest.interrupts.clockEvent(values[1]);
      case HALT -> cpu.events.activity(Activity.HALTED);
      case SET_PTE -> {
        long linear = values[2] & 0xffff_ffffL;
        guest.shadow.forget(
            first & -HostPages.PAGE, linear, linear >= guest.data().kernelAddress());
      }
      case SET_PGD -> guest.shadow.forgetRegion(first & -HostPages.PAGE, values[2] & 0x3ff);
      case LOAD_TLS -> {
        if (guests(first, TLS_BYTES)) {
          guest.segments.threadLocal(first);
        } else {
          guest.kill("bad address %#x", first);
        }
      }
      case NOTIFY -> notify(first);
      case LOAD_GDT_ENTRY -> guest.segments.set(values[1], values[2], values[3]);
      default -> guest.kill("bad hypercall %d", values[0]);
    }
  }

  private boolean requireTable(long address) {
    if (guests(address & -HostPages.PAGE, HostPages.PAGE)) {
      return true;
    }
    guest.kill("bad page directory %#x", address);
    return false;
  }

  /** A guest that panics asks for power-off too, with other words. */
  private void shutdown(long message, int reason) {
    String text = text(message);
    if (reason == RESTART) {
      guest.machine.exit(new ExitReason.Reset("lguest SHUTDOWN: " + text));
    } else if (text.equals(POWER_DOWN)) {
      guest.machine.exit(new ExitReason.PowerOff("lguest SHUTDOWN: " + text));
    } else {
      guest.kill("%s", text);
    }
  }

  /** There are no devices to notify; what is below the end of RAM is a text for the console. */
  private void notify(long address) {
    if (address >= guest.pages.memoryBytes()) {
      guest.kill("notify of a device that does not exist at %#x", address);
      return;
    }
    for (byte value : text(address).getBytes(StandardCharsets.ISO_8859_1)) {
      console.accept(value & 0xff);
    }
  }

  private String text(long address) {
    GuestMemory memory = guest.machine.memory();
    StringBuilder text = new StringBuilder();
    for (long at = address; guests(at, 1) && text.length() < MOST_TEXT; at++) {
      int value = memory.get8(at);
      if (value == 0) {
        break;
      }
      text.append((char) value);
    }
    return text.toString();
  }
}
