/*
 * Runs the programs that the arguments name, all without one, each in a process of its own, and then all of them again. A
 * line of the console tells when one starts, and another when it has ended and what it computed. What runs again runs in an
 * emulator that has translated it already.
 */
#include "programs.h"

static const struct program {
  const char *name; /* group/program */
  u64 (*run)(void);
} programs[] = {
    {"integer/arithmetic", run_arithmetic}, {"integer/branches", run_branches},
    {"integer/memory", run_memory},         {"integer/hash", run_hash},
    {"integer/sort", run_sort},             {"floating-point/mandelbrot", run_mandelbrot},
    {"floating-point/nbody", run_nbody},    {"floating-point/matrix", run_matrix},
    {"floating-point/fourier", run_fourier}, {"system/system-calls", run_system_calls},
    {"system/page-faults", run_page_faults}, {"system/fork", run_fork},
    {"system/exec", run_exec},              {"system/pipe", run_pipe},
};
#define PROGRAMS (sizeof programs / sizeof programs[0])

static int same(const char *a, const char *b) {
  while (*a && *a == *b) {
    a++;
    b++;
  }
  return *a == *b;
}

static char *append(char *to, const char *text) {
  while (*text) {
    *to++ = *text++;
  }
  return to;
}

static char *append_hexadecimal(char *to, u64 value) {
  to = append(to, " 0x");
  for (s32 shift = 60; shift >= 0; shift -= 4) {
    *to++ = "0123456789abcdef"[value >> shift & 15];
  }
  return to;
}

/* One write a line, so that nothing of the kernel's comes in between. */
static void say(const char *pass, const char *name, const char *what, const u64 *checksum) {
  char line[96];
  char *end = append(append(append(append(line, "BENCH "), pass), name), what);
  if (checksum) {
    end = append_hexadecimal(end, *checksum);
  }
  *end++ = '\n';
  must(call3(SYS_WRITE, 1, (u64)line, end - line));
}

static void run(const char *pass, const struct program *program) {
  say(pass, program->name, " start", 0);
  s64 child = must(call3(SYS_FORK, 0, 0, 0));
  if (child == 0) {
    u64 checksum = program->run();
    say(pass, program->name, " end", &checksum);
    exit_with(0);
  }
  u32 status;
  must(call3(SYS_WAIT4, child, (u64)&status, 0));
  if (status != 0) {
    say(pass, program->name, " failed", 0);
  }
}

_Noreturn void program_main(s64 argc, char **argv) {
  if (argc == 2 && same(argv[1], "child")) {
    exit_with(0);
  }
  static const char *const passes[] = {"", "again-"};
  for (u64 n = 0; n < sizeof passes / sizeof passes[0] * PROGRAMS; n++) {
    u64 i = n % PROGRAMS;
    int chosen = argc < 2;
    for (s64 j = 1; j < argc; j++) {
      chosen |= same(argv[j], programs[i].name);
    }
    if (chosen) {
      run(passes[n / PROGRAMS], &programs[i]);
    }
  }
  say("", "programs", " done", 0);
  exit_with(0);
}
