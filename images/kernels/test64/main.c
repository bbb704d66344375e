/* The script, the same on every platform: find out where we are, try what a kernel lives on, one line each, shut down. */
#include "test64.h"

#define TICKS 10UL
#define PERIOD_NS 1000000UL
#define ROUNDS 3

extern const u8 user_program[], user_program_end[];

static u8 page[4096] __attribute__((aligned(4096)));

static void check_page_tables(void) {
  ops->processor->map_page(WINDOW, (u64)page, PAGE_PRESENT | PAGE_WRITE);
  *(volatile u64 *)WINDOW = 0x5041524156414E45;
  if (*(volatile u64 *)page != 0x5041524156414E45) {
    fail("a write at %x did not reach its frame %x", WINDOW, (u64)page);
  }
  print("page tables: own ones loaded, two addresses share a frame");
}

static void write_and_expect_fault(u64 address, u64 error) {
  u64 before = page_faults;
  *(volatile u64 *)address = before;
  if (page_faults != before + 1 || page_fault_address != address || page_fault_error != error) {
    fail("page fault: %d taken, address %x, error code %x", page_faults - before, page_fault_address, page_fault_error);
  }
  if (*(volatile u64 *)address != before) {
    fail("page fault: the write at %x was lost", address);
  }
}

static void check_page_faults(void) {
  write_and_expect_fault(WINDOW + 0x1008, 2); /* a write to nothing */
  ops->processor->map_page(WINDOW, (u64)page, PAGE_PRESENT);
  write_and_expect_fault(WINDOW + 0x10, 3); /* a write to a read-only page */
  print("page faults: %d taken and repaired", page_faults);
}

static void check_timer_and_clock(void) {
  ops->start_timer(PERIOD_NS);
  while (timer_ticks < TICKS) {
    ops->processor->wait();
  }
  ops->stop_timer();
  print("timer: %d interrupts, one every %d us, by %s", timer_ticks, PERIOD_NS / 1000, ops->timer);
  u64 lasted = last_tick_ns - first_tick_ns;
  u64 due = (timer_ticks - 1) * PERIOD_NS;
  if (lasted < due / 2 || lasted > due * 1000) { /* a busy host may give us no time for a while */
    fail("clock: %d ns between the first and the last by %s, %d were due", lasted, ops->clock, due);
  }
  print("clock: %d us between the first and the last by %s", lasted / 1000, ops->clock);
}

static void check_user_mode(void) {
  volatile u8 *copy = page;
  for (const u8 *from = user_program; from < user_program_end; from++) {
    *copy++ = *from;
  }
  ops->processor->map_page(WINDOW + 0x2000, (u64)page, PAGE_PRESENT | PAGE_USER);
  u64 result = ops->processor->run_user(WINDOW + 0x2000, 0);
  if (result != (ops->processor->user_code << 8 | (40 + ROUNDS)) || system_calls != ROUNDS) {
    fail("user mode: it returned %x after %d system calls", result, system_calls);
  }
  print("user mode: %d system calls, CS %x", system_calls, result >> 8);
}

static void check_event(void) {
  ops->send_event();
  while (!events) {
    ops->processor->wait();
  }
  print("event: %d sent to ourselves by %s", events, ops->event);
}

_Noreturn void kernel_main(u64 mode, u64 rsi, u64 rbx) {
  struct platform platform;
  if (privilege_level() == 0) {
    console_init();
  }
  sniff(&platform, mode, rsi, rbx);
  detect_platform(&platform);
  ops->processor->start(&platform);
  ops->start(&platform);
  print("test64 entered in %d-bit mode, %s at %x", mode, platform.protocol, platform.structure);
  print("command line '%s'", platform.command_line);
  print("memory %d KiB", platform.memory_bytes / 1024);
  print_cpu();
  print("platform: this is %s", ops->name);
  check_page_tables();
  check_page_faults();
  check_timer_and_clock();
  check_user_mode();
  check_event();
  print("shutdown: by %s", ops->shutdown);
  print("%s BOOT OK", ops->name);
  ops->shut_down();
  halt();
}
