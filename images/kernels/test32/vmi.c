/* VMI: a ROM whose functions take the place of privileged instructions (API 3.0, paravirt_ops of Linux 2.6.21 to 2.6.36). */
#include "test32.h"

#define FIRST_ROM 0xC0000
#define END_OF_ROMS 0xE0000
#define ROM_STEP 0x800
#define ROM_SIGNATURE 0xAA55
#define VROM_SIGNATURE 0x696D5663 /* "cVmi" */

enum call {
  SET_GDT = 3, SET_IDT = 5, SET_TR = 6, GET_GDT = 7, GET_TR = 10, UPDATE_KERNEL_STACK = 14, SET_CR0 = 15, SET_CR3 = 17,
  GET_CR0 = 19, GET_CR2 = 20, GET_CR3 = 21, DISABLE_INTERRUPTS = 30, GET_INTERRUPT_MASK = 31,
  SET_INTERRUPT_MASK = 32, IRET = 33, HALT = 35, SHUTDOWN = 37, SET_PXE = 38, ALLOCATE_PAGE = 44, INVAL_PAGE = 46,
  FLUSH_TLB = 47, SET_LINEAR_MAPPING = 48, APIC_WRITE = 63, GET_CYCLE_FREQUENCY = 66,
  GET_CYCLE_COUNTER = 67, SET_ALARM = 68, CANCEL_ALARM = 69, SET_LAZY_MODE = 73, CALLS = 74
};

#define PERIODIC 0x100
#define REAL_COUNTER 0
#define PAGE_TABLE 1
#define PAGE_DIRECTORY 2
#define CURRENT_SPACE 0x10

/* Arguments in EAX, EDX, ECX, then on the stack; the rest of the registers are kept. */
typedef u64 __attribute__((regparm(3))) (*function3)(u32 first, u32 second, u32 third);
typedef u64 __attribute__((regparm(3))) (*function5)(u32 first, u32 second, u32 third, u32 fourth, u32 fifth);

static u32 address[CALLS];
static u32 rom;

static u64 call(enum call number, u32 first, u32 second, u32 third) {
  return ((function3)address[number])(first, second, third);
}

static u64 relocation(u32 number) { return ((function3)(rom + 0x88))(number, 0, 0); }

static void load_tables(void) {
  bare_load_tables();
  struct table_pointer gdt_pointer = {sizeof gdt - 1, (u32)gdt}, idt_pointer = {sizeof idt - 1, (u32)idt}, read;
  call(SET_GDT, (u32)&gdt_pointer, 0, 0);
  call(SET_IDT, (u32)&idt_pointer, 0, 0);
  gdt[TASK_STATE >> 3][1] &= ~0x200U; /* no longer busy */
  call(SET_TR, TASK_STATE, 0, 0);
  call(UPDATE_KERNEL_STACK, KERNEL_DATA, (u32)(trap_stack + sizeof trap_stack), 0);
  call(GET_GDT, (u32)&read, 0, 0);
  if (read.base != (u32)gdt || read.limit != sizeof gdt - 1 || (u32)call(GET_TR, 0, 0, 0) != TASK_STATE) {
    fail("VMI: GDT at %x, TR %x", (u64)read.base, call(GET_TR, 0, 0, 0));
  }
  call(SET_INTERRUPT_MASK, 0, 0, 0);
  if ((u32)call(GET_INTERRUPT_MASK, 0, 0, 0) != 0) {
    fail("VMI: interrupts are on");
  }
}

static void load_directory(u32 *directory) {
  call(ALLOCATE_PAGE, (u32)directory >> 12, PAGE_DIRECTORY, 0);
  call(SET_CR3, (u32)directory, 0, 0);
  call(SET_CR0, (u32)call(GET_CR0, 0, 0, 0) | 0x80010000, 0, 0); /* PG, WP */
  call(FLUSH_TLB, 2, 0, 0);
  if ((u32)call(GET_CR3, 0, 0, 0) != (u32)directory) {
    fail("VMI: CR3 is %x", call(GET_CR3, 0, 0, 0));
  }
}

static void set_entry(u32 *entry, u32 value, u32 linear) {
  call(SET_LAZY_MODE, 1, 0, 0);
  call(SET_PXE, value, (u32)entry, PAGE_TABLE | CURRENT_SPACE | (linear & 0xFFFFF000));
  call(INVAL_PAGE, linear, 0, 0);
  call(SET_LAZY_MODE, 0, 0, 0);
}

static u32 fault_address(void) { return call(GET_CR2, 0, 0, 0); }

static void wait(void) {
  call(HALT, 0, 0, 0);
  call(DISABLE_INTERRUPTS, 0, 0, 0);
}

static u64 cycles(void) { return call(GET_CYCLE_COUNTER, REAL_COUNTER, 0, 0); }

static u32 cycles_khz(void) { return divide(call(GET_CYCLE_FREQUENCY, 0, 0, 0), 1000); }

static void start_timer(u32 frequency_hz) {
  install_interrupt_controllers();
  out8(0x43, 0x3A); /* the 8254 keeps quiet */
  unmask_timer();
  u32 period = divide(call(GET_CYCLE_FREQUENCY, 0, 0, 0), frequency_hz);
  u64 expiry = cycles() + period;
  ((function5)address[SET_ALARM])(REAL_COUNTER | PERIODIC, expiry, expiry >> 32, period, 0);
}

static void stop_timer(void) {
  u32 armed = call(CANCEL_ALARM, REAL_COUNTER, 0, 0);
  u32 again = call(CANCEL_ALARM, REAL_COUNTER, 0, 0);
  if (armed != 1 || again != 0) {
    fail("VMI: cancelling the alarm gave %d, then %d", (u64)armed, (u64)again);
  }
  mask_timer();
}

static void shut_down(void) { call(SHUTDOWN, 0, 0, 0); }

static void write_through_rom(u32 register_address, u32 value) { call(APIC_WRITE, register_address, value, 0); }

static int present(u32 at) {
  u32 license = at + (peek32(at + 0x14) >> 16);
  return (peek32(at) & 0xFFFF) == ROM_SIGNATURE && peek32(at + 8) == VROM_SIGNATURE
         && (peek32(at + 0x0C) >> 8 & 0xFF) == 3 && (peek32(license) & 0xFFFFFF) == 0x4C5047 /* "GPL" */
         && (peek32(at + 0x18) & 0xFFFF);
}

static void take_relocations(void) {
  u32 kinds[4] = {0};
  for (u32 i = 0; i < CALLS; i++) {
    u64 answer = relocation(i);
    u32 kind = answer >> 32;
    if (kind > 3) {
      fail("VMI: call %d has relocation %x", (u64)i, (u64)kind);
    }
    kinds[kind]++;
    address[i] = answer;
  }
  if (relocation(CALLS) >> 32 || relocation(0xFFFFFFFF) >> 32) {
    fail("VMI: a call that does not exist has a relocation");
  }
  print("VMI: ROM at %x, %d calls, %d jumps, %d no-operations, %d native", (u64)rom, (u64)kinds[1], (u64)kinds[2],
        (u64)kinds[3], (u64)kinds[0]);
}

int find_vmi(void) {
  for (rom = FIRST_ROM; !present(rom); rom += ROM_STEP) {
    if (rom == END_OF_ROMS - ROM_STEP) {
      return 0;
    }
  }
  if ((u32)((function3)(rom + 0x80))(0, 0, 0)) {
    fail("VMI: the ROM at %x does not start", (u64)rom);
  }
  take_relocations();
  call(SET_LINEAR_MAPPING, 0, 0, 0x1000);
  ops.name = "vmi";
  ops.clock = "the cycle counter";
  ops.event = "an interrupt by the local APIC";
  ops.shutdown = "the ROM's Shutdown";
  ops.load_tables = load_tables;
  ops.load_directory = load_directory;
  ops.set_entry = set_entry;
  ops.fault_address = fault_address;
  ops.wait = wait;
  ops.start_timer = start_timer;
  ops.stop_timer = stop_timer;
  ops.cycles = cycles;
  ops.cycles_khz = cycles_khz;
  ops.power_off = shut_down;
  return_from_trap = (void (*)(void))address[IRET];
  write_apic_register = write_through_rom;
  return 1;
}
