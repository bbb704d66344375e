/* A processor that is ours: descriptor tables, page tables, interrupts and user mode as the manual has them. The page tables
 * map 4 GiB one to one in 2 MiB pages, and a window of 4 KiB pages for the tests. */
#include "selectors.h"
#include "test64.h"
#include "traps.h"

#define PAGE_LARGE 0x80UL

static page_table pml4, identity_pdpt, identity_pd[4], window_pdpt, window_pd, window_pt;

static void start(const struct platform *platform __attribute__((unused))) {
  install_traps();
  u64 flags = PAGE_PRESENT | PAGE_WRITE;
  for (u64 i = 0; i < 4; i++) {
    identity_pdpt[i] = (u64)identity_pd[i] | flags;
    for (u64 j = 0; j < 512; j++) {
      identity_pd[i][j] = i << 30 | j << 21 | PAGE_LARGE | flags;
    }
  }
  pml4[0] = (u64)identity_pdpt | flags;
  pml4[WINDOW >> 39] = (u64)window_pdpt | flags | PAGE_USER;
  window_pdpt[0] = (u64)window_pd | flags | PAGE_USER;
  window_pd[0] = (u64)window_pt | flags | PAGE_USER;
  __asm__ volatile("movq %0, %%cr3" : : "r"(pml4) : "memory");
  u64 cr0;
  __asm__ volatile("movq %%cr0, %0" : "=r"(cr0));
  __asm__ volatile("movq %0, %%cr0" : : "r"(cr0 | 1 << 16) : "memory"); /* WP: read-only binds the kernel too */
}

static void map_page(u64 address, u64 frame, u64 flags) {
  window_pt[(address >> 12) & 511] = frame | flags;
  __asm__ volatile("invlpg (%0)" : : "r"(address) : "memory");
}

static u64 fault_address(void) {
  u64 cr2;
  __asm__ volatile("movq %%cr2, %0" : "=r"(cr2));
  return cr2;
}

const struct processor_ops hardware = {
    .user_code = USER_CODE,
    .start = start,
    .map_page = map_page,
    .fault_address = fault_address,
    .wait = wait_for_interrupt,
    .run_user = run_user,
};
