/* The timers of a processor, and its clock. */
#include "xenpvh.h"

/* A millisecond; the host is tried where Xen itself is emulated. */
#define TICK (HOST ? 100000000UL : 1000000UL)

static u32 port;

static long singleshot(u64 at) {
  struct { u64 at; u32 flags; } deadline = {at, 0};
  return vcpu_op(VCPU_SET_SINGLESHOT, 0, &deadline);
}

static long periodic(u64 period) { return vcpu_op(VCPU_SET_PERIODIC, 0, &period); }

static void wait(const char *name, u64 from, u64 to) {
  run_open();
  expect(name, UPCALL_VECTOR, 0, state.rip);
  check(pending(port), "with its port");
  u64 time = now();
  check(time >= from && (HOST || time < to), "in time"); /* nothing hurries an emulated Xen */
  clear(port);
}

static void once(void) {
  u64 start = now();
  check_equal("a timer", singleshot(start + TICK), 0);
  check(!pending(port), "is not there yet");
  wait("it interrupts", start + TICK, start + 2 * TICK);
  check_equal("a timer in the past", singleshot(1), 0);
  check(pending(port), "is there at once");
  clear(port);
  check_equal("a timer that is taken back", singleshot(now() + TICK) | vcpu_op(VCPU_STOP_SINGLESHOT, 0, 0), 0);
  start = now();
  while (now() < start + 3 * TICK) {
  }
  check(!pending(port), "does not come");
  start = now();
  singleshot(start + TICK);
  singleshot(start + 3 * TICK);
  wait("the last one counts", start + 3 * TICK, start + 4 * TICK);
  check_equal("another processor's", vcpu_op(VCPU_SET_SINGLESHOT, 1, &start) < 0, 1);
  check_equal("one of a processor that is not there", vcpu_op(VCPU_SET_SINGLESHOT, 77, &start), -ENOENT);
  start = now();
  check_equal("set_timer_op", call(CALL_SET_TIMER_OP, start + TICK, 0, 0, 0), 0);
  wait("is the same timer", start + TICK, start + 2 * TICK);
  call(CALL_SET_TIMER_OP, start + 2 * TICK, 0, 0, 0);
  check_equal("0", call(CALL_SET_TIMER_OP, 0, 0, 0, 0), 0);
  while (now() < start + 4 * TICK) {
  }
  check(!pending(port), "takes it back");
  start = now();
  call(CALL_SET_TIMER_OP, 0x7000000000000000UL, 0, 0, 0);
  wait("a far time is taken for a mistake, and comes early", start + 100000000, start + 100000000 + TICK);
}

static void again(void) {
  check_equal("too short a period", periodic(999999), -EINVAL);
  check_equal("too long a period", periodic(1UL << 62), -EINVAL);
  check_equal("a period", periodic(2 * TICK), 0);
  u64 start = now();
  check(pending(port), "begins at once, if it is the first");
  clear(port);
  wait("comes", start + 2 * TICK - TICK / 10, start + 3 * TICK);
  wait("again", start + 4 * TICK - TICK / 10, start + 5 * TICK);
  wait("and again", start + 6 * TICK - TICK / 10, start + 7 * TICK);
  check_equal("another one", periodic(TICK), 0);
  check(!pending(port), "counts from the last time");
  check_equal("stopping it", vcpu_op(VCPU_STOP_PERIODIC, 0, 0), 0);
  start = now();
  while (now() < start + 3 * TICK) {
  }
  check(!pending(port), "ends it");
}

static void blocking(void) {
  u64 start = now();
  singleshot(start + TICK);
  check_equal("blocking", call(CALL_SCHED_OP, SCHED_BLOCK, 0, 0, 0), 0);
  check(pending(port) && now() >= start + TICK, "ends with the timer, though interrupts are off");
  clear(port);
}

static void clocks(void) {
  check(!(VCPU.time_version & 1), "the version of the time is even");
  u64 last = now();
  int forward = 1;
  for (int i = 0; i < 100; i++) {
    u64 next = now();
    forward &= next >= last;
    last = next;
  }
  check(forward, "time does not go back");
  volatile u64 *area = (volatile u64 *)pages[4];
  for (int i = 0; i < 8; i++) {
    area[i] = ~0UL;
  }
  u64 address = (u64)area;
  check_equal("a copy of the runstate", vcpu_op(VCPU_RUNSTATE_AREA, 0, &address), 0);
  check_equal("running", *(volatile u32 *)area, 0);
  u64 blocked = area[4];
  singleshot(now() + 2 * TICK);
  call(CALL_SCHED_OP, SCHED_BLOCK, 0, 0, 0);
  check(area[4] >= blocked + TICK, "counts the time that it was blocked");
  clear(port);
  u64 state_now[6];
  check_equal("the runstate itself", vcpu_op(VCPU_RUNSTATE_INFO, 0, state_now), 0);
  check((u32)state_now[0] == 0 && state_now[4] >= area[4], "is the same");
  address = (u64)pages[5];
  check_equal("a copy of the time", vcpu_op(VCPU_TIME_AREA, 0, &address), 0);
  check_equal("has the same scale", *(volatile u32 *)(pages[5] + 24), VCPU.tsc_to_system_mul);
}

void check_timers(void) {
  group("timers");
  struct { u32 virq, vcpu, port; } bind = {VIRQ_TIMER, 0, 0};
  check_equal("binding the timer", event(BIND_VIRQ, &bind), 0);
  port = bind.port;
  callback(CALLBACK_BY_VECTOR | UPCALL_VECTOR);
  unmask(port);
  once();
  again();
  blocking();
  clocks();
  mask(port);
  by_port(CLOSE, port);
}
