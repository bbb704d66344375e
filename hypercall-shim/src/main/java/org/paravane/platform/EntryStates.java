package org.paravane.platform;

import org.paravane.boot.entry.EntryState;
import org.paravane.boot.entry.GeneralRegister;
import org.paravane.boot.entry.SegmentRegister;
import org.paravane.boot.entry.SegmentState;
import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.Segments;

/** Puts a processor into the state in which a boot protocol enters a kernel. */
public final class EntryStates {
  private EntryStates() {}

  /** Sets every register that the state names. */
  public static void apply(EntryState state, Cpu cpu) {
    for (GeneralRegister register : GeneralRegister.values()) {
      cpu.gpr[register.ordinal()] = state.register(register);
    }
    cpu.rflags((int) state.rflags());
    cpu.control.load(state.cr0(), state.cr3(), state.cr4(), state.efer());
    for (SegmentRegister register : SegmentRegister.values()) {
      SegmentState segment = state.segment(register);
      cpu.segments.set(
          index(register),
          segment.selector(),
          segment.base(),
          (int) segment.limit(),
          segment.attributes());
    }
    cpu.segments.gdtrBase = state.gdt().base();
    cpu.segments.gdtrLimit = state.gdt().limit();
    cpu.segments.idtrBase = state.idt().base();
    cpu.segments.idtrLimit = state.idt().limit();
    cpu.cpl = 0;
    cpu.segments.modeChanged();
    cpu.updateMode();
    cpu.rip(state.rip());
  }

  private static int index(SegmentRegister register) {
    return switch (register) {
      case ES -> Segments.ES;
      case CS -> Segments.CS;
      case SS -> Segments.SS;
      case DS -> Segments.DS;
      case FS -> Segments.FS;
      case GS -> Segments.GS;
      case TR -> Segments.TR;
      case LDTR -> Segments.LDTR;
    };
  }
}
