/* Code that changes while it runs (SDM Vol. 3A 8.1.3): the CPU always executes what was last written. */
#include "processor.h"

SNIPPET(same_block, "movb $9, same_patched+1(%rip); same_patched: mov $1, %eax");
SNIPPET(same_page, "mov $1, %ecx; 1: call same_called; add %eax, %edx; movb $9, same_called+1(%rip); dec %ecx; jns 1b; int3;"
                   ".balign 64; same_called: mov $1, %eax; ret");
SNIPPET(other_page, "mov $1, %ecx; 1: call other_called; add %eax, %edx; movb $9, other_called+1(%rip); dec %ecx; jns 1b;"
                    "int3; .balign 4096; other_called: mov $1, %eax; ret; .balign 4096");
SNIPPET(across, "mov $1, %ecx; 1: call across_called; add %eax, %edx; movb $9, across_called+1(%rip); dec %ecx; jns 1b; int3;"
                ".balign 4096; .skip 4095; across_called: mov $1, %eax; ret");
SNIPPET(alias, "mov $1, %ecx; 1: call alias_called; add %eax, %edx; movb $9, 0x200000+alias_called+1; dec %ecx; jns 1b; int3;"
               ".balign 64; alias_called: mov $1, %eax; ret");
SNIPPET(by_string, "lea string_source(%rip), %rsi; lea string_patched(%rip), %rdi; mov $5, %ecx; rep movsb;"
                   "string_patched: mov $1, %eax; int3; string_source: mov $9, %eax");
SNIPPET(by_string_stos, "lea stos_patched(%rip), %rdi; mov $0x90, %eax; mov $5, %ecx; rep stosb; mov $3, %eax;"
                        "stos_patched: mov $1, %eax");
SNIPPET(by_push, "lea pushed_end(%rip), %rsp; mov $0x9090909090909090, %rdx; mov $3, %eax; push %rdx;"
                 ".skip 3, 0x90; mov $1, %eax; pushed_end: nop");
SNIPPET(itself, "mov $5, %eax; itself_at: movb $0xCC, itself_at(%rip); inc %eax; nop");
SNIPPET(in_a_loop, "xor %edx, %edx; xor %ecx, %ecx; 1: loop_patched: mov $0, %eax; add %eax, %edx; inc %ecx;"
                   "mov %cl, loop_patched+1(%rip); cmp $100, %ecx; jne 1b");
SNIPPET(locked, "mov $1, %eax; mov $9, %ecx; lock xchg %cl, locked_patched+1(%rip); locked_patched: mov $1, %eax");

static void result(const char *name, const void *code, u64 cpl, u64 want, int of_rdx) {
  prepare(code, cpl);
  run();
  if (state.vector != BP) {
    expect(name, BP, 0, 0);
  } else {
    check_equal(name, of_rdx ? state.rdx : state.rax, want);
  }
}

void check_code_changes(void) {
  group("code");
  result("the next instruction", same_block, 3, 9, 0);
  result("another block of the same page", same_page, 3, 10, 1);
  result("another page", other_page, 3, 10, 1);
  result("an instruction across pages", across, 3, 10, 1);
  result("through another address", alias, 0, 10, 1);
  result("by REP MOVSB right before it", by_string, 3, 9, 0);
  result("by REP STOSB", by_string_stos, 3, 3, 0);
  result("by PUSH", by_push, 3, 3, 0);
  result("by XCHG", locked, 3, 9, 0);
  result("an instruction that overwrites itself is completed", itself, 3, 6, 0);
  prepare(itself, 3);
  run();
  expect("and is then what it wrote", BP, 0, (u64)itself + 6);
  result("a hundred times in a loop", in_a_loop, 3, 4950, 1);
}
