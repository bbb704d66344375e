/*
 * Protected mode without IA-32e mode: stack switches of 32-bit TSSs, task switches, call gates with parameters,
 * virtual-8086 mode (SDM Vol. 3A chapters 6, 7, 20). Paging is off.
 */
#include "processor.h"

#define TASK_RETURN 0x1F0
#define OTHER_TASK (SCRATCH + 0)
#define FAULT_TASK (SCRATCH + 8)
#define GATE (SCRATCH + 16)
#define BAD_STACK (SCRATCH + 24)
#define LOW_CODE 0x30000UL /* RAM below 1 MiB that nothing else uses */
#define AVAILABLE_TSS 0x89
#define BUSY_TSS 0x8B

/* A 32-bit TSS (SDM Vol. 3A figure 7-2), in words of 32 bits. */
enum { LINK, ESP0, SS0, ESP1, SS1, ESP2, SS2, CR3, EIP, EFLAGS, EAX, ECX, EDX, EBX, ESP, EBP, ESI, EDI, ES_, CS_, SS_, DS_,
       FS_, GS_, LDT, BITMAP, TSS_WORDS };
/* What trap_common32 left. */
enum { T_GS, T_FS, T_ES, T_DS, T_EDI, T_ESI, T_EBP, T_SP, T_EBX, T_EDX, T_ECX, T_EAX, T_VECTOR, T_ERROR, T_EIP, T_CS,
       T_FLAGS, T_ESP, T_SS, T_V86_ES, T_V86_DS, T_V86_FS, T_V86_GS };

u32 legacy_registers[12], legacy_trap[32];
u32 legacy_frame, legacy_task, legacy_trap_ss, legacy_trap_esp, legacy_trap_task, legacy_trap_cr0;
static u64 idt32[256] __attribute__((aligned(16)));
struct __attribute__((packed)) {
  u16 limit;
  u64 base;
} idt32_pointer;
static u32 task[3][TSS_WORDS + 1] __attribute__((aligned(128)));
static u32 frame[9];
static u8 stacks[3][1024] __attribute__((aligned(16)));
extern u8 trap_entries32[];
void enter_legacy(void);

#define TOP(n) ((u32)(u64)(stacks[n] + 1024))

static u32 low(const void *pointer) { return (u32)(u64)pointer; }

static void set_gate32(u32 vector, u32 target, u32 selector, u64 access) {
  idt32[vector] = (target & 0xFFFF) | (u64)selector << 16 | access << 40 | (u64)(target >> 16) << 48;
}

/* All tables as every check starts with. */
static void install(void) {
  for (u32 vector = 0; vector < 256; vector++) {
    set_gate32(vector, low(trap_entries32) + vector * 16, CODE32, vector == BP || vector == 0x30 ? 0xEE : 0x8E);
  }
  idt32_pointer.limit = sizeof idt32 - 1;
  idt32_pointer.base = (u64)idt32;
  for (u32 i = 0; i < 3; i++) {
    for (u32 j = 0; j <= TSS_WORDS; j++) {
      task[i][j] = 0;
    }
    task[i][ESP0] = TOP(0);
    task[i][SS0] = KERNEL_DATA;
    task[i][BITMAP] = sizeof task[0] << 16;
    task[i][CS_] = CODE32;
    task[i][SS_] = task[i][DS_] = task[i][ES_] = KERNEL_DATA;
    task[i][ESP] = TOP(2);
    task[i][EFLAGS] = 2;
    descriptors[(i == 0 ? TASK32 : i == 1 ? OTHER_TASK : FAULT_TASK) / 8] =
        descriptor((u64)task[i], TSS_WORDS * 4 - 1, AVAILABLE_TSS, 0);
  }
  static u32 return_task[TSS_WORDS];
  descriptors[TASK_RETURN / 8] = descriptor((u64)return_task, sizeof return_task - 1, AVAILABLE_TSS, 0);
  legacy_task = TASK32;
}

static u64 type_of(u64 selector) { return descriptors[selector / 8] >> 40 & 0xFF; }

/* Runs from prepared tables; cpl 0 or 3, or with VM in flags. */
static void run_legacy(u32 eip, u32 cs, u32 flags) {
  u32 outer = (cs & 3) || (flags & FLAG_VM);
  u32 *at = outer ? frame : (u32 *)(stacks[1] + 1024) - 3;
  u32 ss = flags & FLAG_VM ? LOW_CODE >> 4 : USER_DATA;
  at[0] = eip;
  at[1] = cs;
  at[2] = flags | 2;
  if (outer) {
    at[3] = flags & FLAG_VM ? 0xF00 : low(user_stack + 1024);
    at[4] = ss;
    at[5] = at[6] = at[7] = at[8] = LOW_CODE >> 4;
  }
  for (u32 i = 8; i < 12; i++) {
    legacy_registers[i] = USER_DATA;
  }
  legacy_frame = low(at);
  write_cr0(read_cr0() & ~CR0_TS);
  enter_legacy();
  write_cr0(read_cr0() & ~CR0_TS);
  load_tables();
  __asm__ volatile("mov %0, %%ds; mov %0, %%es; mov %0, %%fs; mov %0, %%gs" : : "r"(USER_DATA));
}

static int trapped(u32 vector, u32 error) { return legacy_trap[T_VECTOR] == vector && legacy_trap[T_ERROR] == error; }

static void expect32(const char *name, u32 vector, u32 error) {
  if (!trapped(vector, error)) {
    print("  vector %d, error code %x, at %x", (u64)legacy_trap[T_VECTOR], (u64)legacy_trap[T_ERROR],
          (u64)legacy_trap[T_EIP]);
  }
  check(trapped(vector, error), name);
}

SNIPPET(stop32, ".code32; nop");
SNIPPET(interrupt32, ".code32; int $0x30");
SNIPPET(undefined32, ".code32; ud2");
SNIPPET(call_gate32, ".code32; pushl $0x11; pushl $0x22; lcall $0x78, $0; call_gate32_back: nop");
SNIPPET(gate_target32, ".code32; movl 8(%esp), %eax; movl 12(%esp), %ebx; gate_target32_at: nop");
SNIPPET(gate_return32, ".code32; lretl $8");
SNIPPET(jump_task, ".code32; ljmp $0x68, $0; jump_task_back: nop");
SNIPPET(call_task, ".code32; movl $0x1234, %esi; lcall $0x68, $0; call_task_back: nop");
SNIPPET(in_task, ".code32; movl %esp, %ebp; nop");
SNIPPET(in_task_return, ".code32; incl %edx; iretl; in_task_again: nop");
extern const u8 call_gate32_back[], jump_task_back[], call_task_back[];

static void check_stacks32(void) {
  install();
  run_legacy(low(stop32), CODE32, 0);
  check(trapped(BP, 0) && legacy_trap[T_EIP] == low(stop32_end) + 1 && legacy_trap_esp == TOP(1) - 68,
        "#BP at CPL 0 stays on its stack");
  install();
  run_legacy(low(stop32), USER_CODE32, 0);
  check(trapped(BP, 0) && legacy_trap[T_CS] == USER_CODE32 && legacy_trap[T_SS] == USER_DATA &&
            legacy_trap[T_ESP] == low(user_stack + 1024) && legacy_trap_ss == KERNEL_DATA && legacy_trap_esp == TOP(0) - 76,
        "#BP at CPL 3 goes to SS0:ESP0");
  install();
  run_legacy(low(interrupt32), USER_CODE32, 0);
  expect32("INT n through a gate of DPL 3", 0x30, 0);
  install();
  set_gate32(0x30, low(trap_entries32) + 0x300, CODE32, 0x8E);
  run_legacy(low(interrupt32), USER_CODE32, 0);
  expect32("INT n through a gate of DPL 0", GP, 0x30 << 3 | 2);
}

/* Faults while the stack is switched go through a task gate. */
static void check_bad_stacks(void) {
  static const struct {
    const char *name;
    u64 descriptor_access;
    u32 selector, vector, error;
  } bad[] = {
      {"SS0 is null: #TS", 0x93, 0, TS, 1},
      {"SS0 with RPL 3: #TS", 0x93, BAD_STACK | 3, TS, BAD_STACK | 1},
      {"SS0 with DPL 3: #TS", 0xF3, BAD_STACK, TS, BAD_STACK | 1},
      {"SS0 read-only: #TS", 0x91, BAD_STACK, TS, BAD_STACK | 1},
      {"SS0 is code: #TS", 0x9B, BAD_STACK, TS, BAD_STACK | 1},
      {"SS0 absent: #SS", 0x13, BAD_STACK, SS, BAD_STACK | 1},
      {"SS0 beyond the GDT: #TS", 0x93, 0x7F8, TS, 0x7F8 | 1},
  };
  for (u32 i = 0; i < sizeof bad / sizeof *bad; i++) {
    install();
    descriptors[BAD_STACK / 8] = descriptor(0, 0xFFFFF, bad[i].descriptor_access, 0xC);
    task[0][SS0] = bad[i].selector;
    set_gate32(bad[i].vector, 0, FAULT_TASK, 0x85);
    task[2][EIP] = low(trap_entries32) + bad[i].vector * 16;
    task[2][ESP] = TOP(2) - 64;
    run_legacy(low(undefined32), USER_CODE32, 0);
    expect32(bad[i].name, bad[i].vector, bad[i].error);
  }
  install();
  descriptors[BAD_STACK / 8] = descriptor(0, TOP(0) - 9, 0x93, 4);
  task[0][SS0] = BAD_STACK;
  set_gate32(SS, 0, FAULT_TASK, 0x85);
  task[2][EIP] = low(trap_entries32) + SS * 16;
  task[2][ESP] = TOP(2) - 64;
  run_legacy(low(undefined32), USER_CODE32, 0);
  expect32("SS0's limit too small for the frame: #SS", SS, BAD_STACK | 1);
}

static void check_call_gates32(void) {
  install();
  descriptors[GATE / 8] = (low(gate_target32) & 0xFFFF) | (u64)CODE32 << 16 | 2UL << 32 | 0xECUL << 40 |
                          (u64)(low(gate_target32) >> 16) << 48;
  run_legacy(low(call_gate32), USER_CODE32, 0);
  check(trapped(BP, 0) && legacy_trap[T_CS] == CODE32 && legacy_trap[T_EAX] == 0x22 && legacy_trap[T_EBX] == 0x11,
        "call gate with two parameters");
  install();
  descriptors[GATE / 8] = (low(gate_return32) & 0xFFFF) | (u64)CODE32 << 16 | 2UL << 32 | 0xECUL << 40 |
                          (u64)(low(gate_return32) >> 16) << 48;
  run_legacy(low(call_gate32), USER_CODE32, 0);
  check(trapped(BP, 0) && legacy_trap[T_CS] == USER_CODE32 && legacy_trap[T_EIP] == low(call_gate32_end) + 1 &&
            legacy_trap[T_ESP] == low(user_stack + 1024),
        "RETF n releases the parameters on both stacks");
}

static void check_tasks(void) {
  install();
  task[1][EIP] = low(in_task);
  task[1][EDX] = 77;
  run_legacy(low(jump_task), CODE32, 0);
  check(trapped(BP, 0) && legacy_trap_task == OTHER_TASK && legacy_trap[T_EDX] == 77 && legacy_trap[T_EBP] == TOP(2),
        "JMP to a TSS loads its registers");
  check(type_of(TASK32) == AVAILABLE_TSS && type_of(OTHER_TASK) == BUSY_TSS, "JMP: the old TSS is available, the new busy");
  check_equal("JMP: EIP is saved", task[0][EIP], low(jump_task_back));
  check_equal("a task switch sets CR0.TS", legacy_trap_cr0 & CR0_TS, CR0_TS);
  install();
  task[1][EIP] = low(in_task);
  run_legacy(low(call_task), CODE32, 0);
  check(trapped(BP, 0) && (legacy_trap[T_FLAGS] & FLAG_NT) && task[1][LINK] == TASK32, "CALL to a TSS sets NT and the link");
  check(type_of(TASK32) == BUSY_TSS && type_of(OTHER_TASK) == BUSY_TSS, "CALL: both TSSs are busy");
  check_equal("CALL: ESI is saved", task[0][ESI], 0x1234);
  install();
  task[1][EIP] = low(in_task_return);
  task[1][EDX] = 5;
  run_legacy(low(call_task), CODE32, 0);
  check(trapped(BP, 0) && legacy_trap_task == TASK32 && legacy_trap[T_EIP] == low(call_task_end) + 1 &&
            legacy_trap[T_ESI] == 0x1234,
        "IRET with NT returns to the calling task");
  check(type_of(TASK32) == BUSY_TSS && type_of(OTHER_TASK) == AVAILABLE_TSS, "IRET: the left TSS is available");
  check(task[1][EDX] == 6 && !(task[1][EFLAGS] & FLAG_NT), "IRET: the left task is saved with NT clear");
  install();
  descriptors[OTHER_TASK / 8] = descriptor((u64)task[1], TSS_WORDS * 4 - 1, BUSY_TSS, 0);
  run_legacy(low(jump_task), CODE32, 0);
  expect32("JMP to a busy TSS", GP, OTHER_TASK);
  install();
  descriptors[OTHER_TASK / 8] = descriptor((u64)task[1], TSS_WORDS * 4 - 1, 0x09, 0);
  run_legacy(low(jump_task), CODE32, 0);
  expect32("JMP to an absent TSS", NP, OTHER_TASK);
  install();
  descriptors[OTHER_TASK / 8] = descriptor((u64)task[1], 102, AVAILABLE_TSS, 0);
  run_legacy(low(jump_task), CODE32, 0);
  expect32("JMP to a TSS that is too small", TS, OTHER_TASK);
  install();
  run_legacy(low(jump_task), USER_CODE32, 0);
  expect32("JMP to a TSS of DPL 0 at CPL 3", GP, OTHER_TASK);
  install();
  set_gate32(0x30, 0, OTHER_TASK, 0xE5);
  task[1][EIP] = low(in_task);
  run_legacy(low(interrupt32), USER_CODE32, 0);
  check(trapped(BP, 0) && task[1][LINK] == TASK32 && (legacy_trap[T_FLAGS] & FLAG_NT) &&
            task[0][EIP] == low(interrupt32_end) && task[0][CS_] == USER_CODE32,
        "INT n through a task gate");
}

static void copy_low(const u8 *from, const u8 *end) {
  u8 *to = (u8 *)LOW_CODE;
  while (from <= end) {
    *to++ = *from++;
  }
}

SNIPPET(v86_segments, ".code16; movw %cs, %ax; movw %ax, %ds; movw $0x5678, 0x800; movw %ds, %bx; movw 0x800, %cx");
SNIPPET(v86_interrupt, ".code16; int $0x30");
SNIPPET(v86_cli, ".code16; cli; sti; cli");
SNIPPET(v86_pushf, ".code16; pushf; popw %ax");
SNIPPET(v86_halt, ".code16; hlt");
SNIPPET(v86_port, ".code16; movw $0x80, %dx; inb %dx, %al");
SNIPPET(v86_far, ".code16; movw $5, %ax; ljmp $0x3000, $(v86_far_at - v86_far); ud2; v86_far_at: movw %cs, %bx");
SNIPPET(v86_limit, ".code16; movl $0x10000, %edi; movb (%edi), %al");
extern const u8 v86_far_at[];

static void run_v86(const u8 *code, const u8 *end, u32 flags) {
  install();
  copy_low(code, end);
  run_legacy(0, LOW_CODE >> 4, FLAG_VM | flags);
}

static void check_virtual8086(void) {
  run_v86(v86_segments, v86_segments_end, FLAG_IOPL);
  check(trapped(BP, 0) && (legacy_trap[T_FLAGS] & FLAG_VM) && (legacy_trap[T_EBX] & 0xFFFF) == LOW_CODE >> 4 &&
            (legacy_trap[T_ECX] & 0xFFFF) == 0x5678 && *(u16 *)(LOW_CODE + 0x800) == 0x5678,
        "virtual-8086: segments are paragraphs");
  check(legacy_trap[T_V86_DS] == LOW_CODE >> 4 && legacy_trap[T_V86_GS] == LOW_CODE >> 4 && legacy_trap[T_DS] == 0 &&
            legacy_trap[T_GS] == 0,
        "virtual-8086: a trap saves the data segments and nulls them");
  check_equal("virtual-8086: the frame lies on SS0:ESP0", legacy_trap_esp, TOP(0) - 92);
  run_v86(v86_interrupt, v86_interrupt_end, FLAG_IOPL);
  check(trapped(0x30, 0) && legacy_trap[T_EIP] == 2, "virtual-8086: INT n with IOPL 3");
  run_v86(v86_interrupt, v86_interrupt_end, 0);
  expect32("virtual-8086: INT n with IOPL 0", GP, 0);
  run_v86(v86_cli, v86_cli_end, FLAG_IOPL);
  expect32("virtual-8086: CLI with IOPL 3", BP, 0);
  run_v86(v86_cli, v86_cli_end, 0);
  expect32("virtual-8086: CLI with IOPL 0", GP, 0);
  run_v86(v86_pushf, v86_pushf_end, FLAG_IOPL);
  expect32("virtual-8086: PUSHF with IOPL 3", BP, 0);
  run_v86(v86_pushf, v86_pushf_end, 0);
  expect32("virtual-8086: PUSHF with IOPL 0", GP, 0);
  run_v86(v86_halt, v86_halt_end, FLAG_IOPL);
  expect32("virtual-8086: HLT", GP, 0);
  run_v86(v86_port, v86_port_end, FLAG_IOPL);
  expect32("virtual-8086: IN asks the bitmap whatever IOPL is", GP, 0);
  run_v86(v86_far, v86_far_end, FLAG_IOPL);
  check(trapped(BP, 0) && (legacy_trap[T_EBX] & 0xFFFF) == 0x3000, "virtual-8086: JMP far");
  run_v86(v86_limit, v86_limit_end, FLAG_IOPL);
  expect32("virtual-8086: an offset above 64 KiB", GP, 0);
}

void check_inner_stacks(void) {
  group("stacks");
  check_bad_stacks();
}

void check_legacy(void) {
  group("legacy");
  check_stacks32();
  check_call_gates32();
  check_tasks();
  check_virtual8086();
}
