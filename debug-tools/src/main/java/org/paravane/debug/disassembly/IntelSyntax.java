package org.paravane.debug.disassembly;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.paravane.core.decode.Decoded;
import org.paravane.core.decode.OperandCode;

/** Writes one decoded instruction in Intel syntax. */
final class IntelSyntax {
  private final Decoded decoded;
  private final byte[] code;
  private final long address;
  private final Prefixes prefixes;
  private final int modrmAt;

  /** Writes {@code decoded}, whose bytes start at {@code code[from]} and whose first byte has {@code address}. */
  IntelSyntax(Decoded decoded, byte[] code, int from, long address) {
    this.decoded = decoded;
    this.code = code;
    this.address = address;
    this.prefixes = Prefixes.of(code, from, decoded.is64());
    this.modrmAt = from + prefixes.length() + opcodeLength(code, from + prefixes.length());
  }

  private static int opcodeLength(byte[] code, int at) {
    if (code[at] != 0x0f) {
      return 1;
    }
    return code[at + 1] == 0x38 || code[at + 1] == 0x3a ? 3 : 2;
  }

  /** Prefixes, mnemonic, operands, and the address behind a RIP-relative operand. */
  String text() {
    StringBuilder text = new StringBuilder();
    prefixWords().forEach(word -> text.append(word).append(' '));
    text.append(Mnemonics.of(decoded));
    List<String> operands = operands();
    if (!operands.isEmpty()) {
      text.append(' ').append(String.join(",", operands));
    }
    if (isRipRelative()) {
      text.append("  # ").append(hex(ripRelativeTarget()));
    }
    return text.toString();
  }

  private List<String> prefixWords() {
    List<String> words = new ArrayList<>();
    boolean mandatory =
        decoded.opcode().encoding().startsWith("F3 ")
            || decoded.opcode().encoding().startsWith("F2 ");
    boolean string = isString();
    if (decoded.repeatPrefix() == 0xf3 && (string || !mandatory)) {
      words.add(string && !isComparing() ? "rep" : "repz");
    } else if (decoded.repeatPrefix() == 0xf2 && (string || !mandatory)) {
      words.add("repnz");
    }
    if (decoded.lock()) {
      words.add("lock");
    }
    if (decoded.is64()) {
      for (int prefix : prefixes.legacy()) {
        switch (prefix) {
          case 0x26 -> words.add("es");
          case 0x2e -> words.add("cs");
          case 0x36 -> words.add("ss");
          case 0x3e -> words.add("ds");
          default -> {}
        }
      }
    }
    return words;
  }

  private boolean isString() {
    return decoded.opcode().operands().stream()
        .anyMatch(operand -> operand.method() == 'X' || operand.method() == 'Y');
  }

  private boolean isComparing() {
    String mnemonic = decoded.opcode().mnemonic();
    return mnemonic.equals("CMPS") || mnemonic.equals("SCAS");
  }

  private List<String> operands() {
    if (Mnemonics.isNop(decoded) || decoded.opcode().mnemonic().endsWith("FENCE")) {
      return List.of();
    }
    List<OperandCode> codes = decoded.opcode().operands();
    List<String> texts = new ArrayList<>();
    boolean firstImmediate = true;
    for (OperandCode operand : codes) {
      if (operand.method() == 'I') {
        if (!Mnemonics.namesPredicate(decoded)) {
          texts.add(
              immediate(operand, firstImmediate ? decoded.immediate() : decoded.immediate2()));
        }
        firstImmediate = false;
      } else if (!isSilent(operand, codes)) {
        texts.add(operand(operand));
      }
    }
    if (decoded.opcode().mnemonic().equals("XLAT")) {
      texts.add("BYTE PTR " + string('X', 3));
    }
    return texts;
  }

  /** ST(0) that objdump leaves unsaid. */
  private boolean isSilent(OperandCode operand, List<OperandCode> codes) {
    if (operand.method() != OperandCode.FIXED || codes.size() != 2 || operand != codes.getFirst()) {
      return false;
    }
    String mnemonic = decoded.opcode().mnemonic();
    return mnemonic.startsWith("FCOM") && !mnemonic.startsWith("FCOMI")
        || mnemonic.startsWith("FUCOM") && !mnemonic.startsWith("FUCOMI");
  }

  private String operand(OperandCode operand) {
    return switch (operand.method()) {
      case OperandCode.FIXED -> fixed(operand);
      case OperandCode.REGISTER_IN_OPCODE ->
          operand.type().equals("b")
              ? RegisterNames.byteRegister(decoded.opcodeRegister8())
              : RegisterNames.general(decoded.opcodeRegister(), decoded.operandSize());
      case 'A' -> hex(decoded.immediate2()) + ":" + hex(decoded.immediate());
      case 'C' -> "cr" + decoded.reg();
      case 'D' -> "dr" + decoded.reg();
      case 'E', 'M' -> decoded.isRegister() ? registerOrByte(operand) : memory(operand);
      case 'G' -> general(decoded.reg(), decoded.reg8(), operand);
      case 'J' -> hex(branchTarget());
      case 'N' -> "mm" + (decoded.modrm() & 7);
      case 'O' -> MemoryText.absolute(decoded, decoded.memory().displacement());
      case 'P' -> "mm" + (decoded.reg() & 7);
      case 'Q' -> decoded.isRegister() ? "mm" + (decoded.modrm() & 7) : memory(operand);
      case 'R' -> RegisterNames.general(decoded.rm(), decoded.is64() ? 64 : 32);
      case 'S' -> RegisterNames.segment(decoded.reg() & 7);
      case 'U' -> "xmm" + decoded.rm();
      case 'V' -> "xmm" + decoded.reg();
      case 'W' -> decoded.isRegister() ? "xmm" + decoded.rm() : memory(operand);
      case 'X' -> pointer(operand) + string('X', 6);
      case 'Y' -> pointer(operand) + string('Y', 7);
      default -> throw new IllegalStateException("operand " + operand);
    };
  }

  private String fixed(OperandCode operand) {
    String name = operand.type();
    if (name.startsWith("ST")) {
      return isStackTop(operand) ? "st" : "st(" + name.charAt(2) + ")";
    }
    return switch (name) {
      case "rAX" -> RegisterNames.general(0, decoded.operandSize());
      case "eAX" -> RegisterNames.general(0, Math.min(32, decoded.operandSize()));
      default -> name.toLowerCase(Locale.ROOT);
    };
  }

  /** Tells whether an x87 register operand is the one that the opcode implies. */
  private boolean isStackTop(OperandCode operand) {
    List<OperandCode> codes = decoded.opcode().operands();
    if (codes.size() != 2) {
      return false;
    }
    boolean destinationImplied = decoded.opcodeByte() != 0xdc && decoded.opcodeByte() != 0xde;
    return operand == (destinationImplied ? codes.getFirst() : codes.getLast());
  }

  private String registerOrByte(OperandCode operand) {
    return general(decoded.rm(), decoded.rm8(), operand);
  }

  private String general(int register, int register8, OperandCode operand) {
    return switch (operand.type()) {
      case "b" -> RegisterNames.byteRegister(register8);
      case "w" -> RegisterNames.general(register, 16);
      case "d" -> RegisterNames.general(register, isMask(operand) && decoded.rexW() ? 64 : 32);
      case "db", "dw" -> RegisterNames.general(register, 32);
      case "v", "vw" -> RegisterNames.general(register, decoded.operandSize());
      case "z" -> RegisterNames.general(register, Math.min(32, decoded.operandSize()));
      case "y" -> RegisterNames.general(register, decoded.rexW() ? 64 : 32);
      default -> throw new IllegalStateException("operand " + operand);
    };
  }

  /** Tells whether it is a register that REX.W widens although only its low half can be other than zero. */
  private boolean isMask(OperandCode operand) {
    return operand.method() == 'G' && !decoded.opcode().mnemonic().equals("PEXTRW");
  }

  private String memory(OperandCode operand) {
    return pointer(operand) + new MemoryText(decoded, code, modrmAt, prefixes.rex()).text();
  }

  /** What objdump writes before a memory operand to say how large it is. */
  private String pointer(OperandCode operand) {
    String size =
        switch (operand.type()) {
          case "b", "db" -> "BYTE";
          case "w", "dw", "vw" -> "WORD";
          case "d", "ss" -> "DWORD";
          case "q", "sd", "pi" ->
              decoded.opcode().mnemonic().equals("CMPXCHG8B") && decoded.rexW() ? "OWORD" : "QWORD";
          case "dq", "ps", "pd" -> isSizeless() ? "" : "XMMWORD";
          case "y" -> decoded.rexW() ? "QWORD" : "DWORD";
          case "v" -> sizeName(decoded.operandSize());
          case "z" -> sizeName(Math.min(32, decoded.operandSize()));
          case "p" ->
              decoded.operandSize() == 16
                  ? "DWORD"
                  : decoded.operandSize() == 32 ? "FWORD" : "TBYTE";
          case "a" -> decoded.operandSize() == 16 ? "DWORD" : "QWORD";
          case "t" -> "TBYTE";
          default -> "";
        };
    return size.isEmpty() ? "" : size + " PTR ";
  }

  private boolean isSizeless() {
    return decoded.opcode().feature().equals("FXSR") || decoded.opcode().mnemonic().equals("LDDQU");
  }

  private static String sizeName(int bits) {
    return bits == 16 ? "WORD" : bits == 32 ? "DWORD" : "QWORD";
  }

  /** The implied address of a string operand. */
  private String string(char method, int register) {
    int override = decoded.segmentOverride();
    String segment = method == 'Y' ? "es" : override >= 0 ? RegisterNames.segment(override) : "ds";
    return segment + ":[" + RegisterNames.general(register, decoded.addressSize()) + "]";
  }

  private String immediate(OperandCode operand, long value) {
    int bits =
        switch (operand.type()) {
          case "w" -> 16;
          case "b" -> extendsByte() ? decoded.operandSize() : 8;
          default -> decoded.operandSize();
        };
    return hex(bits == 64 ? value : value & (1L << bits) - 1);
  }

  /** Tells whether an immediate byte stands for its sign extension to the operand size. */
  private boolean extendsByte() {
    return switch (decoded.opcodeByte()) {
      case 0x83, 0x6a, 0x6b -> decoded.opcode().encoding().length() < 6;
      default -> false;
    };
  }

  private long branchTarget() {
    long target = address + decoded.length() + decoded.immediate();
    return decoded.operandSize() == 64 ? target : target & (1L << decoded.operandSize()) - 1;
  }

  private boolean isRipRelative() {
    return decoded.is64()
        && decoded.memory() != null
        && modrmAt < code.length
        && (code[modrmAt] & 0xc7) == 5
        && !hasAbsoluteOffset();
  }

  private boolean hasAbsoluteOffset() {
    return decoded.opcode().operands().stream().anyMatch(operand -> operand.method() == 'O');
  }

  private long ripRelativeTarget() {
    return address + decoded.memory().displacement() & decoded.addressMask();
  }

  private static String hex(long value) {
    return "0x" + Long.toHexString(value);
  }
}
