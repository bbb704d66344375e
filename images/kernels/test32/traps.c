/* Descriptor tables and what happens on each vector we expect; any other is the end. */
#include "test32.h"

#define PAGE_FAULT 14

volatile u32 timer_ticks, self_events, page_faults, page_fault_error, page_fault_address;

u32 gdt[32][2] __attribute__((aligned(16)));
u32 idt[256][2] __attribute__((aligned(16)));
u32 task_state[26] __attribute__((aligned(128)));
u8 trap_stack[8192] __attribute__((aligned(16)));
static u8 repaired_page[4096] __attribute__((aligned(4096)));

void trap(u32 vector, u32 error, u32 eip) {
  u32 address;
  switch (vector) {
    case PAGE_FAULT:
      address = ops.fault_address();
      if (address >> 22 != WINDOW >> 22) {
        fail("page fault at %x, address %x, error code %x", (u64)eip, (u64)address, (u64)error);
      }
      page_faults++;
      page_fault_error = error;
      page_fault_address = address;
      map_page(address, (u32)repaired_page, PAGE_PRESENT | PAGE_WRITE);
      break;
    case TIMER_VECTOR:
      ops.timer_interrupt();
      break;
    case EVENT_VECTOR:
      self_events++;
      write_apic(0x0B0, 0); /* EOI */
      break;
    default:
      fail("unexpected vector %d at %x, error code %x", (u64)vector, (u64)eip, (u64)error);
  }
}

static void segment(u32 selector, u32 base, u32 limit, u32 attributes) {
  gdt[selector >> 3][0] = (base << 16) | (limit & 0xFFFF);
  gdt[selector >> 3][1] = (base & 0xFF000000) | (attributes << 8) | (limit & 0xF0000) | (base >> 16 & 0xFF);
}

void build_tables(u32 ring) {
  segment(KERNEL_CODE, 0, 0xFFFFF, 0xC09B | ring << 5);
  segment(KERNEL_DATA, 0, 0xFFFFF, 0xC093 | ring << 5);
  segment(USER_CODE, 0, 0xFFFFF, 0xC0FB);
  segment(USER_DATA, 0, 0xFFFFF, 0xC0F3);
  segment(TASK_STATE, (u32)task_state, sizeof task_state - 1, 0x89);
  task_state[1] = (u32)(trap_stack + sizeof trap_stack); /* ESP0 */
  task_state[2] = KERNEL_DATA;
  task_state[25] = sizeof task_state << 16; /* no I/O permissions */
  for (u32 vector = 0; vector < 256; vector++) {
    u32 entry = (u32)trap_entries + vector * 16;
    u32 user = vector == SYSTEM_CALL ? 3 << 13 : 0;
    idt[vector][0] = (entry & 0xFFFF) | (KERNEL_CODE | ring) << 16;
    idt[vector][1] = (entry & 0xFFFF0000) | 0x8E00 | user;
  }
}
