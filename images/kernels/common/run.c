/* Our own descriptor tables and page tables, and the runs of code under test. */
#include "run.h"

#define PAGE_PRESENT 1UL
#define PAGE_WRITE 2UL
#define PAGE_USER 4UL
#define PAGE_LARGE 0x80UL
#define REGION 0x200000UL
#define USER_REGION 2UL       /* the 2 MiB that every privilege may use */
#define SUPERVISOR_REGION 3UL /* the same for the supervisor alone */

u64 descriptors[GDT_ENTRIES] __attribute__((aligned(16)));
u64 idt[256][2] __attribute__((aligned(16)));
u32 tss64[26 + 2049]; /* with an I/O permission bitmap */
static u8 trap_stack[8192] __attribute__((aligned(16)));
static u8 inner_stack[8192] __attribute__((aligned(16)));
u8 user_stack[USER_STACK_BYTES] __attribute__((section(".user.data"), aligned(16)));

struct state state;
u64 trap_cr2, trap_rsp;
u16 trap_ds, trap_es, trap_fs, trap_gs;
int (*on_trap)(struct state *frame);
static int running;

extern u8 trap_entries[];
void enter(void);
_Noreturn void leave(void);

typedef u64 table[512] __attribute__((aligned(4096)));
table pml4;
static table identity_pdpt, identity_pd[4];

struct __attribute__((packed)) table_pointer {
  u16 limit;
  u64 base;
};

u64 descriptor(u64 base, u64 limit, u64 access, u64 flags) {
  return (limit & 0xFFFF) | (base & 0xFFFFFF) << 16 | access << 40 | (limit >> 16 & 0xF) << 48 | flags << 52 |
         (base >> 24 & 0xFF) << 56;
}

void set_gate(u64 vector, u64 target, u64 selector, u64 type_and_dpl, u64 ist) {
  idt[vector][0] = (target & 0xFFFF) | selector << 16 | ist << 32 | type_and_dpl << 40 | (target >> 16 & 0xFFFF) << 48;
  idt[vector][1] = target >> 32;
}

void set_ist(u64 vector, u64 ist) { idt[vector][0] = (idt[vector][0] & ~(7UL << 32)) | ist << 32; }

static void set_stack(u32 index, u64 top) {
  tss64[index] = top;
  tss64[index + 1] = top >> 32;
}

void load_tables(void) {
  struct table_pointer gdt_pointer = {sizeof descriptors - 1, (u64)descriptors}, idt_pointer = {sizeof idt - 1, (u64)idt};
  descriptors[TASK64 / 8] = descriptor((u64)tss64, sizeof tss64 - 1, 0x89, 0);
  descriptors[TASK64 / 8 + 1] = (u64)tss64 >> 32;
  __asm__ volatile("lgdt %0; lidt %1; ltr %w2; lldt %w3" : : "m"(gdt_pointer), "m"(idt_pointer), "r"(TASK64), "r"(0));
}

void flush_tlb(void) {
  u64 cr4 = read_cr4();
  write_cr4(cr4 ^ CR4_PGE);
  write_cr4(cr4);
}

static void build_page_tables(void) {
  u64 flags = PAGE_PRESENT | PAGE_WRITE;
  pml4[0] = (u64)identity_pdpt | flags | PAGE_USER;
  for (u64 i = 0; i < 4; i++) {
    identity_pdpt[i] = (u64)identity_pd[i] | flags | PAGE_USER;
    for (u64 j = 0; j < 512; j++) {
      identity_pd[i][j] = i << 30 | j << 21 | PAGE_LARGE | flags;
    }
  }
  identity_pd[0][USER_REGION] |= PAGE_USER;
  identity_pd[0][SUPERVISOR_REGION] = USER_REGION * REGION | PAGE_LARGE | flags;
  write_cr3((u64)pml4);
}

void install_machine(void) {
  build_page_tables();
  descriptors[KERNEL_CODE / 8] = descriptor(0, 0xFFFFF, 0x9B, 0xA);
  descriptors[KERNEL_DATA / 8] = descriptor(0, 0xFFFFF, 0x93, 0xC);
  descriptors[USER_CODE32 / 8] = descriptor(0, 0xFFFFF, 0xFB, 0xC);
  descriptors[USER_DATA / 8] = descriptor(0, 0xFFFFF, 0xF3, 0xC);
  descriptors[USER_CODE / 8] = descriptor(0, 0xFFFFF, 0xFB, 0xA);
  descriptors[CODE32 / 8] = descriptor(0, 0xFFFFF, 0x9B, 0xC);
  descriptors[KERNEL_DATA16 / 8] = descriptor(0, 0xFFFF, 0x93, 0);
  descriptors[CODE16 / 8] = descriptor(0, 0xFFFF, 0x9B, 0);
  for (u64 vector = 0; vector < 256; vector++) {
    set_gate(vector, (u64)trap_entries + vector * 16, KERNEL_CODE, vector == BP ? 0xEE : 0x8E, 1);
  }
  set_stack(1, (u64)(inner_stack + sizeof inner_stack)); /* RSP0 */
  set_stack(9, (u64)(trap_stack + sizeof trap_stack));   /* IST1 */
  tss64[25] = sizeof tss64 << 16;                        /* no I/O permissions */
  load_tables();
  out8(0x21, 0xFF); /* the 8259s: all masked */
  out8(0xA1, 0xFF);
  write_cr0((read_cr0() | CR0_WP) & ~CR0_AM);
  write_cr4(read_cr4() | CR4_PGE);
  write_msr(EFER, read_msr(EFER) | EFER_NXE);
}

void trap(struct state *frame) {
  if (!running) {
    fail("unexpected vector %d at %x, error code %x", frame->vector, frame->rip, frame->error);
  }
  __asm__ volatile("mov %%cr2, %0" : "=r"(trap_cr2));
  __asm__ volatile("mov %%ds, %0; mov %%es, %1; mov %%fs, %2; mov %%gs, %3"
                   : "=m"(trap_ds), "=m"(trap_es), "=m"(trap_fs), "=m"(trap_gs));
  trap_rsp = (u64)&frame->ss + 8;
  if (on_trap && on_trap(frame)) {
    return;
  }
  state = *frame;
  leave();
}

void prepare(const void *code, u64 cpl) {
  state = (struct state){0};
  state.rip = (u64)code;
  state.cs = cpl ? USER_CODE : KERNEL_CODE;
  state.ss = cpl ? USER_DATA : KERNEL_DATA;
  state.rsp = USER_STACK;
  state.rflags = FLAG_FIXED;
}

void run(void) {
  __asm__ volatile("mov %0, %%ds; mov %0, %%es" : : "r"(USER_DATA));
  running = 1;
  enter();
  running = 0;
  __asm__ volatile("mov %0, %%ds; mov %0, %%es; mov %0, %%fs; mov %0, %%gs" : : "r"(USER_DATA));
}

void run_at(const void *code, u64 cpl) {
  prepare(code, cpl);
  run();
}
