/* Tables of 32-bit protected mode, and the runs of code under test in it. */
#include "legacy.h"

u32 legacy_registers[12], legacy_trap[32];
u32 legacy_frame, legacy_task, legacy_trap_ss, legacy_trap_esp, legacy_trap_task, legacy_trap_cr0, legacy_trap_cr2;
struct machine_mode legacy_mode, long_mode;
u64 idt32[256] __attribute__((aligned(16)));
struct __attribute__((packed)) {
  u16 limit;
  u64 base;
} idt32_pointer;
u32 tasks[3][TASK_WORDS] __attribute__((aligned(512)));
u8 stacks[3][1024] __attribute__((aligned(16)));
static u32 frame[9];
void enter_legacy(void);

void set_gate32(u32 vector, u32 target, u32 selector, u64 access) {
  idt32[vector] = (target & 0xFFFF) | (u64)selector << 16 | access << 40 | (u64)(target >> 16) << 48;
}

void install_legacy(void) {
  for (u32 vector = 0; vector < 256; vector++) {
    set_gate32(vector, low(trap_entries32) + vector * 16, CODE32, vector == BP || vector == 0x30 ? 0xEE : 0x8E);
  }
  idt32_pointer.limit = sizeof idt32 - 1;
  idt32_pointer.base = (u64)idt32;
  for (u32 i = 0; i < 3; i++) {
    for (u32 j = 0; j < TASK_WORDS; j++) {
      tasks[i][j] = 0;
    }
    tasks[i][ESP0] = TOP(0);
    tasks[i][SS0] = KERNEL_DATA;
    tasks[i][BITMAP] = TSS_WORDS * 4 << 16;
    tasks[i][CS_] = CODE32;
    tasks[i][SS_] = tasks[i][DS_] = tasks[i][ES_] = KERNEL_DATA;
    tasks[i][ESP] = TOP(2);
    tasks[i][EFLAGS] = 2;
    descriptors[(i == 0 ? TASK32 : i == 1 ? OTHER_TASK : FAULT_TASK) / 8] =
        descriptor((u64)tasks[i], TSS_WORDS * 4 - 1, AVAILABLE_TSS, 0);
  }
  static u32 return_task[TSS_WORDS];
  descriptors[TASK_RETURN / 8] = descriptor((u64)return_task, sizeof return_task - 1, AVAILABLE_TSS, 0);
  legacy_task = TASK32;
  for (u32 i = 0; i < 12; i++) {
    legacy_registers[i] = i < R_GS ? 0 : USER_DATA;
  }
  long_mode = (struct machine_mode){read_cr0() & ~CR0_TS, read_cr4(), read_cr3(), read_msr(EFER) & ~EFER_LMA};
  legacy_mode = long_mode;
  legacy_mode.cr0 &= ~CR0_PG;
}

void run_legacy(u32 eip, u32 cs, u32 flags) {
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
  legacy_frame = low(at);
  descriptors[TASK32 / 8] &= ~(2UL << 40); /* not busy */
  descriptors[TASK_RETURN / 8] &= ~(2UL << 40);
  write_cr0(read_cr0() & ~CR0_TS);
  enter_legacy();
  load_tables();
  __asm__ volatile("mov %0, %%ds; mov %0, %%es; mov %0, %%fs; mov %0, %%gs" : : "r"(USER_DATA));
}

int trapped(u32 vector, u32 error) { return legacy_trap[T_VECTOR] == vector && legacy_trap[T_ERROR] == error; }

void expect32(const char *name, u32 vector, u32 error) {
  if (!trapped(vector, error)) {
    print("  vector %d, error code %x, at %x", (u64)legacy_trap[T_VECTOR], (u64)legacy_trap[T_ERROR],
          (u64)legacy_trap[T_EIP]);
  }
  check(trapped(vector, error), name);
}

void copy_low(const u8 *from, const u8 *end) {
  u8 *to = (u8 *)LOW_CODE;
  while (from <= end) {
    *to++ = *from++;
  }
}
