/* Selectors and descriptors: a GDT and an LDT of our own, and the bases of FS and GS. */
#include "xenpv.h"

#define CODE0 0x00AF9B000000FFFFUL /* 64-bit, DPL 0 */
#define DATA0 0x00CF93000000FFFFUL
#define DATA3 0x00CFF3000000FFFFUL
#define NOT_PRESENT 0x00CF73000000FFFFUL
#define TASK 0x0000890000000067UL
#define TABLE 0x000082000000FFFFUL
#define GATE 0x00008E0000100000UL
#define DPL3 0x0000600000000000UL

static u64 gdt[512] __attribute__((aligned(4096)));
static u64 ldt[512] __attribute__((aligned(4096)));

SNIPPET(load_ds, "movw %ax, %ds");
SNIPPET(load_ss, "movw %ax, %ss");
SNIPPET(load_gs, "movw %ax, %gs");
SNIPPET(far_return, "pushq %rax; pushq %rbx; lretq");
SNIPPET(limit, "lsl %eax, %ebx");
SNIPPET(through_fs, "movq %fs:8, %rax");
SNIPPET(through_gs, "movq %gs:8, %rax");

static void load(const char *name, const void *code, u64 selector, u64 vector, u64 error) {
  prepare(code, KERNEL);
  state.rax = selector;
  run();
  if (vector == BP) {
    expect_end(name, (const u8 *)code + 2);
  } else {
    expect(name, vector, error, code);
  }
}

static void own_gdt(void) {
  gdt[2] = CODE0;
  gdt[3] = DATA0;
  gdt[4] = NOT_PRESENT;
  gdt[5] = 0;
  map(gdt, machine_address(gdt) | ACCESSED | PRESENT);
  u64 frame = frame_of(gdt);
  check_equal("more entries than there are", call(CALL_SET_GDT, (u64)&frame, 7169, 0, 0), -EINVAL);
  u64 bad = 0xFFFFFFFFFFUL;
  check_equal("a frame that is not there", call(CALL_SET_GDT, (u64)&bad, 1, 0, 0), -EINVAL);
  check_equal("set_gdt", call(CALL_SET_GDT, (u64)&frame, 512, 0, 0), 0);
  check_equal("descriptors get DPL 3", gdt[2] & DPL3, DPL3);
  check_equal("what is not present stays", gdt[4], NOT_PRESENT);
  load("a data segment of ours", load_ds, 0x1B, BP, 0);
  load("a segment that is not present", load_ds, 0x23, NP, 0x20);
  load("an empty descriptor", load_ds, 0x2B, GP, 0x28);
  load("a selector behind the table", load_ds, 0xFFFB, GP, 0xFFF8);
  load("Xen's code segment of ring 0", load_ds, 0xE00B, GP, 0xE008);
  load("Xen's data segment", load_ds, FLAT_DATA, BP, 0);
  load("a selector of an LDT that is not there", load_ds, 0xF, GP, 0xC);
  load("a null selector", load_ds, 3, BP, 0);
  load("a null stack segment", load_ss, 0, GP, 0);
  load("a stack segment of another privilege", load_ss, 0x18, GP, 0x18);
  load("a stack segment of ours", load_ss, 0x1B, BP, 0);
  prepare(far_return, KERNEL);
  state.rax = 0x13;
  state.rbx = (u64)far_return_end;
  run();
  check(state.vector == BP && (state.cs & 0xFFFF) == 0x10, "a code segment of ours");
  prepare(limit, KERNEL);
  state.rax = PER_CPU;
  run();
  check_equal("the per-processor limit is the processor's number", state.rbx, 0);
}

static void updates(void) {
  u64 at = machine_address(&gdt[6]);
  check_equal("update_descriptor", call(CALL_UPDATE_DESCRIPTOR, at, DATA0, 0, 0), 0);
  check_equal("it is stored with DPL 3", gdt[6], DATA3);
  check_equal("a TSS", call(CALL_UPDATE_DESCRIPTOR, at, TASK, 0, 0), -EINVAL);
  check_equal("an LDT", call(CALL_UPDATE_DESCRIPTOR, at, TABLE, 0, 0), -EINVAL);
  check_equal("an interrupt gate", call(CALL_UPDATE_DESCRIPTOR, at, GATE, 0, 0), -EINVAL);
  check_equal("a misaligned address", call(CALL_UPDATE_DESCRIPTOR, at + 1, DATA0, 0, 0), -EINVAL);
  check_equal("an address that is no memory", call(CALL_UPDATE_DESCRIPTOR, 0xFFFFFFFF000UL, DATA0, 0, 0), -EINVAL);
  check_equal("nothing was stored", gdt[6], DATA3);
  ldt[1] = DATA3;
  map(ldt, machine_address(ldt) | ACCESSED | PRESENT);
  check_equal("an LDT of too many entries", mmuext(SET_LDT, (u64)ldt, 8193), -EINVAL);
  check_equal("a misaligned LDT", mmuext(SET_LDT, (u64)ldt + 8, 1), -EINVAL);
  check_equal("an LDT", mmuext(SET_LDT, (u64)ldt, 2), 0);
  load("a segment of it", load_ds, 0xF, BP, 0);
  load("one behind its end", load_ds, 0x17, GP, 0x14);
  check_equal("no LDT again", mmuext(SET_LDT, 0, 0), 0);
}

static long base(u64 which, u64 value) { return call(CALL_SET_SEGMENT_BASE, which, value, 0, 0); }

static void bases(void) {
  ((u64 *)pages[0])[1] = 0xF5;
  ((u64 *)pages[1])[1] = 0x65;
  ((u64 *)pages[2])[1] = 0x75;
  check_equal("FS", base(FS_BASE, (u64)pages[0]), 0);
  check_equal("the kernel's GS", base(GS_BASE_KERNEL, (u64)pages[1]), 0);
  check_equal("user mode's GS", base(GS_BASE_USER, (u64)pages[2]), 0);
  run_at(through_fs, KERNEL);
  check_equal("through FS", state.rax, 0xF5);
  run_at(through_gs, KERNEL);
  check_equal("through GS", state.rax, 0x65);
  run_at(through_gs, IN_USER);
  check_equal("through GS in user mode", state.rax, 0x75);
  check_equal("a non-canonical base of FS", base(FS_BASE, NON_CANONICAL), -EINVAL);
  check_equal("a non-canonical base of GS", base(GS_BASE_KERNEL, NON_CANONICAL), -EINVAL);
  check_equal("a base of nothing", base(4, 0), -EINVAL);
  check_equal("user mode's GS by a bad selector", base(GS_SELECTOR_USER, 0xFFF8), 0);
  prepare(load_gs, KERNEL);
  state.rax = 0;
  run();
  check_equal("FS again", base(FS_BASE, 0), 0);
}

void check_segments(void) {
  group("segments");
  own_gdt();
  updates();
  bases();
  check_equal("no GDT of ours", call(CALL_SET_GDT, 0, 0, 0, 0), 0);
  load("its segments are gone", load_ds, 0x1B, GP, 0x18);
}
