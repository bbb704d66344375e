package org.paravane.core.decode;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * A row of the opcode maps: an encoding, what it is called, and how to make it executable. Rows are written as the manual
 * writes them:
 *
 * <pre>
 *   map.add("80 /0", "ADD", "Eb,Ib", factory)      one-byte map, ModR/M.reg = 0
 *   map.add("0F AF", "IMUL", "Gv,Ev", factory)     two-byte map, any prefix
 *   map.add("66 0F 6F", "MOVDQA", "Vdq,Wdq", …)    mandatory prefix 66; NP: none of 66, F2, F3
 *   map.add("0F 01 C1", "VMCALL", "", …)           the whole ModR/M byte
 *   map.add("50+r", "PUSH", "Zv", …)               register in the opcode: eight rows
 * </pre>
 *
 * An operand of method M only matches a memory operand, one of method N or U only a register; one of method R (MOV to and
 * from control and debug registers) is a register whatever ModR/M.mod says.
 */
public final class Opcode {
  /** Facts about a row that decode and block building need. */
  public enum Trait {
    /** Operand size is 64 bits in 64-bit mode unless prefixed 66: PUSH, POP, …. */
    DEFAULT64,
    /** Operand size is 64 bits in 64-bit mode whatever the prefixes: near branches. */
    FORCE64,
    /** Undefined in 64-bit mode. */
    INVALID64,
    /** Defined in 64-bit mode only. */
    ONLY64,
    /** LOCK is allowed with a memory destination. */
    LOCKABLE,
    /** Sets RIP itself: a block ends here and nothing is added to RIP. */
    BRANCH,
    /** A branch within CS: mode and mapping stay what they are. */
    NEAR,
    /** A block ends behind it, because it may change the mode, mapping, interrupts or time. */
    ENDS_BLOCK,
    /** May read status flags. */
    READS_FLAGS,
    /** Writes all six status flags (defined or undefined) without reading any. */
    WRITES_FLAGS,
    /** May fault although it has no memory operand. */
    MAY_FAULT,
    /** Only CPL 0 may execute it, in every mode. */
    PRIVILEGED
  }

  /** Mandatory prefix: any. */
  static final int ANY_PREFIX = -1;

  /** Mandatory prefix: none of 66, F2 and F3. */
  static final int NO_PREFIX = 0;

  private final String encoding;
  private final String mnemonic;
  private final List<OperandCode> operands;
  private final InstructionFactory factory;
  private final Set<Trait> traits;
  private final String feature;

  private int table;
  private int opcodeByte;
  private int prefix = ANY_PREFIX;
  private int modrmReg = -1;
  private int modrmByte = -1;
  private boolean registerInOpcode;
  private boolean modrm;
  private boolean memoryOnly;
  private boolean registerOnly;
  private boolean ignoresMod;

  Opcode(
      String encoding,
      String mnemonic,
      String operands,
      String feature,
      InstructionFactory factory,
      Trait... traits) {
    this.encoding = encoding;
    this.mnemonic = mnemonic;
    this.factory = factory;
    this.feature = feature;
    this.traits = EnumSet.noneOf(Trait.class);
    this.traits.addAll(Arrays.asList(traits));
    this.operands =
        operands.isEmpty()
            ? List.of()
            : Arrays.stream(operands.split(",")).map(OperandCode::parse).toList();
    parseEncoding();
    for (OperandCode operand : this.operands) {
      modrm |= operand.inModrm();
      memoryOnly |= operand.method() == 'M';
      registerOnly |= "NU".indexOf(operand.method()) >= 0;
      ignoresMod |= operand.method() == 'R';
    }
  }

  private void parseEncoding() {
    List<String> parts = new ArrayList<>(Arrays.asList(encoding.split(" ")));
    switch (parts.getFirst()) {
      case "NP" -> prefix = NO_PREFIX;
      case "66" -> prefix = 0x66;
      case "F2" -> prefix = 0xf2;
      case "F3" -> prefix = 0xf3;
      default -> {}
    }
    if (prefix != ANY_PREFIX) {
      parts.removeFirst();
    }
    if (parts.getFirst().equals("0F") && parts.size() > 1) {
      parts.removeFirst();
      table = 1;
      if (parts.size() > 1 && (parts.getFirst().equals("38") || parts.getFirst().equals("3A"))) {
        table = parts.removeFirst().equals("38") ? 2 : 3;
      }
    }
    String opcode = parts.removeFirst();
    if (opcode.endsWith("+r")) {
      registerInOpcode = true;
      opcode = opcode.substring(0, opcode.length() - 2);
    }
    opcodeByte = Integer.parseInt(opcode, 16);
    if (!parts.isEmpty()) {
      String last = parts.removeFirst();
      modrm = true;
      if (last.startsWith("/")) {
        modrmReg = last.equals("/r") ? -1 : Integer.parseInt(last.substring(1));
      } else {
        modrmByte = Integer.parseInt(last, 16);
      }
    }
  }

  /** The encoding as written in the row, such as "66 0F 6F". */
  public String encoding() {
    return encoding;
  }

  /** The mnemonic, upper case. */
  public String mnemonic() {
    return mnemonic;
  }

  /** The operands, destination first. */
  public List<OperandCode> operands() {
    return operands;
  }

  /** The CPUID feature that announces it, such as "SSE2"; empty for what every x86-64 has. */
  public String feature() {
    return feature;
  }

  /** Tells whether the row has a trait. */
  public boolean has(Trait trait) {
    return traits.contains(trait);
  }

  /** How to make it executable. */
  public InstructionFactory factory() {
    return factory;
  }

  /** Opcode map: 0 one-byte, 1 two-byte (0F), 2 (0F 38), 3 (0F 3A). */
  public int table() {
    return table;
  }

  int opcodeByte() {
    return opcodeByte;
  }

  /** The mandatory prefix: 66, F2 or F3, 0 for none of them, or -1 if prefixes do not matter. */
  public int mandatoryPrefix() {
    return prefix;
  }

  boolean registerInOpcode() {
    return registerInOpcode;
  }

  boolean hasModrm() {
    return modrm;
  }

  /** Tells whether r/m is a register whatever ModR/M.mod says. */
  boolean ignoresMod() {
    return ignoresMod;
  }

  /** How particular the row is: rows that demand more are tried first. */
  int specificity() {
    return (prefix > 0 ? 8 : prefix == NO_PREFIX ? 4 : 0)
        + (modrmByte >= 0 ? 3 : modrmReg >= 0 ? 1 : 0)
        + (memoryOnly || registerOnly ? 1 : 0);
  }

  boolean matches(int mandatoryPrefix, int modrmValue, boolean is64) {
    if (prefix != ANY_PREFIX && prefix != mandatoryPrefix) {
      return false;
    }
    if (has(is64 ? Trait.INVALID64 : Trait.ONLY64)) {
      return false;
    }
    boolean register = modrmValue >= 0xc0;
    return (modrmByte < 0 || modrmByte == modrmValue)
        && (modrmReg < 0 || modrmReg == (modrmValue >> 3 & 7))
        && !(memoryOnly && register)
        && !(registerOnly && !register);
  }

  @Override
  public String toString() {
    return encoding + " " + mnemonic;
  }
}
