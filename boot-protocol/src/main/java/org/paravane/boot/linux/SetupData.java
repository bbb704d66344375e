package org.paravane.boot.linux;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.paravane.core.memory.GuestMemory;

/**
 * The setup_data list: one SETUP_RNG_SEED node, so that the kernel's random generator is ready at once and the same in
 * every run with the same seed.
 *
 * <pre>
 * 00 next 8   08 type 4   0c len 4   10 data
 * </pre>
 *
 * @abi linux arch/x86/include/uapi/asm/setup_data.h
 */
final class SetupData {
  private static final int TYPE_RNG_SEED = 9;
  private static final int HEADER_BYTES = 16;
  private static final int SEED_BYTES = 32;

  /** Size of the list. */
  static final int BYTES = HEADER_BYTES + SEED_BYTES;

  private SetupData() {}

  static void write(GuestMemory memory, long address, long seed) {
    memory.put64(address, 0);
    memory.put32(address + 8, TYPE_RNG_SEED);
    memory.put32(address + 12, SEED_BYTES);
    memory.write(address + HEADER_BYTES, expand(seed), 0, SEED_BYTES);
  }

  /** 32 bytes that depend on every bit of the seed and on nothing else. */
  private static byte[] expand(long seed) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      sha256.update("Paravane RNG seed".getBytes(StandardCharsets.US_ASCII));
      return sha256.digest(ByteBuffer.allocate(Long.BYTES).putLong(seed).array());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
