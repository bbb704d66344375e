/* Bad pointers end a hypercall with -EFAULT; multicalls. */
#include "xenpv.h"

static const u64 bad[] = {0, NOWHERE, NON_CANONICAL, M2P, 0x8000000000000000UL, 0xFFFFFFFFFFFFFFFFUL};

static void all_fault(const char *name, u64 number, u64 first, int position, u64 rest) {
  int same = 1;
  for (u64 i = 0; i < sizeof bad / sizeof bad[0]; i++) {
    long result = position == 0   ? call(number, bad[i], rest, 0, DOMID_SELF)
                  : position == 1 ? call(number, first, bad[i], rest, 0)
                                  : call(number, first, rest, bad[i], 0);
    same &= result == -EFAULT || (position == 0 && !bad[i] && !result);
  }
  check(same, name);
}

void check_pointers(void) {
  group("pointers");
  all_fault("set_trap_table", CALL_SET_TRAP_TABLE, 0, 0, 0);
  all_fault("mmu_update", CALL_MMU_UPDATE, 0, 0, 1);
  all_fault("mmuext_op", CALL_MMUEXT_OP, 0, 0, 1);
  all_fault("set_gdt", CALL_SET_GDT, 0, 0, 1);
  all_fault("multicall", CALL_MULTICALL, 0, 0, 1);
  all_fault("memory_op", CALL_MEMORY_OP, 3, 1, 0);
  check_equal("but changes of the reservation say that nothing is done", call(CALL_MEMORY_OP, 1, NOWHERE, 0, 0), 0);
  all_fault("xen_version", CALL_XEN_VERSION, 1, 1, 0);
  all_fault("grant_table_op", CALL_GRANT_TABLE_OP, 6, 1, 1);
  all_fault("sched_op", CALL_SCHED_OP, 2, 1, 0);
  all_fault("callback_op", CALL_CALLBACK_OP, 0, 1, 0);
  all_fault("event_channel_op", CALL_EVENT_CHANNEL_OP, 4, 1, 0);
  all_fault("physdev_op", CALL_PHYSDEV_OP, 6, 1, 0);
  all_fault("vcpu_op", CALL_VCPU_OP, 8, 2, 0);
  all_fault("console_io", CALL_CONSOLE_IO, 0, 2, 4);
  map(pages[0], machine_address(pages[0]) | ACCESSED | PRESENT);
  check_equal("a result that can't be stored", call(CALL_XEN_VERSION, 1, (u64)pages[0], 0, 0), -EFAULT);
  map(pages[0], 0);
  check_equal("a structure that ends in a missing page", call(CALL_XEN_VERSION, 4, (u64)pages[0] - 8, 0, 0), -EFAULT);
  map(pages[0], machine_address(pages[0]) | ACCESSED | DIRTY | WRITABLE | PRESENT);
  struct { u64 operation; long result; u64 arguments[6]; } list[4] = {
      {CALL_XEN_VERSION, 1, {0}}, {63, 1, {0}}, {CALL_XEN_VERSION, 1, {1, NOWHERE}}, {CALL_STACK_SWITCH, 1, {FLAT_DATA, KERNEL_STACK}}};
  check_equal("a multicall", call(CALL_MULTICALL, (u64)list, 4, 0, 0), 0);
  check_equal("its first result", list[0].result, 0x40011);
  check_equal("an unknown call in it", list[1].result, -ENOSYS);
  check_equal("a fault in it", list[2].result, -EFAULT);
  check_equal("it goes on", list[3].result, 0);
}
