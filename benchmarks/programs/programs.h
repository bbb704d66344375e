/* What the programs share: Linux' system calls, numbers that look random, checksums. There is no C library. */
#pragma once

typedef unsigned char u8;
typedef unsigned int u32;
typedef unsigned long u64;
typedef int s32;
typedef long s64;

/* Numbers from Linux' arch/x86/entry/syscalls/syscall_64.tbl. */
enum system_call {
  SYS_READ = 0,
  SYS_WRITE = 1,
  SYS_CLOSE = 3,
  SYS_MMAP = 9,
  SYS_MUNMAP = 11,
  SYS_PIPE = 22,
  SYS_MADVISE = 28,
  SYS_FORK = 57,
  SYS_EXECVE = 59,
  SYS_EXIT = 60,
  SYS_WAIT4 = 61,
  SYS_FCNTL = 72,
  SYS_GETPPID = 110,
};

static inline s64 system_call(u64 number, u64 a, u64 b, u64 c, u64 d, u64 e, u64 f) {
  s64 result;
  register u64 r10 __asm__("r10") = d;
  register u64 r8 __asm__("r8") = e;
  register u64 r9 __asm__("r9") = f;
  __asm__ volatile("syscall"
                   : "=a"(result)
                   : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
                   : "rcx", "r11", "memory");
  return result;
}

static inline s64 call3(u64 number, u64 a, u64 b, u64 c) { return system_call(number, a, b, c, 0, 0, 0); }

_Noreturn static inline void exit_with(int code) {
  for (;;) {
    call3(SYS_EXIT, code, 0, 0);
  }
}

/* The value of a call that has to succeed. */
static inline s64 must(s64 result) {
  if (result < 0) {
    exit_with(1);
  }
  return result;
}

/* xorshift64*. */
static inline u64 next_random(u64 *state) {
  *state ^= *state >> 12;
  *state ^= *state << 25;
  *state ^= *state >> 27;
  return *state * 0x2545F4914F6CDD1DUL;
}

static inline u64 mix(u64 sum, u64 value) {
  sum = (sum ^ value) * 0x9E3779B97F4A7C15UL;
  return sum ^ sum >> 29;
}

static inline u64 mix_double(u64 sum, double value) {
  u64 bits;
  __builtin_memcpy(&bits, &value, sizeof bits);
  return mix(sum, bits);
}

u64 run_arithmetic(void);
u64 run_branches(void);
u64 run_memory(void);
u64 run_hash(void);
u64 run_sort(void);
u64 run_mandelbrot(void);
u64 run_nbody(void);
u64 run_matrix(void);
u64 run_fourier(void);
u64 run_system_calls(void);
u64 run_page_faults(void);
u64 run_fork(void);
u64 run_exec(void);
u64 run_pipe(void);
