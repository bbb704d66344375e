/* The interrupt controllers and the timer of a PC: two 8259s behind the local APIC, channel 0 of the 8254. */
#include "test64.h"

#define PIC1 0x20
#define PIC2 0xA0
#define PIT_CHANNEL0 0x40
#define PIT_MODE 0x43
#define PIT_HZ 1193182
#define IA32_APIC_BASE 0x1B
#define APIC_EOI 0x0B0
#define APIC_SPURIOUS 0x0F0
#define APIC_ICR_LOW 0x300
#define APIC_LVT_LINT0 0x350

static volatile u8 *local_apic;

static void write_apic(u32 offset, u32 value) { *(volatile u32 *)(local_apic + offset) = value; }

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
  local_apic = (volatile u8 *)(read_msr(IA32_APIC_BASE) & 0xFFFFFF000UL);
  write_apic(APIC_SPURIOUS, 0x1FF); /* enabled */
  write_apic(APIC_LVT_LINT0, 0x700); /* ExtINT: the 8259s come through here */
}

void start_timer(u32 frequency_hz) {
  u32 divisor = PIT_HZ / frequency_hz;
  out8(PIT_MODE, 0x34); /* channel 0, both bytes, mode 2 */
  out8(PIT_CHANNEL0, divisor);
  out8(PIT_CHANNEL0, divisor >> 8);
  out8(PIC1 + 1, 0xFE);
}

void stop_timer(void) { out8(PIC1 + 1, 0xFF); }

void end_timer_interrupt(void) { out8(PIC1, 0x20); }

void send_self_ipi(void) { write_apic(APIC_ICR_LOW, 1 << 18 | SELF_IPI_VECTOR); }

void end_local_interrupt(void) { write_apic(APIC_EOI, 0); }
