/* When interrupts come: shadows, REP, HLT, NMI, priorities (SDM Vol. 3A 6.8, 10.8). */
#include "processor.h"

#include "apic.h"

#define FILLED 0x1000000UL /* RAM that nothing else uses */
#define MANY 0x800000UL

static u64 taken, taken_at[8], taken_vectors[8], taken_rcx;

SNIPPET(enable, "sti; enable_at: nop; nop; nop; cli");
SNIPPET(enable_disable, "sti; cli; nop; nop");
SNIPPET(enable_halt, "sti; hlt; halted_at: nop; cli");
SNIPPET(send_nmi, "mov $0xFEE00300, %edx; movl $0x400, (%rdx); nop; nop; nop");
SNIPPET(enable_by_flags, "pushq $0x202; popfq; flags_at: nop; cli");
SNIPPET(fill, "sti; nop; fill_at: rep stosb; cli");
SNIPPET(lower_priority, "sti; nop; nop; xor %eax, %eax; mov %rax, %cr8; lowered_at: nop; cli");
SNIPPET(stack_loads, "sti; mov $2000, %edx; 1: .rept 8; mov %ecx, %ss; nop; .endr; dec %edx; stack_loads_rest: jnz 1b; cli");
SNIPPET(nmi_twice, "mov $0xFEE00300, %edx; movl $0x400, (%rdx); jmp 1f; 1: mov $1000, %ecx; 2: dec %ecx; jnz 2b");
extern const u8 stack_loads_rest[];
extern const u8 enable_at[], halted_at[], flags_at[], fill_at[], lowered_at[];

static int take(struct state *frame) {
  if (frame->vector < 0x20 && frame->vector != NMI) {
    return 0;
  }
  if (taken < 8) {
    taken_at[taken] = frame->rip;
    taken_vectors[taken] = frame->vector;
  }
  taken_rcx = frame->rcx;
  taken++;
  if (frame->vector != NMI) {
    write_apic(APIC_EOI, 0);
  }
  return 1;
}

static void run_taking(void) {
  taken = 0;
  on_trap = take;
  run();
  on_trap = 0;
}

static void self(u32 vector) { write_apic(APIC_ICR_LOW, ICR_SELF | vector); }

static void start_one_shot(u32 vector, u32 count) {
  write_apic(APIC_DIVIDE, 0xB); /* by 1 */
  write_apic(APIC_LVT_TIMER, vector);
  write_apic(APIC_INITIAL_COUNT, count);
}

static void check_shadows(void) {
  self(0x40);
  prepare(enable, 0);
  run_taking();
  check(taken == 1 && taken_at[0] == (u64)enable_at + 1, "STI lets one instruction pass");
  self(0x40);
  prepare(enable_disable, 0);
  run_taking();
  check_equal("STI, CLI: no interrupt", taken, 0);
  prepare(enable, 0);
  run_taking();
  check_equal("and it stays pending", taken, 1);
  self(0x40);
  prepare(enable_by_flags, 0);
  run_taking();
  check(taken == 1 && taken_at[0] == (u64)flags_at, "POPF lets none pass");
  self(0x40);
  prepare(enable_halt, 0);
  run_taking();
  check(taken == 1 && taken_at[0] == (u64)halted_at, "STI, HLT: the interrupt wakes and returns behind HLT");
  start_one_shot(0x41, 20000);
  prepare(enable_halt, 0);
  run_taking();
  check(taken == 1 && taken_at[0] == (u64)halted_at && taken_vectors[0] == 0x41, "HLT waits for the timer");
}

/* How many of the bytes, one in 256 looked at, have this value. */
static u64 bytes_of(u8 value) {
  u64 count = 0;
  for (u64 i = 0; i < MANY; i += 256) {
    count += ((volatile u8 *)FILLED)[i] == value;
  }
  return count;
}

static void check_repeat(void) {
  int partial = 0, whole = 1;
  u8 value = 1;
  for (u64 count = 1; count < 1000000 && !partial && whole; count += count / 8 + 1) {
    start_one_shot(0x42, count);
    prepare(fill, 0);
    state.rdi = FILLED;
    state.rcx = MANY;
    state.rax = ++value;
    run_taking();
    partial = taken == 1 && taken_at[0] == (u64)fill_at && taken_rcx > 0 && taken_rcx < MANY;
    whole = bytes_of(value) == MANY / 256 && state.rcx == 0 && state.rdi == FILLED + MANY;
    write_apic(APIC_INITIAL_COUNT, 0);
    prepare(enable, 0); /* for one that came since */
    run_taking();
  }
  check(whole, "REP STOSB with a timer interrupt stores all");
  check(partial, "REP STOSB is interrupted half-way");
}

/* MOV to SS lets the next instruction pass, so a timer's interrupt never comes between the two. */
static void check_stack_shadow(void) {
  u64 between = 0, beside = 0, first = (u64)stack_loads + 6, rest = (u64)stack_loads_rest - 2;
  for (u64 count = 1000; count < 1100; count++) {
    start_one_shot(0x42, count);
    prepare(stack_loads, 0);
    state.rcx = KERNEL_DATA;
    run_taking();
    for (u64 i = 0; i < taken && i < 8; i++) {
      if (taken_at[i] >= first && taken_at[i] < rest) {
        between += (taken_at[i] - first) % 3 == 2;
        beside += (taken_at[i] - first) % 3 == 0;
      }
    }
    write_apic(APIC_INITIAL_COUNT, 0);
    prepare(enable, 0); /* for one that came since */
    run_taking();
  }
  check(!between, "no interrupt comes right behind MOV to SS");
  check(beside, "but behind the instruction after it");
}

static u64 depth, deepest;

/* An NMI that sends another one. */
static int take_nmi(struct state *frame) {
  if (frame->vector != NMI) {
    return 0;
  }
  depth++;
  deepest = depth > deepest ? depth : deepest;
  if (taken < 8) {
    taken_at[taken] = frame->rip;
  }
  if (taken++ == 0) {
    write_apic(APIC_ICR_LOW, 0x400);
    for (u64 i = 0; i < 100; i++) {
      read_apic(APIC_ID);
    }
  }
  depth--;
  return 1;
}

static void check_nmi_blocking(void) {
  taken = depth = deepest = 0;
  prepare(nmi_twice, 0);
  on_trap = take_nmi;
  run();
  on_trap = 0;
  check(taken == 2 && deepest == 1, "an NMI in the handler of another waits");
  check(taken_at[0] >= (u64)nmi_twice && taken_at[0] < (u64)nmi_twice_end && taken_at[1] == taken_at[0], "until IRET");
}

static void check_nmi(void) {
  write_apic(APIC_ICR_HIGH, read_apic(APIC_ID));
  prepare(send_nmi, 0);
  run_taking();
  check(taken == 1 && taken_vectors[0] == NMI, "NMI comes with IF clear");
}

static void check_priority(void) {
  u64 cr8;
  write_apic(APIC_TPR, 0x40);
  __asm__ volatile("mov %%cr8, %0" : "=r"(cr8));
  check_equal("CR8 is the class of the TPR", cr8, 4);
  check_equal("PPR follows the TPR", read_apic(APIC_PPR), 0x40);
  self(0x4F);
  check(apic_bit(APIC_IRR, 0x4F), "an interrupt below the TPR waits in IRR");
  prepare(enable, 0);
  run_taking();
  check_equal("and is not delivered", taken, 0);
  self(0x50);
  prepare(enable, 0);
  run_taking();
  check(taken == 1 && taken_vectors[0] == 0x50, "one above the TPR is");
  prepare(lower_priority, 0);
  run_taking();
  check(taken == 1 && taken_vectors[0] == 0x4F && taken_at[0] == (u64)lowered_at, "MOV to CR8 lets it come at once");
  check_equal("MOV to CR8 sets the TPR", read_apic(APIC_TPR), 0);
  self(0x51);
  self(0x63);
  self(0x62);
  prepare(enable, 0);
  run_taking();
  check(taken == 3 && taken_vectors[0] == 0x63 && taken_vectors[1] == 0x62 && taken_vectors[2] == 0x51,
        "the highest vector first");
  self(0x61);
  run_at(enable, 0);
  check(state.vector == 0x61 && apic_bit(APIC_ISR, 0x61) && !apic_bit(APIC_IRR, 0x61), "in service: ISR, not IRR");
  check_equal("PPR is the class in service", read_apic(APIC_PPR), 0x60);
  self(0x6F);
  prepare(enable, 0);
  run_taking();
  check_equal("the same class waits for EOI", taken, 0);
  self(0x70);
  prepare(enable, 0);
  run_taking();
  check(taken == 1 && taken_vectors[0] == 0x70, "a higher class does not");
  write_apic(APIC_EOI, 0);
  prepare(enable, 0);
  run_taking();
  check(taken == 1 && taken_vectors[0] == 0x6F, "EOI lets it come");
}

void check_interrupts(void) {
  group("interrupts");
  write_apic(APIC_SPURIOUS, 0x1FF);
  write_apic(APIC_LVT_LINT0, LVT_MASKED);
  check_shadows();
  check_repeat();
  check_stack_shadow();
  check_nmi();
  check_nmi_blocking();
  check_priority();
  write_apic(APIC_LVT_TIMER, LVT_MASKED);
}
