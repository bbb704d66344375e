package org.paravane.debug.disassembly;

import java.util.regex.Pattern;

/** The parts of a line's text that count in comparisons. */
final class ObjdumpText {
  private static final Pattern COMMENT = Pattern.compile("\\s*(#.*|<.*>.*)$");
  private static final Pattern PREFIXES =
      Pattern.compile(
          "^((?:[cdefgs]s|data16|data32|addr16|addr32|rep|repz|repnz|lock|bnd|notrack|xacquire|xrelease|fwait"
              + "|rex(?:\\.W?R?X?B?)?)(?: +|$))+");
  private static final Pattern HINT = Pattern.compile("^(j\\w+),p[nt]");
  private static final Pattern BARE_TARGET =
      Pattern.compile("^(j\\w+|call|loop\\w*|xbegin) ([0-9a-f]+)$");

  private ObjdumpText() {}

  /** Mnemonic and operands, without prefixes, branch hints, comments, symbols and alignment. */
  static String bare(String text) {
    String bare = COMMENT.matcher(text).replaceFirst("");
    bare = PREFIXES.matcher(bare).replaceFirst("").strip().replaceAll("\\s+", " ");
    bare = HINT.matcher(bare).replaceFirst("$1");
    return BARE_TARGET.matcher(bare).replaceFirst("$1 0x$2");
  }
}
