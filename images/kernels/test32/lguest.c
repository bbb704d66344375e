/* lguest: ring 1, hypercalls by INT 1Fh, interrupts by a flag in memory (asm/lguest_hcall.h of Linux 2.6.30 to 4.13). */
#include "test32.h"

#define FLUSH_ASYNC 0
#define INIT 1
#define SHUTDOWN 2
#define NEW_PGTABLE 4
#define LOAD_IDT_ENTRY 6
#define SET_STACK 7
#define SET_CLOCKEVENT 9
#define HALT 10
#define SET_PTE 14
#define NOTIFY 17
#define LOAD_GDT_ENTRY 18
#define SEND_INTERRUPTS 19
#define POWER_OFF 1
#define INTERRUPTS_ON 0x200
#define RING_ENTRIES 64
#define FREE 0xFF

struct {
  volatile u32 irq_enabled;
  volatile u32 blocked_interrupts;
  volatile u32 cr2;
  volatile u32 seconds, nanoseconds;
  volatile u32 irq_pending;
  volatile u8 hcall_status[RING_ENTRIES];
  volatile u32 hcalls[RING_ENTRIES][5];
  volatile u32 reserve_mem;
  volatile u32 tsc_khz;
  u32 noirq_start, noirq_end;
  u32 kernel_address;
  u32 syscall_vec;
} lguest_data;

extern void lguest_return(void), lguest_return_critical(void), lguest_return_end(void);

static char line[160];
static u32 line_length;
static u32 period_ns;
static int event_on_its_way;

static u32 hypercall(u32 number, u32 first, u32 second, u32 third, u32 fourth) {
  __asm__ volatile(
      "int $0x1F" : "+a"(number) : "b"(first), "c"(second), "d"(third), "S"(fourth) : "memory");
  return number;
}

static void put(char c) {
  line[line_length++] = c;
  if (c == '\n' || line_length == sizeof line - 1) {
    line[line_length] = 0;
    hypercall(NOTIFY, (u32)line, 0, 0, 0);
    line_length = 0;
  }
}

static void load_tables(void) {
  for (u32 i = 0; i < 32; i++) {
    hypercall(LOAD_GDT_ENTRY, i, gdt[i][0], gdt[i][1], 0);
  }
  for (u32 i = 0; i < 256; i++) {
    hypercall(LOAD_IDT_ENTRY, i, idt[i][0], idt[i][1], 0);
  }
  hypercall(SET_STACK, KERNEL_DATA | 1, (u32)(trap_stack + sizeof trap_stack), 2, 0);
}

static u32 *current;

static void load_directory(u32 *directory) {
  current = directory;
  hypercall(NEW_PGTABLE, (u32)directory, 0, 0, 0);
}

static void set_entry(u32 *entry, u32 value, u32 address) {
  *(volatile u32 *)entry = value;
  hypercall(SET_PTE, (u32)current, address, value, 0);
}

static u32 fault_address(void) { return lguest_data.cr2; }

static void wait(void) {
  hypercall(HALT, 0, 0, 0, 0);
  lguest_data.irq_enabled = INTERRUPTS_ON;
  if (lguest_data.irq_pending) {
    hypercall(SEND_INTERRUPTS, 0, 0, 0, 0);
  }
  lguest_data.irq_enabled = 0;
}

static void start_timer(u32 frequency_hz) {
  period_ns = 1000000000 / frequency_hz;
  hypercall(SET_CLOCKEVENT, period_ns, 0, 0, 0);
}

static void stop_timer(void) {
  period_ns = 0;
  hypercall(SET_CLOCKEVENT, 0, 0, 0, 0);
}

static void timer_interrupt(void) {
  if (event_on_its_way) {
    self_events++;
    return;
  }
  timer_ticks++;
  if (period_ns) {
    hypercall(SET_CLOCKEVENT, period_ns, 0, 0, 0);
  }
}

static u32 cycles_khz(void) { return lguest_data.tsc_khz; }

/* There is no interrupt to send: a clock event of 1 ns it is, put on the asynchronous ring. */
static void send_event(void) {
  event_on_its_way = 1;
  lguest_data.hcalls[0][0] = SET_CLOCKEVENT;
  lguest_data.hcalls[0][1] = 1;
  lguest_data.hcall_status[0] = 0;
  hypercall(FLUSH_ASYNC, 0, 0, 0, 0);
  if (lguest_data.hcall_status[0] != FREE) {
    fail("lguest: the ring was not flushed");
  }
}

static void stop(void) { hypercall(SHUTDOWN, (u32) "test32 failed", POWER_OFF, 0, 0); }

static void shut_down(void) { hypercall(SHUTDOWN, (u32) "Power down", POWER_OFF, 0, 0); }

static const struct operations lguest_ops = {
    .name = "lguest",
    .clock = "the time-stamp counter",
    .event = "by a call on the asynchronous ring",
    .shutdown = "the hypercall SHUTDOWN",
    .put = put,
    .load_tables = load_tables,
    .load_directory = load_directory,
    .set_entry = set_entry,
    .fault_address = fault_address,
    .wait = wait,
    .start_timer = start_timer,
    .stop_timer = stop_timer,
    .timer_interrupt = timer_interrupt,
    .cycles = read_tsc,
    .cycles_khz = cycles_khz,
    .send_event = send_event,
    .stop = stop,
    .power_off = shut_down,
};

void enter_lguest(void) {
  for (u32 i = 0; i < RING_ENTRIES; i++) {
    lguest_data.hcall_status[i] = FREE;
  }
  lguest_data.noirq_start = (u32)lguest_return_critical;
  lguest_data.noirq_end = (u32)lguest_return_end;
  lguest_data.kernel_address = 0;
  lguest_data.syscall_vec = SYSTEM_CALL;
  hypercall(INIT, (u32)&lguest_data, 0, 0, 0);
  return_from_trap = lguest_return;
  ops = lguest_ops;
}
