/* What happens on each vector we expect, any other is the end, and on a system call. */
#include "selectors.h"
#include "test64.h"
#include "traps.h"

#define PAGE_FAULT 14
#define FIRST_INTERRUPT 32

volatile u64 timer_ticks, events, page_faults, page_fault_error, page_fault_address, first_tick_ns, last_tick_ns;
volatile u64 system_calls;

static u8 repaired_page[4096] __attribute__((aligned(4096)));

void timer_ticked(void) {
  last_tick_ns = ops->now();
  first_tick_ns = timer_ticks ? first_tick_ns : last_tick_ns;
  timer_ticks++;
}

void event_arrived(void) { events++; }

void trap(u64 vector, u64 error, u64 rip) {
  u64 address;
  switch (vector) {
    case PAGE_FAULT:
      address = ops->processor->fault_address();
      if (address >> 21 != WINDOW >> 21) {
        fail("page fault at %x, address %x, error code %x", rip, address, error);
      }
      page_faults++;
      page_fault_error = error;
      page_fault_address = address;
      ops->processor->map_page(address, (u64)repaired_page, PAGE_PRESENT | PAGE_WRITE);
      break;
    default:
      if (vector >= FIRST_INTERRUPT) {
        ops->interrupt(vector);
        break;
      }
      fail("unexpected vector %d at %x, error code %x", vector, rip, error);
  }
}

/* Call 1: the next number. */
u64 system_call(u64 number, u64 rsi, u64 rdx __attribute__((unused))) {
  system_calls++;
  return number == 1 ? rsi + 1 : 0;
}
