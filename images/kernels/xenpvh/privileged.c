/* The processor is the guest's own: privileged instructions work, exceptions go straight to its IDT. */
#include "xenpvh.h"

SNIPPET(undefined, "ud2");
SNIPPET(divide, "divl %ecx");
SNIPPET(breakpoint, "nop");
SNIPPET(int80, "int $0x80");
SNIPPET(load, "movq (%rax), %rbx");
SNIPPET(store, "movq %rbx, (%rax)");
SNIPPET(flags, "cli; pushfq; popq %rax; sti; pushfq; popq %rbx; cli");
SNIPPET(control, "movq %cr0, %rax; movq %rax, %cr0; movq %cr3, %rax; movq %rax, %cr3; movq %cr4, %rax; movq %rax, %cr4");
SNIPPET(trap_flag, "clts; fninit");
SNIPPET(debug, "movq %dr7, %rax; movq %rax, %dr7");
SNIPPET(caches, "wbinvd; invlpg (%rsp)");
SNIPPET(in_byte, "inb %dx, %al");
SNIPPET(in_long, "inl %dx, %eax");
SNIPPET(out_byte, "outb %al, %dx");
SNIPPET(read_msr_snippet, "rdmsr");
SNIPPET(write_msr_snippet, "wrmsr");
SNIPPET(user_halt, "hlt");
SNIPPET(user_cli, "cli");
SNIPPET(call_xen_prefix, "ud2; .ascii \"xen\"; cpuid");
SNIPPET(halt_open, "sti; hlt");
SNIPPET(system_call, "syscall");

static void exceptions(void) {
  run_at(undefined, 0);
  expect("#UD", UD, 0, (u64)undefined);
  check_equal("in the guest's own code segment", state.cs, KERNEL_CODE);
  run_at(undefined, 3);
  expect("#UD of user mode", UD, 0, (u64)undefined);
  run_at(divide, 0);
  expect("#DE", DE, 0, (u64)divide);
  run_at(breakpoint, 3);
  expect_end("INT3 of user mode", breakpoint_end);
  run_at(int80, 0);
  expect("INT 80", 0x80, 0, (u64)int80_end);
  run_at(int80, 3);
  check(state.vector == GP && state.rip == (u64)int80, "INT 80 below its level");
  prepare(load, 0);
  state.rax = NOWHERE;
  run();
  expect("#PF", PF, 0, (u64)load);
  check_equal("CR2 is the processor's", trap_cr2, NOWHERE);
  prepare(store, 3);
  state.rax = (u64)pages;
  run();
  expect("#PF of user mode", PF, 7, (u64)store);
  prepare(load, 0);
  state.rax = NON_CANONICAL;
  run();
  expect("#GP", GP, 0, (u64)load);
  run_at(call_xen_prefix, 0);
  expect("Xen's prefix for PV guests is #UD", UD, 0, (u64)call_xen_prefix);
}

static void instructions(void) {
  run_at(flags, 0);
  expect_end("CLI and STI", flags_end);
  check(!(state.rax & FLAG_IF) && (state.rbx & FLAG_IF), "change IF");
  run_at(control, 0);
  expect_end("control registers", control_end);
  run_at(trap_flag, 0);
  expect_end("CLTS", trap_flag_end);
  run_at(debug, 0);
  expect_end("debug registers", debug_end);
  run_at(caches, 0);
  expect_end("WBINVD and INVLPG", caches_end);
  run_at(user_halt, 3);
  expect("HLT of user mode", GP, 0, (u64)user_halt);
  run_at(user_cli, 3);
  expect("CLI of user mode", GP, 0, (u64)user_cli);
  run_at(read_msr_snippet, 3);
  expect("RDMSR of user mode", GP, 0, (u64)read_msr_snippet);
  prepare(read_msr_snippet, 0);
  state.rcx = EFER;
  run();
  expect_end("RDMSR", read_msr_snippet_end);
  check_equal("long mode is on", state.rax & (EFER_LME | EFER_LMA), EFER_LME | EFER_LMA);
  prepare(read_msr_snippet, 0);
  state.rcx = 0x12345678;
  run();
  expect("an MSR that there is not", GP, 0, (u64)read_msr_snippet);
  prepare(write_msr_snippet, 0);
  state.rcx = EFER;
  state.rax = 0xFFFFFFFF;
  run();
  expect("a value that EFER can't have", GP, 0, (u64)write_msr_snippet);
  run_at(system_call, 0);
  expect("SYSCALL that is off", UD, 0, (u64)system_call);
}

static int empty(u16 number) {
  prepare(in_byte, 0);
  state.rdx = number;
  run();
  return state.vector == BP && (state.rax & 0xFF) == 0xFF;
}

static void ports(void) {
  if (HOST) {
    skip("ports", "the host has the machine's");
    return;
  }
  static const u16 legacy[] = {0x20, 0x21, 0x40, 0x60, 0x61, 0x64, 0x70, 0x71, 0xA0, 0x2F8, 0x3F8, 0x3FD, 0xCF8, 0xB000, 0xB004};
  u64 claimed = 0;
  for (u64 i = 0; i < sizeof legacy / sizeof legacy[0]; i++) {
    claimed |= empty(legacy[i]) ? 0 : legacy[i];
  }
  check_equal("legacy devices' ports are empty", claimed, 0);
  prepare(in_long, 0);
  state.rdx = 0xCFC;
  run();
  check_equal("so is PCI's", state.rax, 0xFFFFFFFF);
  run_at(out_byte, 0);
  expect_end("writing to one is nothing", out_byte_end);
  run_at(in_byte, 3);
  expect("IN of user mode", GP, 0, (u64)in_byte);
}

static void halts(void) {
  struct { u32 virq, vcpu, port; } bind = {VIRQ_TIMER, 0, 0};
  event(BIND_VIRQ, &bind);
  callback(CALLBACK_BY_VECTOR | UPCALL_VECTOR);
  unmask(bind.port);
  struct { u64 at; u32 flags; } deadline = {now() + 1000000, 0};
  vcpu_op(VCPU_SET_SINGLESHOT, 0, &deadline);
  run_at(halt_open, 0);
  expect("HLT waits for an event", UPCALL_VECTOR, 0, (u64)halt_open_end);
  check(now() >= deadline.at, "and time passes");
  clear(bind.port);
  by_port(CLOSE, bind.port);
}

void check_privileged(void) {
  group("privileged");
  exceptions();
  instructions();
  ports();
  halts();
}
