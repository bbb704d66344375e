/* What processes ask of the kernel. */
#include "programs.h"

/* From Linux' include/uapi: asm-generic/mman-common.h, fcntl.h. */
#define PROT_READ_WRITE 3
#define MAP_PRIVATE_ANONYMOUS 0x22
#define MADV_NOHUGEPAGE 15
#define F_GETFD 1
#define F_SETFD 2

/* Short calls: a number, and a flag that is set and asked for. */
u64 run_system_calls(void) {
  u64 sum = 0;
  s64 parent = call3(SYS_GETPPID, 0, 0, 0);
  for (u32 i = 0; i < 100000; i++) {
    sum += must(call3(SYS_GETPPID, 0, 0, 0)) == parent;
    must(call3(SYS_FCNTL, 1, F_SETFD, i & 1));
    sum = mix(sum, must(call3(SYS_FCNTL, 1, F_GETFD, 0)));
  }
  return sum;
}

/* Memory that is mapped, touched page by page and given back. */
u64 run_page_faults(void) {
  const u64 pages = 1024;
  u64 sum = 0;
  for (u64 round = 0; round < 12; round++) {
    u64 memory = must(system_call(SYS_MMAP, 0, pages * 4096, PROT_READ_WRITE, MAP_PRIVATE_ANONYMOUS, ~0UL, 0));
    /* A kernel without huge pages knows no such advice. */
    call3(SYS_MADVISE, memory, pages * 4096, MADV_NOHUGEPAGE);
    for (u64 page = 0; page < pages; page++) {
      volatile u64 *cell = (volatile u64 *)(memory + page * 4096 + round * 8);
      sum = mix(sum, *cell);
      *cell = page ^ round;
      sum += *cell;
    }
    must(call3(SYS_MUNMAP, memory, pages * 4096, 0));
  }
  return sum;
}

static u64 wait_for(s64 child) {
  u32 status = 0;
  must(call3(SYS_WAIT4, child, (u64)&status, 0));
  return status >> 8;
}

static volatile u64 shared;

/* Processes that write to one page, each its own copy, and tell their parent what they found there. */
u64 run_fork(void) {
  u64 sum = 0;
  for (u32 i = 0; i < 200; i++) {
    shared = i;
    s64 child = must(call3(SYS_FORK, 0, 0, 0));
    if (child == 0) {
      shared++;
      exit_with(shared & 0x7F);
    }
    sum = mix(sum, wait_for(child) + shared);
  }
  return sum;
}

/* Processes that execute this program anew, which exits at once. */
u64 run_exec(void) {
  static const char path[] = "/proc/self/exe";
  u64 arguments[] = {(u64)path, (u64) "child", 0}, environment[] = {0};
  u64 sum = 0;
  for (u32 i = 0; i < 80; i++) {
    s64 child = must(call3(SYS_FORK, 0, 0, 0));
    if (child == 0) {
      call3(SYS_EXECVE, (u64)path, (u64)arguments, (u64)environment);
      exit_with(1);
    }
    sum = mix(sum, wait_for(child) + i);
  }
  return sum;
}

/* Two processes that take turns: a number goes there and comes back changed. */
u64 run_pipe(void) {
  int there[2], back[2];
  must(call3(SYS_PIPE, (u64)there, 0, 0));
  must(call3(SYS_PIPE, (u64)back, 0, 0));
  s64 child = must(call3(SYS_FORK, 0, 0, 0));
  u64 number = 31;
  if (child == 0) {
    must(call3(SYS_CLOSE, there[1], 0, 0));
    while (call3(SYS_READ, there[0], (u64)&number, sizeof number) == sizeof number) {
      number = mix(number, 1);
      must(call3(SYS_WRITE, back[1], (u64)&number, sizeof number));
    }
    exit_with(0);
  }
  for (u32 i = 0; i < 2500; i++) {
    must(call3(SYS_WRITE, there[1], (u64)&number, sizeof number));
    must(call3(SYS_READ, back[0], (u64)&number, sizeof number));
  }
  must(call3(SYS_CLOSE, there[1], 0, 0));
  return number + wait_for(child);
}
