/* Timers and interrupt controllers: APIC timer, 8259s, I/O APIC. */
#include "timers.h"

#define VECTOR 0x44
#define IOAPIC 0xFEC00000UL
#define COM1 0x3F8

u64 taken, taken_vectors[8];
static u64 to_apic;

SNIPPET(sleep_once, "sti; hlt; cli");
SNIPPET(stay_awake, "sti; nop; nop; nop; cli");
__asm__(".globl sleep_once, stay_awake"); /* for pit.c and rtc.c */

static int take(struct state *frame) {
  if (frame->vector < 0x20) {
    return 0;
  }
  if (taken < 8) {
    taken_vectors[taken] = frame->vector;
  }
  taken++;
  frame->rflags &= ~FLAG_IF; /* one at a time */
  if (to_apic) {
    write_apic(APIC_EOI, 0);
  }
  return 1;
}

void run_taking(const void *code) {
  taken = 0;
  prepare(code, 0);
  on_trap = take;
  run();
  on_trap = 0;
}

static void check_apic_timer(void) {
  to_apic = 1;
  write_apic(APIC_DIVIDE, 0xB);
  write_apic(APIC_LVT_TIMER, VECTOR);
  write_apic(APIC_INITIAL_COUNT, 0x40000000);
  u64 first = read_apic(APIC_CURRENT_COUNT);
  check(first > 0 && first <= 0x40000000, "one-shot: the count runs");
  write_apic(APIC_INITIAL_COUNT, 100000);
  run_taking(sleep_once);
  check(taken == 1 && taken_vectors[0] == VECTOR, "one-shot: it fires");
  check_equal("one-shot: the count stays at 0", read_apic(APIC_CURRENT_COUNT), 0);
  run_taking(stay_awake);
  check_equal("one-shot: it fires once", taken, 0);
  write_apic(APIC_LVT_TIMER, VECTOR | LVT_PERIODIC);
  write_apic(APIC_INITIAL_COUNT, 50000);
  run_taking(sleep_once);
  run_taking(sleep_once);
  run_taking(sleep_once);
  check(taken == 1 && taken_vectors[0] == VECTOR, "periodic: it fires again and again");
  check(read_apic(APIC_CURRENT_COUNT) > 0, "periodic: the count starts anew");
  write_apic(APIC_INITIAL_COUNT, 0);
  run_taking(stay_awake);
  run_taking(stay_awake);
  check_equal("an initial count of 0 stops it", taken, 0);
  check_equal("and the count is 0", read_apic(APIC_CURRENT_COUNT), 0);
  write_apic(APIC_LVT_TIMER, VECTOR | LVT_MASKED);
  write_apic(APIC_INITIAL_COUNT, 1000);
  while (read_apic(APIC_CURRENT_COUNT)) {
  }
  run_taking(stay_awake);
  check_equal("masked: it does not interrupt", taken, 0);
  write_apic(APIC_LVT_TIMER, VECTOR);
  run_taking(stay_awake);
  check_equal("masked: nor once it is unmasked", taken, 0);
  write_apic(APIC_DIVIDE, 0x3); /* by 16 */
  write_apic(APIC_INITIAL_COUNT, 0x10000000);
  u64 start = read_tsc();
  while (read_tsc() - start < 200000) {
  }
  u64 slow = 0x10000000 - read_apic(APIC_CURRENT_COUNT);
  write_apic(APIC_DIVIDE, 0xB);
  write_apic(APIC_INITIAL_COUNT, 0x10000000);
  start = read_tsc();
  while (read_tsc() - start < 200000) {
  }
  u64 fast = 0x10000000 - read_apic(APIC_CURRENT_COUNT);
  check(fast > 4 * slow, "the divide configuration counts");
  write_apic(APIC_INITIAL_COUNT, 0);
  u32 features[4];
  cpuid(1, 0, features);
  if (!(features[2] >> 24 & 1)) {
    skip("TSC-deadline", "CPUID does not say it");
    return;
  }
  write_apic(APIC_LVT_TIMER, VECTOR | LVT_DEADLINE);
  u64 deadline = read_tsc() + 100000;
  write_msr(0x6E0, deadline);
  check_equal("TSC-deadline: the register keeps it", read_msr(0x6E0), deadline);
  run_taking(sleep_once);
  check(taken == 1 && read_tsc() >= deadline, "TSC-deadline: it fires then");
  check_equal("TSC-deadline: the register is 0 after it", read_msr(0x6E0), 0);
  write_msr(0x6E0, 1);
  run_taking(stay_awake);
  check_equal("TSC-deadline: one in the past fires at once", taken, 1);
  write_msr(0x6E0, read_tsc() + 100000);
  write_msr(0x6E0, 0);
  check_equal("TSC-deadline: 0 disarms", read_msr(0x6E0), 0);
  write_apic(APIC_INITIAL_COUNT, 1000);
  check_equal("TSC-deadline: the initial count is ignored", read_apic(APIC_CURRENT_COUNT), 0);
  write_apic(APIC_LVT_TIMER, LVT_MASKED);
}

u8 pic_read(u16 port, u8 what) {
  out8(port, what);
  return in8(port);
}

void initialise_pics(void) {
  to_apic = 0;
  out8(0x20, 0x11);
  out8(0xA0, 0x11);
  out8(0x21, PIC_BASE);
  out8(0xA1, PIC_BASE + 8);
  out8(0x21, 4);
  out8(0xA1, 2);
  out8(0x21, 1);
  out8(0xA1, 1);
  out8(0x21, 0xFF);
  out8(0xA1, 0xFF);
}

static void set_channel0(u8 mode, u16 count) {
  out8(0x43, 0x30 | mode << 1);
  out8(0x40, count);
  out8(0x40, count >> 8);
}

static int request_of_pic1(u8 bit) {
  for (u64 i = 0; i < 3000000; i++) {
    if (pic_read(0x20, 0x0A) & bit) {
      return 1;
    }
  }
  return 0;
}

static void check_pics(void) {
  initialise_pics();
  write_apic(APIC_LVT_LINT0, LINT0_EXTERNAL);
  set_channel0(0, 1000);
  check(request_of_pic1(1), "8259: the timer's request shows in IRR");
  run_taking(stay_awake);
  check_equal("8259: masked, it does not interrupt", taken, 0);
  out8(0x21, 0xFE);
  run_taking(stay_awake);
  check(taken == 1 && taken_vectors[0] == PIC_BASE, "8259: unmasked, it does");
  check_equal("8259: it is in service", pic_read(0x20, 0x0B), 1);
  set_channel0(0, 1000);
  for (u64 i = 0; i < 3000 && !request_of_pic1(1); i++) {
  }
  run_taking(stay_awake);
  check_equal("8259: the next waits for EOI", taken, 0);
  out8(0x20, 0x20);
  check_equal("8259: EOI ends the service", pic_read(0x20, 0x0B), 0);
  run_taking(stay_awake);
  check_equal("8259: and lets the next come", taken, 1);
  out8(0x20, 0x60); /* specific EOI of 0 */
  check_equal("8259: specific EOI", pic_read(0x20, 0x0B), 0);
  out8(0x21, 0xFF);
  check_equal("8259: the mask reads back", in8(0x21), 0xFF);
  /* The UART's line is IRQ 4: transmitter empty. */
  out8(COM1 + 4, 0x0B);
  out8(0x21, 0xEF);
  out8(COM1 + 1, 2);
  run_taking(stay_awake);
  check(taken == 1 && taken_vectors[0] == PIC_BASE + 4, "8259: IRQ 4");
  set_channel0(0, 100);
  request_of_pic1(1);
  out8(0x21, 0xEE);
  run_taking(stay_awake);
  check(taken == 1 && taken_vectors[0] == PIC_BASE, "8259: IRQ 0 comes in the midst of IRQ 4");
  check_equal("8259: both are in service", pic_read(0x20, 0x0B), 0x11);
  out8(0x20, 0x20);
  check_equal("8259: EOI ends the highest", pic_read(0x20, 0x0B), 0x10);
  out8(0x20, 0x20);
  out8(COM1 + 1, 0);
  in8(COM1 + 2);
  out8(0x21, 0xFF);
  write_apic(APIC_LVT_LINT0, LVT_MASKED);
}

static void write_ioapic(u32 index, u32 value) {
  *(volatile u32 *)IOAPIC = index;
  *(volatile u32 *)(IOAPIC + 16) = value;
}

static u32 read_ioapic(u32 index) {
  *(volatile u32 *)IOAPIC = index;
  return *(volatile u32 *)(IOAPIC + 16);
}

static void redirect(u32 pin, u32 low) {
  write_ioapic(0x11 + 2 * pin, read_apic(APIC_ID));
  write_ioapic(0x10 + 2 * pin, low);
}

#define IOAPIC_MASKED 0x10000
#define IOAPIC_LEVEL 0x8000
#define IOAPIC_REMOTE_IRR 0x4000

static void check_ioapic(void) {
  to_apic = 1;
  check((read_ioapic(1) >> 16 & 0xFF) >= 23, "I/O APIC: 24 pins");
  redirect(2, 0x45 | IOAPIC_MASKED);
  set_channel0(0, 200);
  request_of_pic1(1);
  run_taking(stay_awake);
  check_equal("I/O APIC: a masked pin does not interrupt", taken, 0);
  redirect(2, 0x45);
  set_channel0(0, 200);
  run_taking(sleep_once);
  check(taken == 1 && taken_vectors[0] == 0x45, "I/O APIC: an edge interrupts");
  run_taking(stay_awake);
  check_equal("I/O APIC: once", taken, 0);
  redirect(2, IOAPIC_MASKED);
  redirect(4, 0x46 | IOAPIC_LEVEL);
  out8(COM1 + 4, 0x0B);
  out8(COM1 + 1, 2);
  to_apic = 0;
  run_taking(stay_awake);
  check(taken == 1 && taken_vectors[0] == 0x46, "I/O APIC: a level interrupts");
  check_equal("I/O APIC: remote IRR until EOI", read_ioapic(0x10 + 8) & IOAPIC_REMOTE_IRR, IOAPIC_REMOTE_IRR);
  write_apic(APIC_EOI, 0);
  to_apic = 1;
  run_taking(stay_awake);
  check_equal("I/O APIC: a level that stays interrupts again after EOI", taken, 1);
  in8(COM1 + 2); /* reading the identification takes the request back */
  run_taking(stay_awake); /* the one that EOI had let come */
  run_taking(stay_awake);
  u64 after = taken, remote_irr = read_ioapic(0x10 + 8) & IOAPIC_REMOTE_IRR;
  out8(COM1 + 1, 0); /* before the console is used, which makes the UART interrupt */
  redirect(4, IOAPIC_MASKED);
  check_equal("I/O APIC: a level that fell does not", after, 0);
  check_equal("I/O APIC: remote IRR is clear", remote_irr, 0);
}

void check_timers(void) {
  group("timers");
  write_apic(APIC_SPURIOUS, 0x1FF);
  write_apic(APIC_LVT_LINT0, LVT_MASKED);
  check_apic_timer();
  check_pit();
  check_rtc();
  check_pics();
  check_ioapic();
}
