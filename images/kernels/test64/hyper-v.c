/* Hyper-V: hypercall page, reference TSC page, a synthetic timer in direct mode, IPIs by hypercall (Microsoft,
 * Hypervisor Top-Level Functional Specification, chapters 3, 8, 12, 14). */
#include "test64.h"

#define SIGNATURE "Microsoft Hv"
#define MSR_GUEST_OS_ID 0x40000000
#define MSR_HYPERCALL 0x40000001
#define MSR_VP_INDEX 0x40000002
#define MSR_REFERENCE_COUNTER 0x40000020
#define MSR_REFERENCE_TSC 0x40000021
#define MSR_EOI 0x40000070
#define MSR_STIMER0_CONFIG 0x400000B0
#define MSR_STIMER0_COUNT 0x400000B1
#define GUEST_OS_OPEN_SOURCE (1UL << 63 | 0x10000) /* version 1 of an operating system nobody knows */
#define PAGE_ENABLED 1
#define FEATURES_EAX_NEEDED (1 << 1 | 1 << 3 | 1 << 4 | 1 << 5 | 1 << 6 | 1 << 9)
#define FEATURES_EDX_DIRECT_TIMERS (1 << 19)
#define STIMER_PERIODIC (1 << 1)
#define STIMER_AUTO_ENABLE (1 << 3)
#define STIMER_VECTOR(vector) ((vector) << 4)
#define STIMER_DIRECT (1 << 12)
#define CALL_SEND_CLUSTER_IPI 0x0B
#define CALL_FAST (1 << 16)
#define NS_PER_UNIT 100

static u8 hypercall_page[4096] __attribute__((aligned(4096)));
static volatile struct {
  u32 sequence, reserved;
  u64 tsc_scale, tsc_offset;
} reference __attribute__((aligned(4096)));

static int here(const struct platform *platform __attribute__((unused))) { return hypervisor_leaf(SIGNATURE) != 0; }

static void start(const struct platform *platform) {
  u32 r[4];
  find_power_off(platform->rsdp);
  cpuid_leaf(hypervisor_leaf(SIGNATURE) + 3, r);
  if ((r[0] & FEATURES_EAX_NEEDED) != FEATURES_EAX_NEEDED || !(r[3] & FEATURES_EDX_DIRECT_TIMERS)) {
    fail("hyper-v: privileges %x, features %x are too few", (u64)r[0], (u64)r[3]);
  }
  write_msr(MSR_GUEST_OS_ID, GUEST_OS_OPEN_SOURCE);
  write_msr(MSR_HYPERCALL, (u64)hypercall_page | PAGE_ENABLED);
  write_msr(MSR_REFERENCE_TSC, (u64)&reference | PAGE_ENABLED);
  enable_local_apic();
}

static void start_timer(u64 period_ns) {
  write_msr(MSR_STIMER0_CONFIG, STIMER_PERIODIC | STIMER_AUTO_ENABLE | STIMER_DIRECT | STIMER_VECTOR(TIMER_VECTOR));
  write_msr(MSR_STIMER0_COUNT, period_ns / NS_PER_UNIT);
}

static void stop_timer(void) { write_msr(MSR_STIMER0_COUNT, 0); }

static u64 now(void) {
  u64 units;
  u32 sequence;
  do {
    sequence = reference.sequence;
    units = (u64)((unsigned __int128)read_tsc() * reference.tsc_scale >> 64) + reference.tsc_offset;
  } while (sequence != reference.sequence);
  return (sequence ? units : read_msr(MSR_REFERENCE_COUNTER)) * NS_PER_UNIT;
}

static void send_event(void) {
  u64 result, control = CALL_SEND_CLUSTER_IPI | CALL_FAST, vector = EVENT_VECTOR;
  register u64 processors __asm__("r8") = 1UL << read_msr(MSR_VP_INDEX);
  __asm__ volatile("call *%4"
                   : "=a"(result), "+c"(control), "+d"(vector), "+r"(processors)
                   : "r"(hypercall_page)
                   : "memory", "cc", "r9", "r10", "r11");
  if (result & 0xFFFF) {
    fail("hyper-v: the IPI call returned %x", result);
  }
}

static void interrupt(u64 vector) {
  if (vector == TIMER_VECTOR) {
    timer_ticked();
  } else {
    event_arrived();
  }
  write_msr(MSR_EOI, 0);
}

const struct paravirt_ops hyper_v = {
    .name = "hyper-v",
    .timer = "synthetic timer",
    .clock = "reference TSC page",
    .event = "IPI hypercall",
    .shutdown = "ACPI",
    .processor = &hardware,
    .here = here,
    .start = start,
    .start_timer = start_timer,
    .stop_timer = stop_timer,
    .now = now,
    .send_event = send_event,
    .interrupt = interrupt,
    .shut_down = power_off,
};
