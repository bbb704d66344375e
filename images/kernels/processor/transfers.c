/* Between privileges and modes: call gates, IRET, SYSCALL, SYSENTER and their returns (SDM Vol. 3A 5.8, 6.12, 6.14). */
#include "processor.h"

#define GATE SCRATCH /* two entries */
#define STACKS (SCRATCH + 16)
#define FAST_CODE (SCRATCH + 64) /* kernel code, kernel data, user code 32, user data, user code 64, user data */

#define STAR 0xC0000081
#define LSTAR 0xC0000082
#define CSTAR 0xC0000083
#define FMASK 0xC0000084
#define SYSENTER_CS 0x174
#define SYSENTER_ESP 0x175
#define SYSENTER_EIP 0x176

static struct __attribute__((packed)) {
  u32 offset;
  u16 selector;
} pointer __attribute__((section(".user.data")));
USER_MEMORY(u64, frame[8]);
USER_MEMORY(u16, short_frame[8]);

SNIPPET(call_gate, "lcall *(%rdi)");
SNIPPET(jump_gate, "ljmp *(%rdi)");
SNIPPET(gate_target, "");
SNIPPET(gate_round_trip, "lcall *(%rdi); nop");
SNIPPET(gate_return, "mov %cs, %r8d; lretq");
SNIPPET(return_iretq, "iretq");
SNIPPET(return_iretl, "iretl");
SNIPPET(return_iretw, "iretw");
SNIPPET(return_retl, "lretl");
SNIPPET(arrive64, "");
SNIPPET(arrive32, ".code32; nop");
SNIPPET(system_call, "syscall; nop");
SNIPPET(system_call32, ".code32; syscall; nop");
SNIPPET(system_return64, "sysretq");
SNIPPET(system_return32, "sysretl");
SNIPPET(system_enter, "sysenter; nop");
SNIPPET(system_enter32, ".code32; sysenter; nop");
SNIPPET(system_exit64, "sysexitq");
SNIPPET(system_exit32, "sysexitl");

static u8 stack_of_ring0[1024] __attribute__((aligned(16)));
#define RING0_TOP ((u64)(stack_of_ring0 + 1024))

static void set_call_gate(u64 target, u64 selector, u64 access) {
  descriptors[GATE / 8] = (target & 0xFFFF) | selector << 16 | access << 40 | (target >> 16 & 0xFFFF) << 48;
  descriptors[GATE / 8 + 1] = target >> 32;
}

static void through_gate(const void *code, u64 cpl, u64 selector) {
  pointer.offset = 0x12345678;
  pointer.selector = selector;
  prepare(code, cpl);
  state.rdi = (u64)&pointer;
  run();
}

static void check_call_gates(void) {
  u64 rsp0 = *(u64 *)(tss64 + 1);
  *(u64 *)(tss64 + 1) = RING0_TOP;
  set_call_gate((u64)gate_target, KERNEL_CODE, 0xEC);
  through_gate(call_gate, 3, GATE | 3);
  expect_end("call gate from CPL 3 to CPL 0", gate_target_end);
  check_equal("its CS", state.cs, KERNEL_CODE);
  check_equal("its SS is null", state.ss, 0);
  check_equal("its frame lies on RSP0", state.rsp, RING0_TOP - 32);
  u64 *saved = (u64 *)(RING0_TOP - 32);
  check(saved[0] == (u64)call_gate_end && saved[1] == USER_CODE && saved[2] == USER_STACK && saved[3] == USER_DATA,
        "its frame: RIP, CS, RSP, SS");
  set_call_gate((u64)gate_return, KERNEL_CODE, 0xEC);
  through_gate(gate_round_trip, 3, GATE | 3);
  check(state.vector == BP && state.cs == USER_CODE && state.r8 == KERNEL_CODE && state.rsp == USER_STACK &&
            state.ss == USER_DATA,
        "call gate and RETF: there and back");
  set_call_gate((u64)gate_target, KERNEL_CODE, 0xEC);
  through_gate(call_gate, 0, GATE);
  expect_end("call gate at CPL 0", gate_target_end);
  check_equal("it pushes 16 bytes on the same stack", state.rsp, USER_STACK - 16);
  through_gate(jump_gate, 0, GATE);
  expect_end("JMP through a call gate at CPL 0", gate_target_end);
  through_gate(jump_gate, 3, GATE | 3);
  expect("JMP through a call gate to an inner privilege", GP, KERNEL_CODE, (u64)jump_gate);
  set_call_gate((u64)gate_target, KERNEL_CODE, 0x8C);
  through_gate(call_gate, 3, GATE | 3);
  expect("call gate of DPL 0 from CPL 3", GP, GATE, (u64)call_gate);
  through_gate(call_gate, 0, GATE | 3);
  expect("call gate of DPL 0 by a selector of RPL 3", GP, GATE, (u64)call_gate);
  set_call_gate((u64)gate_target, KERNEL_CODE, 0x6C);
  through_gate(call_gate, 3, GATE | 3);
  expect("absent call gate", NP, GATE, (u64)call_gate);
  set_call_gate((u64)gate_target, 0, 0xEC);
  through_gate(call_gate, 3, GATE | 3);
  expect("call gate with a null selector", GP, 0, (u64)call_gate);
  set_call_gate((u64)gate_target, CODE32, 0xEC);
  through_gate(call_gate, 3, GATE | 3);
  expect("call gate to 32-bit code", GP, CODE32, (u64)call_gate);
  set_call_gate((u64)gate_target, KERNEL_DATA, 0xEC);
  through_gate(call_gate, 3, GATE | 3);
  expect("call gate to data", GP, KERNEL_DATA, (u64)call_gate);
  set_call_gate((u64)gate_target, KERNEL_CODE, 0xEC);
  descriptors[GATE / 8 + 1] |= 1UL << 40;
  through_gate(call_gate, 3, GATE | 3);
  expect("call gate with a type in its upper half", GP, GATE, (u64)call_gate);
  set_call_gate(0x800000000000, KERNEL_CODE, 0xEC);
  through_gate(call_gate, 3, GATE | 3);
  expect("call gate to a non-canonical offset", GP, 0, (u64)call_gate);
  descriptors[STACKS / 8] = descriptor(0, 0xFFFFF, 0x9F, 0xA); /* conforming code */
  set_call_gate((u64)gate_target, STACKS, 0xEC);
  through_gate(call_gate, 3, GATE | 3);
  check(state.vector == BP && state.cs == (STACKS | 3) && state.rsp == USER_STACK - 16,
        "call gate to conforming code keeps CPL and stack");
  *(u64 *)(tss64 + 1) = 0x800000001000;
  set_call_gate((u64)gate_target, KERNEL_CODE, 0xEC);
  through_gate(call_gate, 3, GATE | 3);
  check(state.vector == SS && state.rip == (u64)call_gate, "call gate with a non-canonical RSP0");
  *(u64 *)(tss64 + 1) = rsp0;
}

static void iret_to(const void *code, u64 cpl, u64 rip, u64 cs, u64 flags, u64 rsp, u64 ss) {
  frame[0] = rip;
  frame[1] = cs;
  frame[2] = flags;
  frame[3] = rsp;
  frame[4] = ss;
  prepare(code, cpl);
  state.rsp = (u64)frame;
  run();
}

static void check_iret(void) {
  iret_to(return_iretq, 0, (u64)arrive64, USER_CODE, FLAG_FIXED | FLAG_IOPL, USER_STACK, USER_DATA);
  check(state.vector == BP && state.cs == USER_CODE && state.ss == USER_DATA && state.rsp == USER_STACK,
        "IRETQ from CPL 0 to CPL 3");
  check_equal("IRETQ at CPL 0 sets IOPL", state.rflags & FLAG_IOPL, FLAG_IOPL);
  iret_to(return_iretq, 3, (u64)arrive64, USER_CODE, FLAG_FIXED | FLAG_IOPL | FLAG_IF, USER_STACK, USER_DATA);
  check_equal("IRETQ at CPL 3 changes neither IOPL nor IF", state.rflags & (FLAG_IOPL | FLAG_IF), 0);
  iret_to(return_iretq, 0, (u64)arrive32, USER_CODE32, FLAG_FIXED, USER_STACK, USER_DATA);
  check(state.vector == BP && state.cs == USER_CODE32 && state.rip == (u64)arrive32_end + 1, "IRETQ to compatibility mode");
  iret_to(return_iretq, 0, (u64)arrive64, KERNEL_CODE, FLAG_FIXED, USER_STACK, 0);
  check(state.vector == BP && state.ss == 0, "IRETQ with a null SS at CPL 0");
  iret_to(return_iretq, 0, (u64)arrive64, USER_CODE, FLAG_FIXED, USER_STACK, 3);
  expect("IRETQ with a null SS to CPL 3", GP, 0, (u64)return_iretq);
  iret_to(return_iretq, 0, 0x800000000000, KERNEL_CODE, FLAG_FIXED, USER_STACK, KERNEL_DATA);
  expect("IRETQ to a non-canonical address", GP, 0, (u64)return_iretq);
  iret_to(return_iretq, 3, (u64)arrive64, KERNEL_CODE, FLAG_FIXED, USER_STACK, KERNEL_DATA);
  expect("IRETQ to an inner privilege", GP, KERNEL_CODE, (u64)return_iretq);
  iret_to(return_iretq, 0, (u64)arrive64, KERNEL_CODE, FLAG_FIXED, USER_STACK, USER_DATA);
  expect("IRETQ with an SS of another privilege", GP, USER_DATA & ~3UL, (u64)return_iretq);
  iret_to(return_iretq, 0, (u64)arrive64, KERNEL_CODE, FLAG_FIXED | FLAG_VM, USER_STACK, KERNEL_DATA);
  check(state.vector == BP && !(state.rflags & FLAG_VM), "IRETQ ignores VM in IA-32e mode");
  frame[0] = (u64)arrive64;
  frame[1] = KERNEL_CODE;
  frame[2] = FLAG_FIXED;
  prepare(return_iretq, 0);
  state.rsp = (u64)frame;
  state.rflags |= FLAG_NT;
  run();
  expect("IRETQ with NT in IA-32e mode", GP, 0, (u64)return_iretq);
  u32 *words = (u32 *)frame;
  words[0] = (u64)arrive64;
  words[1] = KERNEL_CODE;
  words[2] = FLAG_FIXED;
  words[3] = USER_STACK;
  words[4] = KERNEL_DATA;
  prepare(return_iretl, 0);
  state.rsp = (u64)frame;
  run();
  check(state.vector == BP && state.rip == (u64)arrive64_end + 1 && state.rsp == USER_STACK,
        "IRETD in 64-bit mode pops five words of 32 bits");
  words[1] = USER_CODE32;
  words[0] = (u64)arrive32;
  words[2] = USER_STACK;
  words[3] = USER_DATA;
  prepare(return_retl, 0);
  state.rsp = (u64)frame;
  run();
  check(state.vector == BP && state.cs == USER_CODE32 && state.rsp == USER_STACK, "RETF of 32 bits to compatibility mode");
  prepare(return_iretw, 0);
  for (u64 i = 0; i < 8; i++) {
    short_frame[i] = 0;
  }
  short_frame[1] = KERNEL_DATA;
  state.rsp = (u64)short_frame;
  run();
  expect("IRETW to a data segment", GP, KERNEL_DATA, (u64)return_iretw);
}

static void check_syscall(void) {
  u64 efer = read_msr(EFER);
  write_msr(EFER, efer & ~1UL);
  run_at(system_call, 3);
  expect("SYSCALL with EFER.SCE clear", UD, 0, (u64)system_call);
  write_msr(EFER, efer | 1);
  write_msr(STAR, (u64)USER_CODE32 << 48 | (u64)KERNEL_CODE << 32);
  write_msr(LSTAR, (u64)arrive64);
  write_msr(FMASK, 0x1);
  for (u64 cpl = 0; cpl <= 3; cpl += 3) {
    prepare(system_call, cpl);
    state.rflags |= 0x81;
    run();
    expect_end("SYSCALL arrives at IA32_LSTAR", arrive64_end);
    check(state.cs == KERNEL_CODE && state.ss == KERNEL_DATA && state.rsp == USER_STACK, "SYSCALL sets CS and SS, keeps RSP");
    check_equal("SYSCALL saves RIP in RCX", state.rcx, (u64)system_call + 2);
    check_equal("SYSCALL saves RFLAGS in R11", state.r11 & 0xFFF, 0x83);
    check_equal("SYSCALL clears what IA32_FMASK says", state.rflags & 0x81, 0x80);
  }
  prepare(system_return64, 0);
  state.rcx = (u64)arrive64;
  state.r11 = 0x3083;
  run();
  check(state.vector == BP && state.cs == USER_CODE && state.ss == USER_DATA && state.rip == (u64)arrive64_end + 1,
        "SYSRET to 64-bit code");
  check_equal("SYSRET takes RFLAGS from R11", state.rflags & 0x3FFF, 0x3083);
  prepare(system_return32, 0);
  state.rcx = (u64)arrive32;
  state.r11 = 2;
  run();
  check(state.vector == BP && state.cs == USER_CODE32 && state.ss == USER_DATA && state.rip == (u64)arrive32_end + 1,
        "SYSRET to compatibility mode");
  prepare(system_return64, 3);
  run();
  expect("SYSRET at CPL 3", GP, 0, (u64)system_return64);
  prepare(system_return64, 0);
  state.rcx = 0x800000000000;
  run();
  check(state.vector == GP && state.rip == (u64)system_return64 && state.cs == KERNEL_CODE,
        "SYSRET to a non-canonical address faults at CPL 0, as Intel has it");
  prepare(system_call32, 3);
  state.cs = USER_CODE32;
  run();
  expect("SYSCALL in compatibility mode does not exist, as Intel has it", UD, 0, (u64)system_call32);
}

static void check_sysenter(void) {
  descriptors[FAST_CODE / 8] = descriptors[KERNEL_CODE / 8];
  descriptors[FAST_CODE / 8 + 1] = descriptors[KERNEL_DATA / 8];
  descriptors[FAST_CODE / 8 + 2] = descriptors[USER_CODE32 / 8];
  descriptors[FAST_CODE / 8 + 3] = descriptors[USER_DATA / 8];
  descriptors[FAST_CODE / 8 + 4] = descriptors[USER_CODE / 8];
  descriptors[FAST_CODE / 8 + 5] = descriptors[USER_DATA / 8];
  write_msr(SYSENTER_CS, 0);
  run_at(system_enter, 3);
  expect("SYSENTER with IA32_SYSENTER_CS of 0", GP, 0, (u64)system_enter);
  write_msr(SYSENTER_CS, FAST_CODE);
  write_msr(SYSENTER_ESP, RING0_TOP);
  write_msr(SYSENTER_EIP, (u64)arrive64);
  prepare(system_enter, 3);
  state.rflags |= FLAG_IF;
  run();
  check(state.vector == BP && state.rip == (u64)arrive64_end + 1 && state.cs == FAST_CODE && state.ss == FAST_CODE + 8 &&
            state.rsp == RING0_TOP,
        "SYSENTER from 64-bit mode");
  check_equal("SYSENTER clears IF", state.rflags & FLAG_IF, 0);
  prepare(system_enter32, 3);
  state.cs = USER_CODE32;
  run();
  check(state.vector == BP && state.rip == (u64)arrive64_end + 1 && state.cs == FAST_CODE,
        "SYSENTER from compatibility mode");
  prepare(system_exit64, 0);
  state.rdx = (u64)arrive64;
  state.rcx = USER_STACK;
  run();
  check(state.vector == BP && state.cs == (FAST_CODE + 32 + 3) && state.ss == (FAST_CODE + 40 + 3) &&
            state.rsp == USER_STACK && state.rip == (u64)arrive64_end + 1,
        "SYSEXIT to 64-bit code");
  prepare(system_exit32, 0);
  state.rdx = (u64)arrive32;
  state.rcx = USER_STACK;
  run();
  check(state.vector == BP && state.cs == (FAST_CODE + 16 + 3) && state.ss == (FAST_CODE + 24 + 3) &&
            state.rip == (u64)arrive32_end + 1,
        "SYSEXIT to compatibility mode");
  run_at(system_exit64, 3);
  expect("SYSEXIT at CPL 3", GP, 0, (u64)system_exit64);
  prepare(system_exit64, 0);
  state.rdx = 0x800000000000;
  state.rcx = USER_STACK;
  run();
  expect("SYSEXIT to a non-canonical address", GP, 0, (u64)system_exit64);
}

void check_transfers(void) {
  group("transfers");
  check_call_gates();
  check_iret();
  check_syscall();
  check_sysenter();
}
