/* What the frames of a domain are in use as, and what Xen refuses for it: xen/arch/x86/mm.c, page_info's type and count. */
#include "xenpv.h"

#define ENTRY (ACCESSED | DIRTY | USER | WRITABLE | PRESENT)
#define READ_ONLY (ACCESSED | PRESENT)
#define DEVICE_FRAME 0xFEE00UL /* no domain may map the local APIC */
#define FREE_SLOT 300          /* of an L4 table, above the hypervisor's */

enum { COPY_OF_L1, L1, L2, L3, L4, DATA, TABLES };

static u64 tables[TABLES][512] __attribute__((aligned(4096)));
static u64 *const root = tables[L4];
static volatile u64 *const there = (volatile u64 *)(BASE + 0x3C00000); /* behind the first mapping, in its L2 table */
static volatile u64 *const window = (volatile u64 *)(BASE + 0x3E00000); /* the L2 slot behind that */

SNIPPET(store8, "movb %bl, (%rax)");
SNIPPET(store32, "movl %ebx, (%rax)");
SNIPPET(store64, "movq %rbx, (%rax)");
SNIPPET(exchange, "xchgq %rbx, (%rax)");
SNIPPET(compare, "xchgq %rax, %rcx; lock cmpxchgq %rbx, (%rcx)");
SNIPPET(clear_bits, "lock andq %rbx, (%rax)");
SNIPPET(fill, "movq %rax, %rdi; movq %rbx, %rax; rep stosq");
SNIPPET(load_ds, "movw %ax, %ds");
SNIPPET(to_cr3, "movq %rax, %cr3");

static long update(u64 at, u64 value) {
  struct { u64 at, value; } request = {at, value};
  return call(CALL_MMU_UPDATE, (u64)&request, 1, 0, DOMID_SELF);
}

static void *page_of(u64 entry) { return (void *)(BASE + (((u64 *)M2P)[entry << 12 >> 24] << 12)); }

/* The L2 entry for an address. */
static u64 *upper_entry(const volatile void *address) {
  u64 *level = (u64 *)start_info->page_table;
  for (int shift = 39; shift > 21; shift -= 9) {
    level = page_of(level[(u64)address >> shift & 511]);
  }
  return &level[(u64)address >> 21 & 511];
}

static long protect(const volatile void *page) { return map(page, machine_address(page) | READ_ONLY); }
static long open_page(const volatile void *page) { return map(page, machine_address(page) | ENTRY); }

static void empty(u64 *table) {
  for (int i = 0; i < 512; i++) {
    table[i] = 0;
  }
}

static u64 slot_of(const volatile void *address) { return (u64)address >> 12 & 511; }

/* Puts one of our L1 tables under an address. */
static void hang(u64 *table, const volatile void *address) {
  check_equal("a table's page is read-only", protect(table), 0);
  check_equal("and it is used", update(machine_address(upper_entry(address)), machine_address(table) | ENTRY), 0);
}

static void pins(void) {
  u64 *table = tables[L1];
  empty(table);
  open_page(table);
  check_equal("pinning a page that is mapped writable", mmuext(PIN_L1, frame_of(table), 0), -EINVAL);
  protect(table);
  check_equal("pinning one that is not", mmuext(PIN_L1, frame_of(table), 0), 0);
  check_equal("mapping it writable", open_page(table), -EBUSY);
  check_equal("pinning it once more", mmuext(PIN_L1, frame_of(table), 0), -EINVAL);
  check_equal("pinning it as an L2 table", mmuext(PIN_L1 + 1, frame_of(table), 0), -EINVAL);
  check_equal("pinning it as an L4 table", mmuext(PIN_L4, frame_of(table), 0), -EINVAL);
  check_equal("using it as a root", mmuext(NEW_BASEPTR, frame_of(table), 0), -EINVAL);
  check_equal("using it as user mode's root", mmuext(NEW_USER_BASEPTR, frame_of(table), 0), -EINVAL);
  check_equal("clearing it", mmuext(CLEAR_PAGE, frame_of(table), 0), -EINVAL);
  check_equal("copying to it", mmuext(COPY_PAGE, frame_of(table), frame_of(pages[0])), -EINVAL);
  check_equal("copying from it", mmuext(COPY_PAGE, frame_of(pages[0]), frame_of(table)), 0);
  check_equal("a descriptor in it", call(CALL_UPDATE_DESCRIPTOR, machine_address(table), 0, 0, 0), -EINVAL);
  u64 frame = frame_of(table);
  check_equal("using it as a GDT", call(CALL_SET_GDT, (u64)&frame, 512, 0, 0), -EINVAL);
  struct { u64 frame; u32 offset, reserved; } info = {frame, 0, 0};
  check_equal("vcpu_info in it", call(CALL_VCPU_OP, 10, 0, (u64)&info, 0), -EINVAL);
  info.frame = DEVICE_FRAME;
  check_equal("vcpu_info in what is no memory", call(CALL_VCPU_OP, 10, 0, (u64)&info, 0), -EINVAL);
  info.frame = frame_of(pages[0]);
  info.offset = PAGE - 8;
  check_equal("vcpu_info beyond its page", call(CALL_VCPU_OP, 10, 0, (u64)&info, 0), -ENXIO);
  check_equal("unpinning", mmuext(UNPIN, frame_of(table), 0), 0);
  check_equal("then it can be mapped writable", open_page(table), 0);
  check_equal("and not be pinned", mmuext(PIN_L1, frame_of(table), 0), -EINVAL);
}

static void refused(const char *name, u64 entry, long result) {
  u64 *table = tables[L1];
  open_page(table);
  empty(table);
  table[5] = machine_address(pages[0]) | ENTRY;
  table[6] = entry;
  protect(table);
  check_equal(name, mmuext(PIN_L1, frame_of(table), 0), result);
  check_equal("so it is none", open_page(table), 0);
}

static void contents(void) {
  refused("a table that maps itself writable", machine_address(tables[L1]) | ENTRY, -EBUSY);
  refused("a table that maps another table writable", machine_address((void *)start_info->page_table) | ENTRY, -EBUSY);
  refused("a table that maps what is no memory", DEVICE_FRAME << 12 | ENTRY, -EPERM);
  refused("a table that maps no frame at all", 0x000FFFFFFFFFF000UL | ENTRY, -EINVAL);
  u64 *table = tables[L1];
  table[6] = machine_address(table) | READ_ONLY;
  table[7] = DEVICE_FRAME << 12;
  protect(table);
  check_equal("a table that maps itself read-only", mmuext(PIN_L1, frame_of(table), 0), 0);
  check_equal("user pages are global", table[5], machine_address(pages[0]) | ENTRY | GLOBAL);
  check_equal("the kernel's are marked, and user pages", table[6], machine_address(table) | READ_ONLY | USER | GUEST_KERNEL);
  check_equal("what is not present stays", table[7], DEVICE_FRAME << 12);
  mmuext(UNPIN, frame_of(table), 0);
  open_page(table);
}

static void upper_tables(void) {
  u64 *lower = tables[L1], *upper = tables[L2];
  open_page(lower);
  open_page(upper);
  empty(lower);
  empty(upper);
  upper[3] = machine_address(lower) | ENTRY;
  protect(upper);
  check_equal("an L2 table over a writable page", mmuext(PIN_L1 + 1, frame_of(upper), 0), -EINVAL);
  protect(lower);
  check_equal("an L2 table over a table", mmuext(PIN_L1 + 1, frame_of(upper), 0), 0);
  check_equal("its entry gets US", upper[3], machine_address(lower) | ENTRY);
  check_equal("the lower one is a table by that", open_page(lower), -EBUSY);
  check_equal("pinning that too", mmuext(PIN_L1, frame_of(lower), 0), 0);
  check_equal("unpinning it", mmuext(UNPIN, frame_of(lower), 0), 0);
  check_equal("it stays one", open_page(lower), -EBUSY);
  u64 at = machine_address(&upper[4]);
  check_equal("an L2 entry of a table", update(at, machine_address(lower) | READ_ONLY | WRITABLE), 0);
  check_equal("gets US", upper[4], machine_address(lower) | READ_ONLY | WRITABLE | USER);
  check_equal("an L2 entry of a large page", update(at, 0x200000 | ENTRY | LARGE), -EINVAL);
  check_equal("of a global one", update(at, machine_address(lower) | ENTRY | GLOBAL), -EINVAL);
  check_equal("of one that is not cached", update(at, machine_address(lower) | ENTRY | 0x10), -EINVAL);
  check_equal("of a page that is mapped writable", update(at, machine_address(pages[0]) | ENTRY), -EINVAL);
  check_equal("of what is no memory", update(at, DEVICE_FRAME << 12 | ENTRY), -EINVAL);
  check_equal("of the root", update(at, machine_address((void *)start_info->page_table) | ENTRY), -EINVAL);
  check_equal("of the table itself, writable", update(at, machine_address(upper) | ENTRY), -EINVAL);
  check_equal("of the table itself, read-only", update(at, machine_address(upper) | READ_ONLY), 0);
  check_equal("software's bits", update(at, machine_address(lower) | ENTRY | 0x7FF0000000000E00UL), 0);
  check_equal("are kept", upper[4], machine_address(lower) | ENTRY | 0x7FF0000000000E00UL);
  check_equal("nothing changed by what was refused", upper[3], machine_address(lower) | ENTRY);
  check_equal("an entry that is not present", update(at, 0x1234000), 0);
  check_equal("is stored", upper[4], 0x1234000);
  check_equal("unpinning the L2 table", mmuext(UNPIN, frame_of(upper), 0), 0);
  check_equal("frees both", open_page(upper) | open_page(lower), 0);
}

static void roots(void) {
  u64 *first = (u64 *)start_info->page_table;
  open_page(root);
  empty(root);
  root[511] = first[511];
  root[256] = 0x4711001;
  root[271] = 0x4711001;
  check_equal("a root that is mapped writable", mmuext(NEW_BASEPTR, frame_of(root), 0), -EINVAL);
  protect(root);
  check_equal("pinning it as an L3 table", mmuext(PIN_L1 + 2, frame_of(root), 0), -EINVAL);
  check_equal("a root that is not pinned", mmuext(NEW_BASEPTR, frame_of(root), 0), 0);
  check(root[256] != 0x4711001 && root[271] != 0x4711001, "gets the hypervisor's entries");
  check_equal("and is a table", open_page(root), -EBUSY);
  check_equal("the machine-to-physical table is there", ((u64 *)M2P)[frame_of(root)], ((u64)root - BASE) >> 12);
  check_equal("the first root again", mmuext(NEW_BASEPTR, frame_of(first), 0), 0);
  check_equal("the other is free", open_page(root), 0);
  protect(root);
  check_equal("pinning a root", mmuext(PIN_L4, frame_of(root), 0), 0);
  u64 at = machine_address(&root[FREE_SLOT]);
  check_equal("an entry below the hypervisor's", update(machine_address(&root[0]), first[511]), 0);
  check_equal("an entry above them", update(at, first[511]), 0);
  check_equal("an entry of theirs", update(machine_address(&root[260]), first[511]), -EINVAL);
  check_equal("even an empty one", update(machine_address(&root[271]), 0), -EINVAL);
  check_equal("an L4 entry with PS", update(at, first[511] | LARGE), -EINVAL);
  check_equal("an L4 entry of an L2 table", update(at, ((u64 *)page_of(first[511]))[510]), -EINVAL);
  check_equal("a linear one, writable", update(at, machine_address(root) | ENTRY), -EINVAL);
  check_equal("a linear one", update(at, machine_address(root) | READ_ONLY), 0);
  check_equal("one of another root", update(at, machine_address(first) | READ_ONLY), 0);
  check_equal("whose own linear one is refused", update(machine_address(&first[FREE_SLOT]), machine_address(root) | READ_ONLY),
              -EINVAL);
  check_equal("moving to CR3", (prepare(to_cr3, KERNEL), state.rax = machine_address(root), run(), state.vector), BP);
  check_equal("for user mode too", mmuext(NEW_USER_BASEPTR, frame_of(root), 0), 0);
  volatile u64 *linear = (volatile u64 *)(0xFFFF000000000000UL | (u64)FREE_SLOT << 39);
  check_equal("reading through it gives the entries of L1 tables", linear[(u64)pages[0] << 16 >> 28], *entry_of((u64)pages[0]));
  check_equal("unpinning a root in use", mmuext(UNPIN, frame_of(root), 0), 0);
  check_equal("leaves it in use", open_page(root), -EBUSY);
  prepare(to_cr3, KERNEL);
  state.rax = machine_address(pages[0]);
  run();
  expect("moving what is no root to CR3", GP, 0, to_cr3);
  check_equal("the first root once more", mmuext(NEW_BASEPTR, frame_of(first), 0), 0);
  check_equal("for user mode too", mmuext(NEW_USER_BASEPTR, frame_of(first), 0), 0);
  check_equal("frees the other", open_page(root), 0);
  check_equal("no user root", mmuext(NEW_USER_BASEPTR, 0, 0), 0);
  mmuext(NEW_USER_BASEPTR, frame_of(first), 0);
}

static void entries(void) {
  u64 *table = tables[L1];
  u64 slot = slot_of(there);
  empty(table);
  hang(table, there);
  u64 at = machine_address(&table[slot]), page = machine_address(pages[1]);
  check_equal("an entry for the kernel", update(at, page | PRESENT | WRITABLE), 0);
  check_equal("is marked", table[slot], page | PRESENT | WRITABLE | USER | GUEST_KERNEL);
  check_equal("an entry for user mode", update(at, page | ENTRY), 0);
  check_equal("is global and not marked", table[slot], page | ENTRY | GLOBAL);
  if (!(start_info->flags & FIRST_DOMAIN)) { /* which has devices */
    check_equal("an entry of another kind of memory", update(at, page | ENTRY | LARGE), -EINVAL);
    check_equal("one that is not cached", update(at, page | ENTRY | 0x10), -EINVAL);
  }
  check_equal("software's bits and NX", update(at, page | ENTRY | 0xFFE0000000000E00UL), 0);
  check_equal("stay", table[slot], page | ENTRY | GLOBAL | 0xFFE0000000000E00UL);
  check_equal("a writable entry of a table", update(at, machine_address(table) | ENTRY), -EBUSY);
  check_equal("by update_va_mapping", map(there, machine_address(table) | ENTRY), -EBUSY);
  check_equal("a read-only one", map(there, machine_address(table) | READ_ONLY), 0);
  check_equal("making that writable", map(there, machine_address(table) | ENTRY), -EBUSY);
  check_equal("a device's frame", map(there, DEVICE_FRAME << 12 | READ_ONLY), -EPERM);
  check_equal("an update of a page's frame", update(machine_address(&pages[2][8]), 0x1122334455667788UL), 0);
  check_equal("stores there", *(u64 *)&pages[2][8], 0x1122334455667788UL);
  check_equal("an unknown kind of update", update(at | 4, 0), -ENOSYS);
  check_equal("another unknown kind", update(at | 7, 0), -ENOSYS);
  check_equal("an untranslated one", update(at | 3, page | ENTRY), 0);
  check_equal("machine-to-physical of what is no memory", update(DEVICE_FRAME << 12 | 1, 0), -EINVAL);
  check_equal("update_va_mapping under a large or missing table", map(window, page | ENTRY), -EINVAL);
}

static void stored(const char *name, const void *code, u64 at, u64 value, const void *end) {
  prepare(code, KERNEL);
  state.rax = at;
  state.rbx = value;
  state.rcx = 1;
  run();
  expect_end(name, end);
}

static void not_stored(const char *name, const void *code, u64 at, u64 value) {
  prepare(code, KERNEL);
  state.rax = at;
  state.rbx = value;
  state.rcx = 1;
  run();
  u64 rip = state.rip;
  check(state.vector == PF && state.error == 3 && rip == (u64)code && trap_cr2 == at, name);
}

static void stores(void) {
  u64 *table = tables[L1];
  u64 slot = slot_of(there), page = machine_address(pages[1]);
  u64 at = (u64)&table[slot];
  map(there, 0);
  stored("a store", store64, at, page | PRESENT | WRITABLE, store64_end);
  check_equal("of an entry for the kernel", table[slot], page | PRESENT | WRITABLE | USER | GUEST_KERNEL);
  stored("a byte of it", store8, at, READ_ONLY, store8_end);
  check_equal("changes its flags", table[slot], page | READ_ONLY | USER | GUEST_KERNEL);
  stored("half of it", store32, at, (u32)page | READ_ONLY | USER, store32_end);
  check_equal("changes them too", table[slot], page | READ_ONLY | USER | GUEST_KERNEL);
  stored("its other half", store32, at + 4, page >> 32, store32_end);
  check_equal("has the mark", table[slot], page | READ_ONLY | USER | GLOBAL);
  stored("an exchange", exchange, at, page | ENTRY, exchange_end);
  check_equal("gives what was there", state.rbx, page | READ_ONLY | USER | GLOBAL);
  check_equal("and stores", table[slot], page | ENTRY | GLOBAL);
  prepare(compare, KERNEL);
  state.rax = at;
  state.rcx = table[slot];
  state.rbx = page | READ_ONLY | USER;
  run();
  expect_end("a comparing exchange", compare_end);
  check_equal("stores if it is equal", table[slot], page | READ_ONLY | USER | GLOBAL);
  prepare(compare, KERNEL);
  state.rax = at;
  state.rcx = 77;
  state.rbx = page | ENTRY;
  run();
  expect_end("one that differs", compare_end);
  check_equal("gives what is there", state.rax, table[slot]);
  check_equal("and does not store", table[slot], page | READ_ONLY | USER | GLOBAL);
  stored("clearing bits", clear_bits, at, ~(u64)PRESENT, clear_bits_end);
  check_equal("of an entry", table[slot], page | ACCESSED | USER | GLOBAL);
  prepare(fill, KERNEL);
  state.rax = at;
  state.rbx = page | READ_ONLY | USER;
  state.rcx = 3;
  run();
  expect_end("a repeated store", fill_end);
  check(table[slot + 2] == (page | READ_ONLY | USER | GLOBAL) && state.rcx == 0, "stores all");
  not_stored("a store of a writable entry of a table", store64, at, machine_address(table) | ENTRY);
  not_stored("a store of a device's frame", store64, at, DEVICE_FRAME << 12 | ENTRY);
  not_stored("an exchange of what is refused", exchange, at, machine_address(table) | ENTRY);
  not_stored("a store across two entries", store64, at + 4, 0);
  check_equal("none of them stores", table[slot], page | READ_ONLY | USER | GLOBAL);
  if (!(start_info->flags & FIRST_DOMAIN)) {
    not_stored("a store for another kind of memory", store64, at, page | ENTRY | LARGE);
  }
  check_equal("taking the assistance back", call(CALL_VM_ASSIST, 1, 2, 0, 0), 0);
  if (!(start_info->flags & FIRST_DOMAIN)) { /* which always has it */
    not_stored("a store without assistance", store64, at, page | ENTRY);
  }
  check_equal("asking for it", call(CALL_VM_ASSIST, 0, 2, 0, 0), 0);
  stored("a store again", store64, at, 0, store64_end);
  protect(tables[L2]);
  not_stored("a store to a page that is no table", store64, (u64)tables[L2], 0);
  open_page(tables[L2]);
}

static void translations(void) {
  u64 *page = tables[DATA];
  empty(page);
  u64 frame = machine_address(page);
  map(there, frame | ENTRY);
  protect(page);
  there[9] = 1;
  call(CALL_UPDATE_VA_MAPPING, (u64)there, frame | READ_ONLY | USER, 0, 0);
  call(CALL_UPDATE_VA_MAPPING, (u64)there, frame | READ_ONLY | USER, 0, 0);
  page = (u64 *)there;
  check_equal("a page that was mapped writable becomes a table", mmuext(PIN_L1, frame >> 12, 0), 0);
  prepare(store64, IN_USER);
  state.rax = (u64)&there[9];
  state.rbx = 0;
  run();
  expect("no translation lets user mode write to it", PF, 7, store64);
  mmuext(UNPIN, frame >> 12, 0);
  map(there, 0);
  open_page(tables[DATA]);
}

static void reservation(void) {
  u64 frame = frame_of(tables[DATA]);
  struct { u64 *list; u64 count; u32 order, flags; u16 domain; } request = {&frame, 1, 0, 0, DOMID_SELF};
  u64 before = call(CALL_MEMORY_OP, 3, (u64)&(u16){DOMID_SELF}, 0, 0);
  map(tables[DATA], 0);
  check_equal("giving back a frame", call(CALL_MEMORY_OP, 1, (u64)&request, 0, 0), 1);
  check_equal("the domain has one less", call(CALL_MEMORY_OP, 3, (u64)&(u16){DOMID_SELF}, 0, 0), before - 1);
  check_equal("mapping it read-only", map(tables[DATA], frame << 12 | READ_ONLY), -EBUSY);
  check_equal("pinning it", mmuext(PIN_L1, frame, 0), -EINVAL);
  check_equal("giving it back again", call(CALL_MEMORY_OP, 1, (u64)&request, 0, 0), 0);
  u64 wanted = ((u64)tables[DATA] - BASE) >> 12;
  frame = wanted;
  check_equal("getting another", call(CALL_MEMORY_OP, 6, (u64)&request, 0, 0), 1);
  check_equal("it is known", ((u64 *)M2P)[frame], wanted);
  check_equal("mapping it", map(tables[DATA], frame << 12 | ENTRY), 0);
  ((u64 *)start_info->frame_list)[wanted] = frame;
  frame = frame_of(tables[COPY_OF_L1]);
  check_equal("giving back a frame that is mapped", call(CALL_MEMORY_OP, 1, (u64)&request, 0, 0), 1);
  tables[COPY_OF_L1][0] = 0x55;
  check_equal("it stays until that ends", call(CALL_MEMORY_OP, 3, (u64)&(u16){DOMID_SELF}, 0, 0), before);
  check_equal("giving that back again", call(CALL_MEMORY_OP, 1, (u64)&request, 0, 0), 1);
  map(tables[COPY_OF_L1], 0);
  check_equal("then it is gone", call(CALL_MEMORY_OP, 3, (u64)&(u16){DOMID_SELF}, 0, 0), before - 1);
  request.domain = 5;
  check_equal("another domain's", call(CALL_MEMORY_OP, 1, (u64)&request, 0, 0), 0);
  request.domain = DOMID_SELF;
  request.order = 99;
  check_equal("an order that is too large", call(CALL_MEMORY_OP, 6, (u64)&request, 0, 0), 0);
}

#define DESCRIPTOR 0x00CFF3000000FFFFUL /* data, DPL 3 */
#define TASK 0x0000890000000067UL

static void load(const char *name, u64 selector, u64 vector, u64 error) {
  prepare(load_ds, KERNEL);
  state.rax = selector;
  run();
  if (vector == BP) {
    expect_end(name, load_ds_end);
  } else {
    expect(name, vector, error, load_ds);
  }
}

static void descriptor_pages(void) {
  u64 *page = tables[DATA];
  u64 frame = frame_of(page);
  open_page(page);
  empty(page);
  page[1] = DESCRIPTOR;
  check_equal("a GDT that is mapped writable", call(CALL_SET_GDT, (u64)&frame, 512, 0, 0), -EINVAL);
  page[2] = TASK;
  protect(page);
  check_equal("a GDT with a TSS in it", call(CALL_SET_GDT, (u64)&frame, 512, 0, 0), -EINVAL);
  check_equal("is none", open_page(page), 0);
  page[2] = 0;
  protect(page);
  check_equal("a GDT", call(CALL_SET_GDT, (u64)&frame, 512, 0, 0), 0);
  check_equal("mapping it writable", open_page(page), -EBUSY);
  check_equal("pinning it", mmuext(PIN_L1, frame, 0), -EINVAL);
  check_equal("clearing it", mmuext(CLEAR_PAGE, frame, 0), -EINVAL);
  check_equal("an update of it by mmu_update", update(frame << 12, 0), -EINVAL);
  check_equal("by update_descriptor", call(CALL_UPDATE_DESCRIPTOR, frame << 12 | 16, DESCRIPTOR, 0, 0), 0);
  check_equal("is stored", page[2], DESCRIPTOR);
  not_stored("a store to it", store64, (u64)page, 0);
  check_equal("no GDT of ours", call(CALL_SET_GDT, 0, 0, 0, 0), 0);
  check_equal("frees it", open_page(page), 0);
}

static void local_descriptors(void) {
  u64 *page = tables[DATA];
  open_page(page);
  empty(page);
  page[1] = DESCRIPTOR;
  check_equal("an LDT that is mapped writable", mmuext(SET_LDT, (u64)page, 512), 0);
  load("gives no segment", 0xF, PF, 0);
  check_equal("the fault is where it is", trap_cr2, (u64)page + 8);
  protect(page);
  load("a read-only one does", 0xF, BP, 0);
  check_equal("and can't become writable", open_page(page), -EBUSY);
  check_equal("nor a table", mmuext(PIN_L1, frame_of(page), 0), -EINVAL);
  map(page, 0);
  load("it stays in use when its mapping ends", 0xF, BP, 0);
  mmuext(SET_LDT, 0, 0);
  mmuext(SET_LDT, (u64)page, 512);
  load("without a mapping it gives none", 0xF, PF, 0);
  open_page(page);
  page[3] = TASK;
  protect(page);
  load("nor with a TSS in it", 0xF, PF, 0);
  check_equal("which is where it was", open_page(page), 0);
  page[3] = 0;
  page[1] &= ~0x0000600000000000UL;
  protect(page);
  load("a segment of the kernel's", 0xF, BP, 0);
  check_equal("has DPL 3 then", page[1], DESCRIPTOR);
  check_equal("the same root", mmuext(NEW_BASEPTR, frame_of((void *)start_info->page_table), 0), 0);
  check_equal("the LDT stays", open_page(page), -EBUSY);
  check_equal("no LDT", mmuext(SET_LDT, 0, 0), 0);
  check_equal("frees its page", open_page(page), 0);
  load("and its segments are gone", 0xF, GP, 0xC);
  protect(page);
  mmuext(SET_LDT, (u64)page, 512);
  load("an LDT again", 0xF, BP, 0);
  open_page(root);
  empty(root);
  root[511] = ((u64 *)start_info->page_table)[511];
  protect(root);
  check_equal("another root", mmuext(NEW_BASEPTR, frame_of(root), 0), 0);
  check_equal("frees its page too", open_page(page), 0);
  mmuext(NEW_BASEPTR, frame_of((void *)start_info->page_table), 0);
  mmuext(SET_LDT, 0, 0);
}

static u64 gate(u64 selector, u64 dpl, u64 parameters) {
  return 0x00008C0000000000UL | dpl << 45 | selector << 16 | parameters << 32;
}

SNIPPET(far_call, "movabsq $0x800000000, %rax; pushq %rax; lcall *(%rsp)");

static void gates(void) {
  u64 *page = tables[DATA];
  u64 frame = frame_of(page);
  open_page(page);
  empty(page);
  protect(page);
  call(CALL_SET_GDT, (u64)&frame, 512, 0, 0);
  check_equal("a call gate", call(CALL_UPDATE_DESCRIPTOR, frame << 12 | 8, gate(FLAT_CODE, 3, 0), 0, 0), 0);
  check_equal("keeps its DPL in its selector", page[1], gate(FLAT_CODE | 3, 0, 0));
  check_equal("its second half", call(CALL_UPDATE_DESCRIPTOR, frame << 12 | 16, 0xFFFFFFFFUL, 0, 0), 0);
  check_equal("a gate to a segment of the guest", call(CALL_UPDATE_DESCRIPTOR, frame << 12 | 24, gate(0x18, 0, 0), 0, 0), 0);
  check_equal("has RPL 3", page[3], gate(0x1B, 0, 0));
  check_equal("a gate to a segment of Xen", call(CALL_UPDATE_DESCRIPTOR, frame << 12 | 32, gate(0xE008, 3, 0), 0, 0), -EINVAL);
  check_equal("a gate with parameters", call(CALL_UPDATE_DESCRIPTOR, frame << 12 | 32, gate(FLAT_CODE, 3, 1), 0, 0), -EINVAL);
  run_at(far_call, KERNEL);
  check(state.vector == GP && state.error == 8, "a call through it");
  call(CALL_SET_GDT, 0, 0, 0, 0);
  open_page(page);
}

static void strict(void) {
  u64 *first = (u64 *)start_info->page_table;
  open_page(root);
  empty(root);
  root[511] = first[511];
  protect(root);
  check_equal("another root of user mode", mmuext(NEW_USER_BASEPTR, frame_of(root), 0), 0);
  check_equal("has no machine-to-physical table", root[256], 0);
  check_equal("as the kernel's root", mmuext(NEW_BASEPTR, frame_of(root), 0), 0);
  check_equal("it gets one", ((u64 *)M2P)[frame_of(root)], ((u64)root - BASE) >> 12);
  mmuext(NEW_BASEPTR, frame_of(first), 0);
  mmuext(NEW_USER_BASEPTR, frame_of(first), 0);
  check_equal("strictly", call(CALL_VM_ASSIST, 0, 32, 0, 0), 0);
  check_equal("pinning it", mmuext(PIN_L4, frame_of(root), 0), 0);
  check(root[256] != 0, "gives it the table");
  check_equal("being user mode's root", mmuext(NEW_USER_BASEPTR, frame_of(root), 0), 0);
  check_equal("takes it", root[256], 0);
  mmuext(NEW_USER_BASEPTR, frame_of(first), 0);
  check_equal("unpinning it", mmuext(UNPIN, frame_of(root), 0), 0);
  call(CALL_VM_ASSIST, 1, 32, 0, 0);
  mmuext(PIN_L4, frame_of(root), 0);
  mmuext(NEW_BASEPTR, frame_of(root), 0);
  mmuext(NEW_BASEPTR, frame_of(first), 0);
  mmuext(UNPIN, frame_of(root), 0);
  check_equal("an unknown assistance", call(CALL_VM_ASSIST, 0, 6, 0, 0), -EINVAL);
  check_equal("a far one", call(CALL_VM_ASSIST, 0, 0x1000, 0, 0), -EINVAL);
  check_equal("an unknown command", call(CALL_VM_ASSIST, 7, 2, 0, 0), -ENOSYS);
}

static void operations(void) {
  check_equal("marking a superpage", mmuext(19, 0, 0), -EOPNOTSUPP);
  if (!(start_info->flags & FIRST_DOMAIN)) { /* which has devices */
    check_equal("flushing caches", mmuext(12, 0, 0), -EACCES);
    check_equal("flushing all caches", mmuext(18, 0, 0), -EINVAL);
  }
  check_equal("flushing by a bad mask", mmuext(8, 0, NOWHERE), -EINVAL);
  check_equal("flushing a page by a bad mask", mmuext(9, BASE, NOWHERE), -EINVAL);
  check_equal("update_va_mapping with a bad mask",
              call(CALL_UPDATE_VA_MAPPING, (u64)pages[0], machine_address(pages[0]) | ENTRY, NOWHERE | 1, 0), -EFAULT);
  check_equal("an LDT in the hypervisor's range", mmuext(SET_LDT, M2P, 1), -EINVAL);
  check_equal("no LDT, anywhere", mmuext(SET_LDT, 0x123, 0), 0);
  check_equal("flushing the hypervisor's page", mmuext(11, M2P, 0), 0);
  check_equal("another domain's tables", call(CALL_MMUEXT_OP, (u64)&(u64[3]){FLUSH_LOCAL}, 1, 0, 5), -ESRCH);
}

void check_types(void) {
  group("types");
  pins();
  contents();
  upper_tables();
  roots();
  entries();
  stores();
  translations();
  descriptor_pages();
  local_descriptors();
  gates();
  strict();
  operations();
  reservation();
}
