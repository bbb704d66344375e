/* The periodic interrupt of the CMOS clock. */
#include "timers.h"

static u8 read_cmos(u8 index) {
  out8(0x70, index);
  return in8(0x71);
}

static void write_cmos(u8 index, u8 value) {
  out8(0x70, index);
  out8(0x71, value);
}

/* Waits for a flag of register C. */
static int clock_flag(u8 flag) {
  u8 c = 0;
  for (u64 i = 0; i < 20000000 && !(c & flag); i++) {
    c = read_cmos(0xC);
  }
  return c & flag;
}

/* The periodic interrupt by IRQ 8, which both 8259s pass on. */
static void check_interrupt(void) {
  initialise_pics();
  write_apic(APIC_LVT_LINT0, LINT0_EXTERNAL);
  write_cmos(0xA, 0x23);
  write_cmos(0xB, 0x42);
  read_cmos(0xC);
  run_taking(stay_awake);
  check_equal("CMOS clock: IRQ 8 masked does not interrupt", taken, 0);
  write_cmos(0xB, 0x02);
  read_cmos(0xC);
  initialise_pics(); /* the second 8259 forgets the edge it saw */
  out8(0xA1, 0xFE);
  out8(0x21, 0xFB);
  write_cmos(0xB, 0x42);
  run_taking(sleep_once);
  check(taken == 1 && taken_vectors[0] == PIC_BASE + 8, "CMOS clock: the periodic interrupt is IRQ 8");
  check_equal("CMOS clock: in service at the second 8259", pic_read(0xA0, 0x0B), 1);
  check_equal("CMOS clock: and at the first, as IRQ 2", pic_read(0x20, 0x0B), 4);
  out8(0xA0, 0x20);
  out8(0x20, 0x20);
  for (u64 i = 0; i < 2000; i++) {
    in8(0x61);
  }
  run_taking(stay_awake);
  check_equal("CMOS clock: no other until register C is read", taken, 0);
  check_equal("CMOS clock: register C says why", read_cmos(0xC) & 0xC0, 0xC0);
  for (u64 i = 0; i < 3; i++) {
    run_taking(sleep_once);
    check(taken == 1 && taken_vectors[0] == PIC_BASE + 8, "CMOS clock: the next interrupt");
    out8(0xA0, 0x20);
    out8(0x20, 0x20);
    read_cmos(0xC);
  }
  write_cmos(0xB, 0x02);
  read_cmos(0xC);
  out8(0x21, 0xFF);
  out8(0xA1, 0xFF);
  write_apic(APIC_LVT_LINT0, LVT_MASKED);
}

void check_rtc(void) {
  u8 a = read_cmos(0xA), b = read_cmos(0xB);
  check_equal("CMOS clock: valid RAM and time", read_cmos(0xD) & 0x80, 0x80);
  write_cmos(0xA, 0x23); /* 8192 Hz */
  write_cmos(0xB, 0x42); /* periodic, 24 hours */
  read_cmos(0xC);
  check(clock_flag(0x40), "CMOS clock: the periodic flag comes");
  check(clock_flag(0x40), "CMOS clock: and comes again");
  check_equal("CMOS clock: reading register C clears it", read_cmos(0xC) & 0x10, 0);
  write_cmos(0xA, a);
  write_cmos(0xB, b);
  read_cmos(0xC);
  check_interrupt();
}
