package org.paravane.core.device.interrupt;

import static org.paravane.core.device.interrupt.ApicRegister.COMMAND;
import static org.paravane.core.device.interrupt.ApicRegister.COMMAND_HIGH;
import static org.paravane.core.device.interrupt.ApicRegister.CURRENT_COUNT;
import static org.paravane.core.device.interrupt.ApicRegister.DESTINATION_FORMAT;
import static org.paravane.core.device.interrupt.ApicRegister.DIVIDE_CONFIGURATION;
import static org.paravane.core.device.interrupt.ApicRegister.EOI;
import static org.paravane.core.device.interrupt.ApicRegister.ERROR_STATUS;
import static org.paravane.core.device.interrupt.ApicRegister.ID;
import static org.paravane.core.device.interrupt.ApicRegister.INITIAL_COUNT;
import static org.paravane.core.device.interrupt.ApicRegister.IN_SERVICE;
import static org.paravane.core.device.interrupt.ApicRegister.LOGICAL_DESTINATION;
import static org.paravane.core.device.interrupt.ApicRegister.LVT_ERROR;
import static org.paravane.core.device.interrupt.ApicRegister.LVT_LINT0;
import static org.paravane.core.device.interrupt.ApicRegister.LVT_LINT1;
import static org.paravane.core.device.interrupt.ApicRegister.LVT_PERFORMANCE;
import static org.paravane.core.device.interrupt.ApicRegister.LVT_THERMAL;
import static org.paravane.core.device.interrupt.ApicRegister.LVT_TIMER;
import static org.paravane.core.device.interrupt.ApicRegister.PROCESSOR_PRIORITY;
import static org.paravane.core.device.interrupt.ApicRegister.SELF_IPI;
import static org.paravane.core.device.interrupt.ApicRegister.SPURIOUS_VECTOR;
import static org.paravane.core.device.interrupt.ApicRegister.TASK_PRIORITY;
import static org.paravane.core.device.interrupt.ApicRegister.VERSION;
import static org.paravane.core.device.interrupt.ApicRegister.lvtWritableBits;
import static org.paravane.core.device.interrupt.ApicRegister.readableMsr;
import static org.paravane.core.device.interrupt.ApicRegister.writableMsr;

import java.util.Arrays;
import org.paravane.core.clock.Clock;
import org.paravane.core.clock.TimerQueue;
import org.paravane.core.cpu.InterruptController;
import org.paravane.core.cpu.ProcessorSignals;
import org.paravane.core.io.MmioDevice;

/**
 * The local APIC of one processor, in xAPIC and x2APIC mode (SDM volume 3A, chapter 12). Its memory range is one 4 KiB
 * page at {@link #baseGpa()}, for its own processor only, and only while {@link #memoryMapped()}.
 */
public final class LocalApic implements InterruptController, MmioDevice {
  /** MSR that holds the base address and the mode. */
  public static final int IA32_APIC_BASE = 0x1b;

  /** MSR of the timer's TSC deadline. */
  public static final int IA32_TSC_DEADLINE = 0x6e0;

  /** First MSR of x2APIC mode; there are 64. */
  public static final int X2APIC_FIRST_MSR = 0x800;

  /** Where the registers are after reset. */
  public static final long DEFAULT_BASE_GPA = 0xfee0_0000L;

  private static final long BASE_ENABLED = 0x800;
  private static final long BASE_X2APIC = 0x400;
  private static final long BASE_BOOTSTRAP = 0x100;
  private static final long BASE_RESERVED = 0xfff0_0000_0000_02ffL;
  private static final int VERSION_VALUE = 0x5_0014;
  private static final int SOFTWARE_ENABLED = 0x100;
  private static final int MASKED = 0x1_0000;
  private static final int COMMAND_ASSERT = 0x4000;
  private static final int COMMAND_LEVEL = 0x8000;
  private static final int SEND_ILLEGAL_VECTOR = 0x20;
  private static final int RECEIVE_ILLEGAL_VECTOR = 0x40;
  private static final int ILLEGAL_REGISTER = 0x80;
  private static final int FIRST_LEGAL_VECTOR = 16;

  private final ApicAddress address;
  private final ApicVectorQueue vectors = new ApicVectorQueue();
  private final ApicBus bus;
  private final ProcessorSignals signals;
  private final ExternalInterrupts external;
  private final ApicTimer timer;
  private Runnable onModeChange = () -> {};
  private Runnable beforeAccess = () -> {};

  private long apicBase;
  private int spuriousVector;
  private int errorStatus;
  private int newErrors;
  private int command;
  private int commandHigh;
  private final int[] localVectors = new int[LVT_ERROR + 1];
  private boolean lint0;
  private boolean lint1;
  private boolean externalLatched;

  /**
   * Creates a local APIC in its reset state, xAPIC mode, and joins the bus.
   *
   * @param id its APIC id
   * @param bootstrap whether its processor is the bootstrap processor
   * @param timerHz the timer's input clock, before its divider
   * @param tscHz the rate of the TSC that TSC deadlines count
   * @param external what LINT0 in ExtINT mode asks for its vector
   */
  public LocalApic(
      int id,
      boolean bootstrap,
      Clock clock,
      TimerQueue timers,
      long timerHz,
      long tscHz,
      ApicBus bus,
      ProcessorSignals signals,
      ExternalInterrupts external) {
    this.address = new ApicAddress(id);
    this.bus = bus;
    this.signals = signals;
    this.external = external;
    this.timer = new ApicTimer(clock, timers, timerHz, tscHz, () -> deliverLocal(lvt(LVT_TIMER)));
    this.apicBase = DEFAULT_BASE_GPA | BASE_ENABLED | (bootstrap ? BASE_BOOTSTRAP : 0);
    reset();
    bus.add(this);
  }

  /** The state firmware leaves on the bootstrap processor: 8259 interrupts pass LINT0, NMI passes LINT1, enabled. */
  public void presetVirtualWire() {
    spuriousVector = 0x1ff;
    localVectors[LVT_LINT0] = 0x700;
    localVectors[LVT_LINT1] = 0x400;
  }

  /** Names what to call when the base address or the mode has changed. */
  public void onModeChange(Runnable listener) {
    onModeChange = listener;
  }

  /** Names what to call before the guest reads or writes a register and before an interrupt is requested. */
  public void beforeAccess(Runnable listener) {
    beforeAccess = listener;
  }

  /** Its APIC id. */
  public int id() {
    return address.id();
  }

  /** Where the register page lies. */
  public long baseGpa() {
    return apicBase & ~BASE_RESERVED & ~0xfffL;
  }

  /** Tells whether the register page answers: in xAPIC mode. */
  public boolean memoryMapped() {
    return hardwareEnabled() && !x2Apic();
  }

  /** Tells whether IA32_APIC_BASE has the APIC enabled; CPUID.1:EDX.9 follows it. */
  public boolean hardwareEnabled() {
    return (apicBase & BASE_ENABLED) != 0;
  }

  /** Says how far the guest's TSC is ahead of the ticks since the machine's start, for TSC deadlines. */
  public void tscOffset(long ticks) {
    timer.tscOffset(ticks);
  }

  /** Drives LINT0: the wire from the 8259 pair. */
  public void lint0(boolean asserted) {
    boolean rises = asserted && !lint0;
    lint0 = asserted;
    if (rises && hardwareEnabled()) {
      deliverLocal(localVectors[LVT_LINT0]);
    }
    notifyProcessor();
  }

  /** Drives LINT1: the NMI wire. */
  public void lint1(boolean asserted) {
    boolean rises = asserted && !lint1;
    lint1 = asserted;
    if (rises && !hardwareEnabled()) {
      signals.nmi();
    } else if (rises) {
      deliverLocal(localVectors[LVT_LINT1]);
    }
  }

  @Override
  public boolean interruptPending() {
    return externalPending() || deliverableVector() >= 0;
  }

  @Override
  public int acknowledgeInterrupt() {
    if (externalPending()) {
      externalLatched = false;
      return external.acknowledge();
    }
    int vector = deliverableVector();
    if (vector >= 0) {
      vectors.take(vector);
    }
    return vector;
  }

  @Override
  public int taskPriorityClass() {
    return vectors.taskPriority() >> 4;
  }

  @Override
  public void taskPriorityClass(int priorityClass) {
    vectors.taskPriority(priorityClass << 4);
    notifyProcessor();
  }

  @Override
  public long read(long offset, int sizeBytes) {
    beforeAccess.run();
    int within = (int) offset & 15;
    return within > 3 ? 0 : (readRegister((int) offset >> 4) & 0xffff_ffffL) >>> 8 * within;
  }

  @Override
  public void write(long offset, int sizeBytes, long value) {
    beforeAccess.run();
    if (sizeBytes >= 4 && (offset & 15) == 0) {
      writeRegister((int) offset >> 4, (int) value);
    }
  }

  /** Tells whether RDMSR of an MSR of this APIC succeeds; false asks for #GP. */
  public boolean msrReadable(int msr) {
    return msr == IA32_APIC_BASE || msr == IA32_TSC_DEADLINE || x2ApicMsr(msr) && readableMsr(msr - X2APIC_FIRST_MSR);
  }

  /** Reads an MSR that is {@link #msrReadable}. */
  public long readMsr(int msr) {
    beforeAccess.run();
    if (msr == IA32_APIC_BASE) {
      return apicBase;
    }
    if (msr == IA32_TSC_DEADLINE) {
      return timer.tscDeadline();
    }
    int register = msr - X2APIC_FIRST_MSR;
    long high = register == COMMAND ? (long) commandHigh << 32 : 0;
    return high | readRegister(register) & 0xffff_ffffL;
  }

  /** Writes an MSR of this APIC. Returns false, with no effect, where the manual asks for #GP. */
  public boolean writeMsr(int msr, long value) {
    beforeAccess.run();
    if (msr == IA32_APIC_BASE) {
      return writeApicBase(value);
    }
    if (msr == IA32_TSC_DEADLINE) {
      timer.tscDeadline(value);
      return true;
    }
    int register = msr - X2APIC_FIRST_MSR;
    if (!x2ApicMsr(msr) || !writableMsr(register, value)) {
      return false;
    }
    if (register == COMMAND) {
      commandHigh = (int) (value >>> 32);
    }
    writeRegister(register, (int) value);
    return true;
  }

  /** Tells whether the vector in service may be ended late: it is edge-triggered and none waits behind it. */
  public boolean endMayBeLate() {
    return vectors.endMayBeLate();
  }

  /** Ends the most urgent interrupt in service, as a write of the EOI register does. */
  public void endOfInterrupt() {
    int levelTriggered = vectors.end();
    if (levelTriggered >= 0) {
      bus.endOfInterrupt(levelTriggered);
    }
    notifyProcessor();
  }

  /** The interrupt command register with its destination in the upper half, as the mode lays it out. */
  public long interruptCommand() {
    return (long) commandHigh << 32 | command & 0xffff_ffffL;
  }

  /** Writes the interrupt command register, destination first, and so sends. */
  public void interruptCommand(long value) {
    commandHigh = (int) (value >>> 32) & (x2Apic() ? -1 : 0xff00_0000);
    writeRegister(COMMAND, (int) value);
  }

  /** The task-priority register, 0 to 255. */
  public int taskPriority() {
    return vectors.taskPriority();
  }

  /** Writes the task-priority register, 0 to 255. */
  public void taskPriority(int priority) {
    writeRegister(TASK_PRIORITY, priority);
  }

  boolean softwareEnabled() {
    return hardwareEnabled() && (spuriousVector & SOFTWARE_ENABLED) != 0;
  }

  int processorPriority() {
    return vectors.processorPriority();
  }

  /** Tells whether a message is addressed to this APIC. */
  boolean matches(InterruptMessage message) {
    return hardwareEnabled() && address.matches(message);
  }

  /** Takes a message. Returns whether it was accepted. */
  boolean accept(InterruptMessage message) {
    return switch (message.mode()) {
      case FIXED, LOWEST_PRIORITY -> softwareEnabled() && acceptVector(message.vector(), message.levelTriggered());
      case NMI -> {
        signals.nmi();
        yield true;
      }
      case INIT -> {
        reset();
        signals.init();
        yield true;
      }
      case STARTUP -> {
        signals.startup(message.vector());
        yield true;
      }
      case EXT_INT -> {
        externalLatched = true;
        notifyProcessor();
        yield true;
      }
      case SMI, RESERVED -> false;
    };
  }

  private int readRegister(int register) {
    return switch (register) {
      case ID -> address.idRegister();
      case VERSION -> VERSION_VALUE;
      case TASK_PRIORITY -> vectors.taskPriority();
      case PROCESSOR_PRIORITY -> vectors.processorPriority();
      case EOI -> 0;
      case LOGICAL_DESTINATION -> address.logicalDestination();
      case DESTINATION_FORMAT -> address.destinationFormat();
      case SPURIOUS_VECTOR -> spuriousVector;
      case ERROR_STATUS -> errorStatus;
      case COMMAND -> command;
      case COMMAND_HIGH -> commandHigh;
      case LVT_TIMER, LVT_THERMAL, LVT_PERFORMANCE, LVT_LINT0, LVT_LINT1, LVT_ERROR -> lvt(register);
      case INITIAL_COUNT -> (int) timer.initialCount();
      case CURRENT_COUNT -> (int) timer.currentCount();
      case DIVIDE_CONFIGURATION -> timer.divideConfiguration();
      default -> {
        if (register >= IN_SERVICE && register < ERROR_STATUS) {
          yield vectors.register(register);
        }
        raiseError(ILLEGAL_REGISTER);
        yield 0;
      }
    };
  }

  private void writeRegister(int register, int value) {
    switch (register) {
      case TASK_PRIORITY -> vectors.taskPriority(value & 0xff);
      case EOI -> endOfInterrupt();
      case LOGICAL_DESTINATION -> address.logicalDestination(value);
      case DESTINATION_FORMAT -> address.destinationFormat(value);
      case SPURIOUS_VECTOR -> writeSpuriousVector(value & 0x3ff);
      case ERROR_STATUS -> {
        errorStatus = newErrors;
        newErrors = 0;
      }
      case COMMAND -> {
        command = value & 0x000c_cfff;
        sendCommand();
      }
      case COMMAND_HIGH -> commandHigh = value & 0xff00_0000;
      case LVT_TIMER, LVT_THERMAL, LVT_PERFORMANCE, LVT_LINT0, LVT_LINT1, LVT_ERROR -> writeLvt(register, value);
      case INITIAL_COUNT -> timer.initialCount(value & 0xffff_ffffL);
      case DIVIDE_CONFIGURATION -> timer.divideConfiguration(value);
      case SELF_IPI -> sendSelfIpi(value & 0xff);
      case ID, VERSION, PROCESSOR_PRIORITY, CURRENT_COUNT -> {}
      default -> raiseError(ILLEGAL_REGISTER);
    }
    notifyProcessor();
  }

  private int lvt(int register) {
    return register == LVT_TIMER ? timer.lvt() : localVectors[register];
  }

  private void writeLvt(int register, int value) {
    int kept = value & lvtWritableBits(register);
    int written = softwareEnabled() ? kept : kept | MASKED;
    if (register == LVT_TIMER) {
      timer.lvt(written);
    } else {
      localVectors[register] = written;
    }
  }

  private void writeSpuriousVector(int value) {
    spuriousVector = value;
    if (!softwareEnabled()) {
      for (int register = LVT_TIMER; register <= LVT_ERROR; register++) {
        writeLvt(register, lvt(register));
      }
    }
  }

  private boolean writeApicBase(long value) {
    boolean enable = (value & BASE_ENABLED) != 0;
    boolean extend = (value & BASE_X2APIC) != 0;
    boolean leavesX2Apic = x2Apic() && enable && !extend;
    if ((value & BASE_RESERVED) != 0 || extend && !enable || extend && !hardwareEnabled() || leavesX2Apic) {
      return false;
    }
    boolean entersX2Apic = extend && !x2Apic();
    boolean disables = hardwareEnabled() && !enable;
    apicBase = value;
    if (disables) {
      reset();
    } else if (entersX2Apic) {
      address.reset(true);
      commandHigh = 0;
    }
    onModeChange.run();
    notifyProcessor();
    return true;
  }

  /** The reset and INIT state; the base register, the id and the wires stay. */
  private void reset() {
    address.reset(x2Apic());
    vectors.reset();
    spuriousVector = 0xff;
    errorStatus = 0;
    newErrors = 0;
    command = 0;
    commandHigh = 0;
    Arrays.fill(localVectors, MASKED);
    externalLatched = false;
    timer.reset();
  }

  private void sendCommand() {
    DeliveryMode mode = DeliveryMode.of(command);
    int vector = command & 0xff;
    boolean deassert = mode == DeliveryMode.INIT && (command & (COMMAND_LEVEL | COMMAND_ASSERT)) == COMMAND_LEVEL;
    if (deassert || mode == DeliveryMode.RESERVED || mode == DeliveryMode.EXT_INT) {
      return;
    }
    if (mode.carriesVector() && vector < FIRST_LEGAL_VECTOR) {
      raiseError(SEND_ILLEGAL_VECTOR);
      return;
    }
    boolean logical = (command & 0x800) != 0;
    switch (command >> 18 & 3) {
      case 0 -> bus.send(new InterruptMessage(commandDestination(), logical, mode, vector, false));
      case 1 -> accept(new InterruptMessage(address.id(), false, mode, vector, false));
      case 2 -> bus.send(new InterruptMessage(InterruptMessage.BROADCAST, false, mode, vector, false));
      default -> bus.send(new InterruptMessage(InterruptMessage.BROADCAST, false, mode, vector, false), this);
    }
  }

  private int commandDestination() {
    return x2Apic() ? commandHigh : InterruptMessage.wideDestination(commandHigh >>> 24);
  }

  private void sendSelfIpi(int vector) {
    if (vector < FIRST_LEGAL_VECTOR) {
      raiseError(SEND_ILLEGAL_VECTOR);
    } else if (softwareEnabled()) {
      acceptVector(vector, false);
    }
  }

  private void deliverLocal(int entry) {
    if ((entry & MASKED) != 0) {
      return;
    }
    switch (DeliveryMode.of(entry)) {
      case FIXED -> acceptVector(entry & 0xff, false);
      case NMI -> signals.nmi();
      case INIT -> {
        reset();
        signals.init();
      }
      // ExtINT follows the level of its wire; the other modes do nothing here.
      default -> {}
    }
  }

  private boolean acceptVector(int vector, boolean level) {
    if (vector < FIRST_LEGAL_VECTOR) {
      raiseError(RECEIVE_ILLEGAL_VECTOR);
      return false;
    }
    beforeAccess.run();
    vectors.request(vector, level);
    notifyProcessor();
    return true;
  }

  private void raiseError(int error) {
    newErrors |= error;
    int entry = localVectors[LVT_ERROR];
    if ((entry & MASKED) == 0 && (entry & 0xff) >= FIRST_LEGAL_VECTOR) {
      acceptVector(entry & 0xff, false);
    }
  }

  private boolean externalPending() {
    int entry = localVectors[LVT_LINT0];
    boolean passes = !hardwareEnabled() || (entry & MASKED) == 0 && DeliveryMode.of(entry) == DeliveryMode.EXT_INT;
    return externalLatched || lint0 && passes;
  }

  private int deliverableVector() {
    return hardwareEnabled() ? vectors.deliverable() : -1;
  }

  private void notifyProcessor() {
    if (interruptPending()) {
      signals.interruptRequested();
    }
  }

  private boolean x2ApicMsr(int msr) {
    return x2Apic() && msr >= X2APIC_FIRST_MSR && msr < X2APIC_FIRST_MSR + 64;
  }

  private boolean x2Apic() {
    return (apicBase & BASE_X2APIC) != 0;
  }
}
