/* Exceptions through the trap table, in both modes of a guest, and system calls. */
#include "xenpv.h"

SNIPPET(divide, "divl %ecx");
SNIPPET(undefined, "ud2");
SNIPPET(breakpoint, "nop");
SNIPPET(int32, "int $0x20");
SNIPPET(int80, "int $0x80");
SNIPPET(load, "movq (%rax), %rbx");
SNIPPET(store, "movq %rbx, (%rax)");
SNIPPET(load_stack, "movq (%rbp), %rbx");
SNIPPET(jump, "jmp *%rax");
SNIPPET(step, "nop");
SNIPPET(aligned, "movl 1(%rsp), %eax");
SNIPPET(floating, "fninit");
SNIPPET(system_call, "syscall");
SNIPPET(sysenter, "sysenter");

static void both(const void *code, u64 rax, const char *name, const char *user_name, u64 vector, u64 error, u64 user_error,
                 const void *rip) {
  prepare(code, KERNEL);
  state.rax = state.rbp = rax;
  run();
  expect(name, vector, error, rip);
  prepare(code, IN_USER);
  state.rax = state.rbp = rax;
  run();
  expect(user_name, vector, user_error, rip);
}

static void frames(void) {
  prepare(undefined, KERNEL);
  state.rcx = 0x1111;
  state.r11 = 0x2222;
  state.rsp = SNIPPET_STACK - 8;
  run();
  expect("#UD", UD, 0, undefined);
  check_equal("the kernel's code segment without RPL, events masked before", state.cs, 1UL << 32 | KERNEL_CODE);
  check_equal("IF stands for the event mask", state.rflags & (FLAG_IF | FLAG_IOPL), 0);
  check_equal("RSP", state.rsp, SNIPPET_STACK - 8);
  check_equal("SS", state.ss, FLAT_DATA);
  check(state.rcx == 0x1111 && state.r11 == 0x2222, "RCX and R11 lie below the frame");
  check(handler_rcx == (u64)trap_entries + 32 * UD && handler_r11 == (FLAG_FIXED | FLAG_IF), "the handler is entered by SYSRET");
  prepare(undefined, KERNEL);
  state.rflags |= FLAG_IF;
  run();
  check_equal("events open before", state.cs, KERNEL_CODE);
  check_equal("IF is 1 then", state.rflags & FLAG_IF, FLAG_IF);
  check_equal("the gate masks events", trap_mask, 1);
  set_trap(UD, 0, (u64)trap_entries + 32 * UD);
  prepare(undefined, KERNEL);
  state.rflags |= FLAG_IF;
  run();
  check_equal("a gate that does not", trap_mask, 0);
  set_trap(UD, 4, (u64)trap_entries + 32 * UD);
  prepare(undefined, IN_USER);
  state.rflags |= FLAG_IF | FLAG_AC;
  run();
  expect("#UD of user mode", UD, 0, undefined);
  check_equal("user mode's flags", state.rflags & (FLAG_IF | FLAG_AC), FLAG_IF | FLAG_AC);
  check_equal("user mode's RSP", state.rsp, SNIPPET_STACK);
}

static void page_faults(void) {
  check_equal("unmapping a page", map(pages[0], 0), 0);
  both(load, (u64)pages[0], "read", "read by user mode", PF, 0, 4, load);
  check_equal("CR2 in vcpu_info", trap_cr2, (u64)pages[0]);
  both(store, (u64)pages[0] + 8, "write", "write by user mode", PF, 2, 6, store);
  both(jump, (u64)pages[0], "fetch", "fetch by user mode", PF, 0x10, 0x14, pages[0]);
  map(pages[0], machine_address(pages[0]) | ACCESSED | PRESENT);
  both(store, (u64)pages[0], "write to a read-only page", "write to a read-only page by user mode", PF, 3, 7, store);
  map(pages[0], 1UL << 63 | machine_address(pages[0]) | ACCESSED | DIRTY | WRITABLE | PRESENT);
  both(jump, (u64)pages[0], "fetch from a page without execution", "that by user mode", PF, 0x11, 0x15, pages[0]);
  map(pages[0], machine_address(pages[0]) | ACCESSED | DIRTY | WRITABLE | PRESENT);
  both(store, M2P, "write to the machine-to-physical table", "that by user mode", PF, 3, 7, store);
  prepare(load, KERNEL);
  state.rax = M2P;
  run();
  expect_end("reading that table", load_end);
}

static void traps(void) {
  both(breakpoint, 0, "INT3", "INT3 of user mode", BP, 0, 0, breakpoint_end + 1);
  both(int80, 0, "INT 80", "INT 80 of user mode", 0x80, 0, 0, int80_end);
  both(int32, 0, "INT 20 below its level", "INT 20 of user mode", GP, 0x20 * 8 + 2, 0x20 * 8 + 2, int32);
  set_trap(0x20, 1, (u64)trap_entries + 32 * 0x20);
  run_at(int32, KERNEL);
  expect("level 1 is the kernel's", 0x20, 0, int32_end);
  run_at(int32, IN_USER);
  expect("and not user mode's", GP, 0x20 * 8 + 2, int32);
  prepare(step, KERNEL);
  state.rflags |= FLAG_TF;
  run();
  expect("single step", DB, 0, step_end);
  check_equal("TF in the frame", state.rflags & FLAG_TF, FLAG_TF);
  check_equal("DR6 by hypercall", call(CALL_GET_DEBUGREG, 6, 0, 0, 0) & 0x4000, 0x4000);
  call(CALL_SET_DEBUGREG, 6, 0, 0, 0);
  prepare(aligned, IN_USER);
  state.rflags |= FLAG_AC;
  state.rsp -= 64;
  run();
  expect("#AC", AC, 0, aligned);
  call(CALL_FPU_TASKSWITCH, 1, 0, 0, 0);
  run_at(floating, KERNEL);
  expect("#NM", NM, 0, floating);
  run_at(floating, KERNEL);
  expect_end("TS is clear after it", floating_end);
}

static void system_calls(void) {
  run_at(system_call, IN_USER);
  expect("SYSCALL without a callback", UD, 0, system_call);
  callback(CALLBACK_SYSCALL, 1, (u64)syscall_entry);
  prepare(system_call, IN_USER);
  state.rflags |= FLAG_IF | FLAG_DF;
  state.rax = 77;
  run();
  expect("SYSCALL", SYSTEM_CALL, 0, system_call_end);
  check_equal("RCX is the way back", state.rcx, (u64)system_call_end);
  check_equal("R11 has the flags", state.r11 & (FLAG_IF | FLAG_DF), FLAG_IF | FLAG_DF);
  check_equal("RAX is untouched", state.rax, 77);
  check_equal("flags in the frame", state.rflags & (FLAG_IF | FLAG_DF), FLAG_IF | FLAG_DF);
  check_equal("its callback masks events", trap_mask, 1);
  check_equal("callbacks can't be taken back", callback(CALLBACK_SYSCALL, 0, NON_CANONICAL), -EINVAL);
  check_equal("nor be of an unknown kind", callback(99, 0, (u64)syscall_entry), -ENOSYS);
}

void check_exceptions(void) {
  group("exceptions");
  both(divide, 0, "#DE", "#DE of user mode", DE, 0, 0, divide);
  frames();
  both(load, NON_CANONICAL, "non-canonical address", "non-canonical address in user mode", GP, 0, 0, load);
  both(load_stack, NON_CANONICAL, "non-canonical stack", "non-canonical stack in user mode", SS, 0, 0, load_stack);
  both(jump, NON_CANONICAL, "non-canonical jump", "non-canonical jump in user mode", GP, 0, 0, jump);
  page_faults();
  traps();
  system_calls();
}

void check_sysenter(void) {
  group("sysenter");
  if (start_info->flags & FIRST_DOMAIN) {
    return; /* it is not known what Xen's own processor is */
  }
  run_at(sysenter, IN_USER);
  check(state.vector == GP && state.error == 0 && state.rip == 0, "SYSENTER without a callback");
  check_equal("tells neither where nor with which stack", (state.cs & 0xFFFF) << 32 | state.rsp, 3UL << 32);
  check_equal("its callback", callback(CALLBACK_SYSENTER, 0, (u64)syscall_entry), 0);
  prepare(sysenter, IN_USER);
  state.rflags |= FLAG_IF | FLAG_DF;
  state.rax = 78;
  state.rcx = 1;
  state.r11 = 2;
  run();
  check(state.vector == SYSTEM_CALL && state.rip == 0 && state.rsp == 0, "SYSENTER");
  check_equal("its stack segment", state.ss, FLAT_DATA);
  check_equal("its code segment", state.cs, 3);
  check_equal("its flags", state.rflags & (FLAG_IF | FLAG_DF), FLAG_IF | FLAG_DF);
  check(state.rax == 78 && state.rcx == 1 && state.r11 == 2, "its registers");
  check_equal("a callback that leaves events open", trap_mask, 0);
  check_equal("one that masks them", callback(CALLBACK_SYSENTER, 1, (u64)syscall_entry), 0);
  run_at(sysenter, IN_USER);
  check_equal("does", trap_mask, 1);
  check_equal("a callback for SYSCALL of 32-bit code", callback(CALLBACK_SYSCALL32, 1, (u64)syscall_entry), 0);
}
