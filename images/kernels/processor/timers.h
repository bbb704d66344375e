/* What the checks of timers share: runs that take interrupts, the 8259s. */
#pragma once

#include "processor.h"

#include "apic.h"

#define PIC_BASE 0x28
#define LINT0_EXTERNAL 0x700

extern u64 taken, taken_vectors[8]; /* how many interrupts the last run took, and the first ones */
extern const u8 sleep_once[], stay_awake[]; /* code for runs: until an interrupt; for a few instructions */

void run_taking(const void *code); /* interrupts go on until their EOI, except those of the 8259s, which get none */
u8 pic_read(u16 port, u8 what);    /* IRR (0Ah) or ISR (0Bh) by a command port */
void initialise_pics(void);        /* vectors from PIC_BASE, all masked; what comes then comes through them */

/* pit.c, rtc.c */
void check_pit(void);
void check_rtc(void);
