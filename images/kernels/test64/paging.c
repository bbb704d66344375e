/* Our own page tables: 4 GiB mapped one to one in 2 MiB pages, and a window of 4 KiB pages for the tests. */
#include "test64.h"

#define PAGE_LARGE 0x80UL

typedef u64 table[512] __attribute__((aligned(4096)));

static table pml4, identity_pdpt, identity_pd[4], window_pdpt, window_pd, window_pt;

void build_page_tables(void) {
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

void map_page(u64 address, u64 frame, u64 flags) {
  window_pt[(address >> 12) & 511] = frame | flags;
  __asm__ volatile("invlpg (%0)" : : "r"(address) : "memory");
}
