package org.paravane.core.decode;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;

/** The opcode maps: every encoding that the processor knows. Filled once by the instruction families, then only read. */
public final class OpcodeMap {
  private static final Opcode[] NONE = {};

  private final Opcode[][][] rows = new Opcode[4][256][];
  private final List<Opcode> all = new ArrayList<>();

  /** Makes an empty map. */
  public OpcodeMap() {
    for (Opcode[][] table : rows) {
      Arrays.fill(table, NONE);
    }
  }

  /**
   * Adds a row: see {@link Opcode} for the notation.
   *
   * @throws IllegalArgumentException if the notation is wrong
   */
  public void add(
      String encoding,
      String mnemonic,
      String operands,
      InstructionFactory factory,
      Opcode.Trait... traits) {
    add("", encoding, mnemonic, operands, factory, traits);
  }

  /** Adds a row of an instruction that the CPUID feature named {@code feature} announces. */
  public void add(
      String feature,
      String encoding,
      String mnemonic,
      String operands,
      InstructionFactory factory,
      Opcode.Trait... traits) {
    Opcode row = new Opcode(encoding, mnemonic, operands, feature, factory, traits);
    all.add(row);
    int count = row.registerInOpcode() ? 8 : 1;
    for (int i = 0; i < count; i++) {
      Opcode[] before = rows[row.table()][row.opcodeByte() + i];
      Opcode[] after = Arrays.copyOf(before, before.length + 1);
      after[before.length] = row;
      Arrays.sort(after, Comparator.comparingInt(Opcode::specificity).reversed());
      rows[row.table()][row.opcodeByte() + i] = after;
    }
  }

  /** Every row, in the order in which they were added. */
  public List<Opcode> all() {
    return Collections.unmodifiableList(all);
  }

  /** The rows of one opcode, most particular first. */
  Opcode[] candidates(int table, int opcodeByte) {
    return rows[table][opcodeByte];
  }
}
