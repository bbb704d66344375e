package org.paravane.core.instructions.vector;

import org.paravane.core.cpu.Cpu;

/** The SHA extensions (SDM Vol. 1 12.14). */
final class ShaInstructions {
  private static final int[] SHA1_CONSTANTS = {0x5a827999, 0x6ed9eba1, 0x8f1bbcdc, 0xca62c1d6};

  private ShaInstructions() {}

  static void addTo(VectorRows rows) {
    rows.xmm(
        "SHA",
        "NP 0F 38 C8",
        "SHA1NEXTE",
        (cpu, to, low, high) -> {
          int next = Integer.rotateLeft((int) (cpu.fpu.xmm[to + 1] >>> 32), 30);
          set(cpu, to, low, high + ((long) next << 32));
        });
    rows.xmm(
        "SHA",
        "NP 0F 38 C9",
        "SHA1MSG1",
        (cpu, to, low, high) ->
            set(cpu, to, cpu.fpu.xmm[to] ^ high, cpu.fpu.xmm[to + 1] ^ cpu.fpu.xmm[to]));
    rows.xmm("SHA", "NP 0F 38 CA", "SHA1MSG2", ShaInstructions::sha1Message);
    rows.xmmImmediate(
        "SHA",
        "NP 0F 3A CC",
        "SHA1RNDS4",
        function -> (cpu, to, low, high) -> sha1Rounds(cpu, to, low, high, function & 3));
    rows.add(
        "SHA",
        "NP 0F 38 CB",
        "SHA256RNDS2",
        "Vdq,Wdq,XMM0",
        d -> VectorRows.xmm(d, ShaInstructions::sha256Rounds));
    rows.xmm(
        "SHA",
        "NP 0F 38 CC",
        "SHA256MSG1",
        (cpu, to, low, high) -> {
          long a = cpu.fpu.xmm[to];
          long b = cpu.fpu.xmm[to + 1];
          long first =
              Lanes.dwords(
                  (int) a + schedule0((int) (a >>> 32)), (int) (a >>> 32) + schedule0((int) b));
          int last = (int) (b >>> 32) + schedule0((int) low);
          set(cpu, to, first, Lanes.dwords((int) b + schedule0((int) (b >>> 32)), last));
        });
    rows.xmm(
        "SHA",
        "NP 0F 38 CD",
        "SHA256MSG2",
        (cpu, to, low, high) -> {
          long a = cpu.fpu.xmm[to];
          long b = cpu.fpu.xmm[to + 1];
          int word16 = (int) a + schedule1((int) high);
          int word17 = (int) (a >>> 32) + schedule1((int) (high >>> 32));
          int word18 = (int) b + schedule1(word16);
          set(
              cpu,
              to,
              Lanes.dwords(word16, word17),
              Lanes.dwords(word18, (int) (b >>> 32) + schedule1(word17)));
        });
  }

  private static void set(Cpu cpu, int to, long low, long high) {
    cpu.fpu.xmm[to] = low;
    cpu.fpu.xmm[to + 1] = high;
  }

  private static void sha1Message(Cpu cpu, int to, long low, long high) {
    long a = cpu.fpu.xmm[to];
    long b = cpu.fpu.xmm[to + 1];
    int word16 = Integer.rotateLeft((int) (b >>> 32) ^ (int) high, 1);
    int word17 = Integer.rotateLeft((int) b ^ (int) (low >>> 32), 1);
    int word18 = Integer.rotateLeft((int) (a >>> 32) ^ (int) low, 1);
    int word19 = Integer.rotateLeft((int) a ^ word16, 1);
    set(cpu, to, Lanes.dwords(word19, word18), Lanes.dwords(word17, word16));
  }

  private static void sha1Rounds(Cpu cpu, int to, long low, long high, int function) {
    int a = (int) (cpu.fpu.xmm[to + 1] >>> 32);
    int b = (int) cpu.fpu.xmm[to + 1];
    int c = (int) (cpu.fpu.xmm[to] >>> 32);
    int d = (int) cpu.fpu.xmm[to];
    // The first word comes with E added by SHA1NEXTE.
    int e = 0;
    for (int i = 0; i < 4; i++) {
      int word = (int) ((i < 2 ? high : low) >>> 32 * (~i & 1));
      int mixed =
          switch (function) {
            case 0 -> b & c ^ ~b & d;
            case 2 -> majority(b, c, d);
            default -> b ^ c ^ d;
          };
      int next = mixed + Integer.rotateLeft(a, 5) + word + e + SHA1_CONSTANTS[function];
      e = d;
      d = c;
      c = Integer.rotateLeft(b, 30);
      b = a;
      a = next;
    }
    set(cpu, to, Lanes.dwords(d, c), Lanes.dwords(b, a));
  }

  private static void sha256Rounds(Cpu cpu, int to, long low, long high) {
    int a = (int) (high >>> 32);
    int b = (int) high;
    int c = (int) (cpu.fpu.xmm[to + 1] >>> 32);
    int d = (int) cpu.fpu.xmm[to + 1];
    int e = (int) (low >>> 32);
    int f = (int) low;
    int g = (int) (cpu.fpu.xmm[to] >>> 32);
    int h = (int) cpu.fpu.xmm[to];
    long words = cpu.fpu.xmm[0];
    for (int i = 0; i < 2; i++) {
      int sum = (e & f ^ ~e & g) + rotations(e, 6, 11, 25) + (int) (words >>> 32 * i) + h;
      int next = sum + majority(a, b, c) + rotations(a, 2, 13, 22);
      h = g;
      g = f;
      f = e;
      e = sum + d;
      d = c;
      c = b;
      b = a;
      a = next;
    }
    set(cpu, to, Lanes.dwords(f, e), Lanes.dwords(b, a));
  }

  private static int majority(int a, int b, int c) {
    return a & b ^ a & c ^ b & c;
  }

  private static int rotations(int a, int first, int second, int third) {
    return Integer.rotateRight(a, first)
        ^ Integer.rotateRight(a, second)
        ^ Integer.rotateRight(a, third);
  }

  private static int schedule0(int a) {
    return Integer.rotateRight(a, 7) ^ Integer.rotateRight(a, 18) ^ a >>> 3;
  }

  private static int schedule1(int a) {
    return Integer.rotateRight(a, 17) ^ Integer.rotateRight(a, 19) ^ a >>> 10;
  }
}
