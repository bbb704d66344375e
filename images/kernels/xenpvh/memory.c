/* Memory: reservations, the physical map with shared_info and the grant table in it. */
#include "xenpvh.h"

enum { INCREASE = 0, DECREASE = 1, MAXIMUM_RAM_PAGE = 2, CURRENT = 3, MAXIMUM = 4, POPULATE = 6, ADD = 7, MACHINE_MAP = 10,
       MACHPHYS_MAPPING = 12, SET_MAP = 13, MAXIMUM_GPFN = 14, REMOVE = 15, ADD_BATCH = 23 };
enum { SHARED_INFO = 0, GRANT_TABLE = 1, RANGE = 3, FOREIGN = 4, DEVICE_MEMORY = 5 };
enum { GRANT_SETUP = 2, GRANT_TRANSFER = 4, GRANT_SIZE = 6, GRANT_SET_VERSION = 8, GRANT_STATUS_FRAMES = 9, GRANT_GET_VERSION = 10 };

#define FRAME(address) ((u64)(address) >> 12)
#define NO_FRAME 0xFFFFFFFFFFFFFFFFUL
#define FREE_FRAME 0xE0000UL /* in the identity map, above all RAM, below Xen's pages */

static long memory_op(u64 command, const void *argument) { return call(CALL_MEMORY_OP, command, (u64)argument, 0, 0); }

static long add(u32 domain, u32 space, u64 index, u64 frame) {
  struct { u16 domid, size; u32 space; u64 index, frame; } argument = {domain, 0, space, index, frame};
  return memory_op(ADD, &argument);
}

static long reservation(u64 command, u64 *frames, u64 count, u32 order, u32 domain) {
  struct { u64 *frames, count; u32 order, flags; u16 domid; } argument = {frames, count, order, 0, domain};
  return memory_op(command, &argument);
}

static long about(u64 command, u32 domain) {
  u32 argument[2] = {domain, 0};
  return memory_op(command, argument);
}

static void sizes(void) {
  check(about(CURRENT, DOMID_SELF) > 0 && about(CURRENT, DOMID_SELF) <= about(MAXIMUM, DOMID_SELF), "reservations");
  check(about(MAXIMUM_GPFN, DOMID_SELF) >= (long)FRAME(SPECIAL_PAGES) + 7, "the highest frame is no lower than Xen's own pages");
  check(memory_op(MAXIMUM_RAM_PAGE, 0) > 0, "the host's last page needs no argument");
  check(HOST || about(CURRENT, DOMID_HOST) == -EPERM, "another domain's");
  check_equal("no domain's", about(MAXIMUM_GPFN, NO_DOMAIN), -ESRCH);
  check_equal("the host's memory map", memory_op(MACHINE_MAP, pages), -ENOSYS);
  check_equal("the machine-to-physical table", memory_op(MACHPHYS_MAPPING, pages), -ENOSYS);
  check_equal("no such command", memory_op(60, pages), -ENOSYS);
  struct { u16 domid; u64 entries, buffer; } map = {DOMID_SELF, 1025, (u64)pages};
  check_equal("a memory map of too many entries", memory_op(SET_MAP, &map), -EINVAL);
}

static void reservations(void) {
  long before = about(CURRENT, DOMID_SELF);
  u64 frames[3] = {FRAME(pages[4]), FRAME(pages[5]), NO_FRAME};
  check_equal("giving back two pages and one that is not there", reservation(DECREASE, frames, 3, 0, DOMID_SELF), 2);
  check_equal("the reservation is smaller", about(CURRENT, DOMID_SELF), before - 2);
  check_equal("giving them back again", reservation(DECREASE, frames, 2, 0, DOMID_SELF), 0);
  struct { u16 domid, type; u32 reserved; u64 frame; } kind = {DOMID_SELF, 9, 0, frames[0]};
  check_equal("asking for the kind", call(CALL_HVM_OP, HVM_GET_MEM_TYPE, (u64)&kind, 0, 0), 0);
  check_equal("of what is gone", kind.type, 2);
  check_equal("taking them", reservation(POPULATE, frames, 2, 0, DOMID_SELF), 2);
  pages[4][0] = 5;
  check(pages[4][0] == 5, "they are memory again");
  check_equal("the reservation is as before", about(CURRENT, DOMID_SELF), before);
  call(CALL_HVM_OP, HVM_GET_MEM_TYPE, (u64)&kind, 0, 0);
  check_equal("RAM again", kind.type, 0);
  kind.domid = DOMID_HOST;
  check_equal("the kind of the host's memory", call(CALL_HVM_OP, HVM_GET_MEM_TYPE, (u64)&kind, 0, 0), HOST ? 0 : -EPERM);
  if (HOST) {
    skip("large extents, and the host's memory", "the host may");
  } else {
    check_equal("extents beyond what a guest may have", reservation(DECREASE, frames, 1, 10, DOMID_SELF), 0);
    check_equal("another domain's memory", reservation(DECREASE, frames, 1, 0, DOMID_HOST), 0);
  }
  check_equal("no domain's", reservation(DECREASE, frames, 1, 0, NO_DOMAIN), 0);
  check_equal("a list that is not there", reservation(DECREASE, (u64 *)NOWHERE, 1, 0, DOMID_SELF), 0);
  check_equal("a structure that is not there", memory_op(DECREASE, (void *)NOWHERE), 0);
  check_equal("more extents than a call can count", reservation(DECREASE, frames, 1UL << 26, 0, DOMID_SELF), 0);
  check_equal("nothing was given", about(CURRENT, DOMID_SELF), before);
}

static void physmap(void) {
  check_equal("a second shared_info", add(DOMID_SELF, SHARED_INFO, 1, FRAME(pages[0])), -EINVAL);
  check_equal("no frame", add(DOMID_SELF, SHARED_INFO, 0, NO_FRAME), -EINVAL);
  check_equal("no such space", add(DOMID_SELF, 9, 0, FRAME(pages[0])), -EINVAL);
  check_equal("foreign memory", add(DOMID_SELF, FOREIGN, 0, FRAME(pages[0])), -ENOSYS);
  if (!HOST) {
    check_equal("device memory", add(DOMID_SELF, DEVICE_MEMORY, 0, FRAME(pages[0])), -EACCES);
    check_equal("another domain's map", add(DOMID_HOST, SHARED_INFO, 0, FRAME(pages[0])), -EPERM);
  }
  check_equal("no domain's", add(NO_DOMAIN, SHARED_INFO, 0, FRAME(pages[0])), -ESRCH);
  shared_info.mask[3] = 0x123;
  check_equal("moving shared_info", add(DOMID_SELF, SHARED_INFO, 0, FRAME(pages[7])), 0);
  check_equal("takes along what is in it", ((volatile struct shared_info *)pages[7])->mask[3], 0x123);
  ((volatile struct shared_info *)pages[7])->mask[3] = 0x456; /* whose own memory is gone, for good */
  check_equal("and back", add(DOMID_SELF, SHARED_INFO, 0, FRAME(&shared_info)), 0);
  check_equal("it is one page", shared_info.mask[3], 0x456);
  shared_info.mask[3] = ~0UL;
  check(shared_info.clock_seconds && !(shared_info.clock_version & 1), "the wall clock");
  struct { u16 domid; u64 frame; } remove = {DOMID_SELF, FREE_FRAME};
  check_equal("removing what is not there", memory_op(REMOVE, &remove), -ENOENT);
  remove.domid = DOMID_HOST;
  check_equal("removing from another domain's map", memory_op(REMOVE, &remove), HOST ? -ENOENT : -EPERM);
}

static void batches(void) {
  u64 indices[3] = {0, 1, 0}, frames[3] = {FREE_FRAME, FREE_FRAME + 1, FREE_FRAME + 2};
  u32 errors[3] = {9, 9, 9};
  struct { u16 domid, space, size, extra; u64 *indices, *frames; u32 *errors; } batch = {
      DOMID_SELF, GRANT_TABLE, 2, 0, indices, frames, errors};
  check_equal("a batch", memory_op(ADD_BATCH, &batch), 0);
  check(!errors[0] && !errors[1] && errors[2] == 9, "with a result each");
  const volatile u16 *entries = (const volatile u16 *)(FREE_FRAME << 12);
  if (!HOST) {
    check(entries[0] == 1 && entries[1] == DOMID_HOST && entries[4] == 1, "the grants of console and store, to the host");
    check_equal("the store's page", *(const volatile u32 *)&entries[6], parameter(PARAM_STORE_PFN));
  }
  indices[0] = 5000;
  batch.size = 1;
  check_equal("a frame that the table can't have", memory_op(ADD_BATCH, &batch), 0);
  check_equal("is an error of its own", errors[0], (u32)-EINVAL);
  batch.space = RANGE;
  check_equal("ranges", memory_op(ADD_BATCH, &batch), -EOPNOTSUPP);
  check_equal("one frame that it can't have", add(DOMID_SELF, GRANT_TABLE, 5000, FREE_FRAME + 3), -EINVAL);
  struct { u16 domid; u64 frame; } remove = {DOMID_SELF, FREE_FRAME + 1};
  check_equal("removing a frame", memory_op(REMOVE, &remove), 0);
  check_equal("twice", memory_op(REMOVE, &remove), -ENOENT);
}

static long grant_op(u32 command, const void *argument, u32 count) {
  return call(CALL_GRANT_TABLE_OP, command, (u64)argument, count, 0);
}

static void grants(void) {
  struct { u16 domid; u32 frames, most; short status; } size = {DOMID_SELF, 0, 0, 9};
  check_equal("the table's size", grant_op(GRANT_SIZE, &size, 1), 0);
  check(!size.status && size.frames >= 2 && size.frames <= size.most, "has grown");
  check_equal("two sizes", grant_op(GRANT_SIZE, &size, 2), -EINVAL);
  size.domid = DOMID_HOST;
  check(!grant_op(GRANT_SIZE, &size, 1) && size.status == (HOST ? 0 : -8), "the host's");
  size.domid = NO_DOMAIN;
  check(!grant_op(GRANT_SIZE, &size, 1) && size.status == -2, "no domain's");
  u64 list[4] = {0};
  struct { u16 domid; u32 frames; short status; u64 *list; } setup = {DOMID_SELF, 1, 9, list};
  check(!grant_op(GRANT_SETUP, &setup, 1) && !setup.status, "setting it up");
  check_equal("says where it is", list[0], FREE_FRAME);
  setup.frames = size.most + 1;
  check(!grant_op(GRANT_SETUP, &setup, 1) && setup.status == -1, "too many frames");
  setup.frames = 1;
  setup.list = (u64 *)NOWHERE;
  check(!grant_op(GRANT_SETUP, &setup, 1) && setup.status == -5, "a list that is not there");
  struct { u16 domid; u32 version; } version = {DOMID_SELF, 0};
  check(!grant_op(GRANT_GET_VERSION, &version, 1) && version.version == 1, "version 1");
  version.domid = NO_DOMAIN;
  check_equal("no domain's version", grant_op(GRANT_GET_VERSION, &version, 1), -ESRCH);
  u32 wanted = 1;
  check_equal("asking for it", grant_op(GRANT_SET_VERSION, &wanted, 1), 0);
  wanted = 3;
  check_equal("asking for a third", grant_op(GRANT_SET_VERSION, &wanted, 1), -EINVAL);
  check_equal("names the one that is in use", wanted, 1);
  check_equal("transfers", grant_op(GRANT_TRANSFER, &wanted, 0), -ENOSYS);
  check_equal("status frames", grant_op(GRANT_STATUS_FRAMES, &wanted, 1), -ENOSYS);
  check_equal("a negative count", grant_op(GRANT_SIZE, &size, 0x80000000), -EINVAL);
}

void check_memory(void) {
  group("memory");
  sizes();
  reservations();
  physmap();
  batches();
  grants();
}
