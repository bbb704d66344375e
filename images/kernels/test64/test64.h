/* What the parts of the test kernel share. */
#pragma once

#include "kernel.h"

/* How a kernel has the processor: as hardware has it, or by asking who keeps it. */
struct processor_ops {
  u64 user_code; /* selector */
  void (*start)(const struct platform *platform);          /* takes exceptions and system calls, loads page tables */
  void (*map_page)(u64 address, u64 frame, u64 flags);      /* an address within 2 MiB of WINDOW */
  u64 (*fault_address)(void);
  void (*wait)(void);                                      /* sleeps until one interrupt has been handled */
  u64 (*run_user)(u64 rip, u64 argument);                  /* as in traps.h */
};
extern const struct processor_ops hardware;
#define PAGE_PRESENT 1UL
#define PAGE_WRITE 2UL
#define PAGE_USER 4UL
#define WINDOW 0x8000000000UL
typedef u64 page_table[512] __attribute__((aligned(4096)));

/* One platform: how it is told from others, and what it offers a kernel. One file each implements it. */
struct paravirt_ops {
  const char *name;
  const char *timer, *clock, *event, *shutdown; /* what it does these things with, for people */
  const struct processor_ops *processor;        /* works before all below */
  int (*here)(const struct platform *platform); /* do we run on it? */
  void (*start)(const struct platform *platform); /* from here on there is a console, and all below works */
  void (*start_timer)(u64 period_ns);
  void (*stop_timer)(void);
  u64 (*now)(void); /* nanoseconds */
  void (*send_event)(void); /* to this processor */
  void (*interrupt)(u64 vector); /* one arrived: counts it by timer_ticked or event_arrived, and ends it */
  void (*shut_down)(void); /* does not return */
};
extern const struct paravirt_ops bare, kvm, vmware, hyper_v, xen_pv, xen_pvh;

/* detect.c: the platform we run on; by its name at a CPUID leaf from 0x40000000 on, or 0. */
extern const struct paravirt_ops *ops;
void detect_platform(const struct platform *platform);
u32 hypervisor_leaf(const char *signature);

/* events.c */
extern volatile u64 timer_ticks, events, page_faults, page_fault_error, page_fault_address, system_calls;
extern volatile u64 first_tick_ns, last_tick_ns;
void timer_ticked(void);
void event_arrived(void);
#define TIMER_VECTOR 0x20
#define EVENT_VECTOR 0xF0

/* local_apic.c */
#define APIC_LVT_TIMER 0x320
#define APIC_LVT_LINT0 0x350
#define APIC_TIMER_INITIAL_COUNT 0x380
#define APIC_TIMER_DIVIDE 0x3E0
void enable_local_apic(void);
void write_local_apic(u32 offset, u32 value);
void send_self_ipi(void);
void end_local_interrupt(void);

/* pvclock.c: the clock page that KVM and Xen share (asm/pvclock-abi.h). */
struct pvclock {
  volatile u32 version, padding;
  volatile u64 tsc_timestamp, system_time_ns;
  volatile u32 tsc_to_system_mul;
  volatile signed char tsc_shift;
  volatile u8 flags, reserved[2];
};
u64 pvclock_now(const struct pvclock *clock);
u64 pvclock_tsc_khz(const struct pvclock *clock);

/* value * factor / divisor, by way of 128 bits. */
static inline u64 scale(u64 value, u64 factor, u64 divisor) {
  u64 low, high;
  __asm__("mulq %3" : "=a"(low), "=d"(high) : "a"(value), "r"(factor));
  __asm__("divq %2" : "+a"(low), "+d"(high) : "r"(divisor));
  return low;
}
