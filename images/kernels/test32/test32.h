/* What the parts of the test kernel share. */
#pragma once

#include "kernel.h"
#include "selectors32.h"

#define TIMER_VECTOR 0x20
#define EVENT_VECTOR 0xF0
#define PAGE_PRESENT 1U
#define PAGE_WRITE 2U
#define PAGE_USER 4U

/* What differs from platform to platform. */
struct operations {
  const char *name;
  const char *clock;
  const char *event;
  const char *shutdown;
  void (*put)(char c);
  void (*load_tables)(void);                             /* descriptor tables and task state of traps.c */
  void (*load_directory)(u32 *directory);                /* page tables; turns paging on when it was off */
  void (*set_entry)(u32 *entry, u32 value, u32 address); /* the page table entry that maps an address */
  u32 (*fault_address)(void);
  void (*wait)(void); /* sleeps until one interrupt has been handled */
  void (*start_timer)(u32 frequency_hz);
  void (*stop_timer)(void);
  void (*timer_interrupt)(void);
  u64 (*cycles)(void);
  u32 (*cycles_khz)(void); /* 0: to be measured */
  void (*send_event)(void);
  void (*stop)(void); /* after a failure */
  void (*power_off)(void);
};
extern struct operations ops; /* bare's, until another platform is found */
int find_vmi(void);           /* takes over what the ROM answers */
int find_xen_pvh(void);       /* takes over what hypercalls and the local APIC do */
void enter_lguest(void);

/* bare.c: also what VMI and PVH leave to the hardware */
void bare_load_tables(void);
void enable_local_apic(void);
u32 read_apic(u32 offset);
void write_apic(u32 offset, u32 value);
void install_interrupt_controllers(void);
void unmask_timer(void);
void mask_timer(void);
void end_timer_interrupt(void);
extern void (*write_apic_register)(u32 address, u32 value);

/* traps.c */
struct __attribute__((packed)) table_pointer {
  u16 limit;
  u32 base;
};
extern volatile u32 timer_ticks, self_events, page_faults, page_fault_error, page_fault_address;
extern u32 gdt[32][2], idt[256][2], task_state[26];
extern u8 trap_stack[8192];
void build_tables(u32 ring);

/* traps.S */
extern void (*return_from_trap)(void);
extern volatile u32 system_calls;
u32 run_user(u32 eip);
extern const u8 user_program[], user_program_end[], trap_entries[];

/* paging.c */
#define WINDOW 0x40000000U
extern u32 directories[2][1024];
void build_page_tables(u32 first_frame, u32 second_frame);
void map_page(u32 address, u32 frame, u32 flags); /* an address within 4 MiB of WINDOW, first directory */

static inline u32 divide(u64 value, u32 by) { /* quotients of 32 bits only */
  u32 quotient, remainder;
  __asm__("divl %4" : "=a"(quotient), "=d"(remainder) : "a"((u32)value), "d"((u32)(value >> 32)), "r"(by));
  return quotient;
}
