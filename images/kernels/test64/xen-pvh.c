/* A PVH guest of Xen: the processor is ours, all else comes by hypercalls and events, which arrive as one vector. */
#include "xen.h"

#define SIGNATURE "XenVMMXenVMM"
#define UPCALL_VECTOR 0xF3
#define CALLBACK_BY_VECTOR (2UL << 56)

enum { MEMORY_ADD_TO_PHYSMAP = 7, SPACE_SHARED_INFO = 0 };
enum { HVM_SET_PARAM = 0, HVM_GET_PARAM = 1, PARAM_CALLBACK = 0, PARAM_CONSOLE_PFN = 17, PARAM_CONSOLE_PORT = 18 };

static int here(const struct platform *platform __attribute__((unused))) { return hypervisor_leaf(SIGNATURE) != 0; }

static u64 hvm_parameter(u32 operation, u32 index, u64 value) {
  struct { u16 domid; u32 index; u64 value; } argument = {DOMID_SELF, index, value};
  require(hypercall(CALL_HVM, operation, &argument, 0, 0), "an HVM parameter");
  return argument.value;
}

static void start(const struct platform *platform __attribute__((unused))) {
  u32 r[4];
  cpuid_leaf(hypervisor_leaf(SIGNATURE) + 2, r);
  write_msr(r[1], (u64)hypercall_page);
  u64 ring = hvm_parameter(HVM_GET_PARAM, PARAM_CONSOLE_PFN, 0) << 12;
  use_console_ring((volatile struct console_ring *)ring, hvm_parameter(HVM_GET_PARAM, PARAM_CONSOLE_PORT, 0));
  struct { u16 domid, size; u32 space; u64 index, frame; } shared = {
      DOMID_SELF, 0, SPACE_SHARED_INFO, 0, (u64)&shared_info >> 12};
  require(hypercall(CALL_MEMORY, MEMORY_ADD_TO_PHYSMAP, &shared, 0, 0), "placing shared_info");
  hvm_parameter(HVM_SET_PARAM, PARAM_CALLBACK, CALLBACK_BY_VECTOR | UPCALL_VECTOR);
  xen_start();
}

const struct paravirt_ops xen_pvh = {
    .name = "xen-pvh",
    .timer = "single-shot timer",
    .clock = "time in shared_info",
    .event = "event channel",
    .shutdown = "SCHEDOP_shutdown",
    .processor = &hardware,
    .here = here,
    .start = start,
    .start_timer = xen_start_timer,
    .stop_timer = xen_stop_timer,
    .now = xen_now,
    .send_event = xen_send_event,
    .interrupt = xen_interrupt,
    .shut_down = xen_shut_down,
};
