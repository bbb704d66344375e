/* The local APIC in its memory-mapped mode (Intel SDM Vol. 3A chapter 12). */
#include "test64.h"

#define IA32_APIC_BASE 0x1B
#define APIC_EOI 0x0B0
#define APIC_SPURIOUS 0x0F0
#define APIC_ICR_LOW 0x300
#define SHORTHAND_SELF (1 << 18)

static volatile u8 *registers;

void write_local_apic(u32 offset, u32 value) { *(volatile u32 *)(registers + offset) = value; }

void enable_local_apic(void) {
  registers = (volatile u8 *)(read_msr(IA32_APIC_BASE) & 0xFFFFFF000UL);
  write_local_apic(APIC_SPURIOUS, 0x1FF);
}

void send_self_ipi(void) { write_local_apic(APIC_ICR_LOW, SHORTHAND_SELF | EVENT_VECTOR); }

void end_local_interrupt(void) { write_local_apic(APIC_EOI, 0); }
