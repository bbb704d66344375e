/* What the parts of the workload share. */
#pragma once

#include "kernel.h"

typedef signed char s8;
typedef short s16;
typedef int s32;
typedef long s64;

/* The parts; each gives a checksum that depends on all that it did. */
u64 run_integer(void);
u64 run_branches(void);
u64 run_calls(void);
u64 run_sort(void);
u64 run_hash(void);
u64 run_tree(void);
u64 run_strings(void);
u64 run_pages(void);
u64 run_system_calls(void);
u64 run_page_faults(void);
u64 run_patches(void);
u64 run_sse2(void);
u64 run_x87(void);
u64 run_ports(void);

/* faults.c */
extern volatile u64 page_faults;

/* paging.c: a window of 512 pages of 4 KiB over 512 frames, the rest one to one. */
#define WINDOW 0x8000000000UL
#define WINDOW_PAGES 512
void build_page_tables(void);
void map_window(u64 page, u64 frame); /* readable, writable, and the user's */
void unmap_window(void);              /* all of it, and forgets what the TLB knew */
u8 *frame_of(u64 page);
void clear_frame(u64 page);

/* A generator of pseudo-random numbers (Marsaglia, Xorshift RNGs, 2003). */
static inline u64 next_random(u64 *state) {
  u64 x = *state;
  x ^= x << 13;
  x ^= x >> 7;
  x ^= x << 17;
  return *state = x;
}

/* One step of a checksum: order matters. */
static inline u64 mix(u64 sum, u64 value) { return ((sum << 5 | sum >> 59) ^ value) * 0x9E3779B97F4A7C15; }
