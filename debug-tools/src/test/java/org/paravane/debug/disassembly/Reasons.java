package org.paravane.debug.disassembly;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Why objdump and Paravane differ about an instruction although Paravane is right. */
final class Reasons {
  private static final Pattern RESERVED_NOPS = Pattern.compile("rdssp[dq]|bnd\\w+|cldemote|prefetchit[01]|nopw?");
  private static final Pattern UNDOCUMENTED_X87 =
      Pattern.compile("(dc d|dd c[89a-f]|de d[0-7]|df [cd]|d9 d[89a-f]|0f 0d).*$");
  private static final Pattern FORBIDDEN_PREFIX = Pattern.compile("\\b(repz|repnz|data16|data32) ");
  private static final Pattern SHORT_BRANCH = Pattern.compile("(j\\w+|call|loop\\w*) 0x\\w+");
  private static final Map<String, Pattern> NOT_ADVERTISED = new LinkedHashMap<>();

  static {
    feature("3DNow", "pf\\w+|pi2f[wd]|pavgusb|pmulhrw|femms|pswapd");
    feature("ADX", "adcx|adox");
    feature("AES", "aes\\w+");
    feature("AMX", "tile\\w+|ldtilecfg|sttilecfg");
    feature("CET", "rdssp[dq]|incssp[dq]|saveprevssp|rstorssp|wrssd?q?|wrussd?q?|setssbsy|clrssbsy");
    feature("CLDEMOTE", "cldemote");
    feature("CLFLUSHOPT", "clflushopt");
    feature("CLWB", "clwb");
    feature("CLZERO", "clzero");
    feature("ENQCMD", "enqcmds?");
    feature("FRED", "eret[us]|lkgs");
    feature("GFNI", "gf2p8\\w+");
    feature("HRESET", "hreset");
    feature("INVLPGB", "invlpgb|tlbsync");
    feature("INVPCID", "invpcid");
    feature("Key Locker", "(aes)?(enc|dec)(wide)?(128|256)\\w*|loadiwkey|encodekey\\w+");
    feature("LWP", "llwpcb|slwpcb|lwpins|lwpval");
    feature("MCOMMIT", "mcommit");
    feature("MONITOR", "monitorx?|mwaitx?");
    feature("MOVDIRI", "movdiri|movdir64b");
    feature("MPX", "bnd(mk|cl|cu|cn|mov|ldx|stx)");
    feature("OSPKE", "rdpkru|wrpkru");
    feature("PadLock", "xstore-rng|xcrypt-\\w+|montmul|xsha\\w+");
    feature("PCLMULQDQ", "pclmul\\w+");
    feature("PCONFIG", "pconfig");
    feature("PREFETCHI", "prefetchit[01]");
    feature("PTWRITE", "ptwrite");
    feature("RAO-INT", "a(add|and|or|xor)");
    feature("RDPID", "rdpid");
    feature("RDPRU", "rdpru");
    feature("RDRAND", "rdrand");
    feature("RDSEED", "rdseed");
    feature("RTM", "xbegin|xend|xabort|xtest|xsusldtrk|xresldtrk");
    feature("SERIALIZE", "serialize");
    feature("SEV", "psmash|pvalidate|rmpadjust|rmpupdate|rmpquery");
    feature("SGX", "encl[suv]");
    feature("SHA", "sha(1|256)\\w+");
    feature("SMX", "getsec");
    feature("SSE4a", "extrq|insertq|movnts[sd]");
    feature("SVM", "vm(run|load|save)|stgi|clgi|skinit|invlpga|vmgexit");
    feature("TBM", "blc\\w+|bls\\w+|t1mskc|tzmsk");
    feature("TDX", "tdcall|seam(call|ops|ret)");
    feature("UINTR", "uiret|clui|stui|testui|senduipi");
    feature("VMX", "vm(read|write|ptrld|ptrst|clear|xon|xoff|launch|resume|func)|invept|invvpid");
    feature("WAITPKG", "umonitor|umwait|tpause");
    feature("WBNOINVD", "wbnoinvd");
    feature("WRMSRNS", "wrmsrns|rdmsrlist|wrmsrlist");
    feature("XSAVE", "x(save|rstor)(c|s|opt)?(64)?|xgetbv|xsetbv");
  }

  private Reasons() {}

  private static void feature(String name, String mnemonics) {
    NOT_ADVERTISED.put(name, Pattern.compile(mnemonics));
  }

  /**
   * The reason of a disagreement, if it has one.
   *
   * @param theirs what objdump says
   * @param text what objdump says, without prefixes and comments
   * @param ours what Paravane says
   * @param ourText the same without prefixes and comments
   * @param code the bytes that either takes for the instruction
   * @param is64 whether they are code of 64-bit mode
   */
  static Optional<String> of(String theirs, String text, Line ours, String ourText, byte[] code, boolean is64) {
    if (text.isEmpty()) {
      return Optional.of("objdump gives prefixes a line of their own");
    }
    if (ourText.equals(Disassembler.BAD) && theirs.contains("lock ")) {
      return Optional.of("LOCK where it is not allowed, #UD");
    }
    String mnemonic = text.split(" ")[0];
    boolean oursBad = ourText.equals(Disassembler.BAD);
    if (oursBad) {
      if (isVex(code, is64)) {
        return Optional.of("VEX, EVEX or XOP prefix: AVX, BMI and the like are not advertised, #UD");
      }
      if (mnemonic.equals("rsm")) {
        return Optional.of("RSM outside system management mode, #UD");
      }
      if (mnemonic.startsWith("frstpm")) {
        return Optional.of("FRSTPM is of the 80287 only, #UD");
      }
      for (Map.Entry<String, Pattern> feature : NOT_ADVERTISED.entrySet()) {
        if (feature.getValue().matcher(mnemonic).matches()) {
          return Optional.of(feature.getKey() + " is not advertised, #UD");
        }
      }
    }
    if (ourText.startsWith("nop ") && RESERVED_NOPS.matcher(mnemonic).matches()) {
      return Optional.of("a no-operation unless CET, MPX, CLDEMOTE or PREFETCHI is enabled");
    }
    if (text.contains("(bad)") && UNDOCUMENTED_X87.matcher(ours.hex()).find()) {
      return Optional.of("x87 encoding that only processors know");
    }
    Prefixes prefixes = Prefixes.of(code, 0, is64);
    if (text.matches("mov ([cd]r\\d+,.*|.*,[cd]r\\d+|cs,.*)") && oursBad) {
      return Optional.of("MOV to CS, or of a control or debug register that does not exist, #UD");
    }
    if (oursBad && FORBIDDEN_PREFIX.matcher(theirs).find() && code[prefixes.length()] == 0x0f) {
      return Optional.of("a prefix 66, F2 or F3 with which the instruction is not defined, #UD");
    }
    if (text.contains("(bad)") && ourText.matches("[sml]fence")) {
      return Optional.of("fences are defined for every value of ModR/M.rm");
    }
    if (text.contains("(bad)") && ourText.matches("bs[fr] .*") && prefixes.has(0xf2)) {
      return Optional.of("F2 before BSF and BSR is ignored");
    }
    if (mnemonic.equals("vmgexit") && ourText.equals("vmmcall")) {
      return Optional.of("VMGEXIT is VMMCALL where SEV-ES is not advertised");
    }
    if (mnemonic.equals("prefetchwt1") || mnemonic.equals("wbnoinvd")) {
      return Optional.of("PREFETCHWT1 is a prefetch, and WBNOINVD is WBINVD, where they are not advertised");
    }
    if (text.contains("(bad)") && ourText.equals("wbinvd")) {
      return Optional.of("66 and F2 before WBINVD are ignored");
    }
    if (oursBad && !is64 && text.matches("swapgs|(rd|wr)[fg]sbase .*")) {
      return Optional.of("SWAPGS, RDFSBASE and the like are of 64-bit mode only, #UD");
    }
    if (oursBad && text.matches("mov (tr.*|.*,tr[0-7])")) {
      return Optional.of("test registers are of the 80386 and 80486 only, #UD");
    }
    if (!is64 && SHORT_BRANCH.matcher(ourText).matches() && isTruncated(text, ourText)) {
      return Optional.of("a branch of 16-bit operand size keeps the low half of its target only");
    }
    if (prefixes.has(0x66) && (prefixes.rex() & 8) != 0) {
      return Optional.of("REX.W overrides 66, which objdump heeds");
    }
    if (ourText.contains("TBYTE PTR") && text.equals(ourText.replace("TBYTE", "FWORD"))) {
      return Optional.of("a far pointer with REX.W has 80 bits");
    }
    if (prefixes.length() > 0 && (code[prefixes.length()] & 0xff) == 0x9b) {
      return Optional.of("prefixes of FWAIT, which objdump gives to the instruction behind it");
    }
    if (ourText.startsWith("bsf") && mnemonic.equals("tzcnt") || ourText.startsWith("bsr") && mnemonic.equals("lzcnt")) {
      return Optional.of("TZCNT and LZCNT are BSF and BSR where BMI1 and LZCNT are not advertised");
    }
    return Optional.empty();
  }

  private static boolean isTruncated(String theirs, String ours) {
    long target = Long.parseUnsignedLong(theirs.substring(theirs.indexOf("0x") + 2), 16);
    return ours.equals(theirs.substring(0, theirs.indexOf("0x")) + "0x" + Long.toHexString(target & 0xffff));
  }

  private static boolean isVex(byte[] code, boolean is64) {
    int at = Prefixes.of(code, 0, is64).length();
    int first = code[at] & 0xff;
    boolean register = at + 1 < code.length && (code[at + 1] & 0xc0) == 0xc0;
    return switch (first) {
      case 0xc4, 0xc5, 0x62 -> is64 || register;
      case 0x8f -> at + 1 < code.length && (code[at + 1] & 0x1f) >= 8;
      default -> false;
    };
  }
}
