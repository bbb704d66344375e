/* The iret hypercall in its forms. */
#include "xenpv.h"

SNIPPET(nothing, "nop");
SNIPPET(own_iret, "pushq $0xE02B; pushq %rax; pushfq; pushq $0xE033; pushq %rbx; iretq");

SNIPPET(disable, "cli");

/* With the assistance that the manual's IOPL is, iret sets it and frames show it. */
static void io_privilege(void) {
  check_equal("asking for the manual's IOPL", call(CALL_VM_ASSIST, 0, 4, 0, 0), 0);
  prepare(nothing, KERNEL);
  state.rflags |= FLAG_IOPL;
  run();
  check_equal("IOPL 3 in the flags of an iret is in the next frame", state.rflags & FLAG_IOPL, FLAG_IOPL);
  prepare(disable, IN_USER);
  state.rflags |= FLAG_IOPL;
  run();
  expect_end("and is IOPL for user mode", disable_end);
  run_at(disable, KERNEL);
  expect_end("the kernel is in ring 0 for it", disable_end);
  check_equal("IOPL 0 is in the next frame too", state.rflags & FLAG_IOPL, 0);
  run_at(disable, IN_USER);
  expect("and is IOPL for user mode then", GP, 0, disable);
  call(CALL_VM_ASSIST, 1, 4, 0, 0);
  run_at(disable, KERNEL);
  expect("without it the kernel is in ring 1", GP, 0, disable);
}

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
  check_equal("is a SYSRET: RCX is where it goes", state.rcx, (u64)nothing);
  check_equal("and R11 the flags", state.r11, FLAG_FIXED | FLAG_IF);
  prepare(nothing, KERNEL);
  state.cs = 0x1230;
  state.ss = 0x1230;
  iret_flags = IN_SYSCALL;
  run();
  expect_end("whose selectors do not matter", nothing_end);
  check_equal("for they are Xen's", state.ss, FLAT_DATA);
  prepare(nothing, KERNEL);
  state.rip = NON_CANONICAL;
  iret_flags = IN_SYSCALL;
  run();
  check(state.vector == GP && state.error == 0 && state.rip == NON_CANONICAL, "a non-canonical way back from a system call");
  check_equal("RCX is that too", state.rcx, NON_CANONICAL);
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
  io_privilege();
}
