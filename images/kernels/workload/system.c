/* What only a kernel does: system calls, page faults, patching its own code, ports. */
#include "traps.h"
#include "workload.h"

#define SCRATCH 0x3FF /* of the 16550 at 0x3F8 */
#define LINE_STATUS 0x3FD

extern const u8 user_program[], user_program_end[];

u64 run_system_calls(void) {
  u8 *page = frame_of(0);
  for (const u8 *byte = user_program; byte < user_program_end; byte++) {
    *page++ = *byte;
  }
  unmap_window();
  map_window(0, (u64)frame_of(0));
  return run_user(WINDOW, 120000);
}

static u64 call_count(u64 a, u64 b) { return a + b; }
static u64 call_mix(u64 a, u64 b) { return mix(a, b); }
static u64 call_parity(u64 a, u64 b) { return __builtin_parityl(a ^ b) ? a : b + 1; }
static u64 (*const calls[])(u64, u64) = {call_count, call_mix, call_parity};

u64 system_call(u64 number, u64 a, u64 b) {
  return number < sizeof calls / sizeof calls[0] ? calls[number](a, b) : ~0UL;
}

u64 run_page_faults(void) {
  u64 sum = 0, before = page_faults;
  for (u64 round = 0; round < 60; round++) {
    unmap_window();
    for (u64 page = 0; page < WINDOW_PAGES; page++) {
      volatile u64 *cell = (volatile u64 *)(WINDOW + page * 4096 + round * 8);
      *cell = page ^ round;
      sum = mix(sum, cell[0] + cell[1]);
    }
  }
  return mix(sum, page_faults - before);
}

/* Code that is patched: MOV EAX, imm32; a jump over INC EAX, or a NOP of the same length; INC EAX; RET. */
u64 run_patches(void) {
  static u8 code[64] __attribute__((aligned(64)));
  u32 (*volatile patched)(void) = (u32(*)(void))code;
  u64 sum = 0;
  code[0] = 0xB8;
  code[7] = 0xFF;
  code[8] = 0xC0;
  code[9] = 0xC3;
  for (u32 i = 0; i < 20000; i++) {
    *(volatile u32 __attribute__((aligned(1))) *)(code + 1) = i * 77;
    if ((i & 3) == 0) {
      *(volatile u16 __attribute__((aligned(1))) *)(code + 5) = i & 4 ? 0x9066 : 0x02EB;
    }
    for (u32 j = 0; j < 8; j++) {
      sum = mix(sum, patched());
    }
  }
  return sum;
}

u64 run_ports(void) {
  u64 sum = 0;
  for (u32 i = 0; i < 40000; i++) {
    out8(SCRATCH, i);
    sum = mix(sum, in8(SCRATCH) | (in8(LINE_STATUS) & 1) << 8);
  }
  return sum;
}
