/* KVM: its clock page, the local APIC's deadline timer at the rate that the clock tells, IPIs by hypercall
 * (Linux, Documentation/virt/kvm/x86). */
#include "test64.h"

#define SIGNATURE "KVMKVMKVM\0\0"
#define FEATURE_CLOCK 3
#define FEATURE_SEND_IPI 11
#define MSR_SYSTEM_TIME 0x4B564D01
#define CALL_SEND_IPI 10
#define IA32_TSC_DEADLINE 0x6E0
#define LVT_TSC_DEADLINE (2 << 17)
#define CPUID_TSC_DEADLINE (1 << 24)
#define VENDOR_ECX_AMD 0x444D4163 /* "cAMD" */

static struct pvclock clock __attribute__((aligned(64)));
static u64 period, deadline; /* counts of the time-stamp counter */
static int amd;

static int here(const struct platform *platform __attribute__((unused))) { return hypervisor_leaf(SIGNATURE) != 0; }

static long hypercall4(u64 number, u64 a, u64 b, u64 c, u64 d) {
  long result;
  if (amd) {
    __asm__ volatile("vmmcall" : "=a"(result) : "a"(number), "b"(a), "c"(b), "d"(c), "S"(d) : "memory");
  } else {
    __asm__ volatile("vmcall" : "=a"(result) : "a"(number), "b"(a), "c"(b), "d"(c), "S"(d) : "memory");
  }
  return result;
}

static void start(const struct platform *platform) {
  u32 r[4];
  find_power_off(platform->rsdp);
  cpuid_leaf(0, r);
  amd = r[2] == VENDOR_ECX_AMD;
  cpuid_leaf(1, r);
  if (!(r[2] & CPUID_TSC_DEADLINE)) {
    fail("kvm: the local APIC has no deadline mode");
  }
  cpuid_leaf(hypervisor_leaf(SIGNATURE) + 1, r);
  if (!(r[0] >> FEATURE_CLOCK & 1) || !(r[0] >> FEATURE_SEND_IPI & 1)) {
    fail("kvm: the features %x have no clock, or no IPI call", (u64)r[0]);
  }
  write_msr(MSR_SYSTEM_TIME, (u64)&clock | 1);
  enable_local_apic();
}

static void start_timer(u64 period_ns) {
  period = period_ns * pvclock_tsc_khz(&clock) / 1000000;
  deadline = read_tsc() + period;
  write_local_apic(APIC_LVT_TIMER, LVT_TSC_DEADLINE | TIMER_VECTOR);
  write_msr(IA32_TSC_DEADLINE, deadline);
}

static void stop_timer(void) { write_msr(IA32_TSC_DEADLINE, 0); }

static u64 now(void) { return pvclock_now(&clock); }

/* To the processors from APIC id 0 on whose bits are set. */
static void send_event(void) {
  long sent = hypercall4(CALL_SEND_IPI, 1, 0, 0, EVENT_VECTOR);
  if (sent != 1) {
    fail("kvm: the IPI call returned %x", (u64)sent);
  }
}

static void interrupt(u64 vector) {
  if (vector == TIMER_VECTOR) {
    timer_ticked();
    deadline += period;
    write_msr(IA32_TSC_DEADLINE, deadline);
  } else {
    event_arrived();
  }
  end_local_interrupt();
}

const struct paravirt_ops kvm = {
    .name = "kvm",
    .timer = "local APIC deadline",
    .clock = "kvm-clock",
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
