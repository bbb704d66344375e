/* Far jumps to every code segment, and limits, expand-up and expand-down, in protected mode without IA-32e mode. */
#include "legacy.h"

#define TESTED SCRATCH
#define CODE 8
#define CONFORMING 4
#define SEGMENT 0x10
#define PRESENT 0x80
#define LIMIT_OF_DETAILS 4

SNIPPET(jump_far32, ".code32; ljmp *(%edi)");
SNIPPET(landing32, ".code32; nop");
SNIPPET(load_then_read32, ".code32; movl %ecx, %fs; load_then_read32_at: movl %fs:(%edi), %eax");
SNIPPET(load_then_write32, ".code32; movl %ecx, %fs; load_then_write32_at: movl %eax, %fs:(%edi)");
USER_MEMORY(u8, bytes32[0x2000]);
static struct __attribute__((packed)) {
  u32 offset;
  u16 selector;
} pointer __attribute__((section(".user.data")));

static u64 bad;

static void compare(u64 access, u64 selector, u32 vector, u32 error) {
  if (!trapped(vector, error) && bad++ < LIMIT_OF_DETAILS) {
    print("  access byte %x, selector %x: vector %d, error code %x, not vector %d, error code %x", access, selector,
          (u64)legacy_trap[T_VECTOR], (u64)legacy_trap[T_ERROR], (u64)vector, (u64)error);
  }
}

/* JMP far to every descriptor that is no gate and no TSS. */
static void check_jumps(void) {
  bad = 0;
  for (u32 access = 0; access < 256; access++) {
    if (!(access & SEGMENT)) {
      continue;
    }
    for (u32 way = 0; way < 8; way++) {
      u32 cpl = way & 4 ? 3 : 0, rpl = way & 3, dpl = access >> 5 & 3;
      install_legacy();
      descriptors[TESTED / 8] = descriptor(0, 0xFFFFF, access, 0xC);
      pointer.offset = low(landing32);
      pointer.selector = TESTED | rpl;
      legacy_registers[R_EDI] = low(&pointer);
      run_legacy(low(jump_far32), cpl ? USER_CODE32 : CODE32, 0);
      int allowed = (access & CODE) && (access & CONFORMING ? dpl <= cpl : rpl <= cpl && dpl == cpl);
      if (!allowed) {
        compare(access, TESTED | rpl, GP, TESTED);
      } else if (!(access & PRESENT)) {
        compare(access, TESTED | rpl, NP, TESTED);
      } else {
        compare(access, TESTED | rpl, BP, 0);
        bad += legacy_trap[T_CS] != (TESTED | cpl);
      }
    }
  }
  check(!bad, "JMP far to every segment");
}

/* Offsets around every limit. */
static void check_limits32(void) {
  static const u32 limits[] = {3, 0xFFE, 0xFFF, 0x1000};
  static const char *const names[] = {"expand-up", "expand-down to 64 KiB", "expand-down to 4 GiB"};
  for (u32 kind = 0; kind < 3; kind++) {
    bad = 0;
    for (u32 i = 0; i < sizeof limits / sizeof *limits; i++) {
      for (u32 offset = limits[i] - 6; offset != limits[i] + 6; offset++) {
        install_legacy();
        descriptors[TESTED / 8] = descriptor((u64)bytes32, limits[i], kind ? 0xF6 : 0xF2, kind == 1 ? 0 : 4);
        u32 top = kind == 0 ? limits[i] : kind == 1 ? 0xFFFF : 0xFFFFFFFF;
        int inside = (u64)offset + 3 <= top && (kind == 0 || offset > limits[i]);
        if (inside && offset > sizeof bytes32 - 4) {
          continue; /* not our memory */
        }
        for (u32 write = 0; write < 2; write++) {
          legacy_registers[R_EDI] = offset;
          legacy_registers[R_ECX] = TESTED | 3;
          run_legacy(low(write ? load_then_write32 : load_then_read32), USER_CODE32, 0);
          compare(kind, offset, inside ? BP : GP, 0);
        }
      }
    }
    check(!bad, names[kind]);
  }
}

void check_legacy_segments(void) {
  group("segments32");
  check_jumps();
  check_limits32();
}
