/* Real-address mode: segments, limits, interrupts through the vector table (SDM Vol. 3A chapter 20). */
#include "real.h"

#include "legacy.h"

#define SEGMENT (LOW_CODE >> 4)
#define STACK_SEGMENT 0x4000
#define DATA_SEGMENT 0x5000
#define STACK_TOP 0x1000

struct __attribute__((packed)) {
  u16 limit;
  u64 base;
} real_idt;
extern u8 real_stub[], real_stub_end[], real_entries[];
void enter_real(void);

/* Snippets of 16-bit code; INT3 ends them. */
SNIPPET(r_segments, ".code16; movw $0x5000, %ax; movw %ax, %ds; movw $0x5678, 0x10; movw 0x10, %cx; movw %ds, %bx");
SNIPPET(r_interrupt, ".code16; int $0x31; r_interrupt_next: nop");
SNIPPET(r_return, ".code16; int $0x31; r_return_next: movw $7, %bx; int3; r_handler: pushfw; popw %cx; iretw");
SNIPPET(r_divide, ".code16; xorw %cx, %cx; r_divide_at: divw %cx");
SNIPPET(r_overflow, ".code16; movb $0x7F, %al; incb %al; into; r_overflow_next: nop");
SNIPPET(r_bound, ".code16; movw $5, 0x20; movw $9, 0x22; movw $4, %ax; r_bound_at: boundw %ax, 0x20");
SNIPPET(r_undefined, ".code16; ud2");
SNIPPET(r_load_task, ".code16; ltr %ax");
SNIPPET(r_load_local, ".code16; lldt %ax");
SNIPPET(r_store_task, ".code16; str %ax");
SNIPPET(r_verify, ".code16; verr %ax");
SNIPPET(r_rights, ".code16; larw %ax, %bx");
SNIPPET(r_byte_at, ".code16; movb (%edi), %al");
SNIPPET(r_word_at, ".code16; movw (%edi), %ax");
SNIPPET(r_write_at, ".code16; movw %ax, (%edi)");
SNIPPET(r_word_bp, ".code16; movw %di, %bp; r_word_bp_at: movw (%bp), %ax");
SNIPPET(r_wrap, ".code16; movw $0xFFFF, %bx; movb 0x11(%bx), %al");
SNIPPET(r_string, ".code16; movw $0xFFFE, %si; cld; lodsw; movw %ax, %dx; lodsb");
SNIPPET(r_push_wraps, ".code16; xorw %sp, %sp; pushw %ax; movw %sp, %bx; movw $0x1000, %sp");
SNIPPET(r_far_call, ".code16; lcall $0x3000, $(r_far_to - r_far_call); r_far_next: nop; int3; r_far_to: popw %ax; popw %bx;"
                    "movw %cs, %cx");
SNIPPET(r_far_return, ".code16; pushw $0x2FFF; pushw $(r_far_return_to - r_far_return + 16); lretw; ud2;"
                      "r_far_return_to: movw %cs, %cx");
SNIPPET(r_flags, ".code16; pushw $0x7002; popfw; pushfw; popw %ax; pushw $2; popfw");
SNIPPET(r_wide, ".code16; pushl $0x12345678; popl %eax; movl %esp, %ebx");
SNIPPET(r_above, ".code16; movw $0xFFFF, %ax; movw %ax, %ds; movb 0x10, %bl");
SNIPPET(r_step, ".code16; nop; nop");
SNIPPET(r_long, ".code16; .fill 15, 1, 0x66; nop");
SNIPPET(r_lock, ".code16; lock; nop");
SNIPPET(r_protect, ".code16; movl %cr0, %eax; orl $1, %eax; movl %eax, %cr0; movw %cs, %bx; andl $0xFFFFFFFE, %eax; movl %eax, %cr0");
extern const u8 r_interrupt_next[], r_return_next[], r_handler[], r_divide_at[], r_overflow_next[], r_bound_at[], r_word_bp_at[],
    r_far_next[], r_far_to[], r_far_return_to[];

static void put16(u64 address, u16 value) {
  __asm__ volatile("movw %0, (%1)" : : "r"(value), "r"(address) : "memory");
}

static void put32(u64 address, u32 value) {
  __asm__ volatile("movl %0, (%1)" : : "r"(value), "r"(address) : "memory");
}

static u16 out16_of(u64 field) {
  u16 value;
  __asm__ volatile("movw (%1), %0" : "=r"(value) : "r"(REAL_OUT + field) : "memory");
  return value;
}

static u32 out32_of(u64 field) {
  u32 value;
  __asm__ volatile("movl (%1), %0" : "=r"(value) : "r"(REAL_OUT + field) : "memory");
  return value;
}

/* The tables as every check starts with, and the snippet at the start of its segment. */
static void install_real(const u8 *code, const u8 *end) {
  for (u64 i = 0; i < (u64)(real_stub_end - real_stub); i++) {
    ((volatile u8 *)REAL_STUB)[i] = real_stub[i];
  }
  for (u32 vector = 0; vector < 256; vector++) {
    set_vector(vector, 0, REAL_STUB + (u32)(real_entries - real_stub) + vector * 8);
  }
  real_idt.limit = 0x3FF;
  real_idt.base = 0;
  copy_low(code, end);
  for (u64 field = 0; field < 64; field += 4) {
    put32(REAL_IN + field, 0);
  }
  put32(REAL_IN + R16_ESP, STACK_TOP);
  put16(REAL_IN + R16_CS, SEGMENT);
  put16(REAL_IN + R16_FLAGS, 2);
  put16(REAL_IN + R16_DS, DATA_SEGMENT);
  put16(REAL_IN + R16_ES, DATA_SEGMENT);
  put16(REAL_IN + R16_SS, STACK_SEGMENT);
}

static void go(void) {
  enter_real();
  load_tables();
  __asm__ volatile("mov %0, %%ds; mov %0, %%es; mov %0, %%fs; mov %0, %%gs" : : "r"(USER_DATA));
}

#define RUN(name) (install_real(name, name##_end), go())

/* Whether it ended with a vector at an offset of the snippet's segment, with the stack as it was. */
static int ended(u32 vector, u64 offset) {
  int ok = out16_of(R16_VECTOR) == vector && out16_of(R16_IP) == (u16)offset;
  if (!ok) {
    print("  vector %d at %x, not vector %d at %x", (u64)out16_of(R16_VECTOR), (u64)out16_of(R16_IP), (u64)vector, offset);
  }
  return ok;
}

#define ENDED(name) ended(BP, name##_end - name + 1)

static void check_addresses(void) {
  RUN(r_segments);
  check(ENDED(r_segments) && *(u16 *)0x50010 == 0x5678 && out16_of(R16_ECX) == 0x5678 && out16_of(R16_EBX) == 0x5000,
        "segments are paragraphs");
  *(volatile u8 *)0x50010 = 0x5A;
  RUN(r_wrap);
  check(ENDED(r_wrap) && (out16_of(R16_EAX) & 0xFF) == 0x5A, "16-bit addresses wrap at 64 KiB");
  RUN(r_above);
  check(ENDED(r_above) && (out16_of(R16_EBX) & 0xFF) == *(volatile u8 *)0x100000, "FFFF:0010 is 1 MiB");
  static const struct {
    const char *name;
    const u8 *code, *end;
    u32 offset, vector;
  } limits[] = {
      {"a byte at FFFF", r_byte_at, r_byte_at_end, 0xFFFF, BP},
      {"a byte at 10000", r_byte_at, r_byte_at_end, 0x10000, GP},
      {"a word at FFFE", r_word_at, r_word_at_end, 0xFFFE, BP},
      {"a word at FFFF", r_word_at, r_word_at_end, 0xFFFF, GP},
      {"a write at FFFF", r_write_at, r_write_at_end, 0xFFFF, GP},
  };
  for (u32 i = 0; i < sizeof limits / sizeof *limits; i++) {
    install_real(limits[i].code, limits[i].end);
    put32(REAL_IN + R16_EDI, limits[i].offset);
    go();
    check(ended(limits[i].vector, limits[i].vector == BP ? limits[i].end - limits[i].code + 1 : 0), limits[i].name);
  }
  install_real(r_word_bp, r_word_bp_end);
  put32(REAL_IN + R16_EDI, 0xFFFF);
  go();
  check(ended(SS, r_word_bp_at - r_word_bp), "a word of the stack at FFFF");
  RUN(r_string);
  check(ENDED(r_string) && out16_of(R16_ESI) == 1, "SI wraps at 64 KiB");
  RUN(r_push_wraps);
  check(ENDED(r_push_wraps) && out16_of(R16_EBX) == 0xFFFE, "PUSH with SP 0 wraps");
  RUN(r_wide);
  check(ENDED(r_wide) && out32_of(R16_EAX) == 0x12345678 && out32_of(R16_EBX) == STACK_TOP, "32-bit operands");
}

static void check_vectors(void) {
  RUN(r_interrupt);
  check(ended(0x31, r_interrupt_next - r_interrupt) && out16_of(R16_CS) == SEGMENT && out32_of(R16_ESP) == STACK_TOP,
        "INT n pushes FLAGS, CS and IP");
  install_real(r_interrupt, r_interrupt_end);
  put16(REAL_IN + R16_FLAGS, 0x202);
  go();
  check((out16_of(R16_FLAGS) & 0x200) && !(out16_of(R16_FLAGS_IN) & 0x300), "INT n clears IF and TF, and saves them");
  install_real(r_return, r_return_end);
  set_vector(0x31, SEGMENT, r_handler - r_return);
  go();
  check(ended(BP, r_return_next - r_return + 4) && out16_of(R16_EBX) == 7, "IRET returns");
  RUN(r_divide);
  check(ended(DE, r_divide_at - r_divide), "#DE");
  RUN(r_overflow);
  check(ended(OF, r_overflow_next - r_overflow), "#OF of INTO");
  RUN(r_bound);
  check(ended(BR, r_bound_at - r_bound), "#BR of BOUND");
  RUN(r_undefined);
  check(ended(UD, 0), "#UD");
  check_equal("exceptions push no error code", out32_of(R16_ESP), STACK_TOP);
  RUN(r_lock);
  check(ended(UD, 0), "#UD of LOCK where it is not allowed");
  RUN(r_long);
  check(ended(GP, 0), "#GP of an instruction of 16 bytes");
  install_real(r_step, r_step_end);
  put16(REAL_IN + R16_FLAGS, 0x102);
  go();
  check(ended(DB, 1), "single step");
  install_real(r_interrupt, r_interrupt_end);
  real_idt.limit = 0x31 * 4 + 2;
  go();
  check(ended(GP, 0), "a vector beyond the limit of the table");
}

static void check_transfers16(void) {
  RUN(r_far_call);
  check(ENDED(r_far_call) && out16_of(R16_EAX) == r_far_next - r_far_call && out16_of(R16_EBX) == SEGMENT &&
            out16_of(R16_ECX) == SEGMENT,
        "far call");
  RUN(r_far_return);
  check(out16_of(R16_VECTOR) == BP && out16_of(R16_ECX) == SEGMENT - 1, "far return");
  RUN(r_flags);
  check(ENDED(r_flags) && (out16_of(R16_EAX) & 0x7000) == 0x7000, "POPF changes IOPL and NT");
  RUN(r_protect);
  check(ENDED(r_protect) && out16_of(R16_EBX) == SEGMENT, "CR0.PE set and cleared keeps the segments");
  install_real(r_step, r_step_end);
  for (u64 i = 0; i < 16; i++) {
    ((volatile u8 *)LOW_CODE)[0xFFF0 + i] = 0x90;
  }
  put16(REAL_IN + R16_IP, 0xFFFC);
  go();
  check(ended(GP, 0), "code that runs past 64 KiB");
  install_real(r_step, r_step_end);
  ((volatile u8 *)LOW_CODE)[0xFFF0] = 0xEB; /* JMP to 0012, where INT3 is */
  ((volatile u8 *)LOW_CODE)[0xFFF1] = 0x20;
  ((volatile u8 *)LOW_CODE)[0x12] = 0xCC;
  put16(REAL_IN + R16_IP, 0xFFF0);
  go();
  check(ended(BP, 0x13), "a jump wraps at 64 KiB");
}

static void check_protected_only(void) {
  RUN(r_load_task);
  check(ended(UD, 0), "LTR does not exist");
  RUN(r_load_local);
  check(ended(UD, 0), "LLDT does not exist");
  RUN(r_store_task);
  check(ended(UD, 0), "STR does not exist");
  RUN(r_verify);
  check(ended(UD, 0), "VERR does not exist");
  RUN(r_rights);
  check(ended(UD, 0), "LAR does not exist");
}

void check_real(void) {
  group("real");
  check_addresses();
  check_vectors();
  check_transfers16();
  check_protected_only();
}
