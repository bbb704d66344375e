/* Single steps and breakpoints (SDM Vol. 3B chapter 17). */
#include "processor.h"

#define LOCAL(n) (1UL << (2 * (n)))
#define ON_EXECUTE 0UL
#define ON_WRITE 1UL
#define ON_PORT 2UL
#define ON_ACCESS 3UL
#define WHEN(n, condition, length) (LOCAL(n) | (condition) << (16 + 4 * (n)) | (length) << (18 + 4 * (n)))
#define LENGTH1 0UL
#define LENGTH2 1UL
#define LENGTH4 3UL
#define LENGTH8 2UL
#define DR7_GD (1UL << 13)

#define write_dr(n, value) __asm__ volatile("mov %0, %%dr" #n : : "r"((u64)(value)))

USER_MEMORY(u64, watched[4]);
static u64 steps, steps_at[16], causes;

static int count_steps(struct state *frame) {
  if (frame->vector != DB) {
    return 0;
  }
  if (steps < 16) {
    steps_at[steps] = frame->rip;
  }
  steps++;
  causes |= read_dr6();
  write_dr6(0xFFFF0FF0);
  return steps < 200;
}

static void run_counted(void) {
  steps = 0;
  causes = 0;
  write_dr6(0xFFFF0FF0);
  on_trap = count_steps;
  run();
  on_trap = 0;
}

SNIPPET(three, "nop; inc %eax; dec %eax");
SNIPPET(repeated, "rep stosb");
SNIPPET(stack_load, "mov %ss, %ecx; mov %ecx, %ss; nop; nop");
SNIPPET(set_trap, "pushfq; orl $0x100, (%rsp); popfq; nop; nop");
SNIPPET(touch, "mov (%rdi), %al; touch_next: mov %al, (%rdi); nop");
SNIPPET(touch_last, "mov 7(%rdi), %al; nop");
SNIPPET(touch_word, "mov %rax, -4(%rdi); nop");
SNIPPET(read_debug, "mov %dr7, %rax");
SNIPPET(read_alias, "mov %dr4, %rax");
SNIPPET(high_debug, "mov $1, %eax; shl $40, %rax; high_debug_at: mov %rax, %dr7");
SNIPPET(step_interrupt, "int $0x30; nop");
SNIPPET(port_touch, "mov $0x80, %edx; in %dx, %al; nop; nop");
SNIPPET(stack_from_memory, "mov (%rdi), %ss; stack_from_memory_next: nop; nop");
extern const u8 touch_next[], high_debug_at[], stack_from_memory_next[];

static void check_steps(void) {
  prepare(three, 3);
  state.rflags |= FLAG_TF;
  run_counted();
  check_equal("single step: one trap an instruction", steps, 3);
  check(steps_at[0] == (u64)three + 1 && steps_at[1] == (u64)three + 3 && steps_at[2] == (u64)three + 5,
        "single step: the trap comes behind the instruction");
  check_equal("single step: DR6.BS", causes & 0xE00F, 0x4000);
  prepare(repeated, 3);
  state.rflags |= FLAG_TF;
  state.rdi = (u64)watched;
  state.rcx = 5;
  run_counted();
  check_equal("single step: REP traps at every iteration", steps, 5);
  check(steps_at[0] == (u64)repeated && steps_at[4] == (u64)repeated + 2, "single step: RIP stays until the count is used up");
  prepare(stack_load, 0);
  state.rflags |= FLAG_TF;
  run_counted();
  check_equal("single step: none between MOV SS and the next instruction", steps, 3);
  prepare(set_trap, 3);
  run_counted();
  check(steps == 2 && steps_at[0] == (u64)set_trap_end - 1, "single step: POPF that sets TF lets one instruction pass");
  prepare(step_interrupt, 0);
  state.rflags |= FLAG_TF;
  run_counted();
  check(steps == 0 && state.vector == 0x30, "single step: none behind INT n");
  check_equal("single step: INT n saves TF", state.rflags & FLAG_TF, FLAG_TF);
}

static void one_breakpoint(const char *name, u64 dr7, const void *code, u64 rdi, u64 want_steps, u64 want_causes) {
  write_dr7(dr7);
  prepare(code, 3);
  state.rdi = rdi;
  run_counted();
  write_dr7(0x400);
  if (steps != want_steps) {
    check_equal(name, steps, want_steps);
  } else {
    check_equal(name, causes & 0xE00F, want_causes);
  }
}

static void check_breakpoints(void) {
  u64 at = (u64)watched + 8;
  write_dr(0, (u64)three + 1);
  write_dr7(WHEN(0, ON_EXECUTE, LENGTH1));
  prepare(three, 3);
  on_trap = 0;
  write_dr6(0xFFFF0FF0);
  run();
  write_dr7(0x400);
  expect("execute breakpoint: a fault at the instruction", DB, 0, (u64)three + 1);
  check_equal("execute breakpoint: RF in the saved RFLAGS", state.rflags & FLAG_RF, FLAG_RF);
  check_equal("execute breakpoint: DR6.B0", read_dr6() & 0xE00F, 1);
  write_dr7(WHEN(0, ON_EXECUTE, LENGTH1));
  run();
  write_dr7(0x400);
  expect_end("execute breakpoint: RF resumes past it", three_end);
  check_equal("RF is cleared by the next instruction", state.rflags & FLAG_RF, 0);
  write_dr(1, at);
  one_breakpoint("write breakpoint", WHEN(1, ON_WRITE, LENGTH1), touch, at, 1, 2);
  check_equal("write breakpoint: a trap behind the write", steps_at[0], (u64)touch_next + 2);
  one_breakpoint("access breakpoint: read and write", WHEN(1, ON_ACCESS, LENGTH1), touch, at, 2, 2);
  check_equal("access breakpoint: a trap behind the read", steps_at[0], (u64)touch_next);
  one_breakpoint("a byte beside it", WHEN(1, ON_ACCESS, LENGTH1), touch, at + 1, 0, 0);
  one_breakpoint("2 bytes: the second", WHEN(1, ON_ACCESS, LENGTH2), touch, at + 1, 2, 2);
  one_breakpoint("2 bytes: the third", WHEN(1, ON_ACCESS, LENGTH2), touch, at + 2, 0, 0);
  one_breakpoint("4 bytes: the fourth", WHEN(1, ON_ACCESS, LENGTH4), touch, at + 3, 2, 2);
  one_breakpoint("8 bytes: the eighth", WHEN(1, ON_ACCESS, LENGTH8), touch_last, at, 1, 2);
  one_breakpoint("a wide write that begins before it", WHEN(1, ON_WRITE, LENGTH1), touch_word, at, 1, 2);
  one_breakpoint("not enabled", WHEN(1, ON_WRITE, LENGTH1) & ~LOCAL(1), touch, at, 0, 0);
  write_dr(2, at);
  one_breakpoint("two at once", WHEN(1, ON_WRITE, LENGTH1) | WHEN(2, ON_WRITE, LENGTH1), touch, at, 1, 6);
  write_cr4(read_cr4() | CR4_DE);
  write_dr(3, 0x80);
  write_dr7(WHEN(3, ON_PORT, LENGTH1));
  prepare(port_touch, 0);
  run_counted();
  write_dr7(0x400);
  check(steps == 1 && (causes & 15) == 8 && steps_at[0] == (u64)port_touch_end - 2, "port breakpoint");
  run_at(read_alias, 0);
  expect("DR4 with CR4.DE", UD, 0, (u64)read_alias);
  write_cr4(read_cr4() & ~CR4_DE);
  run_at(read_alias, 0);
  check(state.vector == BP && state.rax == read_dr6(), "DR4 without CR4.DE is DR6");
  run_at(read_debug, 3);
  expect("debug registers at CPL 3", GP, 0, (u64)read_debug);
  run_at(high_debug, 0);
  expect("DR7 with bit 40", GP, 0, (u64)high_debug_at);
  write_dr6(0xFFFF0FF0);
  write_dr7(0x400 | DR7_GD);
  run_at(read_debug, 0);
  u64 dr6 = read_dr6();
  expect("general detect: a fault at the access", DB, 0, (u64)read_debug);
  check_equal("general detect: DR6.BD", dr6 & 0xE00F, 0x2000);
  run_at(read_debug, 0);
  check_equal("general detect: the exception clears DR7.GD", state.rax, 0x400);
  write_dr6(0);
  check_equal("DR6 after writing 0", read_dr6(), 0xFFFF0FF0);
  write_dr7(0x400);
}

/* MOV to SS holds debug exceptions off for one instruction (SDM Vol. 3A 6.8.3). */
static void check_stack_shadow(void) {
  watched[2] = KERNEL_DATA;
  write_dr(1, (u64)&watched[2]);
  write_dr7(WHEN(1, ON_ACCESS, LENGTH1));
  prepare(stack_from_memory, 0);
  state.rdi = (u64)&watched[2];
  run_counted();
  write_dr7(0x400);
  check(steps == 1 && causes == (0xFFFF0FF0 | 2) && steps_at[0] == (u64)stack_from_memory_next + 1,
        "data breakpoint of MOV to SS: a trap behind the next instruction");
  write_dr(0, (u64)stack_from_memory_next);
  write_dr7(WHEN(0, ON_EXECUTE, LENGTH1));
  prepare(stack_from_memory, 0);
  state.rdi = (u64)&watched[2];
  run_counted();
  check_equal("execute breakpoint behind MOV to SS: none", steps, 0);
  write_dr7(0x400);
}

void check_debug(void) {
  group("debug");
  check_steps();
  check_breakpoints();
  check_stack_shadow();
}
