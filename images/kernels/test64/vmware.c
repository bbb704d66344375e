/* VMware: the backdoor tells the rates of the time-stamp counter and of the local APIC's timer (Linux,
 * arch/x86/include/asm/vmware.h). */
#include "test64.h"

#define SIGNATURE "VMwareVMware"
#define BACKDOOR_PORT 0x5658
#define BACKDOOR_MAGIC 0x564D5868 /* "VMXh" */
#define COMMAND_GETVERSION 10
#define COMMAND_GETHZ 45
#define LVT_PERIODIC (1 << 17)
#define DIVIDE_BY_1 0xB
#define NS_PER_SECOND 1000000000UL

static u64 tsc_hz, bus_hz;

static int here(const struct platform *platform __attribute__((unused))) { return hypervisor_leaf(SIGNATURE) != 0; }

static u32 backdoor(u32 command, u32 *rbx, u32 *rcx) {
  u32 result, rdx = BACKDOOR_PORT;
  *rcx = command;
  __asm__ volatile("inl %%dx, %%eax" : "=a"(result), "+b"(*rbx), "+c"(*rcx), "+d"(rdx) : "a"(BACKDOOR_MAGIC) : "memory");
  return result;
}

static void start(const struct platform *platform) {
  u32 rbx = ~BACKDOOR_MAGIC, rcx;
  find_power_off(platform->rsdp);
  u64 version = backdoor(COMMAND_GETVERSION, &rbx, &rcx);
  if (rbx != BACKDOOR_MAGIC) {
    fail("vmware: the backdoor answers version %x, EBX %x", version, (u64)rbx);
  }
  rbx = 0;
  tsc_hz = backdoor(COMMAND_GETHZ, &rbx, &rcx);
  tsc_hz |= (u64)rbx << 32;
  bus_hz = rcx;
  if (rbx == ~0u || !tsc_hz || !bus_hz) {
    fail("vmware: the backdoor tells no rates");
  }
  enable_local_apic();
}

static void start_timer(u64 period_ns) {
  write_local_apic(APIC_TIMER_DIVIDE, DIVIDE_BY_1);
  write_local_apic(APIC_LVT_TIMER, LVT_PERIODIC | TIMER_VECTOR);
  write_local_apic(APIC_TIMER_INITIAL_COUNT, scale(bus_hz, period_ns, NS_PER_SECOND));
}

static void stop_timer(void) { write_local_apic(APIC_TIMER_INITIAL_COUNT, 0); }

static u64 now(void) { return scale(read_tsc(), NS_PER_SECOND, tsc_hz); }

static void interrupt(u64 vector) {
  if (vector == TIMER_VECTOR) {
    timer_ticked();
  } else {
    event_arrived();
  }
  end_local_interrupt();
}

const struct paravirt_ops vmware = {
    .name = "vmware",
    .timer = "local APIC at the backdoor's rate",
    .clock = "TSC at the backdoor's rate",
    .event = "local APIC",
    .shutdown = "ACPI",
    .processor = &hardware,
    .here = here,
    .start = start,
    .start_timer = start_timer,
    .stop_timer = stop_timer,
    .now = now,
    .send_event = send_self_ipi,
    .interrupt = interrupt,
    .shut_down = power_off,
};
