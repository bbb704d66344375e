/* A PC: COM1, two 8259s behind the local APIC, channel 0 of the 8254, the time-stamp counter, ACPI. */
#include "test32.h"

#define COM1 0x3F8
#define PIC1 0x20
#define PIC2 0xA0
#define PIT_CHANNEL0 0x40
#define PIT_MODE 0x43
#define PIT_HZ 1193182
#define IA32_APIC_BASE 0x1B
#define APIC_SPURIOUS 0x0F0
#define APIC_ICR_LOW 0x300
#define APIC_LVT_LINT0 0x350

static u32 local_apic;

static void write_directly(u32 address, u32 value) { *(volatile u32 *)address = value; }
void (*write_apic_register)(u32 address, u32 value) = write_directly;

u32 read_apic(u32 offset) { return *(volatile u32 *)(local_apic + offset); }

void write_apic(u32 offset, u32 value) { write_apic_register(local_apic + offset, value); }

static void put(char c) {
  while (!(in8(COM1 + 5) & 0x20)) {
  }
  out8(COM1, c);
}

void console_init(void) {
  out8(COM1 + 1, 0);    /* no interrupts */
  out8(COM1 + 3, 0x80); /* divisor latch */
  out8(COM1 + 0, 1);
  out8(COM1 + 1, 0);
  out8(COM1 + 3, 0x03); /* 8N1 */
  out8(COM1 + 2, 0x07); /* FIFO on, emptied */
}

static void reload_segments(void) {
  __asm__ volatile(
      "ljmp %0, $1f\n1: movl %1, %%ds\n movl %1, %%es\n movl %1, %%ss\n movl %2, %%fs\n movl %2, %%gs"
      :
      : "i"(KERNEL_CODE), "r"(KERNEL_DATA), "r"(0)
      : "memory");
}

void bare_load_tables(void) {
  struct table_pointer gdt_pointer = {sizeof gdt - 1, (u32)gdt}, idt_pointer = {sizeof idt - 1, (u32)idt};
  __asm__ volatile("lgdt %0" : : "m"(gdt_pointer));
  reload_segments();
  __asm__ volatile("lidt %0" : : "m"(idt_pointer));
  __asm__ volatile("ltr %w0" : : "r"(TASK_STATE));
}

static void load_directory(u32 *directory) {
  u32 cr0;
  __asm__ volatile("movl %0, %%cr3" : : "r"(directory) : "memory");
  __asm__ volatile("movl %%cr0, %0" : "=r"(cr0));
  __asm__ volatile("movl %0, %%cr0" : : "r"(cr0 | 0x80010000) : "memory"); /* PG, and WP: read-only binds us too */
}

static void set_entry(u32 *entry, u32 value, u32 address) {
  *(volatile u32 *)entry = value;
  __asm__ volatile("invlpg (%0)" : : "r"(address) : "memory");
}

static u32 fault_address(void) {
  u32 cr2;
  __asm__ volatile("movl %%cr2, %0" : "=r"(cr2));
  return cr2;
}

void enable_local_apic(void) {
  local_apic = read_msr(IA32_APIC_BASE) & 0xFFFFF000;
  write_apic(APIC_SPURIOUS, 0x1FF);
}

void install_interrupt_controllers(void) {
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
  write_apic(APIC_LVT_LINT0, 0x700); /* ExtINT: the 8259s come through here */
}

void unmask_timer(void) { out8(PIC1 + 1, 0xFE); }

void mask_timer(void) { out8(PIC1 + 1, 0xFF); }

static void start_timer(u32 frequency_hz) {
  install_interrupt_controllers();
  u32 divisor = PIT_HZ / frequency_hz;
  out8(PIT_MODE, 0x34); /* channel 0, both bytes, mode 2 */
  out8(PIT_CHANNEL0, divisor);
  out8(PIT_CHANNEL0, divisor >> 8);
  unmask_timer();
}

void end_timer_interrupt(void) {
  timer_ticks++;
  out8(PIC1, 0x20);
}

static u32 unknown_rate(void) { return 0; }

static void send_event(void) { write_apic(APIC_ICR_LOW, 1 << 18 | EVENT_VECTOR); }

struct operations ops = {
    .name = "bare",
    .clock = "time-stamp counter",
    .event = "an interrupt by the local APIC",
    .shutdown = "ACPI",
    .put = put,
    .load_tables = bare_load_tables,
    .load_directory = load_directory,
    .set_entry = set_entry,
    .fault_address = fault_address,
    .wait = wait_for_interrupt,
    .start_timer = start_timer,
    .stop_timer = mask_timer,
    .timer_interrupt = end_timer_interrupt,
    .cycles = read_tsc,
    .cycles_khz = unknown_rate,
    .send_event = send_event,
    .stop = halt,
    .power_off = power_off,
};
