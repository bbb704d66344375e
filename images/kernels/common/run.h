/* Running a few instructions in a chosen state until they trap, and counting checks, for 64-bit guests that check things. */
#pragma once

#include "kernel.h"

/* Selectors of our GDT. */
#define KERNEL_CODE 0x10
#define KERNEL_DATA 0x18
#define USER_CODE32 0x23
#define USER_DATA 0x2B
#define USER_CODE 0x33
#define TASK64 0x38 /* two entries */
#define CODE32 0x48
#define TASK32 0x50
#define KERNEL_DATA16 0x58
#define CODE16 0x60
#define SCRATCH 0x68 /* this and all above it are the checks' own */
#define GDT_ENTRIES 64

/* Vectors. */
#define DE 0
#define DB 1
#define NMI 2
#define BP 3
#define OF 4
#define BR 5
#define UD 6
#define NM 7
#define DF 8
#define TS 10
#define NP 11
#define SS 12
#define GP 13
#define PF 14
#define MF 16
#define AC 17

/* RFLAGS. */
#define FLAG_FIXED 0x2UL
#define FLAG_TF 0x100UL
#define FLAG_IF 0x200UL
#define FLAG_IOPL 0x3000UL
#define FLAG_NT 0x4000UL
#define FLAG_RF 0x10000UL
#define FLAG_VM 0x20000UL
#define FLAG_AC 0x40000UL

#define CR0_TS (1UL << 3)
#define CR0_WP (1UL << 16)
#define CR0_AM (1UL << 18)
#define CR0_PG (1UL << 31)
#define CR4_TSD (1UL << 2)
#define CR4_DE (1UL << 3)
#define CR4_PGE (1UL << 7)
#define CR4_FSGSBASE (1UL << 16)
#define CR4_SMEP (1UL << 20)
#define CR4_SMAP (1UL << 21)

#define EFER 0xC0000080
#define EFER_LME (1UL << 8)
#define EFER_LMA (1UL << 10)
#define EFER_NXE (1UL << 11)
#define FS_BASE 0xC0000100
#define GS_BASE 0xC0000101

/* The registers a run starts with, and those at the trap that ended it. */
struct state {
  u64 r15, r14, r13, r12, r11, r10, r9, r8, rdi, rsi, rbp, rbx, rdx, rcx, rax;
  u64 vector, error;
  u64 rip, cs, rflags, rsp, ss;
};
extern struct state state;
extern u64 trap_cr2, trap_rsp;            /* at the trap: CR2, and where the CPU put the frame */
extern u16 trap_ds, trap_es, trap_fs, trap_gs;
extern int (*on_trap)(struct state *frame); /* when set: nonzero goes on with what *frame says, zero ends the run */

/* A piece of code that may run at every privilege. It ends with INT3, one byte behind NAME_end. */
#define SNIPPET(name, code)                                                                                     \
  extern const u8 name[], name##_end[];                                                                         \
  __asm__(".pushsection .user.text, \"ax\"\n" #name ": " code "\n.code64\n" #name "_end: int3\n.popsection")

/* Like a snippet: bytes that may be touched at every privilege. */
#define USER_MEMORY(type, name) \
  extern type name;             \
  type name __attribute__((section(".user.data")))

#define USER_STACK_BYTES 4096
extern u8 user_stack[USER_STACK_BYTES];
#define USER_STACK ((u64)(user_stack + USER_STACK_BYTES / 2))

/* The same memory for the supervisor alone. */
#define SUPERVISOR(address) ((u64)(address) + 0x200000)

/* run.c */
extern u64 descriptors[GDT_ENTRIES], idt[256][2];
extern u32 tss64[26 + 2049];
void install_machine(void);
void set_gate(u64 vector, u64 target, u64 selector, u64 type_and_dpl, u64 ist);
void set_ist(u64 vector, u64 ist);
void load_tables(void);
u64 descriptor(u64 base, u64 limit, u64 access, u64 flags); /* access: P DPL S type; flags: G D/B L AVL */
void flush_tlb(void);
void prepare(const void *code, u64 cpl); /* state = 64-bit code at this privilege, all else zero */
void run(void);                          /* until a trap */
void run_at(const void *code, u64 cpl); /* prepare and run */

static inline u64 read_cr0(void) { u64 v; __asm__ volatile("mov %%cr0, %0" : "=r"(v)); return v; }
static inline u64 read_cr3(void) { u64 v; __asm__ volatile("mov %%cr3, %0" : "=r"(v)); return v; }
static inline u64 read_cr4(void) { u64 v; __asm__ volatile("mov %%cr4, %0" : "=r"(v)); return v; }
static inline u64 read_dr6(void) { u64 v; __asm__ volatile("mov %%dr6, %0" : "=r"(v)); return v; }
static inline void write_cr0(u64 v) { __asm__ volatile("mov %0, %%cr0" : : "r"(v) : "memory"); }
static inline void write_cr3(u64 v) { __asm__ volatile("mov %0, %%cr3" : : "r"(v) : "memory"); }
static inline void write_cr4(u64 v) { __asm__ volatile("mov %0, %%cr4" : : "r"(v) : "memory"); }
static inline void write_dr6(u64 v) { __asm__ volatile("mov %0, %%dr6" : : "r"(v)); }
static inline void write_dr7(u64 v) { __asm__ volatile("mov %0, %%dr7" : : "r"(v)); }
static inline void invlpg(u64 v) { __asm__ volatile("invlpg (%0)" : : "r"(v) : "memory"); }

static inline void cpuid(u32 leaf, u32 subleaf, u32 out[4]) {
  __asm__ volatile("cpuid" : "=a"(out[0]), "=b"(out[1]), "=c"(out[2]), "=d"(out[3]) : "a"(leaf), "c"(subleaf));
}

/* check.c */
void group(const char *name);
void check(int ok, const char *name);
void check_equal(const char *name, u64 got, u64 want);
void expect(const char *name, u64 vector, u64 error, u64 rip); /* of the trap that ended the run */
void expect_end(const char *name, const void *end);            /* the run reached its INT3 */
void skip(const char *name, const char *reason);
_Noreturn void finish(const char *guest); /* says how many, and powers off */
