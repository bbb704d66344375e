/* A PC without a hypervisor: 8254 through the 8259s, the ACPI timer as clock, local APIC, ACPI power-off. */
#include "test64.h"

#define PIC1 0x20
#define PIC2 0xA0
#define END_OF_INTERRUPT 0x20
#define PIT_CHANNEL0 0x40
#define PIT_MODE 0x43
#define PIT_HZ 1193182
#define PM_TIMER_HZ 3579545
#define PM_TIMER_MASK 0xFFFFFF /* all have 24 bits, some 32 */
#define NS_PER_SECOND 1000000000UL

static int here(const struct platform *platform __attribute__((unused))) { return 1; }

static void start(const struct platform *platform) {
  find_power_off(platform->rsdp);
  out8(PIC1, 0x11); /* ICW1: edge, cascade, ICW4 follows */
  out8(PIC2, 0x11);
  out8(PIC1 + 1, TIMER_VECTOR);
  out8(PIC2 + 1, TIMER_VECTOR + 8);
  out8(PIC1 + 1, 4); /* slave on line 2 */
  out8(PIC2 + 1, 2);
  out8(PIC1 + 1, 1); /* 8086 mode */
  out8(PIC2 + 1, 1);
  out8(PIC1 + 1, 0xFF); /* all masked */
  out8(PIC2 + 1, 0xFF);
  enable_local_apic();
  write_local_apic(APIC_LVT_LINT0, 0x700); /* ExtINT: the 8259s come through here */
}

static void start_timer(u64 period_ns) {
  u64 divisor = PIT_HZ * period_ns / NS_PER_SECOND;
  out8(PIT_MODE, 0x34); /* channel 0, both bytes, mode 2 */
  out8(PIT_CHANNEL0, divisor);
  out8(PIT_CHANNEL0, divisor >> 8);
  out8(PIC1 + 1, 0xFE);
}

static void stop_timer(void) { out8(PIC1 + 1, 0xFF); }

/* Good for as long as the 24 bits last between two calls: 4.6 seconds. */
static u64 now(void) {
  static u64 total;
  static u32 last;
  u32 count = in32(pm_timer_port);
  total += (count - last) & PM_TIMER_MASK;
  last = count;
  return scale(total, NS_PER_SECOND, PM_TIMER_HZ);
}

static void interrupt(u64 vector) {
  if (vector == TIMER_VECTOR) {
    timer_ticked();
    out8(PIC1, END_OF_INTERRUPT);
  } else {
    event_arrived();
    end_local_interrupt();
  }
}

const struct paravirt_ops bare = {
    .name = "bare",
    .timer = "8254",
    .clock = "ACPI timer",
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
