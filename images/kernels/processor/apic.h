/* The local APIC's registers (SDM Vol. 3A table 10-1). */
#pragma once

#define APIC_ID 0x020
#define APIC_TPR 0x080
#define APIC_PPR 0x0A0
#define APIC_EOI 0x0B0
#define APIC_SPURIOUS 0x0F0
#define APIC_ISR 0x100
#define APIC_IRR 0x200
#define APIC_ICR_LOW 0x300
#define APIC_ICR_HIGH 0x310
#define APIC_LVT_TIMER 0x320
#define APIC_LVT_LINT0 0x350
#define APIC_INITIAL_COUNT 0x380
#define APIC_CURRENT_COUNT 0x390
#define APIC_DIVIDE 0x3E0

#define ICR_SELF (1 << 18)
#define ICR_NMI (4 << 8)
#define LVT_MASKED (1 << 16)
#define LVT_PERIODIC (1 << 17)
#define LVT_DEADLINE (2 << 17)

#define APIC_BASE 0xFEE00000UL

static inline void write_apic(u32 offset, u32 value) { *(volatile u32 *)(APIC_BASE + offset) = value; }
static inline u32 read_apic(u32 offset) { return *(volatile u32 *)(APIC_BASE + offset); }

/* Whether a vector's bit is set in ISR or IRR. */
static inline int apic_bit(u32 set, u32 vector) { return read_apic(set + (vector >> 5) * 16) >> (vector & 31) & 1; }
