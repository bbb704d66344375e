/* What our test kernels share: ports, model-specific registers, the console, where we are. */
#pragma once

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64; /* 64 bits for 32-bit kernels too */

static inline void out8(u16 port, u8 value) { __asm__ volatile("outb %0, %1" : : "a"(value), "Nd"(port)); }
static inline void out16(u16 port, u16 value) { __asm__ volatile("outw %0, %1" : : "a"(value), "Nd"(port)); }

static inline u8 in8(u16 port) {
  u8 value;
  __asm__ volatile("inb %1, %0" : "=a"(value) : "Nd"(port));
  return value;
}

static inline u32 in32(u16 port) {
  u32 value;
  __asm__ volatile("inl %1, %0" : "=a"(value) : "Nd"(port));
  return value;
}

static inline u64 read_msr(u32 msr) {
  u32 low, high;
  __asm__ volatile("rdmsr" : "=a"(low), "=d"(high) : "c"(msr));
  return (u64)high << 32 | low;
}

static inline void write_msr(u32 msr, u64 value) {
  __asm__ volatile("wrmsr" : : "c"(msr), "a"((u32)value), "d"((u32)(value >> 32)));
}

static inline u64 read_tsc(void) {
  u32 low, high;
  __asm__ volatile("rdtsc" : "=a"(low), "=d"(high) : : "memory");
  return (u64)high << 32 | low;
}

/* Unaligned reads of foreign structures. */
static inline u32 peek32(u64 address) { return *(const volatile u32 __attribute__((aligned(1))) *)address; }
static inline u64 peek64(u64 address) { return *(const volatile u64 __attribute__((aligned(1))) *)address; }

/* The ring we run in: the lowest bits of CS. */
static inline u32 privilege_level(void) {
  u32 code;
  __asm__("movl %%cs, %0" : "=r"(code));
  return code & 3;
}

/* Sleeps for ever. */
_Noreturn static inline void halt(void) {
  for (;;) {
    __asm__ volatile("cli; hlt");
  }
}

/* Sleeps until one interrupt has been handled. */
static inline void wait_for_interrupt(void) { __asm__ volatile("sti; hlt; cli" : : : "memory"); }

/* console.c: %s string, %d decimal u64, %x hexadecimal u64. */
void console_init(void);
void print(const char *format, ...);
_Noreturn void fail(const char *format, ...);
extern void (*console_put)(char c);     /* where characters go: the serial port until replaced */
extern void (*stop_after_failure)(void); /* sleeps for ever until replaced */
extern const char *platform_name;       /* for the last line; "bare" until replaced */

/* platform.c: where we are. */
struct platform {
  const char *protocol; /* who entered us */
  u64 structure;        /* address of its parameters */
  const char *command_line;
  u64 memory_bytes;     /* usable RAM */
  u64 rsdp;             /* ACPI root pointer, 0 when not told */
};
void sniff(struct platform *platform, u64 mode, u64 rsi, u64 rbx);
int is_xen_start_info(u64 address);     /* that of a PV guest */
void cpuid_leaf(u32 leaf, u32 out[4]); /* EAX, EBX, ECX, EDX of subleaf 0 */
void print_cpu(void);

/* acpi.c: finds how to power off, prints the way; then does it. */
void find_power_off(u64 rsdp);
extern u16 pm_timer_port; /* of the timer of 3.579545 MHz, 0 if there is none; known once that is found */
_Noreturn void power_off(void);
