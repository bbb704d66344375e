/* Channel 2 of the 8254 interval timer, in all its modes. */
#include "timers.h"

static int output2(void) { return in8(0x61) >> 5 & 1; }

static void set_channel2(u8 mode, u16 count) {
  out8(0x43, 0xB0 | mode << 1);
  out8(0x42, count);
  out8(0x42, count >> 8);
}

static u16 latch_channel2(void) {
  out8(0x43, 0x80);
  u16 low = in8(0x42);
  return low | in8(0x42) << 8;
}

static int output2_becomes(int level) {
  for (u64 i = 0; i < 3000000; i++) {
    if (output2() == level) {
      return 1;
    }
  }
  return 0;
}

/* Modes 4 and 5: OUT is low for one tick at the end of the count, which goes on. */
static void check_strobes(void) {
  out8(0x61, 1);
  set_channel2(4, 60000);
  check(output2(), "8254 mode 4: OUT is high while it counts");
  u16 first = latch_channel2(), second = latch_channel2();
  check(first <= 60000 && second <= first, "8254 mode 4: it counts down");
  set_channel2(4, 50);
  for (u64 i = 0; i < 2000; i++) {
    in8(0x61);
  }
  check(latch_channel2() > 50 && output2(), "8254 mode 4: it goes on below 0 with OUT high");
  out8(0x61, 0);
  set_channel2(5, 60000);
  first = latch_channel2();
  for (u64 i = 0; i < 1000; i++) {
    in8(0x61);
  }
  check(latch_channel2() == first, "8254 mode 5: it waits for the gate's edge");
  out8(0x61, 1);
  for (u64 i = 0; i < 100; i++) {
    in8(0x61);
  }
  first = latch_channel2();
  check(first <= 60000 && output2(), "8254 mode 5: which starts it with OUT high");
  out8(0x61, 0);
  out8(0x61, 1);
  check(latch_channel2() > first, "8254 mode 5: another edge starts it anew");
}

static void check_decimal(void) {
  int decimal = 1;
  out8(0x43, 0xB1); /* mode 0 */
  out8(0x42, 0x99);
  out8(0x42, 0x99);
  for (u64 i = 0; i < 300; i++) {
    u16 count = latch_channel2();
    for (u32 digit = 0; digit < 16; digit += 4) {
      decimal &= (count >> digit & 15) < 10;
    }
  }
  check(decimal, "8254: a decimal count has decimal digits");
  out8(0x43, 0xE8);
  check_equal("8254 read-back: the decimal mode", in8(0x42) & 0x3F, 0x31);
}

void check_pit(void) {
  out8(0x61, 1); /* gate on, speaker off */
  set_channel2(0, 0xF000);
  check(!output2(), "8254 mode 0: OUT is low while it counts");
  u16 first = latch_channel2(), second = latch_channel2();
  check(first <= 0xF000 && second <= first, "8254 mode 0: it counts down");
  set_channel2(0, 2000);
  check(output2_becomes(1), "8254 mode 0: OUT rises at the end");
  check(output2(), "8254 mode 0: and stays high");
  out8(0x61, 0);
  set_channel2(0, 2000);
  first = latch_channel2();
  for (u64 i = 0; i < 1000; i++) {
    in8(0x61);
  }
  check(latch_channel2() == first && !output2(), "8254 mode 0: the gate stops the count");
  set_channel2(1, 0xF000);
  check(output2(), "8254 mode 1: OUT is high until the gate rises");
  out8(0x61, 1);
  check(output2_becomes(0), "8254 mode 1: the gate's edge starts the pulse");
  check(output2_becomes(1), "8254 mode 1: which ends");
  set_channel2(2, 2000);
  check(output2(), "8254 mode 2: OUT is high");
  first = latch_channel2();
  check(first >= 1 && first <= 2000, "8254 mode 2: it counts");
  set_channel2(3, 40000);
  check(output2_becomes(0) && output2_becomes(1) && output2_becomes(0), "8254 mode 3: OUT is a square wave");
  set_channel2(3, 1000);
  first = latch_channel2();
  check(!(first & 1) && first <= 1000, "8254 mode 3: it counts by two");
  out8(0x43, 0xE8); /* read back the status of channel 2 */
  check_equal("8254 read-back: the mode and the access", in8(0x42) & 0x3F, 0x36);
  set_channel2(0, 0x1234);
  out8(0x61, 0);
  out8(0x43, 0x90); /* low byte only */
  out8(0x42, 0x55);
  out8(0x43, 0x80);
  check(in8(0x42) <= 0x55, "8254: low byte only");
  check_strobes();
  check_decimal();
}
