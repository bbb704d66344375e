package org.paravane.core.cpu;

/** Loading of segment registers, LDTR and TR by selector, with the checks of the loading instructions (SDM Vol. 3A 5). */
public final class SegmentLoader {
  private final Cpu cpu;
  private final Segments segments;
  private final Descriptor descriptor;

  SegmentLoader(Cpu cpu) {
    this.cpu = cpu;
    segments = cpu.segments;
    descriptor = new Descriptor(cpu);
  }

  /**
   * Reads the descriptor that a selector names, for LAR and its kin.
   *
   * @return null for a null selector and one outside its table; else valid until the next call
   */
  public Descriptor find(int selector) {
    return (selector & 0xfffc) != 0 && descriptor.find(selector) ? descriptor : null;
  }

  /**
   * Loads ES, SS, DS, FS or GS in any mode, as MOV and POP do.
   *
   * @throws GuestFault #GP, #NP or #SS; nothing has changed then
   */
  public void load(int segment, int selector) {
    selector &= 0xffff;
    if (cpu.control.paragraphSegments()) {
      segments.loadParagraph(segment, selector);
    } else if (segment == Segments.SS) {
      loadStack(selector);
    } else {
      loadData(segment, selector);
    }
    cpu.updateMode();
  }

  private void loadStack(int selector) {
    if ((selector & 0xfffc) == 0) {
      if (!CpuMode.is64(cpu.mode) || cpu.cpl == 3 || (selector & 3) != cpu.cpl) {
        throw cpu.fault(GuestFault.GP, 0);
      }
      loadNullStack(selector);
      return;
    }
    requireFound(selector);
    if (descriptor.rpl() != cpu.cpl || descriptor.dpl() != cpu.cpl || !descriptor.writable()) {
      throw descriptor.fault(GuestFault.GP);
    }
    if (!descriptor.present()) {
      throw descriptor.fault(GuestFault.SS);
    }
    descriptor.markAccessed();
    descriptor.load(Segments.SS);
  }

  /** Makes SS null, as IA-32e mode allows below CPL 3; its DPL stays the CPL. */
  void loadNullStack(int selector) {
    int rights = Segments.RIGHT_UNUSABLE | (selector & 3) << Segments.RIGHT_DPL_SHIFT;
    segments.set(Segments.SS, selector, 0, 0, rights);
  }

  private void loadData(int segment, int selector) {
    if ((selector & 0xfffc) == 0) {
      loadNull(segment, selector);
      return;
    }
    requireFound(selector);
    if (!descriptor.readable()
        || !descriptor.conforming() && Math.max(descriptor.rpl(), cpu.cpl) > descriptor.dpl()) {
      throw descriptor.fault(GuestFault.GP);
    }
    if (!descriptor.present()) {
      throw descriptor.fault(GuestFault.NP);
    }
    descriptor.markAccessed();
    descriptor.load(segment);
  }

  /** Puts a null selector into a segment register. */
  void loadNull(int segment, int selector) {
    segments.set(segment, selector, 0, 0, Segments.RIGHT_UNUSABLE);
  }

  private void requireFound(int selector) {
    if (!descriptor.find(selector)) {
      throw descriptor.fault(GuestFault.GP);
    }
  }

  /** Nulls the data segments that the current CPL may no longer use: the end of a return to an outer level. */
  void dropInaccessibleData() {
    for (int segment = Segments.ES; segment <= Segments.GS; segment++) {
      int rights = segments.rights[segment];
      boolean conforming = (rights & 0xc) == 0xc;
      if (segment != Segments.CS
          && segment != Segments.SS
          && (rights & Segments.RIGHT_UNUSABLE) == 0
          && !conforming
          && segments.dpl(segment) < cpu.cpl) {
        loadNull(segment, 0);
      }
    }
  }

  /**
   * Loads LDTR as LLDT does.
   *
   * @throws GuestFault #GP or #NP
   */
  public void loadLdtr(int selector) {
    selector &= 0xffff;
    if ((selector & 0xfffc) == 0) {
      segments.set(Segments.LDTR, selector, 0, 0, Segments.RIGHT_UNUSABLE);
      return;
    }
    requireSystem(selector);
    if (descriptor.type() != Descriptor.TYPE_LDT
        || cpu.control.longModeActive() && !descriptor.readUpper()) {
      throw descriptor.fault(GuestFault.GP);
    }
    requirePresent();
    descriptor.load(Segments.LDTR);
  }

  /**
   * Loads TR as LTR does, and marks the TSS busy.
   *
   * @throws GuestFault #GP or #NP
   */
  public void loadTr(int selector) {
    selector &= 0xffff;
    if ((selector & 0xfffc) == 0) {
      throw cpu.fault(GuestFault.GP, 0);
    }
    requireSystem(selector);
    boolean longMode = cpu.control.longModeActive();
    int type = descriptor.type();
    if (type != Descriptor.TYPE_TSS && (longMode || type != Descriptor.TYPE_TSS16)
        || longMode && !descriptor.readUpper()) {
      throw descriptor.fault(GuestFault.GP);
    }
    requirePresent();
    descriptor.markBusy(true);
    descriptor.load(Segments.TR);
  }

  private void requireSystem(int selector) {
    if ((selector & 4) != 0) {
      throw cpu.fault(GuestFault.GP, selector & 0xfffc);
    }
    requireFound(selector);
    if (!descriptor.system()) {
      throw descriptor.fault(GuestFault.GP);
    }
  }

  private void requirePresent() {
    if (!descriptor.present()) {
      throw descriptor.fault(GuestFault.NP);
    }
  }
}
