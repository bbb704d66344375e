/* How a PV guest is started. */
#include "xenpv.h"

void check_start(void) {
  group("start");
  const char *magic = "xen-3.0-x86_64";
  int same = 1;
  for (int i = 0; magic[i]; i++) {
    same &= magic[i] == start_info->magic[i];
  }
  check(same, "magic");
  check_equal("CS", first_cs, FLAT_CODE);
  check_equal("SS", first_ss, FLAT_DATA);
  check_equal("interrupts on, IOPL 0", first_rflags & (FLAG_IF | FLAG_IOPL), FLAG_IF);
  check_equal("the stack ends a page", first_rsp & (PAGE - 1), 0);
  check_equal("events are masked", VCPU.upcall_mask, 1);
  u64 *frames = (u64 *)start_info->frame_list;
  int inverse = 1;
  for (u64 page = 0; page < start_info->pages; page++) {
    inverse &= ((u64 *)M2P)[frames[page]] == page;
  }
  check(inverse, "machine-to-physical is the inverse of physical-to-machine");
  check_equal("page tables are mapped read-only", *entry_of(start_info->page_table) & (PRESENT | WRITABLE), PRESENT);
  check_equal("other pages are writable", *entry_of((u64)pages[0]) & (PRESENT | WRITABLE), PRESENT | WRITABLE);
  check_equal("version", call(CALL_XEN_VERSION, 0, 0, 0, 0), 0x40011);
  struct { u32 index, map; } features = {0, 0};
  check_equal("features", call(CALL_XEN_VERSION, 6, (u64)&features, 0, 0), 0);
  check_equal("neither writable page tables nor translated", features.map & 5, 0);
  check_equal("clock version is even and the seconds count", (shared_info.clock_version & 1) | !shared_info.clock_seconds, 0);
  check_equal("unknown hypercalls", call(63, 0, 0, 0, 0), -ENOSYS);
  check_equal("far unknown hypercalls", call(0xFFFFFFF0, 0, 0, 0, 0), -ENOSYS);
}
