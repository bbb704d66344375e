/* Runs the parts that the command line names, all without one, and powers off. */
#include "traps.h"
#include "workload.h"

static const struct part {
  const char *name;
  u64 (*run)(void);
} parts[] = {
    {"integer", run_integer},
    {"branches", run_branches},
    {"calls", run_calls},
    {"sort", run_sort},
    {"hash", run_hash},
    {"tree", run_tree},
    {"strings", run_strings},
    {"pages", run_pages},
    {"system-calls", run_system_calls},
    {"page-faults", run_page_faults},
    {"patches", run_patches},
    {"sse2", run_sse2},
    {"x87", run_x87},
    {"ports", run_ports},
};
#define PARTS (sizeof parts / sizeof parts[0])

/* The value of the word parts=a,b,c on the command line, or 0. */
static const char *chosen(const char *line) {
  for (const char *at = line; *at; at++) {
    const char *key = "parts=";
    const char *c = at;
    while (*key && *c == *key) {
      c++;
      key++;
    }
    if (!*key && (at == line || at[-1] == ' ')) {
      return c;
    }
  }
  return 0;
}

static int ends(char c) { return !c || c == ' ' || c == ','; }

static int listed(const char *list, const char *name) {
  while (*list && *list != ' ') {
    const char *n = name;
    while (*n && *list == *n) {
      list++;
      n++;
    }
    if (!*n && ends(*list)) {
      return 1;
    }
    while (!ends(*list)) {
      list++;
    }
    if (*list == ',') {
      list++;
    }
  }
  return 0;
}

/* CR0.EM and TS off, MP and NE on; CR4.OSFXSR and OSXMMEXCPT on; both units as after reset. */
static void enable_floating_point(void) {
  u64 cr0, cr4;
  u32 mxcsr = 0x1F80;
  __asm__ volatile("movq %%cr0, %0" : "=r"(cr0));
  __asm__ volatile("movq %0, %%cr0" : : "r"((cr0 & ~0xCUL) | 0x22));
  __asm__ volatile("movq %%cr4, %0" : "=r"(cr4));
  __asm__ volatile("movq %0, %%cr4" : : "r"(cr4 | 0x600));
  __asm__ volatile("fninit; ldmxcsr %0" : : "m"(mxcsr));
}

_Noreturn void kernel_main(u64 mode, u64 rsi, u64 rbx) {
  struct platform platform;
  console_init();
  install_traps();
  sniff(&platform, mode, rsi, rbx);
  print("workload64 '%s'", platform.command_line);
  find_power_off(platform.rsdp);
  build_page_tables();
  enable_floating_point();
  const char *list = chosen(platform.command_line);
  for (u64 i = 0; i < PARTS; i++) {
    if (!list || listed(list, parts[i].name)) {
      print("%s: checksum %x", parts[i].name, parts[i].run());
    }
  }
  print("workload64 DONE");
  power_off();
}
