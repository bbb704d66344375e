/* A PVH guest of Xen: console and shutdown by hypercalls, those whose structures are the same for 32 bits and 64; timer and
 * events by the local APIC; the time-stamp counter at the rate that a CPUID leaf tells (xen/include/public). */
#include "test32.h"

#define FIRST_LEAF 0x40000000
#define LAST_LEAF 0x4000FF00
#define LEAF_STEP 0x100
#define HYPERVISOR_PRESENT (1U << 31)
#define DOMID_SELF 0x7FF0
#define APIC_EOI 0x0B0
#define APIC_LVT_TIMER 0x320
#define APIC_INITIAL_COUNT 0x380
#define APIC_CURRENT_COUNT 0x390
#define APIC_DIVIDE 0x3E0
#define DIVIDE_BY_1 0xB
#define LVT_MASKED (1 << 16)
#define LVT_PERIODIC (1 << 17)

enum { CALL_SCHED = 29, CALL_EVENT_CHANNEL = 32, CALL_HVM = 34 };
enum { SCHED_SHUTDOWN = 2, SHUTDOWN_POWER_OFF = 0, SHUTDOWN_CRASH = 3, EVENT_SEND = 4 };
enum { HVM_GET_PARAM = 1, PARAM_CONSOLE_PFN = 17, PARAM_CONSOLE_PORT = 18 };

struct console_ring {
  char in[1024], out[2048];
  u32 in_consumer, in_producer, out_consumer, out_producer;
};

static u8 hypercall_page[4096] __attribute__((aligned(4096)));
static volatile struct console_ring *ring;
static u32 console_port, tsc_khz;

static u32 hypervisor_leaf(void) {
  u32 r[4];
  cpuid_leaf(1, r);
  if (!(r[2] & HYPERVISOR_PRESENT)) {
    return 0;
  }
  for (u32 leaf = FIRST_LEAF; leaf <= LAST_LEAF; leaf += LEAF_STEP) {
    cpuid_leaf(leaf, r);
    if (r[1] == 0x566E6558 && r[2] == 0x65584D4D && r[3] == 0x4D4D566E) { /* "XenVMMXenVMM" */
      return leaf;
    }
  }
  return 0;
}

static u32 hypercall(u32 number, u32 first, const void *second) {
  u32 result;
  __asm__ volatile("call *%[stub]"
                   : "=a"(result), "+b"(first), "+c"(second)
                   : [stub] "r"(hypercall_page + 32 * number)
                   : "memory", "cc");
  return result;
}

static u32 parameter(u32 index) {
  struct { u16 domid; u32 index; u64 value; } argument = {DOMID_SELF, index, 0};
  hypercall(CALL_HVM, HVM_GET_PARAM, &argument);
  return argument.value;
}

static void put(char c) {
  while (ring->out_producer - ring->out_consumer == sizeof ring->out) {
  }
  ring->out[ring->out_producer % sizeof ring->out] = c;
  ring->out_producer++;
  if (c == '\n') {
    hypercall(CALL_EVENT_CHANNEL, EVENT_SEND, &console_port);
  }
}

static u32 khz(void) { return tsc_khz; }

/* How far the timer counts in a period, tried out. */
static u32 counts(u32 frequency_hz) {
  u64 end = read_tsc() + divide(tsc_khz * 1000ULL, frequency_hz);
  write_apic(APIC_LVT_TIMER, LVT_MASKED | TIMER_VECTOR);
  write_apic(APIC_INITIAL_COUNT, 0xFFFFFFFF);
  while (read_tsc() < end) {
  }
  return 0xFFFFFFFF - read_apic(APIC_CURRENT_COUNT);
}

static void start_timer(u32 frequency_hz) {
  enable_local_apic();
  write_apic(APIC_DIVIDE, DIVIDE_BY_1);
  u32 period = counts(frequency_hz);
  write_apic(APIC_LVT_TIMER, LVT_PERIODIC | TIMER_VECTOR);
  write_apic(APIC_INITIAL_COUNT, period);
}

static void stop_timer(void) { write_apic(APIC_INITIAL_COUNT, 0); }

static void timer_interrupt(void) {
  timer_ticks++;
  write_apic(APIC_EOI, 0);
}

static void shut_down(u32 reason) { hypercall(CALL_SCHED, SCHED_SHUTDOWN, &reason); }

static void crash(void) { shut_down(SHUTDOWN_CRASH); }

static void power_down(void) { shut_down(SHUTDOWN_POWER_OFF); }

int find_xen_pvh(void) {
  u32 r[4], leaf = hypervisor_leaf();
  if (!leaf) {
    return 0;
  }
  cpuid_leaf(leaf + 2, r);
  write_msr(r[1], (u32)hypercall_page);
  ring = (volatile struct console_ring *)(parameter(PARAM_CONSOLE_PFN) << 12);
  console_port = parameter(PARAM_CONSOLE_PORT);
  cpuid_leaf(leaf + 3, r);
  tsc_khz = r[2];
  ops.name = "xen-pvh";
  ops.shutdown = "SCHEDOP_shutdown";
  ops.put = put;
  ops.start_timer = start_timer;
  ops.stop_timer = stop_timer;
  ops.timer_interrupt = timer_interrupt;
  ops.cycles_khz = khz;
  ops.stop = crash;
  ops.power_off = power_down;
  return 1;
}
