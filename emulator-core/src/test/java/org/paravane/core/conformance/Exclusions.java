package org.paravane.core.conformance;

import java.util.LinkedHashMap;
import java.util.Map;
import org.paravane.core.decode.Opcode;

/** The instructions that a program of an operating system can't have compared natively, and why. */
final class Exclusions {
  private static final Map<String, String> BY_MNEMONIC = new LinkedHashMap<>();
  private static final Map<String, String> BY_ENCODING = new LinkedHashMap<>();

  static {
    exclude(
        "the operating system answers",
        "INT",
        "INT3",
        "INT1",
        "SYSCALL",
        "SYSENTER",
        "VMCALL",
        "VMMCALL");
    exclude("depends on the host's time or counters", "RDTSC", "RDTSCP", "RDPMC");
    exclude("tells what the host is", "CPUID", "XGETBV");
    exclude("gives random numbers", "RDRAND", "RDSEED");
    exclude("the operating system may emulate it (UMIP)", "SMSW", "SGDT", "SIDT", "SLDT", "STR");
    exclude(
        "depends on the host's descriptor tables",
        "VERR",
        "VERW",
        "LAR",
        "LSL",
        "LSS",
        "LFS",
        "LGS");
    exclude("far transfer: depends on the host's descriptor tables", "RETF", "IRET");
    exclude(
        "changes or shows the base by which the host finds its thread",
        "RDFSBASE",
        "WRFSBASE",
        "WRGSBASE");
    exclude(
        "whether it is allowed depends on the operating system", "RDGSBASE", "MONITOR", "MWAIT");
    exclude(
        "an approximation of which only the error is bounded: SseApproximationTest",
        "RCPPS",
        "RCPSS",
        "RSQRTPS",
        "RSQRTSS");
    BY_ENCODING.put("FF /3", "far transfer: depends on the host's descriptor tables");
    BY_ENCODING.put("FF /5", "far transfer: depends on the host's descriptor tables");
    BY_ENCODING.put("8E", "depends on the host's descriptor tables");
    BY_ENCODING.put("0F A1", "depends on the host's descriptor tables");
    BY_ENCODING.put("0F A9", "depends on the host's descriptor tables");
  }

  private Exclusions() {}

  private static void exclude(String reason, String... mnemonics) {
    for (String mnemonic : mnemonics) {
      BY_MNEMONIC.put(mnemonic, reason);
    }
  }

  /** Why a row is not compared; empty if it is. */
  static String reason(Opcode row) {
    return BY_ENCODING.getOrDefault(row.encoding(), BY_MNEMONIC.getOrDefault(row.mnemonic(), ""));
  }
}
