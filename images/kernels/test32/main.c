/* The script: find out where we are, try what a kernel lives on, one line each, and power off. */
#include "test32.h"

#define TICKS 10
#define TICK_HZ 1000
#define ROUNDS 3
#define MULTIBOOT_MAGIC 0x2BADB002
#define BOOT_PARAMS_SUBARCH 0x23C
#define SUBARCH_LGUEST 1

static u8 pages[2][4096] __attribute__((aligned(4096)));

static void describe_multiboot(struct platform *platform, u32 info) {
  u32 flags = peek32(info);
  platform->protocol = "multiboot information";
  platform->structure = info;
  platform->memory_bytes = flags & 1 ? (u64)(peek32(info + 4) + peek32(info + 8)) << 10 : 0;
  platform->command_line = flags & 4 ? (const char *)peek32(info + 16) : "";
  platform->rsdp = 0;
}

static void check_page_tables(void) {
  build_page_tables((u32)pages[0], (u32)pages[1]);
  ops.load_directory(directories[0]);
  *(volatile u32 *)WINDOW = 0x50415241;
  if (*(volatile u32 *)pages[0] != 0x50415241) {
    fail("a write at %x did not reach its frame %x", (u64)WINDOW, (u64)(u32)pages[0]);
  }
  ops.load_directory(directories[1]);
  *(volatile u32 *)WINDOW = 0x56414E45;
  ops.load_directory(directories[0]);
  if (*(volatile u32 *)WINDOW != 0x50415241 || *(volatile u32 *)pages[1] != 0x56414E45) {
    fail("page tables: switching them did not switch the window");
  }
  print("page tables: own ones loaded and switched, one address has a frame in each");
}

static void write_and_expect_fault(u32 address, u32 error) {
  u32 before = page_faults;
  *(volatile u32 *)address = before;
  if (page_faults != before + 1 || page_fault_address != address || page_fault_error != error) {
    fail("page fault: %d taken, address %x, error code %x", (u64)(page_faults - before), (u64)page_fault_address,
         (u64)page_fault_error);
  }
  if (*(volatile u32 *)address != before) {
    fail("page fault: the write at %x was lost", (u64)address);
  }
}

static void check_page_faults(void) {
  write_and_expect_fault(WINDOW + 0x1008, 2); /* a write to nothing */
  map_page(WINDOW, (u32)pages[0], PAGE_PRESENT);
  write_and_expect_fault(WINDOW + 0x10, 3); /* a write to a read-only page */
  print("page faults: %d taken and repaired", (u64)page_faults);
}

static void check_timer(void) {
  ops.start_timer(TICK_HZ);
  ops.wait();
  u32 ticks = timer_ticks;
  u64 start = ops.cycles();
  while (timer_ticks < ticks + TICKS) {
    ops.wait();
  }
  u64 cycles = ops.cycles() - start;
  ops.stop_timer();
  print("timer: %d interrupts at %d Hz", (u64)timer_ticks, (u64)TICK_HZ);
  if (!cycles || cycles >> 32) {
    fail("clock: %x cycles in %d periods", cycles, (u64)TICKS);
  }
  u32 khz = ops.cycles_khz();
  if (khz) {
    u32 microseconds = divide(cycles * 1000, khz);
    if (microseconds < TICKS * 900 || microseconds > TICKS * 1500) {
      fail("clock: %d periods of 1 ms took %d us by %s", (u64)TICKS, (u64)microseconds, ops.clock);
    }
    print("clock: %d us for %d periods by %s of %d kHz", (u64)microseconds, (u64)TICKS, ops.clock, (u64)khz);
  } else {
    print("clock: %d kHz by that timer, %s", (u64)divide(cycles, TICKS), ops.clock);
  }
}

static void check_user_mode(void) {
  volatile u8 *copy = pages[1];
  for (const u8 *from = user_program; from < user_program_end; from++) {
    *copy++ = *from;
  }
  map_page(WINDOW + 0x2000, (u32)pages[1], PAGE_PRESENT | PAGE_USER);
  u32 result = run_user(WINDOW + 0x2000);
  if (result != (USER_CODE << 8 | (40 + ROUNDS)) || system_calls != ROUNDS) {
    fail("user mode: it returned %x after %d system calls", (u64)result, (u64)system_calls);
  }
  print("user mode: %d system calls, CS %x", (u64)system_calls, (u64)(result >> 8));
}

static void check_event(void) {
  ops.send_event();
  while (!self_events) {
    ops.wait();
  }
  print("event: %d sent to ourselves, %s", (u64)self_events, ops.event);
}

_Noreturn void kernel_main(u32 eax, u32 ebx, u32 esi, u32 cs) {
  struct platform platform;
  u32 ring = cs & 3;
  int lguest = ring && peek32(esi + BOOT_PARAMS_SUBARCH) == SUBARCH_LGUEST;
  int xen = !ring && find_xen_pvh();
  build_tables(ring);
  if (lguest) {
    enter_lguest();
  } else if (!xen) {
    console_init();
  }
  if (eax == MULTIBOOT_MAGIC) {
    describe_multiboot(&platform, ebx);
  } else {
    sniff(&platform, 32, esi, ebx);
  }
  print("test32 entered at ring %d, %s at %x", (u64)ring, platform.protocol, platform.structure);
  print("command line '%s'", platform.command_line);
  print("memory %d KiB", platform.memory_bytes / 1024);
  print_cpu();
  if (!lguest && !xen) {
    find_power_off(platform.rsdp);
    find_vmi();
  }
  print("platform: this is %s", ops.name);
  ops.load_tables();
  check_page_tables();
  check_page_faults();
  check_timer();
  check_user_mode();
  check_event();
  print("shutdown: by %s", ops.shutdown);
  print("%s BOOT OK", ops.name);
  ops.power_off();
  for (;;) {
    ops.stop(); /* the power may take a moment to go */
  }
}
