/* The iret hypercall in its forms. */
#include "xenpv.h"

SNIPPET(nothing, "nop");
SNIPPET(own_iret, "pushq $0xE02B; pushq %rax; pushfq; pushq $0xE033; pushq %rbx; iretq");

void check_iret(void) {
  group("iret");
  prepare(nothing, KERNEL);
  state.rax = 1;
  state.rcx = 2;
  state.r11 = 3;
  run();
  check(state.rax == 1 && state.rcx == 2 && state.r11 == 3, "RAX, RCX and R11 come from the frame");
  prepare(nothing, IN_USER);
  state.rcx = 2;
  state.r11 = 3;
  iret_flags = IN_SYSCALL;
  run();
  expect_end("a return from a system call", nothing_end);
  check_equal("leaves RCX what SYSRET makes it", state.rcx, (u64)nothing);
  check_equal("and R11", state.r11, FLAG_FIXED | FLAG_IF);
  prepare(nothing, KERNEL);
  state.rflags = FLAG_FIXED | FLAG_IOPL | FLAG_NT;
  run();
  check_equal("IOPL stays 0, NT comes through", state.rflags & (FLAG_IOPL | FLAG_NT), FLAG_NT);
  prepare(nothing, KERNEL);
  state.cs = 0xE030;
  state.ss = 0xE028;
  run();
  expect_end("selectors get RPL 3", nothing_end);
  check_equal("the stack's too", state.ss, FLAT_DATA);
  prepare(nothing, IN_USER);
  state.cs = 0xE033;
  state.rflags |= FLAG_IF;
  run();
  check_equal("IF opens events", state.cs >> 32, 0);
  prepare(nothing, KERNEL);
  state.cs = 0x1230;
  run();
  check(state.vector == GP && state.error == 0x1230, "an empty code segment");
  prepare(nothing, KERNEL);
  state.ss = 0x1230;
  run();
  check(state.vector == GP && state.error == 0x1230, "an empty stack segment");
  prepare(nothing, KERNEL);
  state.rip = NON_CANONICAL;
  run();
  check(state.vector == GP && state.error == 0, "a non-canonical way back");
  prepare(own_iret, KERNEL);
  state.rax = SNIPPET_STACK - 128;
  state.rbx = (u64)own_iret_end;
  run();
  check(state.vector == BP && state.rsp == SNIPPET_STACK - 128, "the processor's own IRET to the same ring");
}
