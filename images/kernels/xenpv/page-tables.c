/* Page tables by hypercalls, and by stores to tables that are mapped read-only. */
#include "xenpv.h"

#define ENTRY (ACCESSED | DIRTY | USER | WRITABLE | PRESENT)
#define NO_FRAME 0xFEE00UL /* that of the local APIC, which no domain may map */

static u64 table[512] __attribute__((aligned(4096)));
static volatile u64 *const there = (volatile u64 *)(BASE + 0x3C00000); /* behind the first mapping, in its L2 table */

SNIPPET(store, "movq %rbx, (%rax)");

struct update { u64 at, value; };

static long update(const struct update *list, u64 count, u32 *done) {
  return call(CALL_MMU_UPDATE, (u64)list, count, (u64)done, DOMID_SELF);
}

static long update_one(u64 at, u64 value) {
  struct update request = {at, value};
  return update(&request, 1, 0);
}

/* Machine address of the L2 entry for an address. */
static u64 upper_entry(u64 address) {
  u64 *level = (u64 *)start_info->page_table;
  for (int shift = 39; shift > 21; shift -= 9) {
    level = (u64 *)(BASE + (((u64 *)M2P)[level[address >> shift & 511] << 12 >> 24] << 12));
  }
  return machine_address(&level[address >> 21 & 511]);
}

static void own_table(void) {
  check_equal("no table maps it yet", map(there, machine_address(pages[0]) | ENTRY), -EINVAL);
  map(table, machine_address(table) | ACCESSED | PRESENT);
  check_equal("pinning an L1 table", mmuext(PIN_L1, frame_of(table), 0), 0);
  u64 upper = upper_entry((u64)there);
  check_equal("using it in an L2 table", update_one(upper, machine_address(table) | ENTRY), 0);
  check_equal("update_va_mapping there", map(there, machine_address(pages[0]) | ENTRY), 0);
  *(volatile u8 *)pages[0] = 0x5A;
  check_equal("its entry", table[(u64)there >> 12 & 511] & 0xFFFFFFFFFF000, machine_address(pages[0]));
  check_equal("what is mapped", *(volatile u8 *)there, 0x5A);
  check_equal("removing it", map(there, 0), 0);
}

static void updates(void) {
  u64 slot = (u64)there >> 12 & 511;
  u64 at = machine_address(&table[slot]);
  struct update list[3] = {{at, machine_address(pages[1]) | PRESENT}, {NO_FRAME << 12, 0}, {at, 0}};
  u32 done = 99;
  check_equal("mmu_update without requests", update(list, 0, &done), 0);
  check_equal("none is done", done, 0);
  check_equal("a table that is no memory", update(list, 3, &done), -EINVAL);
  check_equal("what is before it is done", done, 1);
  check_equal("and stored", table[slot], machine_address(pages[1]) | PRESENT | USER | GUEST_KERNEL);
  check_equal("mapping a frame that is no memory", update_one(at, NO_FRAME << 12 | PRESENT), -EPERM);
  check_equal("update_va_mapping of one", map(there, NO_FRAME << 12 | PRESENT), -EPERM);
  check_equal("an entry that is not present may say anything", update_one(at, NO_FRAME << 12), 0);
  check_equal("another domain's frames", call(CALL_MMU_UPDATE, (u64)list, 1, 0, 5), -ESRCH);
  update_one(at, machine_address(pages[1]) | ENTRY);
  check_equal("an update that keeps A and D", update_one(at | 2, machine_address(pages[1]) | PRESENT), 0);
  check_equal("they are kept", table[slot] & (ACCESSED | DIRTY), ACCESSED | DIRTY);
  u64 frame = frame_of(pages[2]);
  u64 before = ((u64 *)M2P)[frame];
  check_equal("a change of machine-to-physical", update_one(frame << 12 | 1, 0x77), 0);
  check_equal("is seen there", ((u64 *)M2P)[frame], 0x77);
  update_one(frame << 12 | 1, before);
  check_equal("the hypervisor's slot of an L4 table",
              update_one(machine_address((u64 *)start_info->page_table + 256), machine_address(table) | ENTRY), -EINVAL);
  check_equal("an upper entry for a frame that is no memory", update_one(upper_entry((u64)there), NO_FRAME << 12 | ENTRY), -EINVAL);
  check_equal("update_va_mapping in the hypervisor's range", map((void *)M2P, 0), -EINVAL);
  check_equal("of a non-canonical address", map((void *)NON_CANONICAL, 0), -EINVAL);
}

static void stores(void) {
  u64 slot = (u64)there >> 12 & 511;
  if (!(start_info->flags & FIRST_DOMAIN)) { /* which need not ask */
    prepare(store, KERNEL);
    state.rax = (u64)&table[slot + 1];
    run();
    expect("storing to an L1 table without having asked", PF, 3, store);
  }
  check_equal("asking for stores to tables", call(CALL_VM_ASSIST, 0, 2, 0, 0), 0);
  prepare(store, KERNEL);
  state.rax = (u64)&table[slot + 1];
  state.rbx = machine_address(pages[3]) | ENTRY;
  run();
  expect_end("storing to an L1 table", store_end);
  *(volatile u8 *)pages[3] = 0x33;
  check_equal("maps", *((volatile u8 *)there + PAGE), 0x33);
  check_equal("and leaves the table read-only", *entry_of((u64)table) & WRITABLE, 0);
  prepare(store, KERNEL);
  state.rax = start_info->page_table + 8 * 511;
  run();
  expect("storing to an L4 table", PF, 3, store);
  prepare(store, IN_USER);
  state.rax = (u64)&table[slot + 2];
  run();
  expect("storing to an L1 table from user mode", PF, 7, store);
}

static void pins(void) {
  check_equal("pinning what is no memory", mmuext(PIN_L1, NO_FRAME, 0), -EINVAL);
  check_equal("pinning twice", mmuext(PIN_L1, frame_of(table), 0), -EINVAL);
  check_equal("unpinning", mmuext(UNPIN, frame_of(table), 0), 0);
  check_equal("unpinning twice", mmuext(UNPIN, frame_of(table), 0), -EINVAL);
  check_equal("unpinning what is no memory", mmuext(UNPIN, NO_FRAME, 0), -EINVAL);
  check_equal("a root that is no memory", mmuext(NEW_BASEPTR, NO_FRAME, 0), -EINVAL);
  check_equal("a user root that is no memory", mmuext(NEW_USER_BASEPTR, NO_FRAME, 0), -EINVAL);
  check_equal("an unknown operation", mmuext(77, 0, 0), -ENOSYS);
  struct { u64 command, value, second; } list[2] = {{FLUSH_LOCAL, 0, 0}, {PIN_L1, NO_FRAME, 0}};
  u32 done = 99;
  check_equal("the second of two fails", call(CALL_MMUEXT_OP, (u64)list, 2, (u64)&done, DOMID_SELF), -EINVAL);
  check_equal("the first was done", done, 1);
  pages[4][7] = 1;
  pages[5][7] = 2;
  check_equal("copying a page", mmuext(COPY_PAGE, frame_of(pages[4]), frame_of(pages[5])), 0);
  check_equal("it is the same", pages[4][7], 2);
  check_equal("clearing a page", mmuext(CLEAR_PAGE, frame_of(pages[4]), 0), 0);
  check_equal("it is empty", pages[4][7], 0);
  check_equal("clearing what is no memory", mmuext(CLEAR_PAGE, NO_FRAME, 0), -EINVAL);
}

void check_page_tables(void) {
  group("page-tables");
  own_table();
  updates();
  stores();
  pins();
  u32 unused = 0;
  check_equal("current reservation", call(CALL_MEMORY_OP, 3, (u64)&(u16){DOMID_SELF}, 0, 0), start_info->pages);
  struct { u64 start, end, highest; } map_limits;
  check_equal("where machine-to-physical is", call(CALL_MEMORY_OP, 12, (u64)&map_limits, 0, 0), unused);
  check_equal("it begins at", map_limits.start, M2P);
}
