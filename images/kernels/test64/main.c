/* The script: find out where we are, try what a kernel lives on, one line each, and power off. */
#include "selectors.h"
#include "test64.h"

#define TICKS 10UL
#define TICK_HZ 1000
#define ROUNDS 3

extern u64 run_user(u64 rip);
extern const u8 user_program[], user_program_end[];
extern volatile u64 syscall_count;

static u8 page[4096] __attribute__((aligned(4096)));

static void check_page_tables(void) {
  build_page_tables();
  map_page(WINDOW, (u64)page, PAGE_PRESENT | PAGE_WRITE);
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
  map_page(WINDOW, (u64)page, PAGE_PRESENT);
  write_and_expect_fault(WINDOW + 0x10, 3); /* a write to a read-only page */
  print("page faults: %d taken and repaired", page_faults);
}

static void check_timer(void) {
  install_interrupt_controllers();
  start_timer(TICK_HZ);
  wait_for_interrupt();
  u64 first = timer_tsc;
  while (timer_ticks < TICKS) {
    wait_for_interrupt();
  }
  stop_timer();
  u64 cycles = (timer_tsc - first) / (TICKS - 1);
  print("timer: %d interrupts at %d Hz", timer_ticks, (u64)TICK_HZ);
  if (!cycles) {
    fail("TSC: it stands still");
  }
  print("TSC: %d kHz by that timer", cycles * TICK_HZ / 1000);
}

static void check_user_mode(void) {
  volatile u8 *copy = page;
  for (const u8 *from = user_program; from < user_program_end; from++) {
    *copy++ = *from;
  }
  map_page(WINDOW + 0x2000, (u64)page, PAGE_PRESENT | PAGE_USER);
  u64 result = run_user(WINDOW + 0x2000);
  if (result != (USER_CODE << 8 | (40 + ROUNDS)) || syscall_count != ROUNDS) {
    fail("user mode: it returned %x after %d system calls", result, syscall_count);
  }
  print("user mode: %d system calls, CS %x", syscall_count, result >> 8);
}

static void check_self_ipi(void) {
  send_self_ipi();
  while (!self_ipis) {
    wait_for_interrupt();
  }
  print("local APIC: %d interrupt sent to ourselves", self_ipis);
}

_Noreturn void kernel_main(u64 mode, u64 rsi, u64 rbx) {
  struct platform platform;
  console_init();
  install_traps();
  sniff(&platform, mode, rsi, rbx);
  print("test64 entered in %d-bit mode, %s at %x", mode, platform.protocol, platform.structure);
  print("command line '%s'", platform.command_line);
  print("memory %d KiB", platform.memory_bytes / 1024);
  print_cpu();
  check_page_tables();
  check_page_faults();
  check_timer();
  check_user_mode();
  check_self_ipi();
  find_power_off(platform.rsdp);
  print("bare BOOT OK");
  power_off();
}
