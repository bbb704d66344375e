/* What the groups of checks share: Xen's numbers and structures, hypercalls, and running code until it traps. */
#pragma once

#include "../common/kernel.h"

#define BASE 0xFFFFFFFF80000000UL
#define M2P 0xFFFF800000000000UL
#define PAGE 4096
#define NOWHERE 0x700000000000UL   /* canonical, and nothing is mapped there */
#define NON_CANONICAL 0x800000000000UL
#define DOMID_SELF 0x7FF0UL

/* Selectors: Xen's own, and the first of ours. */
#define FLAT_CODE32 0xE023
#define FLAT_DATA 0xE02B
#define FLAT_CODE 0xE033
#define KERNEL_CODE 0xE030
#define PER_CPU 0xE063

/* Vectors; beyond 255 our own numbers for callbacks. */
#define DE 0
#define DB 1
#define BP 3
#define UD 6
#define NM 7
#define NP 11
#define SS 12
#define GP 13
#define PF 14
#define AC 17
#define EVENT 0x100
#define SYSTEM_CALL 0x101

#define FLAG_FIXED 0x2UL
#define FLAG_TF 0x100UL
#define FLAG_IF 0x200UL
#define FLAG_DF 0x400UL
#define FLAG_IOPL 0x3000UL
#define FLAG_NT 0x4000UL
#define FLAG_AC 0x40000UL

enum {
  CALL_SET_TRAP_TABLE = 0, CALL_MMU_UPDATE = 1, CALL_SET_GDT = 2, CALL_STACK_SWITCH = 3, CALL_FPU_TASKSWITCH = 5,
  CALL_SET_DEBUGREG = 8, CALL_GET_DEBUGREG = 9, CALL_UPDATE_DESCRIPTOR = 10, CALL_MEMORY_OP = 12, CALL_MULTICALL = 13,
  CALL_UPDATE_VA_MAPPING = 14, CALL_XEN_VERSION = 17, CALL_CONSOLE_IO = 18, CALL_GRANT_TABLE_OP = 20, CALL_VM_ASSIST = 21, CALL_IRET = 23,
  CALL_VCPU_OP = 24, CALL_SET_SEGMENT_BASE = 25, CALL_MMUEXT_OP = 26, CALL_SCHED_OP = 29, CALL_CALLBACK_OP = 30,
  CALL_EVENT_CHANNEL_OP = 32, CALL_PHYSDEV_OP = 33
};
enum { EPERM = 1, ENOENT = 2, ESRCH = 3, ENXIO = 6, EACCES = 13, EFAULT = 14, EBUSY = 16, EEXIST = 17, EINVAL = 22, ENOSYS = 38,
       EOPNOTSUPP = 95 };
enum { PRESENT = 1, WRITABLE = 2, USER = 4, ACCESSED = 0x20, DIRTY = 0x40, LARGE = 0x80, GLOBAL = 0x100 };
#define GUEST_KERNEL (1UL << 52) /* Xen's mark of what user mode was not to reach */
enum { PIN_L1 = 0, PIN_L4 = 3, UNPIN = 4, NEW_BASEPTR = 5, FLUSH_LOCAL = 6, SET_LDT = 13, NEW_USER_BASEPTR = 15,
       CLEAR_PAGE = 16, COPY_PAGE = 17 };
enum { FLUSH_PAGE = 2 };
enum { CALLBACK_EVENT = 0, CALLBACK_FAILSAFE = 1, CALLBACK_SYSCALL = 2, CALLBACK_SYSENTER = 5, CALLBACK_SYSCALL32 = 7 };
enum { FS_BASE = 0, GS_BASE_USER = 1, GS_BASE_KERNEL = 2, GS_SELECTOR_USER = 3 };
#define IN_SYSCALL 0x100UL

/* start_info.flags */
enum { FIRST_DOMAIN = 2 };

struct start_info {
  char magic[32];
  u64 pages, shared_info;
  u32 flags;
  u64 store_frame;
  u32 store_port;
  u64 console_frame;
  u32 console_port;
  u64 page_table, page_table_frames, frame_list, module_start, module_bytes;
  char command_line[1024];
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

extern struct start_info *start_info;
extern volatile struct shared_info shared_info;
#define VCPU (shared_info.vcpu[0])

static inline long call(u64 number, u64 a, u64 b, u64 c, u64 d) {
  register u64 r10 __asm__("r10") = d;
  __asm__ volatile("syscall" : "+a"(number), "+D"(a), "+S"(b), "+d"(c), "+r"(r10) : : "rcx", "r11", "r8", "r9", "memory");
  return (long)number;
}

/* The registers a run starts with, and those at the trap that ended it: after registers what the CPU would push. */
struct state {
  u64 r15, r14, r13, r12, r11, r10, r9, r8, rdi, rsi, rbp, rbx, rdx, rcx, rax;
  u64 vector, error;
  u64 rip, cs, rflags, rsp, ss; /* cs: bits 32 to 39 are the event mask before */
};
extern struct state state;
extern u64 iret_flags, trap_cr2, handler_rcx, handler_r11; /* RCX and R11 at the start of a handler */
extern u8 trap_mask;              /* in the handler */
extern u64 first_rflags, first_rsp;
extern u16 first_cs, first_ss;
extern const u8 trap_entries[], event_entry[], syscall_entry[], failsafe_entry[];

/* A piece of code to run. It ends with INT3, one byte behind NAME_end. */
#define SNIPPET(name, code)                                                                  \
  extern const u8 name[], name##_end[];                                                      \
  __asm__(".pushsection .text.snippets, \"ax\"\n" #name ": " code "\n.code64\n" #name "_end: int3\n.popsection")

#define STACK_BYTES 4096
extern u8 snippet_stack[STACK_BYTES], kernel_stack[STACK_BYTES];
#define SNIPPET_STACK ((u64)(snippet_stack + STACK_BYTES))
#define KERNEL_STACK ((u64)(kernel_stack + STACK_BYTES))

/* machine.c */
enum mode { KERNEL, IN_USER };
void install_machine(void);
u64 frame_of(const volatile void *address);           /* machine frame */
u64 machine_address(const volatile void *address);
u64 *entry_of(u64 address);                           /* the L1 entry that maps it, read-only */
long map(const volatile void *address, u64 entry);    /* replaces that entry */
long mmuext(u32 command, u64 value, u64 second);
void prepare(const void *code, enum mode mode); /* state = this code, all else zero, events masked */
void run(void);                                 /* until a trap */
void run_at(const void *code, enum mode mode);  /* prepare and run */
long set_trap(u32 vector, u32 flags, u64 address);
long callback(u32 type, u32 flags, u64 address);
extern u8 pages[6][PAGE];

/* checks */
void group(const char *name);
void check(int ok, const char *name);
void check_equal(const char *name, u64 got, u64 want);
void expect(const char *name, u64 vector, u64 error, const void *rip); /* of the trap that ended the run */
void expect_end(const char *name, const void *end);                    /* the run reached its INT3 */

/* The groups. */
void check_start(void);
void check_exceptions(void);
void check_privileged(void);
void check_segments(void);
void check_page_tables(void);
void check_types(void);
void check_events(void);
void check_iret(void);
void check_sysenter(void);
void check_pointers(void);
