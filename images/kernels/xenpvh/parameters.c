/* Parameters, and how a guest is called back when events are pending. */
#include "xenpvh.h"

#define APIC 0xFEE00000UL
#define APIC_SPURIOUS 0xF0
#define APIC_TASK_PRIORITY 0x80
#define OWN_VECTOR 0x52

SNIPPET(nothing, "nop");

static long set(u32 index, u64 value) { return hvm_param(HVM_SET_PARAM, DOMID_SELF, index, &value); }

static long get(u32 domain, u32 index) {
  u64 value = 0;
  return hvm_param(HVM_GET_PARAM, domain, index, &value);
}

static void rings(void) {
  if (HOST) {
    skip("the rings' pages and ports", "the host has none");
    return;
  }
  check_equal("the store's page is among Xen's", parameter(PARAM_STORE_PFN) >> 3, SPECIAL_PAGES >> 15);
  check_equal("so is the console's", parameter(PARAM_CONSOLE_PFN) >> 3, SPECIAL_PAGES >> 15);
  check(parameter(PARAM_STORE_PORT) && parameter(PARAM_CONSOLE_PORT), "both have a port");
}

static void rights(void) {
  static const u8 deprecated[] = {4, 13, 20, 21, 22, 23, 24, 25, 26, 30};
  static const u8 toolstack[] = {5, 6, 9, 10, 11, 12, 14, 16, 27, 28, 29, 31, 32, 33, 38, 3, 7, 8};
  u64 wrong = 0;
  for (u64 i = 0; i < sizeof deprecated; i++) {
    wrong |= get(DOMID_SELF, deprecated[i]) != -EINVAL || set(deprecated[i], 0) != -EINVAL ? deprecated[i] : 0;
  }
  check_equal("deprecated ones", wrong, 0);
  for (u64 i = 0; i < sizeof toolstack; i++) {
    wrong |= get(DOMID_SELF, toolstack[i]) != -EPERM || set(toolstack[i], 0) != -EPERM ? toolstack[i] : 0;
  }
  check_equal("the toolstack's", wrong, 0);
  check_equal("the store's page can't be moved", set(PARAM_STORE_PFN, 1), -EPERM);
  check_equal("nor the console's", set(PARAM_CONSOLE_PFN, 1), -EPERM);
  check_equal("alternative tables may be asked about", get(DOMID_SELF, 35), 0);
  check_equal("and not turned on", set(35, 1), -EPERM);
  check_equal("one that there is not", get(DOMID_SELF, 39), -EINVAL);
  check_equal("a far one", set(0xFFFFFFFF, 0), -EINVAL);
  check_equal("the host's", get(DOMID_HOST, 0), HOST ? 0 : -EPERM);
  check_equal("no domain's", get(NO_DOMAIN, 0), -ESRCH);
  check_equal("the ACPI timer's ports", set(19, 1), -ENODEV);
  check_equal("the width of the x87 pointer", set(36, 3), -EINVAL);
  check_equal("a task state", set(37, 104UL << 32 | 0x5000), 0);
  check_equal("can be read", parameter(37), 104UL << 32 | 0x5000);
  check_equal("in its old form too", parameter(15), 0x5000);
  check_equal("and that set", set(15, 0x6000), 0);
  check_equal("has 128 bytes", parameter(37), 128UL << 32 | 0x6000);
  check_equal("a generation", set(34, 0x1234), 0);
  check_equal("is kept", parameter(34), 0x1234);
}

static void operations(void) {
  check_equal("flush_tlbs", call(CALL_HVM_OP, HVM_FLUSH_TLBS, 0, 0, 0), 0);
  check_equal("with an argument", call(CALL_HVM_OP, HVM_FLUSH_TLBS, (u64)pages, 0, 0), -EINVAL);
  struct { u16 domid; u64 address; } dying = {DOMID_SELF, 0};
  check_equal("pagetable_dying is for shadow paging", call(CALL_HVM_OP, HVM_PAGETABLE_DYING, (u64)&dying, 0, 0), -EINVAL);
  dying.domid = NO_DOMAIN;
  check_equal("no domain's", call(CALL_HVM_OP, HVM_PAGETABLE_DYING, (u64)&dying, 0, 0), -ESRCH);
  u64 time = 0, before = now();
  check_equal("get_time", call(CALL_HVM_OP, HVM_GET_TIME, (u64)&time, 0, 0), 0);
  check(time >= before && time <= now(), "is the clock of shared_info");
  check_equal("no such operation", call(CALL_HVM_OP, 77, 0, 0, 0), -ENOSYS);
  check_equal("page protection is not for guests", call(CALL_HVM_OP, 7, (u64)pages, 0, 0), -ENOSYS);
}

static void by_vector(u32 port) {
  check_equal("the callback vector", callback(CALLBACK_BY_VECTOR | UPCALL_VECTOR), 0);
  check_equal("can be read", parameter(PARAM_CALLBACK), CALLBACK_BY_VECTOR | UPCALL_VECTOR);
  unmask(port);
  by_port(SEND, port);
  check_equal("an event waits for interrupts", VCPU.upcall_pending, 1);
  VCPU.upcall_mask = 1;
  run_open();
  expect("and interrupts, whatever its mask says", UPCALL_VECTOR, 0, state.rip);
  VCPU.upcall_mask = 0;
  run_open();
  expect("again, until the guest clears it", UPCALL_VECTOR, 0, state.rip);
  *(volatile u32 *)(APIC + APIC_TASK_PRIORITY) = 0xFF;
  run_open();
  expect("the task priority does not hold it off", UPCALL_VECTOR, 0, state.rip);
  *(volatile u32 *)(APIC + APIC_TASK_PRIORITY) = 0;
  clear(port);
  prepare(nothing, 0);
  state.rflags |= FLAG_IF;
  run();
  expect_end("then no more", nothing_end);
  VCPU.upcall_pending = 1;
  run_open();
  expect("the flag alone does it", UPCALL_VECTOR, 0, state.rip);
  clear(port);
}

static void by_line(u32 port) {
  check_equal("GSI 9", callback(9), 0);
  by_port(SEND, port);
  run_open();
  expect("without an interrupt controller changes nothing", UPCALL_VECTOR, 0, state.rip);
  check_equal("PCI INTx", callback(1UL << 56 | 3 << 11), 0);
  run_open();
  expect("changes nothing either", UPCALL_VECTOR, 0, state.rip);
  check_equal("an unknown way", callback(7UL << 56 | 1), 0);
  run_open();
  expect("neither", UPCALL_VECTOR, 0, state.rip);
  check_equal("what was asked for is kept", parameter(PARAM_CALLBACK), 7UL << 56 | 1);
  check_equal("another vector", callback(CALLBACK_BY_VECTOR | 0x31), 0);
  run_open();
  expect("counts at once", 0x31, 0, state.rip);
  callback(CALLBACK_BY_VECTOR | UPCALL_VECTOR);
  clear(port);
}

void check_parameters(void) {
  group("parameters");
  rings();
  rights();
  operations();
  u32 port = bind_ipi(0);
  by_vector(port);
  by_line(port);
  by_port(CLOSE, port);
}

static long upcall_vector(u32 vcpu, u32 vector) {
  struct { u32 vcpu; u8 vector; } argument = {vcpu, vector};
  return call(CALL_HVM_OP, HVM_SET_UPCALL_VECTOR, (u64)&argument, 0, 0);
}

/* A group for itself, late: once there is such a vector, there is no way back. */
void check_upcalls(void) {
  group("upcalls");
  u32 port = bind_ipi(0);
  callback(CALLBACK_BY_VECTOR | UPCALL_VECTOR);
  unmask(port);
  *(volatile u32 *)(APIC + APIC_SPURIOUS) = 0x1FF;
  check_equal("a vector below 16", upcall_vector(0, 15), -EINVAL);
  check_equal("of a processor that is not there", upcall_vector(77, OWN_VECTOR), -ENOENT);
  check_equal("a vector of its own", upcall_vector(0, OWN_VECTOR), 0);
  run_open();
  expect("is raised once for nothing", OWN_VECTOR, 0, state.rip);
  end_of_interrupt();
  by_port(SEND, port);
  run_open();
  expect("with a callback vector too, that comes first", UPCALL_VECTOR, 0, state.rip);
  clear(port);
  run_open();
  expect("then the other", OWN_VECTOR, 0, state.rip);
  prepare(nothing, 0);
  state.rflags |= FLAG_IF;
  run();
  expect_end("which waits for its end", nothing_end);
  end_of_interrupt();
  by_port(CLOSE, port);
}
