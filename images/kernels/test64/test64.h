/* What the parts of the test kernel share. */
#pragma once

#include "kernel.h"

/* traps.c */
extern volatile u64 timer_ticks, timer_tsc, self_ipis, page_faults, page_fault_error, page_fault_address;
void install_traps(void);
#define TIMER_VECTOR 0x20
#define SELF_IPI_VECTOR 0xF0

/* paging.c */
#define PAGE_PRESENT 1UL
#define PAGE_WRITE 2UL
#define PAGE_USER 4UL
void build_page_tables(void);
void map_page(u64 address, u64 frame, u64 flags); /* an address within 2 MiB of WINDOW */
#define WINDOW 0x8000000000UL

/* interrupts.c */
void install_interrupt_controllers(void);
void start_timer(u32 frequency_hz);
void stop_timer(void);
void end_timer_interrupt(void);
void send_self_ipi(void);
void end_local_interrupt(void);
