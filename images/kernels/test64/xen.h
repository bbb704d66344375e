/* What PV and PVH guests of Xen share (xen/include/public). */
#pragma once

#include "test64.h"

enum {
  CALL_SET_TRAP_TABLE = 0, CALL_STACK_SWITCH = 3, CALL_MEMORY = 12, CALL_UPDATE_VA_MAPPING = 14, CALL_CONSOLE_IO = 18,
  CALL_IRET = 23, CALL_VCPU = 24, CALL_MMUEXT = 26, CALL_SCHED = 29, CALL_CALLBACK = 30, CALL_EVENT_CHANNEL = 32, CALL_HVM = 34
};
enum { SCHED_BLOCK = 1, SCHED_SHUTDOWN = 2, SHUTDOWN_POWER_OFF = 0, SHUTDOWN_CRASH = 3 };
#define DOMID_SELF 0x7FF0

struct vcpu_info {
  volatile u8 upcall_pending, upcall_mask;
  u64 pending_words;
  volatile u64 cr2;
  u64 reserved;
  struct pvclock time;
};

struct console_ring {
  char in[1024], out[2048];
  u32 in_consumer, in_producer, out_consumer, out_producer;
};

/* A page of its own, in the place of which Xen's comes. */
extern struct xen_shared_info {
  struct vcpu_info vcpu[32];
  u64 pending[64], mask[64];
} __attribute__((aligned(4096))) shared_info;

extern u8 hypercall_page[4096]; /* 32 bytes for each call; filled by the domain's builder or by us */
long hypercall(u64 number, u64 a, const void *b, const void *c, u64 d);
void require(long result, const char *what); /* ends where a hypercall failed */

void use_console_ring(volatile struct console_ring *ring, u32 port);
_Noreturn void xen_stop(u32 reason);

/* Members of paravirt_ops, good as soon as xen_start has been called. */
void xen_start(void);
void xen_start_timer(u64 period_ns);
void xen_stop_timer(void);
u64 xen_now(void);
void xen_send_event(void);
void xen_interrupt(u64 vector);
void xen_shut_down(void);
