/* Two page directories: 16 MiB and the last 4 MiB below 0xFF000000, with the local APIC and Xen's pages, mapped one to one in
 * both, and in each a window of its own. */
#include "test32.h"

typedef u32 table[1024] __attribute__((aligned(4096)));

#define LOCAL_APIC 0xFEE00000U

table directories[2];
static table identity[4], devices, windows[2];

void build_page_tables(u32 first_frame, u32 second_frame) {
  u32 flags = PAGE_PRESENT | PAGE_WRITE;
  for (u32 i = 0; i < 4; i++) {
    for (u32 j = 0; j < 1024; j++) {
      identity[i][j] = i << 22 | j << 12 | flags;
    }
  }
  for (u32 j = 0; j < 1024; j++) {
    devices[j] = (LOCAL_APIC & 0xFFC00000) | j << 12 | 0x10 | flags; /* not cached */
  }
  windows[0][0] = first_frame | flags;
  windows[1][0] = second_frame | flags;
  for (u32 i = 0; i < 2; i++) {
    for (u32 j = 0; j < 4; j++) {
      directories[i][j] = (u32)identity[j] | flags;
    }
    directories[i][LOCAL_APIC >> 22] = (u32)devices | flags;
    directories[i][WINDOW >> 22] = (u32)windows[i] | flags | PAGE_USER;
  }
}

void map_page(u32 address, u32 frame, u32 flags) {
  ops.set_entry(&windows[0][address >> 12 & 1023], frame | flags, address);
}
