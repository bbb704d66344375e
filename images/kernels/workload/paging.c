/* Page tables: 4 GiB mapped one to one in 2 MiB pages, and the window. */
#include "workload.h"

#define PRESENT 1UL
#define WRITE 2UL
#define USER 4UL
#define LARGE 0x80UL

typedef u64 table[512] __attribute__((aligned(4096)));

static table pml4, identity_pdpt, identity_pd[4], window_pdpt, window_pd, window_pt;
static u8 frames[WINDOW_PAGES][4096] __attribute__((aligned(4096)));

void build_page_tables(void) {
  u64 flags = PRESENT | WRITE;
  for (u64 i = 0; i < 4; i++) {
    identity_pdpt[i] = (u64)identity_pd[i] | flags;
    for (u64 j = 0; j < 512; j++) {
      identity_pd[i][j] = i << 30 | j << 21 | LARGE | flags;
    }
  }
  pml4[0] = (u64)identity_pdpt | flags;
  pml4[WINDOW >> 39] = (u64)window_pdpt | flags | USER;
  window_pdpt[0] = (u64)window_pd | flags | USER;
  window_pd[0] = (u64)window_pt | flags | USER;
  unmap_window();
}

void map_window(u64 page, u64 frame) { window_pt[page] = frame | PRESENT | WRITE | USER; }

void unmap_window(void) {
  for (u64 i = 0; i < WINDOW_PAGES; i++) {
    window_pt[i] = 0;
  }
  __asm__ volatile("movq %0, %%cr3" : : "r"(pml4) : "memory");
}

u8 *frame_of(u64 page) { return frames[page]; }

void clear_frame(u64 page) {
  void *target = frames[page];
  u64 count = sizeof frames[page] / 8;
  __asm__ volatile("rep stosq" : "+D"(target), "+c"(count) : "a"(0) : "memory");
}
