/* Hypercalls by number, versions, bad pointers, multicalls. */
#include "xenpvh.h"

SNIPPET(intel, "vmcall");
SNIPPET(amd, "vmmcall");

/* The instruction itself: the stubs end with the last number of their page, and are the kernel's. Which one it is they tell. */
static void direct(u64 number, u64 cpl) {
  int is_amd = hypercall_page[7] == 0xD9;
  prepare(is_amd ? amd : intel, cpl);
  state.rax = number;
  state.rbx = state.rcx = state.r11 = state.r12 = 77;
  run();
  expect_end("the instruction", is_amd ? amd_end : intel_end);
}

static long call_far(u64 number) {
  direct(number, 0);
  return (long)state.rax;
}

static void numbers(void) {
  check_equal("unknown", call(63, 0, 0, 0, 0), -ENOSYS);
  check_equal("far unknown", call_far(0xFFFFFFF0), -ENOSYS);
  check_equal("beyond 32 bits", call_far(1UL << 32 | CALL_XEN_VERSION), -ENOSYS);
  check_equal("set_trap_table", call(CALL_SET_TRAP_TABLE, 0, 0, 0, 0), -ENOSYS);
  check_equal("mmu_update", call(CALL_MMU_UPDATE, 0, 0, 0, 0), -ENOSYS);
  check_equal("update_descriptor", call(CALL_UPDATE_DESCRIPTOR, 0, 0, 0, 0), -ENOSYS);
  check_equal("iret", call_far(CALL_IRET), -ENOSYS);
  check_equal("callback_op", call(CALL_CALLBACK_OP, 0, 0, 0, 0), -ENOSYS);
  check_equal("physdev_op", call(CALL_PHYSDEV_OP, 10, (u64)pages, 0, 0), -ENOSYS);
  check_equal("xenpmu_op", call(CALL_XENPMU_OP, 0, 0, 0, 0), -EOPNOTSUPP);
  check_equal("version", call_far(CALL_XEN_VERSION), 0x40011);
  check(state.rbx == 77 && state.rcx == 77 && state.r11 == 77 && state.r12 == 77, "other registers stay");
  direct(CALL_XEN_VERSION, 3);
  check_equal("from user mode", state.rax, -EPERM);
  if (HOST) {
    skip("platform_op", "the host may");
    return;
  }
  struct { u32 command, version; u64 rest[20]; } platform = {17, 0x03000000, {0}};
  check_equal("platform_op", call(CALL_PLATFORM_OP, (u64)&platform, 0, 0, 0), -EPERM);
  platform.version++;
  check_equal("in another version", call(CALL_PLATFORM_OP, (u64)&platform, 0, 0, 0), -EACCES);
}

static void versions(void) {
  check_equal("version", call(CALL_XEN_VERSION, 0, 0, 0, 0), 0x40011);
  check_equal("extraversion", call(CALL_XEN_VERSION, 1, (u64)pages[0], 0, 0), 0);
  check(pages[0][0] && !pages[0][15], "is a text");
  check_equal("compile_info", call(CALL_XEN_VERSION, 2, (u64)pages[0], 0, 0), 0);
  check_equal("capabilities", call(CALL_XEN_VERSION, 3, (u64)pages[0], 0, 0), 0);
  check(text_is(pages[0], "xen-3.0-x86_64 "), "begin with what PV guests ask for");
  check_equal("changeset", call(CALL_XEN_VERSION, 4, (u64)pages[0], 0, 0), 0);
  check_equal("platform_parameters", call(CALL_XEN_VERSION, 5, (u64)pages[0], 0, 0), 0);
  check_equal("where Xen begins", peek64((u64)pages[0]), 0xFFFF800000000000UL);
  struct { u32 index, map; } features = {0, 0};
  check_equal("features", call(CALL_XEN_VERSION, 6, (u64)&features, 0, 0), 0);
  check_equal("the translated guest's, with a safe clock and a callback vector", features.map & ~(1U << 11), 0x12305);
  features.index = 1;
  check_equal("there is one map of them", call(CALL_XEN_VERSION, 6, (u64)&features, 0, 0), -EINVAL);
  check_equal("pagesize", call(CALL_XEN_VERSION, 7, 0, 0, 0), PAGE);
  check_equal("pagesize with an argument", call(CALL_XEN_VERSION, 7, (u64)pages[0], 0, 0), -EINVAL);
  check_equal("guest_handle", call(CALL_XEN_VERSION, 8, (u64)pages[0], 0, 0), 0);
  if (HOST) {
    skip("commandline and build_id", "the host may");
  } else {
    check_equal("commandline", call(CALL_XEN_VERSION, 9, (u64)pages[0], 0, 0), 0);
    check(text_is(pages[0], "<denied>") && !pages[0][8], "is not for guests");
    check_equal("build_id", call(CALL_XEN_VERSION, 10, 0, 0, 0), -EPERM);
  }
  check_equal("no such thing", call(CALL_XEN_VERSION, 11, 0, 0, 0), -ENOSYS);
}

static void assists(void) {
  check_equal("runstate_update_flag", call(CALL_VM_ASSIST, 0, 5, 0, 0), 0);
  check_equal("off again", call(CALL_VM_ASSIST, 1, 5, 0, 0), 0);
  check_equal("an assist of PV", call(CALL_VM_ASSIST, 0, 1, 0, 0), -EINVAL);
  check_equal("a far one", call(CALL_VM_ASSIST, 0, 1000, 0, 0), -EINVAL);
  check_equal("neither on nor off", call(CALL_VM_ASSIST, 2, 5, 0, 0), -ENOSYS);
}

static void scheduler(void) {
  check_equal("yield", call(CALL_SCHED_OP, SCHED_YIELD, 0, 0, 0), 0);
  u32 domain[2] = {DOMID_SELF, 0};
  check_equal("shutting down by DOMID_SELF", call(CALL_SCHED_OP, SCHED_REMOTE_SHUTDOWN, (u64)domain, 0, 0), -ESRCH);
  domain[0] = NO_DOMAIN;
  check_equal("shutting down no domain", call(CALL_SCHED_OP, SCHED_REMOTE_SHUTDOWN, (u64)domain, 0, 0), -ESRCH);
  if (HOST) {
    skip("shutting down the host", "it may do so");
  } else {
    domain[0] = DOMID_HOST;
    check_equal("shutting down the host", call(CALL_SCHED_OP, SCHED_REMOTE_SHUTDOWN, (u64)domain, 0, 0), -EPERM);
    check_equal("pin_override", call(CALL_SCHED_OP, SCHED_PIN_OVERRIDE, (u64)domain, 0, 0), -EPERM);
  }
  check_equal("no such operation", call(CALL_SCHED_OP, 8, 0, 0, 0), -ENOSYS);
}

static long watchdog(u32 number, u32 seconds) {
  u32 argument[2] = {number, seconds};
  return call(CALL_SCHED_OP, SCHED_WATCHDOG, (u64)argument, 0, 0);
}

static void watchdogs(void) {
  check_equal("a watchdog that is not in use", watchdog(1, 1000), -EINVAL);
  check_equal("a watchdog", watchdog(0, 1000), 1);
  check_equal("another", watchdog(0, 1000), 2);
  check_equal("a third, an error of 32 bits", watchdog(0, 1000), (u32)-ENOSPC);
  check_equal("one that there is not", watchdog(3, 1000), -EINVAL);
  check_equal("once more", watchdog(1, 2000), 0);
  check(!watchdog(1, 0) && !watchdog(2, 0), "they can be put away");
  check_equal("once", watchdog(2, 0), -EINVAL);
}

static const u64 bad[] = {NOWHERE, NON_CANONICAL, 0xFFFFFFFFFFFFFFFFUL, NO_MEMORY};

static void all_fault(const char *name, u64 number, u64 first, int position, u64 rest) {
  u64 failing = 0;
  for (u64 i = 0; i < sizeof bad / sizeof bad[0]; i++) {
    long result = position == 0   ? call(number, bad[i], rest, 0, 0)
                  : position == 1 ? call(number, first, bad[i], rest, 0)
                                  : call(number, first, rest, bad[i], 0);
    if (result != -EFAULT) {
      failing = bad[i];
    }
  }
  check_equal(name, failing, 0);
}

static void pointers(void) {
  all_fault("platform_op", CALL_PLATFORM_OP, 0, 0, 0);
  all_fault("multicall", CALL_MULTICALL, 0, 0, 1);
  all_fault("add_to_physmap", CALL_MEMORY_OP, 7, 1, 0);
  all_fault("maximum_gpfn", CALL_MEMORY_OP, 14, 1, 0);
  all_fault("memory_map", CALL_MEMORY_OP, 9, 1, 0);
  all_fault("xen_version", CALL_XEN_VERSION, 1, 1, 0);
  all_fault("grant_table_op", CALL_GRANT_TABLE_OP, 6, 1, 1);
  all_fault("sched_op", CALL_SCHED_OP, SCHED_SHUTDOWN, 1, 0);
  all_fault("poll", CALL_SCHED_OP, SCHED_POLL, 1, 0);
  all_fault("event_channel_op", CALL_EVENT_CHANNEL_OP, SEND, 1, 0);
  all_fault("get_param", CALL_HVM_OP, HVM_GET_PARAM, 1, 0);
  all_fault("get_time", CALL_HVM_OP, HVM_GET_TIME, 1, 0);
  all_fault("vcpu_op", CALL_VCPU_OP, VCPU_SET_SINGLESHOT, 2, 0);
  all_fault("runstate_info", CALL_VCPU_OP, VCPU_RUNSTATE_INFO, 2, 0);
  all_fault("initialise", CALL_VCPU_OP, VCPU_INITIALISE, 2, 0);
  check_equal("of an address bits 48 to 63 don't matter", call(CALL_XEN_VERSION, 1, (u64)pages[0] | 0x5A5AUL << 48, 0, 0), 0);
  check_equal("a structure that ends where nothing is mapped", call(CALL_XEN_VERSION, 4, 0x100000000UL - 8, 0, 0), -EFAULT);
}

static void multicalls(void) {
  struct { u64 operation; long result; u64 arguments[6]; } list[5] = {
      {CALL_XEN_VERSION, 1, {0}}, {63, 1, {0}}, {CALL_XEN_VERSION, 1, {1, NOWHERE}}, {CALL_SCHED_OP, 1, {SCHED_YIELD}},
      {CALL_EVENT_CHANNEL_OP, 1, {SEND, (u64)pages[1]}}};
  pages[1][0] = pages[1][1] = pages[1][2] = pages[1][3] = 0;
  check_equal("a multicall", call(CALL_MULTICALL, (u64)list, 5, 0, 0), 0);
  check_equal("its first result", list[0].result, 0x40011);
  check_equal("an unknown call in it", list[1].result, -ENOSYS);
  check_equal("a fault in it", list[2].result, -EFAULT);
  check_equal("it goes on", list[3].result, 0);
  check_equal("and on", list[4].result, -EINVAL);
  check_equal("none at all", call(CALL_MULTICALL, NOWHERE, 0, 0, 0), 0);
}

void check_hypercalls(void) {
  group("hypercalls");
  numbers();
  versions();
  assists();
  scheduler();
  watchdogs();
  pointers();
  multicalls();
}
