/*
 * Loads of segment registers, far transfers to code segments, and limits, in IA-32e mode (SDM Vol. 3A chapters 3, 5): every
 * type of descriptor, DPL, RPL and presence, the answer of the CPU against that of the rules.
 */
#include "processor.h"

#define PRESENT 0x80
#define SEGMENT 0x10
#define CODE 8
#define CONFORMING 4
#define EXPAND_DOWN 4
#define WRITABLE 2 /* of data; of code: readable */
#define LONG_CODE 0xA
#define BIG 0xC
#define STACKS (SCRATCH + 16) /* writable data of DPL 0 to 3 */
#define LIMIT_OF_DETAILS 4

struct outcome {
  u64 vector, error;
};
static const struct outcome allowed = {BP, 0};

static u64 bad;

static struct outcome fault(u64 vector, u64 error) { return (struct outcome){vector, error}; }

static void compare(u64 access, u64 selector, u64 cpl, struct outcome want) {
  if (state.vector != want.vector || state.error != want.error) {
    if (bad++ < LIMIT_OF_DETAILS) {
      print("  access byte %x, selector %x, CPL %d: vector %d, error code %x, not vector %d, error code %x", access, selector,
            cpl, state.vector, state.error, want.vector, want.error);
    }
  }
}

static u64 dpl(u64 access) { return access >> 5 & 3; }
static u64 larger(u64 a, u64 b) { return a > b ? a : b; }

SNIPPET(load_ds, "mov %eax, %ds");
SNIPPET(load_fs, "mov %eax, %fs");
SNIPPET(load_ss, "mov %eax, %ss; nop");
SNIPPET(jump_far, "ljmp *(%rdi)");
SNIPPET(call_far, "lcall *(%rdi)");
SNIPPET(return_far, "lretq");
SNIPPET(return_from_interrupt, "iretq");
SNIPPET(landing, "");
SNIPPET(ask, "lar %ecx, %eax; mov $0, %r8d; setz %r8b; lsl %ecx, %ebx; mov $0, %r9d; setz %r9b;"
             "verr %cx; mov $0, %r10d; setz %r10b; verw %cx; mov $0, %r11d; setz %r11b");

static struct outcome data_rule(u64 access, u64 selector, u64 cpl) {
  int code = access & CODE;
  if (!(access & SEGMENT) || (code && !(access & WRITABLE)) ||
      (!(code && (access & CONFORMING)) && larger(selector & 3, cpl) > dpl(access))) {
    return fault(GP, selector & ~3UL);
  }
  return access & PRESENT ? allowed : fault(NP, selector & ~3UL);
}

static struct outcome stack_rule(u64 access, u64 selector, u64 cpl) {
  if (!(access & SEGMENT) || (access & CODE) || !(access & WRITABLE) || (selector & 3) != cpl || dpl(access) != cpl) {
    return fault(GP, selector & ~3UL);
  }
  return access & PRESENT ? allowed : fault(SS, selector & ~3UL);
}

static struct outcome code_rule(u64 access, u64 selector, u64 cpl) {
  u64 rpl = selector & 3;
  if (!(access & SEGMENT) || !(access & CODE) ||
      (access & CONFORMING ? dpl(access) > cpl : rpl > cpl || dpl(access) != cpl)) {
    return fault(GP, selector & ~3UL);
  }
  return access & PRESENT ? allowed : fault(NP, selector & ~3UL);
}

static struct outcome return_rule(u64 access, u64 selector, u64 cpl) {
  u64 rpl = selector & 3;
  if (!(access & SEGMENT) || !(access & CODE) || rpl < cpl ||
      (access & CONFORMING ? dpl(access) > rpl : dpl(access) != rpl)) {
    return fault(GP, selector & ~3UL);
  }
  return access & PRESENT ? allowed : fault(NP, selector & ~3UL);
}

typedef struct outcome (*rule)(u64 access, u64 selector, u64 cpl);

/* Every descriptor into a data segment register. */
static void check_loads(const char *name, const void *code, rule rule_of) {
  bad = 0;
  for (u64 access = 0; access < 256; access++) {
    for (u64 way = 0; way < 8; way++) {
      u64 cpl = way & 4 ? 3 : 0, selector = SCRATCH | (way & 3);
      descriptors[SCRATCH / 8] = descriptor(0, 0xFFFFF, access, BIG);
      prepare(code, cpl);
      state.rax = selector;
      run();
      struct outcome want = rule_of(access, selector, cpl);
      compare(access, selector, cpl, want);
      u64 after = descriptors[SCRATCH / 8] >> 40 & 0xFF;
      if (after != (want.vector == BP ? access | 1 : access)) {
        bad++;
        print("  access byte %x became %x", access, after);
      }
    }
  }
  check(!bad, name);
}

/* Every descriptor into CS. */
static void check_code_loads(const char *name, const void *code, rule rule_of, int returns) {
  static struct __attribute__((packed)) {
    u32 offset;
    u16 selector;
  } pointer __attribute__((section(".user.data")));
  static u64 frame[8] __attribute__((section(".user.data")));
  bad = 0;
  for (u64 access = 0; access < 256; access++) {
    if ((access & 0x1F) == 0xC && !returns) {
      continue; /* a call gate */
    }
    for (u64 way = 0; way < 8; way++) {
      u64 cpl = way & 4 ? 3 : 0, selector = SCRATCH | (way & 3), rpl = way & 3;
      descriptors[SCRATCH / 8] = descriptor(0, 0xFFFFF, access, LONG_CODE);
      descriptors[SCRATCH / 8 + 1] = 0;
      prepare(code, cpl);
      pointer.offset = (u64)landing;
      pointer.selector = selector;
      state.rdi = (u64)&pointer;
      if (returns) {
        u64 i = 0;
        frame[i++] = (u64)landing;
        frame[i++] = selector;
        if (code == return_from_interrupt) {
          frame[i++] = FLAG_FIXED;
        }
        frame[i++] = USER_STACK - 64;
        frame[i++] = STACKS + 8 * rpl + rpl;
        state.rsp = (u64)frame;
      }
      run();
      struct outcome want = rule_of(access, selector, cpl);
      compare(access, selector, cpl, want);
      u64 cs = (selector & ~3UL) | (returns ? rpl : cpl);
      if (want.vector == BP && state.vector == BP && (state.cs != cs || state.rip != (u64)landing_end + 1)) {
        bad++;
        print("  access byte %x: arrived at %x:%x", access, state.cs, state.rip);
      }
    }
  }
  check(!bad, name);
}

static void check_questions(void) {
  bad = 0;
  for (u64 access = 0; access < 256; access++) {
    for (u64 way = 0; way < 8; way++) {
      u64 cpl = way & 4 ? 3 : 0, rpl = way & 3, type = access & 15, code = access & CODE;
      descriptors[SCRATCH / 8] = descriptor(0, 0x12345, access, BIG);
      descriptors[SCRATCH / 8 + 1] = 0;
      prepare(ask, cpl);
      state.rcx = SCRATCH | rpl;
      run();
      int visible = larger(rpl, cpl) <= dpl(access);
      int segment_visible = (access & SEGMENT) && (visible || (code && (access & CONFORMING)));
      int lar = access & SEGMENT ? segment_visible : visible && (type == 2 || type == 9 || type == 11 || type == 12);
      int lsl = access & SEGMENT ? segment_visible : visible && (type == 2 || type == 9 || type == 11);
      int verr = segment_visible && (!code || (access & WRITABLE));
      int verw = segment_visible && !code && (access & WRITABLE);
      u64 rights = access << 8 | 0xC1UL << 16 | 0;
      int ok = state.vector == BP && state.r8 == (u64)lar && state.r9 == (u64)lsl && state.r10 == (u64)verr &&
               state.r11 == (u64)verw && (!lar || (state.rax & 0xF0FF00) == (rights & 0xF0FF00)) &&
               (!lsl || state.rbx == 0x12345FFF);
      if (!ok && bad++ < LIMIT_OF_DETAILS) {
        print("  access byte %x, RPL %d, CPL %d: vector %d, LAR %d %x, LSL %d %x, VERR %d, VERW %d", access, rpl, cpl,
              state.vector, state.r8, state.rax, state.r9, state.rbx, state.r10, state.r11);
      }
    }
  }
  check(!bad, "LAR, LSL, VERR, VERW of every descriptor");
}

SNIPPET(write_cs8, ".code32; movb %al, %cs:(%edi)");
SNIPPET(read_null, ".code32; xorl %eax, %eax; movl %eax, %es; read_null_at: movb %es:(%edi), %al");
SNIPPET(load_then_read, ".code32; movl %ecx, %fs; load_then_read_at: movl %fs:(%edi), %eax");
SNIPPET(load_then_write, ".code32; movl %ecx, %fs; load_then_write_at: movb %al, %fs:(%edi)");
SNIPPET(stack_then_read, ".code32; movl %ss, %edx; movl %ecx, %ss; stack_then_read_at: movl %ss:(%edi), %eax");
SNIPPET(stack_then_push, ".code32; movl %ecx, %ss; movl %edi, %esp; stack_then_push_at: pushl %eax");
extern const u8 read_null_at[], load_then_read_at[], load_then_write_at[], stack_then_read_at[], stack_then_push_at[];
USER_MEMORY(u64, area[1024]);

static void run32(const void *code, u64 cpl, u64 selector, u64 offset) {
  prepare(code, cpl);
  state.cs = cpl ? USER_CODE32 : CODE32;
  state.rcx = selector;
  state.rdi = offset;
  run();
}

/* Limits of compatibility mode: offsets around every limit. */
static void check_limits(void) {
  static const u64 limits[] = {0, 1, 0xFFE, 0xFFF, 0x1000, 0x7FF};
  bad = 0;
  for (u64 kind = 0; kind < 3; kind++) { /* expand-up; expand-down to 64 KiB; expand-down to 4 GiB */
    for (u64 i = 0; i < sizeof limits / sizeof *limits; i++) {
      for (u64 offset = limits[i] - 6; offset != limits[i] + 6; offset++) {
        u32 at = offset;
        descriptors[SCRATCH / 8] = descriptor((u64)area, limits[i], kind ? 0xF6 : 0xF2, kind == 1 ? 0 : 4);
        u64 top = kind == 0 ? limits[i] : kind == 1 ? 0xFFFF : 0xFFFFFFFF;
        for (u64 size = 1; size <= 4; size += 3) {
          int inside = at + size - 1 <= top && (kind == 0 || at > limits[i]);
          if (inside && at > 0x1FF0) {
            continue; /* not our memory */
          }
          run32(size == 4 ? load_then_read : load_then_write, 3, SCRATCH | 3, at);
          struct outcome want = inside ? allowed : fault(GP, 0);
          compare(kind, at, limits[i], want);
          if (size == 4) {
            run32(stack_then_read, 3, SCRATCH | 3, at);
            compare(kind, at, limits[i], inside ? allowed : fault(SS, 0));
          }
        }
      }
    }
  }
  check(!bad, "limits of compatibility mode, expand-up and expand-down");
  descriptors[SCRATCH / 8] = descriptor((u64)area, 1, 0xF2, BIG);
  run32(load_then_read, 3, SCRATCH | 3, 0x1FFC);
  expect_end("a granular limit counts 4 KiB: inside", load_then_read_end);
  run32(load_then_read, 3, SCRATCH | 3, 0x1FFD);
  expect("a granular limit counts 4 KiB: outside", GP, 0, (u64)load_then_read_at);
  descriptors[SCRATCH / 8] = descriptor((u64)area, 0xFFF, 0xF0, 4);
  run32(load_then_write, 3, SCRATCH | 3, 0);
  expect("a write to a read-only segment", GP, 0, (u64)load_then_write_at);
  descriptors[SCRATCH / 8] = descriptor((u64)area, 0xFFF, 0xFA, 4);
  run32(load_then_write, 3, SCRATCH | 3, 0);
  expect("a write to a code segment", GP, 0, (u64)load_then_write_at);
  run32(load_then_read, 3, SCRATCH | 3, 0);
  expect_end("a read of a readable code segment", load_then_read_end);
  run32(load_then_read, 3, 0, 0);
  expect("a read through a null FS", GP, 0, (u64)load_then_read_at);
  run32(read_null, 3, 0, 0);
  expect("a read through a null ES", GP, 0, (u64)read_null_at);
  run32(write_cs8, 3, 0, (u64)area);
  expect("a write through CS", GP, 0, (u64)write_cs8);
  descriptors[SCRATCH / 8] = descriptor((u64)area, 0xFF, 0xF2, 4);
  run32(stack_then_push, 3, SCRATCH | 3, 0x102);
  expect("PUSH beyond the stack's limit", SS, 0, (u64)stack_then_push_at);
  run32(stack_then_push, 3, SCRATCH | 3, 2);
  expect("PUSH that wraps below the stack's start", SS, 0, (u64)stack_then_push_at);
  run32(stack_then_push, 3, SCRATCH | 3, 0x100);
  expect_end("PUSH right below the stack's limit", stack_then_push_end);
}

SNIPPET(null_loads, "xor %eax, %eax; mov %eax, %ds; mov $1, %eax; mov %eax, %es; mov $2, %eax; mov %eax, %fs; mov $3, %eax;"
                    "mov %eax, %gs; mov (%rdi), %rcx; mov %es:(%rdi), %rcx");
SNIPPET(beyond_table, "mov $0x7FF8, %eax; beyond_table_at: mov %eax, %ds");
SNIPPET(local_table, "mov $0x0C, %eax; local_table_at: mov %eax, %ds");
SNIPPET(read_gs, "mov %gs:8, %rax");
SNIPPET(not_canonical, "mov (%rdi), %al");
SNIPPET(not_canonical_stack, "mov %rdi, %rbp; mov (%rbp), %al");
SNIPPET(not_canonical_jump, "jmp *%rdi");
SNIPPET(read_into_hole, "mov (%rdi), %rax");
extern const u8 beyond_table_at[], local_table_at[];

static void check_long_mode(void) {
  u64 hole = 0x800000000000;
  for (u64 cpl = 0; cpl <= 3; cpl += 3) {
    prepare(null_loads, cpl);
    state.rdi = (u64)area;
    run();
    expect(cpl ? "null DS and ES are usable in 64-bit mode at CPL 3" : "null DS and ES are usable in 64-bit mode at CPL 0", BP,
           0, (u64)null_loads_end + 1);
    check(trap_ds == 0 && trap_es == 1 && trap_fs == 2 && trap_gs == 3, "null selectors keep their RPL");
    run_at(beyond_table, cpl);
    expect("a selector beyond the GDT", GP, 0x7FF8, (u64)beyond_table_at);
    run_at(local_table, cpl);
    expect("a selector of the absent LDT", GP, 0x0C, (u64)local_table_at);
    for (u64 rpl = 0; rpl < 4; rpl++) {
      prepare(load_ss, cpl);
      state.rax = rpl;
      run();
      check(cpl == 0 && rpl == 0 ? state.vector == BP && state.ss == 0 : state.vector == GP && state.error == 0,
            "a null SS: below CPL 3 with RPL = CPL only");
    }
    prepare(not_canonical, cpl);
    state.rdi = hole;
    run();
    expect("a read of a non-canonical address", GP, 0, (u64)not_canonical);
    prepare(not_canonical_stack, cpl);
    state.rdi = hole;
    run();
    expect("a read of a non-canonical address through RBP", SS, 0, (u64)not_canonical_stack + 3);
    prepare(read_into_hole, cpl);
    state.rdi = hole - 4;
    run();
    check(state.vector == GP || state.vector == PF, "a read that ends behind the canonical addresses");
    prepare(not_canonical_jump, cpl);
    state.rdi = hole;
    run();
    expect("a jump to a non-canonical address", GP, 0, (u64)not_canonical_jump);
  }
  area[1] = 0x1122334455667788;
  write_msr(GS_BASE, (u64)area);
  run_at(read_gs, 3);
  check_equal("GS has its base in 64-bit mode", state.rax, area[1]);
  descriptors[SCRATCH / 8] = descriptor((u64)area, 0, 0xF2, 0);
  prepare(load_fs, 3);
  state.rax = SCRATCH | 3;
  run();
  check_equal("a load of FS sets IA32_FS_BASE", trap_fs, SCRATCH | 3);
}


/* The limit of CS in compatibility mode. */
static void check_code_limit(void) {
  static u8 *code = (u8 *)area;
  for (u64 i = 0; i < 64; i++) {
    code[i] = 0x90;
  }
  code[32] = 0xCC;
  descriptors[SCRATCH / 8] = descriptor((u64)area, 32, 0xFA, 4);
  prepare(0, 3);
  state.cs = SCRATCH | 3;
  run();
  expect("code up to its limit", BP, 0, 33);
  code[32] = 0x90;
  prepare(0, 3);
  state.cs = SCRATCH | 3;
  run();
  expect("code that runs past its limit", GP, 0, 33);
  code[30] = 0xB8; /* MOV EAX, imm32: 5 bytes */
  prepare((void *)30, 3);
  state.cs = SCRATCH | 3;
  run();
  expect("an instruction that straddles the limit", GP, 0, 30);
  code[0] = 0xEB; /* JMP */
  code[1] = 0x30;
  prepare(0, 3);
  state.cs = SCRATCH | 3;
  run();
  check(state.vector == GP && state.error == 0, "a jump past the limit");
  check(state.rip == 0, "a jump past the limit faults at the jump");
  descriptors[SCRATCH / 8] = descriptor((u64)area, 0xFFFF, 0xFA, 0);
  code[0] = 0x90;
  code[1] = 0xCC;
  prepare(0, 3);
  state.cs = SCRATCH | 3;
  run();
  expect("16-bit code", BP, 0, 2);
  descriptors[SCRATCH / 8] = descriptor((u64)area - 0xFF00, 0xFFFF, 0xFA, 0);
  code[0xFE] = code[0xFF] = 0x90;
  prepare((void *)0xFFFE, 3);
  state.cs = SCRATCH | 3;
  run();
  expect("16-bit code that runs past 64 KiB", GP, 0, 0x10000);
  descriptors[SCRATCH / 8] = descriptor((u64)area, 0xFFFF, 0xFA, 0);
  code[0] = 0xE9; /* JMP rel16 */
  code[1] = 0x20;
  code[2] = 0x00;
  code[0x23] = 0xCC;
  prepare(0, 3);
  state.cs = SCRATCH | 3;
  run();
  expect("a 16-bit jump", BP, 0, 0x24);
  descriptors[SCRATCH / 8] = descriptor((u64)area - 0xE000, 0xFFFF, 0xFA, 0);
  code[0x1FF3] = 0xCC;
  code[0x20] = 0xE9;
  code[0x21] = 0xD0;
  code[0x22] = 0x1F;
  prepare((void *)0xE020, 3);
  state.cs = SCRATCH | 3;
  run();
  check(state.vector == BP && state.rip == 0xFFF4, "a 16-bit jump near the end");
}

void check_segments(void) {
  group("segments");
  for (u64 ring = 0; ring < 4; ring++) {
    descriptors[STACKS / 8 + ring] = descriptor(0, 0xFFFFF, 0x93 | ring << 5, BIG);
  }
  check_loads("every descriptor into DS", load_ds, data_rule);
  check_loads("every descriptor into FS", load_fs, data_rule);
  check_loads("every descriptor into SS", load_ss, stack_rule);
  check_code_loads("every descriptor into CS by JMP", jump_far, code_rule, 0);
  check_code_loads("every descriptor into CS by CALL", call_far, code_rule, 0);
  check_code_loads("every descriptor into CS by RETF", return_far, return_rule, 1);
  check_code_loads("every descriptor into CS by IRETQ", return_from_interrupt, return_rule, 1);
  check_questions();
  check_limits();
  check_long_mode();
  check_code_limit();
}
