/* Runs the groups of checks that the command line names, all when it names none. */
#include "processor.h"

static const struct {
  const char *name;
  void (*run)(void);
} groups[] = {
    {"paging", check_paging},
    {"segments", check_segments},
    {"exceptions", check_exceptions},
    {"control", check_control},
    {"transfers", check_transfers},
    {"debug", check_debug},
    {"msrs", check_msrs},
    {"code", check_code_changes},
    {"interrupts", check_interrupts},
    {"timers", check_timers},
    {"legacy", check_legacy},
    {"virtual-8086", check_virtual8086},
    {"paging32", check_paging32},
    {"segments32", check_legacy_segments},
    {"instructions", check_instructions},
    {"gates16", check_gates16},
    {"real", check_real},
    {"stacks", check_inner_stacks},
};

/* Whether the command line has this word. */
static int names(const char *line, const char *word) {
  while (*line) {
    const char *at = word;
    while (*at && *line == *at) {
      line++;
      at++;
    }
    if (!*at && (!*line || *line == ' ')) {
      return 1;
    }
    while (*line && *line++ != ' ') {
    }
  }
  return 0;
}

_Noreturn void kernel_main(u64 mode, u64 rsi, u64 rbx) {
  struct platform platform;
  console_init();
  sniff(&platform, mode, rsi, rbx);
  find_power_off(platform.rsdp);
  install_machine();
  int any = 0, named[sizeof groups / sizeof groups[0]]; /* the groups use the memory that may hold the line */
  for (u64 i = 0; i < sizeof groups / sizeof groups[0]; i++) {
    any |= named[i] = names(platform.command_line, groups[i].name);
  }
  for (u64 i = 0; i < sizeof groups / sizeof groups[0]; i++) {
    if (!any || named[i]) {
      groups[i].run();
    }
  }
  finish("processor");
}
