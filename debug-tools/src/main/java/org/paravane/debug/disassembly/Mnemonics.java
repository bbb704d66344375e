package org.paravane.debug.disassembly;

import java.util.Locale;
import org.paravane.core.cpu.CpuMode;
import org.paravane.core.decode.Decoded;
import org.paravane.core.decode.OperandCode;

/** Mnemonics as objdump spells them: with a suffix or a name of their own where the operand size is not the usual one. */
final class Mnemonics {
  private static final String[] COMPARISONS = {
    "eq", "lt", "le", "unord", "neq", "nlt", "nle", "ord"
  };

  private Mnemonics() {}

  /** The mnemonic of an instruction. */
  static String of(Decoded d) {
    String name = d.opcode().mnemonic();
    return switch (name) {
      case "CWDE" -> bySize(d, "cbw", "cwde", "cdqe");
      case "CDQ" -> bySize(d, "cwd", "cdq", "cqo");
      case "PUSHF",
          "POPF",
          "PUSHA",
          "POPA",
          "LEAVE",
          "ENTER",
          "FLDENV",
          "FNSTENV",
          "FRSTOR",
          "FNSAVE" ->
          lower(name) + suffix(d);
      case "SGDT", "SIDT", "LGDT", "LIDT" ->
          lower(name) + (d.is64() ? "" : d.operandSize() == 16 ? "w" : "d");
      case "CALL", "JMP" ->
          lower(name) + (d.opcode().operands().getFirst().toString().equals("Jz") ? suffix(d) : "");
      case "IRET", "RETF" -> lower(name) + (d.operandSize() == 64 ? "q" : suffix(d));
      case "RET" -> d.is64() ? "ret" : "ret" + suffix(d);
      case "PUSH", "POP" ->
          lower(name) + (d.opcode().encoding().startsWith("F") ? "" : pushSuffix(d));
      case "SYSRET", "SYSEXIT" -> lower(name) + (d.rexW() ? "q" : d.is64() ? "d" : "");
      case "XCHG" -> isNop(d) ? "nop" : "xchg";
      case "SAL" -> "shl";
      case "JrCXZ" -> d.addressSize() == 64 ? "jrcxz" : d.addressSize() == 32 ? "jecxz" : "jcxz";
      case "MOV" -> isWideMove(d) ? "movabs" : "mov";
      case "MOVD", "PEXTRD", "PINSRD" ->
          lower(name.substring(0, name.length() - 1)) + (d.rexW() ? "q" : "d");
      case "CMPXCHG8B" -> d.rexW() ? "cmpxchg16b" : "cmpxchg8b";
      case "FXSAVE", "FXRSTOR" -> lower(name) + (d.rexW() ? "64" : "");
      case "CMPPS", "CMPPD", "CMPSS", "CMPSD" -> comparison(d, lower(name));
      case "PCLMULQDQ" ->
          namesPredicate(d)
              ? "pclmul" + half(d.immediate()) + half(d.immediate() >> 4) + "dq"
              : "pclmulqdq";
      case "FNENI" -> "fneni(8087 only)";
      case "FNDISI" -> "fndisi(8087 only)";
      case "FNSETPM" -> "fnsetpm(287 only)";
      case "FCOM2" -> "fcom";
      case "FCOMP3", "FCOMP5" -> "fcomp";
      case "FSTP1", "FSTP8", "FSTP9" -> "fstp";
      case "FXCH4", "FXCH7" -> "fxch";
      default -> lower(name);
    };
  }

  private static String half(long bit) {
    return (bit & 1) != 0 ? "hq" : "lq";
  }

  /** Tells whether the mnemonic says already what the immediate byte chooses: a comparison, or halves to multiply. */
  static boolean namesPredicate(Decoded d) {
    return switch (d.opcode().mnemonic()) {
      case "CMPPS", "CMPPD", "CMPSS", "CMPSD" -> (d.immediate() & 0xff) < COMPARISONS.length;
      case "PCLMULQDQ" -> (d.immediate() & ~0x11) == 0;
      default -> false;
    };
  }

  /** Tells whether it is the exchange of the accumulator with itself. */
  static boolean isNop(Decoded d) {
    return d.opcode().mnemonic().equals("XCHG")
        && d.opcodeByte() == 0x90
        && d.opcodeRegister() == 0
        && d.operandSize() == usualSize(d);
  }

  private static String bySize(Decoded d, String word, String doubleword, String quadword) {
    return d.operandSize() == 16 ? word : d.operandSize() == 32 ? doubleword : quadword;
  }

  /** "w" or "d" if the operand size is not the one of the mode. */
  private static String suffix(Decoded d) {
    if (d.is64()) {
      return d.operandSize() == 16 ? "w" : "";
    }
    return d.operandSize() == usualSize(d) ? "" : d.operandSize() == 16 ? "w" : "d";
  }

  private static String pushSuffix(Decoded d) {
    char method = d.opcode().operands().getFirst().method();
    return method == 'I' || method == '=' ? suffix(d) : "";
  }

  private static int usualSize(Decoded d) {
    boolean exchange = d.opcode().mnemonic().equals("XCHG");
    if (d.is64()) {
      return exchange && d.operandSize() == 64 ? 64 : 32;
    }
    return (d.mode() & CpuMode.CODE_SIZE) == CpuMode.CODE32 ? 32 : 16;
  }

  private static boolean isWideMove(Decoded d) {
    OperandCode source = d.opcode().operands().getLast();
    boolean offset = d.opcode().operands().stream().anyMatch(operand -> operand.method() == 'O');
    return offset ? d.addressSize() == 64 : source.toString().equals("Iv") && d.operandSize() == 64;
  }

  private static String comparison(Decoded d, String name) {
    if (!namesPredicate(d)) {
      return name;
    }
    return "cmp" + COMPARISONS[(int) d.immediate() & 7] + name.substring(3);
  }

  private static String lower(String name) {
    return name.toLowerCase(Locale.ROOT);
  }
}
