/* Instructions that need ring 0: what Xen carries out for a guest kernel, and nothing for user mode. */
#include "xenpv.h"

SNIPPET(cli, "cli");
SNIPPET(sti, "sti");
SNIPPET(hlt, "hlt");
SNIPPET(clts, "clts");
SNIPPET(invd, "invd");
SNIPPET(wbinvd, "wbinvd");
SNIPPET(lgdt, "lgdt (%rsp)");
SNIPPET(lidt, "lidt (%rsp)");
SNIPPET(ltr, "ltr %ax");
SNIPPET(invlpg, "invlpg (%rsp)");
SNIPPET(swapgs, "swapgs");
SNIPPET(sysret, "sysretq");
SNIPPET(rdmsr, "rdmsr");
SNIPPET(wrmsr, "wrmsr");
SNIPPET(from_cr0, "movq %cr0, %rax");
SNIPPET(to_cr0, "movq %rax, %cr0");
SNIPPET(from_cr2, "movq %cr2, %rax");
SNIPPET(to_cr2, "movq %rax, %cr2");
SNIPPET(from_cr3, "movq %cr3, %rax");
SNIPPET(from_cr4, "movq %cr4, %r15");
SNIPPET(to_cr4, "movq %rax, %cr4");
SNIPPET(from_cr8, "movq %cr8, %rax");
SNIPPET(from_dr7, "movq %dr7, %rax");
SNIPPET(to_dr0, "movq %rax, %dr0");
SNIPPET(in_byte, "inb %dx, %al");
SNIPPET(in_word, "inw $0xE2, %ax");
SNIPPET(out_long, "outl %eax, %dx");
SNIPPET(ins_byte, "insb");
SNIPPET(rep_outs, "rep outsw");
SNIPPET(rep_ins, "rep insl");
SNIPPET(xen_cpuid, ".byte 0x0F, 0x0B, 0x78, 0x65, 0x6E, 0x0F, 0xA2");
SNIPPET(xen_nop, ".byte 0x0F, 0x0B, 0x78, 0x65, 0x6E, 0x90");
SNIPPET(plain_cpuid, "cpuid");
SNIPPET(ring0_return, "pushq $0xE02B; pushq %rax; pushq $2; pushq $0xE030; pushq %rcx; iretq");
SNIPPET(pop_flags, "pushq %rax; popfq; pushfq; popq %rbx");

static void refused(const void *code, const char *name) {
  run_at(code, KERNEL);
  expect(name, GP, 0, code);
}

static void of_user_mode(const void *code, const char *name) {
  run_at(code, IN_USER);
  expect(name, GP, 0, code);
}

static void kernel_msrs(void) {
  prepare(wrmsr, KERNEL);
  state.rcx = 0xC0000100;
  state.rax = 0x1000;
  run();
  expect_end("WRMSR of FS's base", wrmsr_end);
  prepare(rdmsr, KERNEL);
  state.rcx = 0xC0000100;
  run();
  expect_end("RDMSR of FS's base", rdmsr_end);
  check_equal("what it reads", state.rdx << 32 | state.rax, 0x1000);
  prepare(wrmsr, KERNEL);
  state.rcx = 0xC0000101;
  state.rdx = 0x8000;
  run();
  expect("a non-canonical base of GS", GP, 0, wrmsr);
  prepare(rdmsr, KERNEL);
  state.rcx = 0xC0000080;
  run();
  check_equal("EFER: SCE, LME, LMA, NXE", state.rax, 0xD01);
  prepare(rdmsr, KERNEL);
  state.rcx = 0x1B;
  run();
  check_equal("APIC base", state.rdx << 32 | state.rax, 0xFEE00900);
  prepare(rdmsr, KERNEL);
  state.rcx = 0x12345678;
  run();
  expect("RDMSR of a register that is not there", GP, 0, rdmsr);
}

static void control_registers(void) {
  run_at(from_cr0, KERNEL);
  expect_end("CR0", from_cr0_end);
  check_equal("PE, PG, WP, AM", state.rax & 0x80050001, 0x80050001);
  u64 cr0 = state.rax;
  prepare(to_cr0, KERNEL);
  state.rax = cr0 | 8;
  run();
  expect_end("setting TS in CR0", to_cr0_end);
  run_at(clts, KERNEL);
  expect_end("CLTS", clts_end);
  run_at(from_cr0, KERNEL);
  check_equal("TS is clear again", state.rax, cr0 & ~8UL);
  prepare(to_cr0, KERNEL);
  state.rax = cr0 & ~0x10000UL;
  run();
  expect("clearing WP in CR0", GP, 0, to_cr0);
  prepare(to_cr2, KERNEL);
  state.rax = 0x1234;
  run();
  expect_end("writing CR2", to_cr2_end);
  check_equal("CR2 in vcpu_info", VCPU.cr2, 0x1234);
  VCPU.cr2 = 5;
  run_at(from_cr2, KERNEL);
  check_equal("is a copy", state.rax, 0x1234);
  run_at(from_cr3, KERNEL);
  check_equal("CR3", state.rax, machine_address((void *)start_info->page_table));
  run_at(from_cr4, KERNEL);
  expect_end("CR4, into R15", from_cr4_end);
  u64 cr4 = state.r15;
  check_equal("PAE", cr4 & 0x20, 0x20);
  prepare(to_cr4, KERNEL);
  state.rax = cr4;
  run();
  expect_end("writing CR4", to_cr4_end);
  run_at(from_cr8, KERNEL);
  expect("CR8", GP, 0, from_cr8);
  run_at(from_dr7, KERNEL);
  check_equal("DR7", state.rax, 0x400);
  prepare(to_dr0, KERNEL);
  state.rax = M2P;
  run();
  expect("a breakpoint in the hypervisor's range", GP, 0, to_dr0);
}

static void set_iopl(u32 level) { call(CALL_PHYSDEV_OP, 6, (u64)&level, 0, 0); }

static void string_io(void) {
  prepare(ins_byte, KERNEL);
  state.rdx = 0x1234;
  state.rdi = (u64)pages[0];
  pages[0][0] = 0;
  run();
  expect_end("INS", ins_byte_end);
  check_equal("it stores what is read", pages[0][0], 0xFF);
  check_equal("RDI goes on", state.rdi, (u64)pages[0] + 1);
  prepare(rep_outs, KERNEL);
  state.rdx = 0x1234;
  state.rcx = 5;
  state.rsi = (u64)pages[0] + 8;
  state.rflags |= FLAG_DF;
  run();
  expect_end("REP OUTS", rep_outs_end);
  check_equal("RCX is used up", state.rcx, 0);
  check_equal("RSI goes back", state.rsi, (u64)pages[0] - 2);
  map(pages[1], 0);
  prepare(rep_ins, KERNEL);
  state.rdx = 0x1234;
  state.rcx = 3;
  state.rdi = (u64)pages[1] - 8;
  run();
  expect("REP INS into a page that is not there", PF, 2, rep_ins);
  check(state.rcx == 1 && state.rdi == (u64)pages[1], "what it did before");
  check_equal("where it faulted", trap_cr2, (u64)pages[1]);
  map(pages[1], machine_address(pages[1]) | ACCESSED | DIRTY | WRITABLE | PRESENT);
}

static void ports(void) {
  refused(cli, "CLI at IOPL 0");
  refused(sti, "STI at IOPL 0");
  refused(in_byte, "IN at IOPL 0");
  refused(ins_byte, "INS at IOPL 0");
  set_iopl(1);
  run_at(cli, KERNEL);
  expect_end("CLI at IOPL 1", cli_end);
  run_at(sti, KERNEL);
  expect_end("STI at IOPL 1", sti_end);
  check_equal("neither touches the event mask", state.cs >> 32, 1);
  prepare(in_byte, KERNEL);
  state.rax = 0x5500;
  state.rdx = 0x1234;
  run();
  expect_end("IN at IOPL 1", in_byte_end);
  check_equal("nothing answers", state.rax, 0x55FF);
  run_at(in_word, KERNEL);
  check_equal("nor for a word", state.rax, 0xFFFF);
  run_at(out_long, KERNEL);
  expect_end("OUT", out_long_end);
  string_io();
  of_user_mode(in_byte, "IN of user mode at IOPL 1");
  struct { u64 map; u32 ports; } bitmap = {(u64)pages[0], 0x100};
  for (int i = 0; i < 32; i++) {
    pages[0][i] = 0xFF;
  }
  pages[0][0x60 / 8] = 0xFE;
  check_equal("an I/O bit map", call(CALL_PHYSDEV_OP, 7, (u64)&bitmap, 0, 0), 0);
  prepare(in_byte, IN_USER);
  state.rdx = 0x60;
  run();
  expect_end("IN of user mode that it allows", in_byte_end);
  prepare(in_byte, IN_USER);
  state.rdx = 0x61;
  run();
  expect("IN of user mode that it forbids", GP, 0, in_byte);
  bitmap.ports = 0;
  bitmap.map = 0;
  call(CALL_PHYSDEV_OP, 7, (u64)&bitmap, 0, 0);
  set_iopl(3);
  run_at(cli, IN_USER);
  expect_end("CLI of user mode at IOPL 3", cli_end);
  set_iopl(0);
  u32 level = 4;
  check_equal("IOPL 4", call(CALL_PHYSDEV_OP, 6, (u64)&level, 0, 0), -EINVAL);
  prepare(pop_flags, KERNEL);
  state.rax = FLAG_FIXED | FLAG_IOPL;
  run();
  check_equal("POPF changes neither IF nor IOPL", state.rbx & (FLAG_IF | FLAG_IOPL), FLAG_IF);
}

void check_privileged(void) {
  group("privileged");
  refused(hlt, "HLT");
  refused(invd, "INVD");
  refused(lgdt, "LGDT");
  refused(lidt, "LIDT");
  refused(ltr, "LTR");
  refused(invlpg, "INVLPG");
  refused(swapgs, "SWAPGS");
  refused(sysret, "SYSRET");
  run_at(wbinvd, KERNEL);
  expect_end("WBINVD", wbinvd_end);
  kernel_msrs();
  control_registers();
  ports();
  of_user_mode(hlt, "HLT of user mode");
  of_user_mode(clts, "CLTS of user mode");
  of_user_mode(rdmsr, "RDMSR of user mode");
  of_user_mode(wrmsr, "WRMSR of user mode");
  of_user_mode(from_cr0, "CR0 of user mode");
  of_user_mode(from_dr7, "DR7 of user mode");
  of_user_mode(wbinvd, "WBINVD of user mode");
  prepare(xen_cpuid, KERNEL);
  state.rax = 0x40000000;
  run();
  expect_end("CPUID behind Xen's prefix", xen_cpuid_end);
  check_equal("the signature", state.rbx, 0x566E6558);
  /* The first domain sees what the processor shows, unless that lets Xen mask it. */
  if (!(start_info->flags & FIRST_DOMAIN)) {
    prepare(plain_cpuid, IN_USER);
    state.rax = 1;
    run();
    check_equal("CPUID: hypervisor present, no x2APIC", state.rcx & (1UL << 31 | 1UL << 21), 1UL << 31);
  }
  run_at(xen_nop, KERNEL);
  expect("another instruction behind the prefix", UD, 0, xen_nop);
  run_at(xen_cpuid, IN_USER);
  expect_end("the prefix in user mode", xen_cpuid_end);
  prepare(ring0_return, KERNEL);
  state.rcx = (u64)cli_end;
  state.rax = SNIPPET_STACK;
  run();
  check(state.vector == GP && state.error == 0xE030, "IRET to ring 0");
}
