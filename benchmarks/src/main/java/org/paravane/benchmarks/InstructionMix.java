package org.paravane.benchmarks;

/** Endless loops, each of one kind of instruction; the assembler text is that of their bytes, in AT&T syntax. */
public enum InstructionMix {
  /**
   * mov %rax,%rdx; add %rbx,%rax; xor %ecx,%edx; shl $3,%rcx; lea 7(%rax,%rdx,2),%rsi; sub $5,%ebx; and $0x7fff,%edx; or
   * %rsi,%rcx; imul %rdx,%rdi; adc $0,%rax; cmp %rdx,%rsi; setb %r8b; cmova %rax,%r9; movzbl %r8b,%r10d; ror $7,%r9; neg
   * %ebx; jmp back.
   */
  ALU(
      "4889c24801d831ca48c1e103488d74500783eb0581e2ff7f00004809f1480faffa4883d0004839d6410f92c04c0f47c8450fb6d0"
          + "49c1c907f7dbebc4"),
  /** Loads and stores of 8 to 64 bits at 0x40000 with and without index, read-modify-write, push and pop. */
  MEMORY(
      "488b042500000400488904cd080004008b14cd1000040048011425200004000fb61c0d03000400881c0d000804000fb73425"
          + "040004006689342506080400505f39142530000400ffc183e13febb2"),
  /** A generator of pseudo-random numbers (imul, add), and three branches that depend on it. */
  BRANCHES("69c06d4ec6410539300000a9000001007402ffc3a9000002007502ffcb3dffffff3f770383c203ebd7"),
  /** Direct and indirect calls of two functions, one with a frame. */
  CALLS("e810000000e813000000488d0504000000ffd0ebeb554889e5ffc15dc3ffc2c3"),
  /** REP MOVSQ of 256 bytes, REP STOSB of 100. */
  STRING("be00000400bf00200400b920000000f348a5bf00200400b964000000f3aaebe0"),
  /** Scalar doubles, packed integers, conversions between them. */
  SSE(
      "f20f10042500000400f20f59c1f20f58c2f20f2ad8660ffeec660feff5f20f11042500010400f20f2cc3ffc0ebd2"),
  /** fninit once; fldl, faddl, fmull, fdivl, fstpl. */
  X87("dbe3dd042500000400dc042508000400dc0c2510000400dc342518000400dd1c2520000400ebdb");

  private final String code;

  InstructionMix(String code) {
    this.code = code;
  }

  /** The bytes as hexadecimal digits. */
  String code() {
    return code;
  }
}
