/* The page fault, which maps the page that was missing; any other exception is the end. */
#include "traps.h"
#include "workload.h"

#define PAGE_FAULT 14

volatile u64 page_faults;

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
