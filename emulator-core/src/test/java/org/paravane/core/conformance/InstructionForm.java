package org.paravane.core.conformance;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.paravane.core.decode.Opcode;
import org.paravane.core.decode.OperandCode;

/**
 * One form of an instruction: a row of the opcode maps at one operand size, with a register or memory as ModR/M's
 * operand.
 *
 * @param row the row
 * @param size the prefixes that choose the operand size
 * @param operand what ModR/M.rm is
 * @param prefix the mandatory prefix: 0x66, 0xf2, 0xf3 or 0 for none
 * @param opcode the opcode bytes, of which the last takes a register number if {@code registerInOpcode}
 * @param registerInOpcode whether it does
 * @param modrmReg ModR/M.reg if the row fixes it, or -1
 * @param modrmByte the whole ModR/M byte if the row fixes it, or -1
 */
record InstructionForm(
    Opcode row,
    Size size,
    RmOperand operand,
    int prefix,
    byte[] opcode,
    boolean registerInOpcode,
    int modrmReg,
    int modrmByte) {

  /** Prefixes that choose an operand size. */
  enum Size {
    DEFAULT,
    PREFIX_66,
    REX_W
  }

  /** What ModR/M.rm is. */
  enum RmOperand {
    NO_MODRM,
    REGISTER,
    MEMORY
  }

  /** The forms of a row in 64-bit mode. */
  static List<InstructionForm> of(Opcode row) {
    if (row.has(Opcode.Trait.INVALID64)) {
      return List.of();
    }
    List<String> parts = new ArrayList<>(Arrays.asList(row.encoding().split(" ")));
    int prefix = 0;
    boolean anyPrefix = false;
    switch (parts.getFirst()) {
      case "NP" -> parts.removeFirst();
      case "66", "F2", "F3" -> prefix = Integer.parseInt(parts.removeFirst(), 16);
      default -> anyPrefix = true;
    }
    int opcodeBytes = opcodeBytes(parts);
    boolean registerInOpcode = parts.get(opcodeBytes - 1).endsWith("+r");
    String hex = String.join("", parts.subList(0, opcodeBytes)).replace("+r", "");
    String modrm = parts.size() > opcodeBytes ? parts.get(opcodeBytes) : "";
    int modrmReg =
        modrm.startsWith("/") && !modrm.equals("/r") ? Integer.parseInt(modrm.substring(1)) : -1;
    int modrmByte = modrm.isEmpty() || modrm.startsWith("/") ? -1 : Integer.parseInt(modrm, 16);

    List<InstructionForm> forms = new ArrayList<>();
    for (RmOperand operand : rmOperands(row, modrm)) {
      for (Size size : sizes(row, prefix, anyPrefix)) {
        forms.add(
            new InstructionForm(
                row,
                size,
                operand,
                prefix,
                HexFormat.of().parseHex(hex),
                registerInOpcode,
                modrmReg,
                modrmByte));
      }
    }
    return forms;
  }

  private static int opcodeBytes(List<String> parts) {
    if (!parts.getFirst().equals("0F") || parts.size() == 1) {
      return 1;
    }
    boolean third = parts.size() > 2 && (parts.get(1).equals("38") || parts.get(1).equals("3A"));
    return third ? 3 : 2;
  }

  private static List<RmOperand> rmOperands(Opcode row, String modrm) {
    boolean inModrm = !modrm.isEmpty();
    boolean registerOnly = !modrm.isEmpty() && !modrm.startsWith("/");
    boolean memoryOnly = false;
    for (OperandCode operand : row.operands()) {
      inModrm |= "CDEGMNPQRSUVW".indexOf(operand.method()) >= 0;
      registerOnly |= "NUR".indexOf(operand.method()) >= 0;
      memoryOnly |= operand.method() == 'M';
    }
    if (!inModrm) {
      return List.of(RmOperand.NO_MODRM);
    }
    if (registerOnly) {
      return List.of(RmOperand.REGISTER);
    }
    return memoryOnly ? List.of(RmOperand.MEMORY) : List.of(RmOperand.REGISTER, RmOperand.MEMORY);
  }

  private static List<Size> sizes(Opcode row, int prefix, boolean anyPrefix) {
    if (row.has(Opcode.Trait.FORCE64)) {
      // With 66, processors of different makers disagree about near branches.
      return List.of(Size.DEFAULT, Size.REX_W);
    }
    boolean variable =
        row.operands().stream().anyMatch(o -> o.type().startsWith("v") || o.type().equals("z"));
    boolean general = row.operands().stream().allMatch(o -> "PQVWNU".indexOf(o.method()) < 0);
    if (anyPrefix || prefix != 0x66 && variable && general) {
      return List.of(Size.DEFAULT, Size.PREFIX_66, Size.REX_W);
    }
    return List.of(Size.DEFAULT, Size.REX_W);
  }

  /** Operand size in bits. */
  int operandSize() {
    if (size == Size.REX_W || row.has(Opcode.Trait.FORCE64)) {
      return 64;
    }
    if (size == Size.PREFIX_66 || prefix == 0x66) {
      return 16;
    }
    return row.has(Opcode.Trait.DEFAULT64) ? 64 : 32;
  }

  /** Tells whether the instruction belongs to the x87 unit. */
  boolean isX87() {
    return opcode.length == 1 && (opcode[0] & 0xf8) == 0xd8 || row.mnemonic().equals("FWAIT");
  }

  /** Tells whether an operand is an MMX register. */
  boolean isMmx() {
    return row.operands().stream().anyMatch(o -> "PQN".indexOf(o.method()) >= 0)
        || row.mnemonic().equals("EMMS");
  }

  /** Tells whether an operand is an XMM register. */
  boolean isSse() {
    return row.operands().stream().anyMatch(o -> "VWU".indexOf(o.method()) >= 0);
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(row.encoding()).append(' ').append(row.mnemonic());
    for (int i = 0; i < row.operands().size(); i++) {
      text.append(i == 0 ? ' ' : ',').append(row.operands().get(i));
    }
    text.append(
        switch (size) {
          case DEFAULT -> "";
          case PREFIX_66 -> " +66";
          case REX_W -> " +W";
        });
    return text.append(operand == RmOperand.MEMORY ? " [m]" : "").toString();
  }
}
