/* Runs the groups of checks, or the one that the command line names; then ends as the command line says. */
#include "xenpvh.h"

static const struct {
  const char *name;
  void (*run)(void);
} groups[] = {
    {"start", check_start},           {"hypercalls", check_hypercalls}, {"memory", check_memory},
    {"parameters", check_parameters}, {"events", check_events},         {"timers", check_timers},
    {"processors", check_processors}, {"privileged", check_privileged}, {"store", check_store},
    {"upcalls", check_upcalls},       {"fifo", check_fifo},
};

static int same(const char *line, const char *word) {
  while (*line && *line == *word) {
    line++;
    word++;
  }
  return *line == *word;
}

_Noreturn void kernel_main(u64 mode, u64 rsi __attribute__((unused)), u64 rbx) {
  start_info = (const struct start_info *)rbx;
  install_machine();
  install_guest();
  if (mode != 32 || start_info->magic != 0x336EC578) {
    fail("not entered as a PVH guest");
  }
  const char *line = start_info->command_line ? (const char *)start_info->command_line : "";
  int named = 0;
  for (u64 i = 0; i < sizeof groups / sizeof groups[0]; i++) {
    named |= same(line, groups[i].name);
  }
  for (u64 i = 0; i < sizeof groups / sizeof groups[0]; i++) {
    if (!named || same(line, groups[i].name)) {
      groups[i].run();
    }
  }
  finish("xenpvh");
}
