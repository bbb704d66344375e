package org.paravane.platform.pc;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.paravane.core.cpu.Platform.CpuidResult;

/**
 * What CPUID says about the processor itself (SDM Vol. 2A CPUID): what the core implements and nothing else. A platform
 * adds the hypervisor leaves.
 *
 * <p>The vendor is GenuineIntel because kernels read the frequency leaves 15H and 16H from that vendor only; family 6
 * model 7FH with the immunity bits of IA32_ARCH_CAPABILITIES is on no kernel's list of errata that matters here.
 */
public final class ProcessorIdentity {
  /** The time-stamp counter's rate: it counts nanoseconds. */
  public static final long TSC_HZ = 1_000_000_000;

  /** The core crystal's rate, which is the local APIC timer's. */
  public static final long CRYSTAL_HZ = 25_000_000;

  private static final int MAX_LEAF = 0x16;
  private static final int MAX_EXTENDED_LEAF = 0x8000_0008;
  private static final int SIGNATURE = 0x0007_06f1;
  private static final String BRAND = "Paravane x86-64 processor";

  private static final int FEATURES_EDX =
      bits(0, 1, 2, 3, 4, 5, 6, 7, 8, 11, 12, 13, 14, 15, 16, 17, 19, 23, 24, 25, 26);
  private static final int FEATURE_APIC = 1 << 9;
  private static final int FEATURES_ECX = bits(0, 1, 9, 13, 19, 20, 21, 22, 23, 24, 25);
  private static final int STRUCTURED_EBX = bits(0, 1, 7, 9, 20, 29);
  private static final int STRUCTURED_ECX = bits(2);
  private static final int STRUCTURED_EDX = bits(4, 29);
  private static final int EXTENDED_ECX = bits(0, 8);
  private static final int EXTENDED_EDX = bits(11, 20, 26, 27, 29);
  private static final int INVARIANT_TSC = 1 << 8;
  private static final int ARAT = 1 << 2;
  static final int PHYSICAL_BITS = 40;
  private static final int LINEAR_BITS = 48;
  private static final int CLFLUSH_LINE = 8;

  private ProcessorIdentity() {}

  private static int bits(int... positions) {
    int mask = 0;
    for (int position : positions) {
      mask |= 1 << position;
    }
    return mask;
  }

  /**
   * Answers a basic or extended leaf; a leaf beyond the highest basic one reads as the highest basic one, as Intel's
   * processors do.
   *
   * @param apicId the asking processor's initial APIC id
   * @param processors processors in the package
   * @param apicEnabled IA32_APIC_BASE has the local APIC enabled
   */
  public static void cpuid(
      int leaf, int subleaf, int apicId, int processors, boolean apicEnabled, CpuidResult result) {
    if (leaf < 0 && Integer.compareUnsigned(leaf, MAX_EXTENDED_LEAF) <= 0) {
      extended(leaf, result);
    } else {
      basic(
          leaf < 0 || leaf > MAX_LEAF ? MAX_LEAF : leaf,
          subleaf,
          apicId,
          processors,
          apicEnabled,
          result);
    }
  }

  private static void basic(
      int leaf, int subleaf, int apicId, int processors, boolean apicEnabled, CpuidResult result) {
    switch (leaf) {
      case 0 -> result.set(MAX_LEAF, word("Genu"), word("ntel"), word("ineI"));
      case 1 ->
          result.set(
              SIGNATURE,
              apicId << 24 | processors << 16 | CLFLUSH_LINE << 8,
              FEATURES_ECX,
              FEATURES_EDX | (apicEnabled ? FEATURE_APIC : 0) | (processors > 1 ? 1 << 28 : 0));
      case 6 -> result.set(ARAT, 0, 0, 0);
      case 7 -> {
        if (subleaf == 0) {
          result.set(0, STRUCTURED_EBX, STRUCTURED_ECX, STRUCTURED_EDX);
        } else {
          result.set(0, 0, 0, 0);
        }
      }
      case 0x15 -> result.set(1, (int) (TSC_HZ / CRYSTAL_HZ), (int) CRYSTAL_HZ, 0);
      case 0x16 ->
          result.set(
              (int) (TSC_HZ / 1_000_000),
              (int) (TSC_HZ / 1_000_000),
              (int) (CRYSTAL_HZ / 1_000_000),
              0);
      default -> result.set(0, 0, 0, 0);
    }
  }

  private static void extended(int leaf, CpuidResult result) {
    switch (leaf) {
      case 0x8000_0000 -> result.set(MAX_EXTENDED_LEAF, 0, 0, 0);
      case 0x8000_0001 -> result.set(0, 0, EXTENDED_ECX, EXTENDED_EDX);
      case 0x8000_0002, 0x8000_0003, 0x8000_0004 -> {
        ByteBuffer brand = ByteBuffer.allocate(48).order(ByteOrder.LITTLE_ENDIAN);
        brand.put(BRAND.getBytes(StandardCharsets.US_ASCII));
        int at = 16 * (leaf - 0x8000_0002);
        result.set(
            brand.getInt(at), brand.getInt(at + 4), brand.getInt(at + 8), brand.getInt(at + 12));
      }
      case 0x8000_0007 -> result.set(0, 0, 0, INVARIANT_TSC);
      case 0x8000_0008 -> result.set(PHYSICAL_BITS | LINEAR_BITS << 8, 0, 0, 0);
      default -> result.set(0, 0, 0, 0);
    }
  }

  private static int word(String fourCharacters) {
    return ByteBuffer.wrap(fourCharacters.getBytes(StandardCharsets.US_ASCII))
        .order(ByteOrder.LITTLE_ENDIAN)
        .getInt();
  }
}
