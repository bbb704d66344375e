/* What the groups of checks share: Xen's numbers and structures (xen/include/public), hypercalls, events, a second processor. */
#pragma once

#include "run.h"

#define PAGE 4096
#define NOWHERE 0x700000000000UL /* canonical, and nothing is mapped there */
#define NON_CANONICAL 0x800000000000UL
#define NO_MEMORY 0xF0000000UL /* mapped, and nothing is there */
#define SPECIAL_PAGES 0xFEFF8000UL
#define DOMID_SELF 0x7FF0
#define DOMID_HOST 0
#define NO_DOMAIN 77

enum {
  CALL_SET_TRAP_TABLE = 0, CALL_MMU_UPDATE = 1, CALL_PLATFORM_OP = 7, CALL_UPDATE_DESCRIPTOR = 10, CALL_MEMORY_OP = 12,
  CALL_MULTICALL = 13, CALL_SET_TIMER_OP = 15, CALL_XEN_VERSION = 17, CALL_CONSOLE_IO = 18, CALL_GRANT_TABLE_OP = 20,
  CALL_VM_ASSIST = 21, CALL_IRET = 23, CALL_VCPU_OP = 24, CALL_SCHED_OP = 29, CALL_CALLBACK_OP = 30,
  CALL_EVENT_CHANNEL_OP = 32, CALL_PHYSDEV_OP = 33, CALL_HVM_OP = 34, CALL_XENPMU_OP = 40
};
enum {
  EPERM = 1, ENOENT = 2, ESRCH = 3, ENXIO = 6, EACCES = 13, EFAULT = 14, EEXIST = 17, ENODEV = 19, EINVAL = 22, ENOSPC = 28,
  ENOSYS = 38, EOPNOTSUPP = 95
};
enum { HVM_SET_PARAM = 0, HVM_GET_PARAM = 1, HVM_FLUSH_TLBS = 5, HVM_PAGETABLE_DYING = 9, HVM_GET_TIME = 10,
       HVM_GET_MEM_TYPE = 15, HVM_SET_UPCALL_VECTOR = 23 };
enum { PARAM_CALLBACK = 0, PARAM_STORE_PFN = 1, PARAM_STORE_PORT = 2, PARAM_CONSOLE_PFN = 17, PARAM_CONSOLE_PORT = 18 };
enum { BIND_INTERDOMAIN = 0, BIND_VIRQ = 1, CLOSE = 3, SEND = 4, STATUS = 5, ALLOC_UNBOUND = 6, BIND_IPI = 7, BIND_VCPU = 8,
       UNMASK = 9, RESET = 10, INIT_CONTROL = 11, EXPAND_ARRAY = 12, SET_PRIORITY = 13 };
enum { SCHED_YIELD = 0, SCHED_BLOCK = 1, SCHED_SHUTDOWN = 2, SCHED_POLL = 3, SCHED_REMOTE_SHUTDOWN = 4, SCHED_WATCHDOG = 6,
       SCHED_PIN_OVERRIDE = 7 };
enum { VCPU_INITIALISE = 0, VCPU_UP = 1, VCPU_DOWN = 2, VCPU_IS_UP = 3, VCPU_RUNSTATE_INFO = 4, VCPU_RUNSTATE_AREA = 5,
       VCPU_SET_PERIODIC = 6, VCPU_STOP_PERIODIC = 7, VCPU_SET_SINGLESHOT = 8, VCPU_STOP_SINGLESHOT = 9, VCPU_REGISTER_INFO = 10,
       VCPU_SEND_NMI = 11, VCPU_GET_PHYSID = 12, VCPU_TIME_AREA = 13 };
enum { VIRQ_TIMER = 0, VIRQ_DEBUG = 1, VIRQ_CONSOLE = 2, VIRQS = 24 };
enum { CLOSED = 0, UNBOUND = 1, INTERDOMAIN = 2, VIRQ = 4, IPI = 5 };

#define CALLBACK_BY_VECTOR (2UL << 56)
#define UPCALL_VECTOR 0xF3

struct start_info {
  u32 magic, version, flags, modules;
  u64 module_list, command_line, rsdp, memory_map;
  u32 memory_map_entries, reserved;
};

struct memory_map_entry {
  u64 start, length;
  u32 type, reserved;
};

struct vcpu_info {
  u8 upcall_pending, upcall_mask;
  u64 pending_words, cr2, reserved;
  u32 time_version, reserved2;
  u64 tsc_timestamp, system_time;
  u32 tsc_to_system_mul;
  signed char tsc_shift;
  u8 time_flags, reserved3[2];
};

struct shared_info {
  struct vcpu_info vcpu[32];
  u64 pending[64], mask[64];
  u32 clock_version, clock_seconds, clock_nanoseconds, clock_seconds_high;
  u8 rest[PAGE - 0xC10];
};

extern const struct start_info *start_info;
extern volatile struct shared_info shared_info; /* Xen's comes in its place */
extern u8 hypercall_page[PAGE], pages[8][PAGE];

/* Whether this is the host itself, Xen's first domain. Its toolstack did not build it, and it may do more. */
#define HOST (start_info->flags & 1)
#define VCPU (shared_info.vcpu[0])

/* guest.c */
long call(u64 number, u64 a, u64 b, u64 c, u64 d);
void install_guest(void);
_Noreturn void shut_down(u32 reason);
int text_is(const volatile void *at, const char *text);
long hvm_param(u32 operation, u32 domain, u32 index, u64 *value);
u64 parameter(u32 index);             /* which the guest may read */
long callback(u64 via);
long event(u32 operation, void *argument);
long by_port(u32 operation, u32 port);
u32 bind_ipi(u32 vcpu);
int pending(u32 port);
void clear(u32 port);                 /* and nothing else is pending either */
void mask(u32 port);
void unmask(u32 port);                /* by hand, cleared */
u32 status(u32 port, long *result);
u64 now(void);
long vcpu_op(u32 operation, u32 vcpu, const void *argument);
u32 processors(void);
void end_of_interrupt(void);
extern const u8 idle[], idle_end[];   /* a loop, for runs that an interrupt ends */
void run_open(void);                  /* that loop with interrupts on, until a trap */

/* The groups. */
void check_start(void);
void check_hypercalls(void);
void check_memory(void);
void check_parameters(void);
void check_events(void);
void check_timers(void);
void check_processors(void);
void check_privileged(void);
void check_store(void);
void check_upcalls(void);
void check_fifo(void); /* there is no way back to two levels but a reset */
