/* What raises which exception, what the frame says, and onto which stack it goes (SDM Vol. 3A chapter 6). */
#include "processor.h"

USER_MEMORY(u64, word_area[8]);

SNIPPET(divide, "xor %ecx, %ecx; divide_at: div %ecx");
SNIPPET(divide_overflow, "mov $1, %edx; mov $1, %ecx; divide_overflow_at: div %ecx");
SNIPPET(undefined, "ud2");
SNIPPET(undefined_lock, "lock; nop");
SNIPPET(break_one, "int1; nop");
SNIPPET(break_three, "nop");
SNIPPET(into32, ".code32; movb $0x7F, %al; addb $1, %al; into; nop");
SNIPPET(bound32, ".code32; movl $5, %eax; bound32_at: boundl %eax, (%edi); nop");
SNIPPET(float_use, "fninit");
SNIPPET(simd_use, "movd %eax, %xmm0");
SNIPPET(float_error, "fninit; fldcw (%rdi); fldz; fldz; fdivp; float_error_at: fwait");
SNIPPET(unaligned, "mov (%rdi), %eax");
SNIPPET(soft_30, "int $0x30; nop");
SNIPPET(soft_31, "int $0x31; nop");
SNIPPET(clear_interrupts, "cli");
SNIPPET(halt_here, "hlt");
SNIPPET(read_control, "mov %cr0, %rax");
SNIPPET(load_idt, "lidt (%rdi)");
SNIPPET(read_msr_here, "mov $0x10, %ecx; read_msr_at: rdmsr");
SNIPPET(too_long, ".fill 15, 1, 0x66; nop");
SNIPPET(legacy_opcode, ".byte 0x06");
SNIPPET(port_in, "mov $0x80, %edx; port_in_at: in %dx, %al");
SNIPPET(port_in4, "mov $0x7E, %edx; port_in4_at: in %dx, %eax");
SNIPPET(flags_pop, "pushq $0x3202; popfq; pushfq; pop %rax");
SNIPPET(swap_gs, "swapgs");
SNIPPET(write_back, "invlpg (%rdi)");
SNIPPET(clear_task, "clts");
SNIPPET(bad_control, "mov $0x80000000, %eax; bad_control_at: mov %rax, %cr0");
SNIPPET(bad_control4, "mov %cr4, %rax; bts $31, %rax; bad_control4_at: mov %rax, %cr4");
SNIPPET(high_control0, "mov %cr0, %rax; bts $40, %rax; high_control0_at: mov %rax, %cr0");
SNIPPET(no_pae, "mov %cr4, %rax; btr $5, %rax; no_pae_at: mov %rax, %cr4");
SNIPPET(control1, "mov %cr1, %rax");
SNIPPET(control8, "mov $16, %eax; control8_at: mov %rax, %cr8");
extern const u8 divide_at[], divide_overflow_at[], bound32_at[], float_error_at[], read_msr_at[], port_in_at[], port_in4_at[],
    bad_control_at[], bad_control4_at[], high_control0_at[], no_pae_at[], control8_at[];

static void in_compat(const void *code, u64 rdi) {
  prepare(code, 3);
  state.cs = USER_CODE32;
  state.rdi = rdi;
  run();
}

/* Each vector: fault or trap, with which error code. */
static void check_vectors(u64 cpl) {
  run_at(divide, cpl);
  expect("#DE of a division by zero is a fault", DE, 0, (u64)divide_at);
  check_equal("a fault saves RFLAGS with RF set", state.rflags & FLAG_RF, FLAG_RF);
  run_at(divide_overflow, cpl);
  expect("#DE of a quotient too large", DE, 0, (u64)divide_overflow_at);
  run_at(undefined, cpl);
  expect("#UD of UD2", UD, 0, (u64)undefined);
  run_at(undefined_lock, cpl);
  expect("#UD of LOCK before NOP", UD, 0, (u64)undefined_lock);
  run_at(legacy_opcode, cpl);
  expect("#UD of PUSH ES in 64-bit mode", UD, 0, (u64)legacy_opcode);
  run_at(break_one, cpl);
  expect("#DB of INT1 is a trap", DB, 0, (u64)break_one + 1);
  run_at(break_three, cpl);
  expect("#BP of INT3 is a trap", BP, 0, (u64)break_three_end + 1);
  check_equal("a trap saves RFLAGS with RF clear", state.rflags & FLAG_RF, 0);
  run_at(too_long, cpl);
  expect("#GP of an instruction of 16 bytes", GP, 0, (u64)too_long);
  prepare(unaligned, cpl);
  state.rdi = (u64)word_area + 1;
  state.rflags |= FLAG_AC;
  write_cr0(read_cr0() | CR0_AM);
  run();
  if (cpl) {
    expect("#AC of an unaligned read at CPL 3", AC, 0, (u64)unaligned);
  } else {
    expect_end("no #AC at CPL 0", unaligned_end);
  }
  write_cr0(read_cr0() & ~CR0_AM);
  prepare(unaligned, cpl);
  state.rdi = (u64)word_area + 1;
  state.rflags |= FLAG_AC;
  run();
  expect_end("no #AC with CR0.AM clear", unaligned_end);
  write_cr0(read_cr0() | CR0_TS);
  run_at(float_use, cpl);
  expect("#NM of x87 with CR0.TS", NM, 0, (u64)float_use);
  run_at(simd_use, cpl);
  expect("#NM or #UD of SSE with CR0.TS", read_cr4() >> 9 & 1 ? NM : UD, 0, (u64)simd_use);
  write_cr0((read_cr0() & ~CR0_TS) | 1UL << 5); /* NE */
  word_area[0] = 0x037A;                        /* the control word: invalid operations are not masked */
  prepare(float_error, cpl);
  state.rdi = (u64)word_area;
  run();
  expect("#MF at the next x87 instruction", MF, 0, (u64)float_error_at);
  __asm__ volatile("fninit");
}

static void check_privileged(void) {
  static const struct {
    const char *name;
    const u8 *code, *at;
  } refused[] = {
      {"CLI at CPL 3", clear_interrupts, clear_interrupts}, {"HLT at CPL 3", halt_here, halt_here},
      {"MOV from CR0 at CPL 3", read_control, read_control}, {"LIDT at CPL 3", load_idt, load_idt},
      {"RDMSR at CPL 3", read_msr_here, read_msr_at},        {"SWAPGS at CPL 3", swap_gs, swap_gs},
      {"INVLPG at CPL 3", write_back, write_back},           {"CLTS at CPL 3", clear_task, clear_task},
  };
  for (u64 i = 0; i < sizeof refused / sizeof *refused; i++) {
    prepare(refused[i].code, 3);
    state.rdi = (u64)word_area;
    run();
    expect(refused[i].name, GP, 0, (u64)refused[i].at);
  }
  run_at(bad_control, 0);
  expect("CR0 with PG and without PE", GP, 0, (u64)bad_control_at);
  run_at(bad_control4, 0);
  expect("CR4 with an undefined bit", GP, 0, (u64)bad_control4_at);
  run_at(high_control0, 0);
  expect("CR0 with bit 40", GP, 0, (u64)high_control0_at);
  run_at(no_pae, 0);
  expect("CR4 without PAE in IA-32e mode", GP, 0, (u64)no_pae_at);
  run_at(control1, 0);
  expect("CR1 does not exist", UD, 0, (u64)control1);
  run_at(control8, 0);
  expect("CR8 of 16", GP, 0, (u64)control8_at);
}

static void check_soft_interrupts(void) {
  idt[0x30][0] |= 3UL << 45; /* DPL 3 */
  run_at(soft_30, 3);
  expect("INT n through a gate of DPL 3", 0x30, 0, (u64)soft_30 + 2);
  run_at(soft_31, 3);
  expect("INT n through a gate of DPL 0", GP, 0x31 << 3 | 2, (u64)soft_31);
  run_at(soft_31, 0);
  expect("INT n at CPL 0", 0x31, 0, (u64)soft_31 + 2);
  idt[0x30][0] &= ~(1UL << 47);
  run_at(soft_30, 3);
  expect("INT n through an absent gate", NP, 0x30 << 3 | 2, (u64)soft_30);
  idt[0x30][0] |= 1UL << 47;
  u64 before = idt[0x30][0];
  for (u64 type = 0; type < 16; type++) {
    if (type == 14 || type == 15) {
      continue;
    }
    idt[0x30][0] = (before & ~(0xFUL << 40)) | type << 40;
    run_at(soft_30, 3);
    check(state.vector == GP && state.error == (0x30 << 3 | 2), "INT n through something that is no gate of IA-32e mode");
  }
  idt[0x30][0] = (before & ~0xFFFF0000UL);
  run_at(soft_30, 3);
  expect("INT n through a gate with a null selector", GP, 0, (u64)soft_30);
  idt[0x30][0] = (before & ~0xFFFF0000UL) | (u64)KERNEL_DATA << 16;
  run_at(soft_30, 3);
  expect("INT n through a gate to data", GP, KERNEL_DATA, (u64)soft_30);
  idt[0x30][0] = (before & ~0xFFFF0000UL) | (u64)CODE32 << 16;
  run_at(soft_30, 3);
  expect("INT n through a gate to 32-bit code", GP, CODE32, (u64)soft_30);
  descriptors[SCRATCH / 8] = descriptor(0, 0xFFFFF, 0x1B, 0xA);
  idt[0x30][0] = (before & ~0xFFFF0000UL) | (u64)SCRATCH << 16;
  run_at(soft_30, 3);
  expect("INT n through a gate to absent code", NP, SCRATCH, (u64)soft_30);
  descriptors[SCRATCH / 8] = descriptor(0, 0xFFFFF, 0xFB, 0xA);
  run_at(soft_30, 0);
  expect("INT n to an outer privilege", GP, SCRATCH, (u64)soft_30);
  idt[0x30][0] = before;
}

static u8 other_stack[2][1024] __attribute__((aligned(16)));

static void set_tss(u64 index, u64 value) {
  tss64[index] = value;
  tss64[index + 1] = value >> 32;
}

/* Where the frame goes. */
static void check_stacks(void) {
  u64 first = (u64)other_stack[0] + 1024, second = (u64)other_stack[1] + 1024, rsp0 = *(u64 *)(tss64 + 1);
  set_tss(11, first + 7); /* IST2 */
  set_tss(1, second + 9);
  set_ist(UD, 2);
  run_at(undefined, 0);
  check_equal("IST: from CPL 0, aligned down to 16", trap_rsp, first);
  check_equal("IST: from CPL 0, SS stays", state.ss, KERNEL_DATA);
  check_equal("IST: the old RSP is saved", state.rsp, USER_STACK);
  run_at(undefined, 3);
  check_equal("IST: from CPL 3", trap_rsp, first);
  check_equal("IST: from CPL 3, the old SS is saved", state.ss, USER_DATA);
  set_ist(UD, 0);
  run_at(undefined, 3);
  check_equal("RSP0: from CPL 3, aligned down to 16", trap_rsp, second);
  prepare(undefined, 0);
  state.rsp = first - 101;
  run();
  check_equal("no IST: from CPL 0, on the current stack aligned down to 16", trap_rsp, (first - 101) & ~15UL);
  check_equal("no IST: the old RSP is saved unaligned", state.rsp, first - 101);
  set_tss(1, 0x800000001000);
  set_ist(SS, 1);
  run_at(undefined, 3);
  check(state.vector == SS || state.vector == DF, "RSP0 that is not canonical");
  check_equal("RSP0 that is not canonical raises #SS(EXT)", state.vector == SS ? state.error : 0, 1);
  set_tss(1, 0x700000000000);
  run_at(undefined, 3);
  expect("RSP0 that is not mapped raises #PF", PF, 2, (u64)undefined);
  set_tss(1, rsp0);
  set_ist(UD, 1);
}

SNIPPET(read_hole, "mov (%rdi), %eax");

/* Faults while faults are delivered. */
static void check_double_faults(void) {
  u64 ud = idt[UD][0], de = idt[DE][0], pf = idt[PF][0], np = idt[NP][0];
  idt[UD][0] &= ~(1UL << 47);
  run_at(undefined, 3);
  expect("#UD through an absent gate: #NP", NP, UD << 3 | 3, (u64)undefined);
  idt[NP][0] &= ~(1UL << 47);
  run_at(undefined, 3);
  check(state.vector == DF && state.error == 0, "#UD, #NP, #NP: #DF");
  idt[UD][0] = ud;
  idt[DE][0] &= ~(1UL << 47);
  run_at(divide, 3);
  check(state.vector == DF && state.error == 0, "#DE, #NP: #DF");
  idt[NP][0] = np;
  run_at(divide, 3);
  check(state.vector == DF && state.error == 0, "#DE through an absent gate: #DF");
  check_equal("#DF saves the RIP of the first fault", state.rip, (u64)divide_at);
  idt[DE][0] = de;
  idt[PF][0] &= ~(1UL << 47);
  prepare(read_hole, 3);
  state.rdi = 0x700000000000;
  run();
  check(state.vector == DF && state.error == 0, "#PF through an absent gate: #DF");
  idt[PF][0] = pf;
  u64 gate[2] = {idt[UD][0], idt[UD][1]};
  set_gate(UD, 0x800000000000, KERNEL_CODE, 0x8E, 1);
  run_at(undefined, 3);
  check(state.vector == GP && (state.error == 0 || state.error == 1), "a gate's offset that is not canonical");
  idt[UD][0] = gate[0];
  idt[UD][1] = gate[1];
}

/* Which of two faults wins. */
static void check_priorities(void) {
  write_cr0(read_cr0() | CR0_TS);
  run_at(undefined_lock, 3);
  expect("#UD comes before #NM", UD, 0, (u64)undefined_lock);
  write_cr0(read_cr0() & ~CR0_TS);
  prepare(unaligned, 3);
  state.rdi = 0x700000000FFF;
  state.rflags |= FLAG_AC;
  write_cr0(read_cr0() | CR0_AM);
  run();
  check(state.vector == AC || state.vector == PF, "an unaligned read of an absent page");
  prepare(unaligned, 3);
  state.rdi = 0x800000000001;
  state.rflags |= FLAG_AC;
  run();
  expect("#GP of a non-canonical address comes before #AC", GP, 0, (u64)unaligned);
  write_cr0(read_cr0() & ~CR0_AM);
}

/* IOPL and the I/O permission bitmap. */
static void check_ports(void) {
  u8 *bitmap = (u8 *)tss64 + 104;
  tss64[25] = 104 << 16;
  for (u64 i = 0; i < 8192; i++) {
    bitmap[i] = 0xFF;
  }
  bitmap[8192] = 0xFF;
  run_at(port_in, 3);
  expect("IN of a port that is not permitted", GP, 0, (u64)port_in_at);
  bitmap[0x10] = 0xFE;
  run_at(port_in, 3);
  expect_end("IN of a permitted port", port_in_end);
  run_at(port_in4, 3);
  expect("IN of four ports, two of them not permitted", GP, 0, (u64)port_in4_at);
  bitmap[0x0F] = 0x3F;
  bitmap[0x10] = 0xFC;
  run_at(port_in4, 3);
  expect_end("IN of four permitted ports", port_in4_end);
  descriptors[TASK64 / 8] = descriptor((u64)tss64, 104 + 0x10, 0x89, 0);
  __asm__ volatile("ltr %w0" : : "r"(TASK64));
  run_at(port_in, 3);
  expect("IN of a port whose second byte lies beyond the TSS", GP, 0, (u64)port_in_at);
  load_tables();
  tss64[25] = sizeof tss64 << 16;
  run_at(port_in, 3);
  expect("IN without a bitmap", GP, 0, (u64)port_in_at);
  prepare(port_in, 3);
  state.rflags |= FLAG_IOPL;
  run();
  expect_end("IN with IOPL 3", port_in_end);
  prepare(clear_interrupts, 3);
  state.rflags |= FLAG_IOPL | FLAG_IF;
  run();
  check(state.vector == BP && !(state.rflags & FLAG_IF), "CLI with IOPL 3");
  run_at(flags_pop, 3);
  check_equal("POPF at CPL 3 changes neither IF nor IOPL", state.rax & (FLAG_IF | FLAG_IOPL), 0);
  prepare(flags_pop, 3);
  state.rflags |= FLAG_IOPL;
  run();
  check_equal("POPF at CPL 3 with IOPL 3 changes IF", state.rax & (FLAG_IF | FLAG_IOPL), FLAG_IF | FLAG_IOPL);
  prepare(flags_pop, 0);
  run();
  check_equal("POPF at CPL 0 changes both", state.rax & (FLAG_IF | FLAG_IOPL), FLAG_IF | FLAG_IOPL);
}

void check_exceptions(void) {
  group("exceptions at CPL 0");
  check_vectors(0);
  group("exceptions at CPL 3");
  check_vectors(3);
  group("exceptions");
  idt[OF][0] |= 3UL << 45;
  in_compat(into32, 0);
  expect("#OF of INTO is a trap", OF, 0, (u64)into32 + 5);
  u32 bounds[2] = {6, 9};
  word_area[0] = bounds[0] | (u64)bounds[1] << 32;
  in_compat(bound32, (u64)word_area);
  expect("#BR of BOUND", BR, 0, (u64)bound32_at);
  word_area[0] = 5 | 5UL << 32;
  in_compat(bound32, (u64)word_area);
  check(state.vector == BP, "BOUND inside the bounds");
  check_privileged();
  check_soft_interrupts();
  check_stacks();
  check_double_faults();
  check_priorities();
  check_ports();
}
