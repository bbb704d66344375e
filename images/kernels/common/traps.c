/* The interrupt descriptor table, the task state, and what SYSCALL needs. */
#include "traps.h"

#include "selectors.h"

extern u64 gdt[];
extern u8 trap_entries[];
extern void syscall_entry(void);

static u64 idt[VECTORS][2] __attribute__((aligned(16)));
static u32 task_state[26];
static u8 trap_stack[8192] __attribute__((aligned(16)));
static u64 processor_data[2]; /* the user's and the kernel's stack pointer, found through GS */

struct __attribute__((packed)) table_pointer {
  u16 limit;
  u64 base;
};

void install_traps(void) {
  for (u64 vector = 0; vector < VECTORS; vector++) {
    u64 entry = (u64)trap_entries + vector * 16;
    idt[vector][0] = (entry & 0xFFFF) | (u64)KERNEL_CODE << 16 | 0x8E00UL << 32 | (entry >> 16 & 0xFFFF) << 48;
    idt[vector][1] = entry >> 32;
  }
  struct table_pointer pointer = {sizeof idt - 1, (u64)idt};
  __asm__ volatile("lidt %0" : : "m"(pointer));

  u64 base = (u64)task_state;
  u64 stack = (u64)(trap_stack + sizeof trap_stack);
  task_state[1] = stack; /* RSP0 */
  task_state[2] = stack >> 32;
  task_state[25] = sizeof task_state << 16; /* no I/O permissions */
  gdt[TASK_STATE / 8] = (sizeof task_state - 1) | (base & 0xFFFFFF) << 16 | 0x89UL << 40 | (base >> 24 & 0xFF) << 56;
  gdt[TASK_STATE / 8 + 1] = base >> 32;
  __asm__ volatile("ltr %w0" : : "r"(TASK_STATE));

  write_msr(0xC0000080, read_msr(0xC0000080) | 1); /* EFER.SCE */
  write_msr(0xC0000081, (u64)SYSRET_BASE << 48 | (u64)KERNEL_CODE << 32);
  write_msr(0xC0000082, (u64)syscall_entry);
  write_msr(0xC0000084, 0x700);               /* SYSCALL clears IF, DF, TF */
  write_msr(0xC0000101, (u64)processor_data); /* GS base of the kernel */
}
