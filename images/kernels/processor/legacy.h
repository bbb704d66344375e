/* What the groups outside IA-32e mode share: tables of 32-bit protected mode, and runs in it until a trap. */
#pragma once

#include "processor.h"

#define TASK_RETURN 0x1F0
#define OTHER_TASK (SCRATCH + 0)
#define FAULT_TASK (SCRATCH + 8)
#define GATE (SCRATCH + 16)
#define BAD_STACK (SCRATCH + 24)
#define LOW_CODE 0x30000UL /* RAM below 1 MiB that nothing else uses */
#define AVAILABLE_TSS 0x89
#define BUSY_TSS 0x8B

#define FLAG_VIF 0x80000UL
#define FLAG_VIP 0x100000UL
#define CR4_VME 1U
#define CR4_PVI 2U

/* A 32-bit TSS (SDM Vol. 3A figure 7-2), in words of 32 bits. */
enum { LINK, ESP0, SS0, ESP1, SS1, ESP2, SS2, CR3, EIP, EFLAGS, EAX, ECX, EDX, EBX, ESP, EBP, ESI, EDI, ES_, CS_, SS_, DS_,
       FS_, GS_, LDT, BITMAP, TSS_WORDS };
/* Behind a TSS: 8 words that say which INT n virtual-8086 mode redirects, and the end of the I/O permissions. */
enum { REDIRECTION = TSS_WORDS, TASK_WORDS = REDIRECTION + 9 };
/* What trap_common32 left. */
enum { T_GS, T_FS, T_ES, T_DS, T_EDI, T_ESI, T_EBP, T_SP, T_EBX, T_EDX, T_ECX, T_EAX, T_VECTOR, T_ERROR, T_EIP, T_CS,
       T_FLAGS, T_ESP, T_SS, T_V86_ES, T_V86_DS, T_V86_FS, T_V86_GS };
/* The same registers before the code under test. */
enum { R_EDI, R_ESI, R_EBP, R_SP, R_EBX, R_EDX, R_ECX, R_EAX, R_GS, R_FS, R_ES, R_DS };

/* The registers that choose a mode, as trap32.S loads them. */
struct machine_mode {
  u32 cr0, cr4, cr3, efer;
};
extern struct machine_mode legacy_mode; /* of the code under test */

extern u32 legacy_registers[12], legacy_trap[32];
extern u32 legacy_trap_ss, legacy_trap_esp, legacy_trap_task, legacy_trap_cr0, legacy_trap_cr2;
extern u64 idt32[256];
extern u32 tasks[3][TASK_WORDS];
extern u8 stacks[3][1024];
extern u8 trap_entries32[];

#define TOP(n) ((u32)(u64)(stacks[n] + 1024))

static inline u32 low(const void *pointer) { return (u32)(u64)pointer; }

/* Sets an entry of the interrupt vector table at 0, which compilers take for a null pointer. */
static inline void set_vector(u64 vector, u32 segment, u32 offset) {
  __asm__ volatile("movl %0, (%1)" : : "r"(segment << 16 | offset), "r"(vector * 4) : "memory");
}

/* legacy_machine.c */
void set_gate32(u32 vector, u32 target, u32 selector, u64 access);
void install_legacy(void);                      /* all tables as every check starts with; no paging */
void run_legacy(u32 eip, u32 cs, u32 flags);    /* from prepared tables; cpl 0 or 3, or with VM in flags */
int trapped(u32 vector, u32 error);             /* whether the run ended so */
void expect32(const char *name, u32 vector, u32 error);
void copy_low(const u8 *from, const u8 *end);   /* a snippet with its INT3 to LOW_CODE */
