package org.paravane.platform.hyperv;

import java.util.Arrays;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.paravane.core.cpu.InterruptController;
import org.paravane.core.device.interrupt.DeliveryMode;
import org.paravane.core.device.interrupt.InterruptMessage;
import org.paravane.core.device.interrupt.LocalApic;
import org.paravane.core.execution.Machine;
import org.paravane.core.memory.GuestMemory;

/**
 * The synthetic interrupt controller of one processor with its four timers (TLFS chapters 11 and 12): sixteen sources whose
 * messages lie in a page and whose interrupts go through the local APIC.
 *
 * <pre>
 * SINTx:   7-0 vector   16 masked   17 auto-EOI   18 polling
 * message: 00 type 4, 0 if the slot is free   04 payload bytes 1   05 flags 1, bit 0: another waits   08 origin 8   10 payload
 * timer message: type 80000010h; payload 00 timer 4   08 expiration time 8   10 delivery time 8
 * </pre>
 */
final class Synic implements InterruptController {
  private static final int SOURCES = 16;
  private static final int TIMERS = 4;
  private static final int VERSION = 1;
  private static final long ENABLED = 1;
  private static final long MASKED = 1 << 16;
  private static final long AUTO_EOI = 1 << 17;
  private static final long POLLING = 1 << 18;
  private static final int FIRST_LEGAL_VECTOR = 16;
  private static final long PAGE_BYTES = 4096;
  private static final int MESSAGE_BYTES = 256;
  private static final int MESSAGE_TIMER_EXPIRED = 0x8000_0010;
  private static final int TIMER_PAYLOAD_BYTES = 24;
  private static final int FLAG_MESSAGE_PENDING = 1;

  private final GuestMemory memory;
  private final ReferenceTime time;
  private final Supplier<LocalApic> apic;
  private final Consumer<InterruptMessage> interrupts;
  private final long[] sources = new long[SOURCES];
  private final SyntheticTimer[] timers = new SyntheticTimer[TIMERS];
  private final boolean[] waiting = new boolean[TIMERS];
  private final long[] expirations = new long[TIMERS];
  private long control;
  private long eventPage;
  private long messagePage;

  Synic(Machine machine, ReferenceTime time, Supplier<LocalApic> apic, Consumer<InterruptMessage> interrupts) {
    memory = machine.memory();
    this.time = time;
    this.apic = apic;
    this.interrupts = interrupts;
    Arrays.fill(sources, MASKED);
    for (int i = 0; i < TIMERS; i++) {
      timers[i] = new SyntheticTimer(machine.timers(), time, this::expired);
    }
  }

  /** Reads a register of {@link HypervMsr#ofSynic} except EOM. */
  long read(int msr) {
    return switch (msr) {
      case HypervMsr.SCONTROL -> control;
      case HypervMsr.SVERSION -> VERSION;
      case HypervMsr.SIEFP -> eventPage;
      case HypervMsr.SIMP -> messagePage;
      default -> {
        if (msr <= HypervMsr.SINT15) {
          yield sources[msr - HypervMsr.SINT0];
        }
        SyntheticTimer timer = timers[msr - HypervMsr.STIMER0_CONFIG >> 1];
        yield (msr & 1) == 0 ? timer.config() : timer.count();
      }
    };
  }

  /** Writes a register of {@link HypervMsr#ofSynic}; false if it refuses the value. */
  boolean write(int msr, long value) {
    switch (msr) {
      case HypervMsr.SCONTROL -> control = value;
      case HypervMsr.SVERSION -> {
        return false;
      }
      case HypervMsr.SIEFP -> {
        if (!clearPage(value)) {
          return false;
        }
        eventPage = value;
      }
      case HypervMsr.SIMP -> {
        if (!clearPage(value)) {
          return false;
        }
        messagePage = value;
      }
      case HypervMsr.EOM -> deliverWaiting();
      default -> {
        return msr <= HypervMsr.SINT15 ? writeSource(msr - HypervMsr.SINT0, value) : writeTimer(msr, value);
      }
    }
    return true;
  }

  private boolean clearPage(long value) {
    if ((value & ENABLED) == 0) {
      return true;
    }
    boolean ram = memory.contains(value & -PAGE_BYTES, PAGE_BYTES);
    if (ram) {
      memory.zero(value & -PAGE_BYTES, PAGE_BYTES);
    }
    return ram;
  }

  private boolean writeSource(int source, long value) {
    if ((value & MASKED) == 0 && (value & 0xff) < FIRST_LEGAL_VECTOR) {
      return false;
    }
    sources[source] = value;
    return true;
  }

  private boolean writeTimer(int msr, long value) {
    int index = msr - HypervMsr.STIMER0_CONFIG >> 1;
    waiting[index] = false;
    if ((msr & 1) == 0) {
      return timers[index].config(value);
    }
    timers[index].count(value);
    return true;
  }

  private void expired(SyntheticTimer timer, long expiration) {
    if (timer.direct()) {
      interrupt(timer.vector());
      return;
    }
    int index = Arrays.asList(timers).indexOf(timer);
    expirations[index] = expiration;
    waiting[index] = !deliver(index);
  }

  private void deliverWaiting() {
    for (int i = 0; i < TIMERS; i++) {
      if (waiting[i]) {
        waiting[i] = !deliver(i);
      }
    }
  }

  /** Puts a timer's message into its source's slot; false if the slot is taken, which the guest is then told. */
  private boolean deliver(int index) {
    int source = timers[index].sint();
    if ((control & ENABLED) == 0 || (messagePage & ENABLED) == 0) {
      return false;
    }
    long slot = (messagePage & -PAGE_BYTES) + (long) source * MESSAGE_BYTES;
    if (memory.get32(slot) != 0) {
      memory.put8(slot + 5, memory.get8(slot + 5) | FLAG_MESSAGE_PENDING);
      return false;
    }
    memory.put8(slot + 4, TIMER_PAYLOAD_BYTES);
    memory.put8(slot + 5, 0);
    memory.put64(slot + 0x08, 0);
    memory.put64(slot + 0x10, index);
    memory.put64(slot + 0x18, expirations[index]);
    memory.put64(slot + 0x20, time.now());
    memory.put32(slot, MESSAGE_TIMER_EXPIRED);
    if ((sources[source] & (MASKED | POLLING)) == 0) {
      interrupt((int) sources[source] & 0xff);
    }
    return true;
  }

  private void interrupt(int vector) {
    interrupts.accept(new InterruptMessage(apic.get().id(), false, DeliveryMode.FIXED, vector, false));
  }

  @Override
  public boolean interruptPending() {
    return apic.get().interruptPending();
  }

  @Override
  public int acknowledgeInterrupt() {
    int vector = apic.get().acknowledgeInterrupt();
    for (long source : sources) {
      if ((source & (MASKED | AUTO_EOI)) == AUTO_EOI && (source & 0xff) == vector) {
        apic.get().endOfInterrupt();
        break;
      }
    }
    return vector;
  }

  @Override
  public int taskPriorityClass() {
    return apic.get().taskPriorityClass();
  }

  @Override
  public void taskPriorityClass(int priorityClass) {
    apic.get().taskPriorityClass(priorityClass);
  }
}
