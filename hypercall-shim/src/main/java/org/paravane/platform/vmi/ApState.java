package org.paravane.platform.vmi;

import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.Descriptor;
import org.paravane.core.cpu.EventDelivery.Activity;
import org.paravane.core.cpu.GuestFault;
import org.paravane.core.cpu.ProcessorSignals;
import org.paravane.core.cpu.Segments;

/**
 * The pins of a processor that a start-up IPI starts in the state which SetInitialAPState named, if it did: once.
 *
 * <pre>
 * struct ap_state: 00 cr0   04 cr2   08 cr3   0c cr4   10 efer 8   18 eip   1c eflags   20 eax   24 ebx   28 ecx   2c edx
 * 30 esp   34 ebp   38 esi   3c edi   40 cs 2   42 ss   44 ds   46 es   48 fs   4a gs   4c ldtr   4e gdtr_limit
 * 50 gdtr_base 4   54 idtr_base 4   58 idtr_limit 2
 * </pre>
 */
final class ApState implements ProcessorSignals {
  private static final int WORDS = 0x5c / 4;
  private static final int CR0 = 0;
  private static final int CR2 = 1;
  private static final int CR3 = 2;
  private static final int CR4 = 3;
  private static final int EFER = 4;
  private static final int EIP = 6;
  private static final int EFLAGS = 7;
  private static final int FIRST_GENERAL = 8;
  private static final int[] GENERAL = {
    Cpu.RAX, Cpu.RBX, Cpu.RCX, Cpu.RDX, Cpu.RSP, Cpu.RBP, Cpu.RSI, Cpu.RDI
  };
  private static final int FIRST_SELECTOR = 0x40;
  private static final int[] SELECTORS = {
    Segments.CS, Segments.SS, Segments.DS, Segments.ES, Segments.FS, Segments.GS, Segments.LDTR
  };
  private static final int GDTR_LIMIT = 0x4e;
  private static final int GDTR_BASE = 0x50 / 4;
  private static final int IDTR_BASE = 0x54 / 4;
  private static final int IDTR_LIMIT = 0x58;

  private final Cpu cpu;
  private final int[] words = new int[WORDS];
  private boolean named;

  ApState(Cpu cpu) {
    this.cpu = cpu;
  }

  /**
   * Reads the state from another processor's memory.
   *
   * @throws GuestFault if it can't be read
   */
  void read(Cpu from, int address) {
    for (int i = 0; i < WORDS; i++) {
      words[i] = from.memory.read32(address + 4 * i & 0xffff_ffffL, Segments.DS);
    }
    named = true;
  }

  @Override
  public void interruptRequested() {
    cpu.events.interruptRequested();
  }

  @Override
  public void nmi() {
    cpu.events.nmi();
  }

  @Override
  public void init() {
    cpu.events.init();
  }

  @Override
  public void startup(int vector) {
    if (!named || cpu.events.activity() != Activity.WAIT_FOR_SIPI) {
      cpu.events.startup(vector);
      return;
    }
    named = false;
    try {
      start();
      cpu.events.activity(Activity.RUNNING);
    } catch (GuestFault fault) {
      // It has no handlers yet.
      cpu.events.activity(Activity.SHUTDOWN);
    }
  }

  private void start() {
    cpu.control.load(word(CR0), word(CR3), word(CR4), word(EFER));
    cpu.control.cr2(word(CR2));
    cpu.segments.gdtrBase = word(GDTR_BASE);
    cpu.segments.gdtrLimit = half(GDTR_LIMIT);
    cpu.segments.idtrBase = word(IDTR_BASE);
    cpu.segments.idtrLimit = half(IDTR_LIMIT);
    for (int i = 0; i < SELECTORS.length; i++) {
      segment(SELECTORS[i], half(FIRST_SELECTOR + 2 * i));
    }
    for (int i = 0; i < GENERAL.length; i++) {
      cpu.set32(GENERAL[i], words[FIRST_GENERAL + i]);
    }
    cpu.rflags(words[EFLAGS]);
    cpu.rip(word(EIP));
    cpu.updateMode();
  }

  private void segment(int segment, int selector) {
    if (segment == Segments.LDTR) {
      cpu.loader.loadLdtr(selector);
    } else if (segment != Segments.CS && segment != Segments.SS) {
      cpu.loader.load(segment, selector);
    } else {
      Descriptor descriptor = cpu.loader.find(selector);
      if (descriptor == null
          || descriptor.system()
          || descriptor.code() != (segment == Segments.CS)) {
        throw cpu.fault(GuestFault.GP, selector & 0xfffc);
      }
      descriptor.markAccessed();
      descriptor.load(segment);
      cpu.updateMode();
    }
  }

  private long word(int index) {
    return words[index] & 0xffff_ffffL;
  }

  private int half(int offset) {
    return words[offset / 4] >>> 8 * (offset & 2) & 0xffff;
  }
}
