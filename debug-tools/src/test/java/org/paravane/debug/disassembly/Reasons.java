package org.paravane.debug.disassembly;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.paravane.core.cpu.CpuMode;
import org.paravane.core.decode.Decoder;
import org.paravane.core.instructions.InstructionSet;

/** Why objdump and Paravane differ about an instruction although Paravane is right. */
final class Reasons {
  private static final Pattern RESERVED_NOPS =
      Pattern.compile("rdssp[dq]|bnd\\w+|cldemote|prefetchit[01]|nopw?");
  private static final Pattern UNDOCUMENTED_X87 =
      Pattern.compile("(dc d|dd c[89a-f]|de d[0-7]|df [cd]|d9 d[89a-f])");
  private static final Pattern FORBIDDEN_PREFIX = Pattern.compile("\\b(repz|repnz|data16|data32) ");
  private static final Pattern BRANCH = Pattern.compile("(j\\w+|call|loop\\w*) 0x\\w+");

  /** What objdump calls by a condition, an immediate or an operand size, and the manuals do not. */
  private static final Pattern VARIANTS =
      Pattern.compile(
          "(v?p?cmp|vpcom|vpclmul|v?gf2p8).*|(xsave\\w*|xrstors?)64|(incssp|wru?ss)[dq]");

  private Reasons() {}

  /**
   * The reason of a disagreement, if it has one.
   *
   * @param theirs what objdump says
   * @param text what objdump says, without prefixes and comments
   * @param ours what Paravane says
   * @param ourText the same without prefixes and comments
   * @param code the bytes that either takes for the instruction
   * @param mode of the code: see {@link CpuMode}
   */
  static Optional<String> of(
      String theirs, String text, Line ours, String ourText, byte[] code, int mode) {
    boolean is64 = CpuMode.is64(mode);
    if (text.isEmpty()) {
      return Optional.of("objdump gives prefixes a line of their own");
    }
    Prefixes prefixes = Prefixes.of(code, 0, is64);
    if (prefixes.length() > 0 && (code[prefixes.length()] & 0xff) == 0x9b) {
      return Optional.of("prefixes of FWAIT, which objdump gives to the instruction behind it");
    }
    if (isNone(ourText)) {
      return undefinedHere(theirs, text, code, prefixes, mode);
    }
    String mnemonic = text.split(" ")[0];
    if (ourText.startsWith("nop ") && RESERVED_NOPS.matcher(mnemonic).matches()) {
      return Optional.of("a no-operation unless CET, MPX, CLDEMOTE or PREFETCHI is enabled");
    }
    if (text.contains("(bad)")) {
      return undefinedThere(ours, ourText);
    }
    return ours.length() == code.length
        ? otherwiseNamed(theirs, text, ourText, prefixes, is64)
        : Optional.empty();
  }

  /** Why Paravane raises #UD where objdump knows an instruction. */
  private static Optional<String> undefinedHere(
      String theirs, String text, byte[] code, Prefixes prefixes, int mode) {
    String mnemonic = text.split(" ")[0];
    boolean is64 = CpuMode.is64(mode);
    String reason = null;
    Decoder decoder = new Decoder(InstructionSet.map());
    if (decoder.decode(code, 0, code.length, mode, 0) == Decoder.Outcome.UNIMPLEMENTED) {
      boolean agreed =
          decoder.decoded().length() == code.length
              && isCalled(decoder.missing().mnemonic(), mnemonic);
      reason = agreed ? decoder.missing().feature() + " is not implemented" : null;
    } else if (isVex(code, prefixes.length(), is64)) {
      reason = vectorPrefix(theirs, mnemonic);
    } else if (theirs.contains("lock ")) {
      reason = "LOCK where it is not allowed, #UD";
    } else if (mnemonic.equals("extrq")) {
      reason = "EXTRQ with immediates has ModR/M.reg 0, #UD";
    } else if (mnemonic.equals("rsm")) {
      reason = "RSM outside system management mode, #UD";
    } else if (mnemonic.startsWith("frstpm")) {
      reason = "FRSTPM is of the 80287 only, #UD";
    } else if (text.matches("mov (tr\\d,.*|.*,tr\\d)")) {
      reason = "test registers are of the 80386 and 80486 only, #UD";
    } else if (text.matches("mov ([cd]r\\d+,.*|.*,[cd]r\\d+|cs,.*)")) {
      reason = "MOV to CS, or of a control or debug register that does not exist, #UD";
    } else if (!is64 && text.matches("swapgs|(rd|wr)[fg]sbase .*")) {
      reason = "SWAPGS, RDFSBASE and the like are of 64-bit mode only, #UD";
    } else if (FORBIDDEN_PREFIX.matcher(theirs).find() && code[prefixes.length()] == 0x0f) {
      reason = "a prefix 66, F2 or F3 with which the instruction is not defined, #UD";
    }
    return Optional.ofNullable(reason);
  }

  /** Why Paravane does not know an instruction behind a VEX, EVEX or XOP prefix that objdump does. */
  private static String vectorPrefix(String theirs, String mnemonic) {
    String reason = null;
    if (theirs.matches("(\\w\\w )*(rex|lock|rep|data16).*")) {
      reason = "66, F2, F3, LOCK or REX before VEX, EVEX or XOP, #UD";
    } else if (theirs.contains("{bad}")) {
      reason = "EVEX prefix with a mistake that objdump names";
    } else if (mnemonic.startsWith("vzero")) {
      reason = "VZEROALL and VZEROUPPER with a mandatory prefix, #UD";
    }
    return reason;
  }

  /** Tells whether Paravane's text is of no instruction, or of none that it implements. */
  static boolean isNone(String ourText) {
    return ourText.equals(Disassembler.BAD) || ourText.endsWith(Disassembler.NOT_IMPLEMENTED);
  }

  private static boolean isCalled(String ours, String theirs) {
    return Arrays.asList(ours.toLowerCase(Locale.ROOT).split("/")).contains(theirs)
        || VARIANTS.matcher(theirs).matches();
  }

  /** Why Paravane knows an instruction that objdump does not. */
  private static Optional<String> undefinedThere(Line ours, String ourText) {
    String mnemonic = ourText.split(" ")[0];
    return switch (mnemonic) {
      case "lfence", "mfence", "sfence" ->
          Optional.of("fences are defined for every value of ModR/M.rm");
      case "bsf", "bsr" -> Optional.of("F2 before BSF and BSR is ignored");
      case "wbinvd", "vmmcall" -> Optional.of("66 and F2 before WBINVD and VMMCALL are ignored");
      case "nop" -> Optional.of("PREFETCHW of a register is a no-operation");
      default ->
          UNDOCUMENTED_X87.matcher(ours.hex()).find()
              ? Optional.of("x87 encoding that only processors know")
              : Optional.empty();
    };
  }

  /** Why the two name instructions or operands of the same length differently. */
  private static Optional<String> otherwiseNamed(
      String theirs, String text, String ourText, Prefixes prefixes, boolean is64) {
    String mnemonic = text.split(" ")[0];
    String reason = null;
    if (ourText.startsWith("bsf") && mnemonic.equals("tzcnt")
        || ourText.startsWith("bsr") && mnemonic.equals("lzcnt")) {
      reason = "TZCNT and LZCNT are BSF and BSR where BMI1 and LZCNT are not advertised";
    } else if (ourText.equals("vmmcall") && mnemonic.equals("vmgexit")) {
      reason = "VMGEXIT is VMMCALL where SEV-ES is not advertised";
    } else if (mnemonic.equals("prefetchwt1") || mnemonic.equals("wbnoinvd")) {
      reason = "PREFETCHWT1 is a prefetch, and WBNOINVD is WBINVD, where they are not advertised";
    } else if (!is64 && BRANCH.matcher(ourText).matches() && isTruncated(text, ourText)) {
      reason = "a branch of 16-bit operand size keeps the low half of its target only";
    } else if (theirs.contains("notrack ") && text.equals(ourText.replace("ds:", ""))) {
      reason = "3E before an indirect branch is DS, and NOTRACK only where CET is enabled";
    } else if (mnemonic.equals("movq2dq") && prefixes.has(0x66)) {
      reason = "the source of MOVQ2DQ is an MMX register whatever 66 says";
    } else if (ourText.contains("TBYTE PTR") && text.equals(ourText.replace("TBYTE", "FWORD"))) {
      reason = "a far pointer with REX.W has 80 bits";
    } else if (prefixes.has(0x66) && (prefixes.rex() & 8) != 0) {
      reason = "REX.W overrides 66, which objdump heeds";
    }
    return Optional.ofNullable(reason);
  }

  private static boolean isTruncated(String theirs, String ours) {
    long target = Long.parseUnsignedLong(theirs.substring(theirs.indexOf("0x") + 2), 16);
    return ours.equals(
        theirs.substring(0, theirs.indexOf("0x")) + "0x" + Long.toHexString(target & 0xffff));
  }

  private static boolean isVex(byte[] code, int at, boolean is64) {
    boolean register = at + 1 < code.length && (code[at + 1] & 0xc0) == 0xc0;
    return switch (code[at] & 0xff) {
      case 0xc4, 0xc5, 0x62 -> is64 || register;
      case 0x8f -> at + 1 < code.length && (code[at + 1] & 0x1f) >= 8;
      default -> false;
    };
  }
}
