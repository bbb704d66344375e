/* The page fault, which maps the page that was missing; any other exception is the end. */
#include "selectors.h"
#include "workload.h"

#define EXCEPTIONS 32
#define PAGE_FAULT 14

volatile u64 page_faults;

extern u64 gdt[];
extern u8 trap_entries[];
extern void syscall_entry(void);

static u64 idt[EXCEPTIONS][2] __attribute__((aligned(16)));
static u32 task_state[26];
static u8 trap_stack[8192] __attribute__((aligned(16)));
static u64 processor_data[2]; /* the user's and the kernel's stack pointer, found through GS */

struct __attribute__((packed)) table_pointer {
  u16 limit;
  u64 base;
};

void trap(u64 vector, u64 error, u64 rip) {
  u64 address = 0;
  if (vector == PAGE_FAULT) {
    __asm__ volatile("movq %%cr2, %0" : "=r"(address));
    if (!(error & 1) && address >= WINDOW && address < WINDOW + WINDOW_PAGES * 4096) {
      u64 page = (address - WINDOW) / 4096;
      page_faults++;
      clear_frame(page * 7 % WINDOW_PAGES);
      map_window(page, (u64)frame_of(page * 7 % WINDOW_PAGES));
      return;
    }
  }
  fail("unexpected exception %d at %x, address %x, error code %x", vector, rip, address, error);
}

void install_traps(void) {
  for (u64 vector = 0; vector < EXCEPTIONS; vector++) {
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
