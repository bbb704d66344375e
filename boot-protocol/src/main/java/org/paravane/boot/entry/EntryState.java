package org.paravane.boot.entry;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/**
 * Everything a boot protocol says about the CPU at a kernel's first instruction. What it doesn't name is as after
 * reset.
 *
 * @param mode the mode that the control registers and CS amount to
 * @param rip offset of the first instruction in CS
 * @param rflags flags; bit 1 is always set
 * @param general general registers in encoding order; absent ones are 0
 * @param cr0 control register 0
 * @param cr3 control register 3
 * @param cr4 control register 4
 * @param efer extended feature enables
 * @param segments all eight segment registers
 * @param gdt global descriptor table
 * @param idt interrupt descriptor table
 */
public record EntryState(
    ExecutionMode mode,
    long rip,
    long rflags,
    Map<GeneralRegister, Long> general,
    long cr0,
    long cr3,
    long cr4,
    long efer,
    Map<SegmentRegister, SegmentState> segments,
    DescriptorTable gdt,
    DescriptorTable idt) {
  private static final long RFLAGS_RESERVED_ONE = 0x2;
  private static final long CR0_PE = 1;
  private static final long CR0_ET = 1 << 4;
  private static final long CR0_PG = 1L << 31;
  private static final long CR4_PAE = 1 << 5;
  private static final long EFER_LME = 1 << 8;
  private static final long EFER_LMA = 1 << 10;

  /** Copies the maps and checks that all segment registers are given. */
  public EntryState {
    Objects.requireNonNull(mode);
    general = copy(GeneralRegister.class, general);
    segments = copy(SegmentRegister.class, segments);
    if (segments.size() != SegmentRegister.values().length) {
      throw new IllegalArgumentException(
          "an entry state needs all segment registers, got " + segments.keySet());
    }
  }

  /** The value of a general register. */
  public long register(GeneralRegister register) {
    return general.getOrDefault(register, 0L);
  }

  /** The state of a segment register. */
  public SegmentState segment(SegmentRegister register) {
    return segments.get(register);
  }

  /** 32-bit protected mode, paging off, interrupts off, flat segments from a GDT. */
  public static EntryState protected32(long eip, FlatGdt gdt, Map<GeneralRegister, Long> general) {
    return new EntryState(
        ExecutionMode.PROTECTED32,
        eip,
        RFLAGS_RESERVED_ONE,
        general,
        CR0_PE | CR0_ET,
        0,
        0,
        0,
        flatSegments(SegmentState.CODE_32),
        gdt.register(),
        new DescriptorTable(0, 0));
  }

  /** Long mode with paging on, interrupts off, flat segments from a GDT. */
  public static EntryState long64(
      long rip, FlatGdt gdt, long pageTableRoot, Map<GeneralRegister, Long> general) {
    return new EntryState(
        ExecutionMode.LONG64,
        rip,
        RFLAGS_RESERVED_ONE,
        general,
        CR0_PG | CR0_PE | CR0_ET,
        pageTableRoot,
        CR4_PAE,
        EFER_LME | EFER_LMA,
        flatSegments(SegmentState.CODE_64),
        gdt.register(),
        new DescriptorTable(0, 0));
  }

  private static <K extends Enum<K>, V> Map<K, V> copy(Class<K> keys, Map<K, V> source) {
    Map<K, V> copy = new EnumMap<>(keys);
    copy.putAll(source);
    return Collections.unmodifiableMap(copy);
  }

  private static Map<SegmentRegister, SegmentState> flatSegments(int codeAttributes) {
    Map<SegmentRegister, SegmentState> segments = new EnumMap<>(SegmentRegister.class);
    SegmentState data = SegmentState.flat(FlatGdt.DATA_SELECTOR, SegmentState.DATA);
    for (SegmentRegister register : SegmentRegister.values()) {
      segments.put(register, data);
    }
    segments.put(SegmentRegister.CS, SegmentState.flat(FlatGdt.CODE_SELECTOR, codeAttributes));
    segments.put(SegmentRegister.TR, new SegmentState(0, 0, 0x67, SegmentState.TSS_BUSY));
    segments.put(SegmentRegister.LDTR, new SegmentState(0, 0, 0xffff, SegmentState.LDT));
    return segments;
  }
}
