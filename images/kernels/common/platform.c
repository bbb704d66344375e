/* Where are we? Told by the entry mode, the parameter structures and CPUID. */
#include "kernel.h"

#define BOOT_PARAMS_RSDP 0x070
#define BOOT_PARAMS_E820_ENTRIES 0x1E8
#define BOOT_PARAMS_HEADER 0x202
#define BOOT_PARAMS_COMMAND_LINE 0x228
#define BOOT_PARAMS_E820_TABLE 0x2D0
#define HEADER_MAGIC 0x53726448 /* "HdrS" */

#define PVH_COMMAND_LINE 24
#define PVH_RSDP 32
#define PVH_MEMORY_MAP 40
#define PVH_MEMORY_MAP_ENTRIES 48
#define PVH_MAGIC 0x336EC578

#define START_INFO_PAGES 0x20
#define START_INFO_COMMAND_LINE 0x80

/* Both tables start an entry with u64 address, u64 size, u32 type; type 1 is RAM. */
static u64 usable(u64 table, u32 entries, u32 entry_bytes) {
  u64 sum = 0;
  for (u32 i = 0; i < entries; i++, table += entry_bytes) {
    if (peek32(table + 16) == 1) {
      sum += peek64(table + 8);
    }
  }
  return sum;
}

/* "xen-3.0-x86_64" */
int is_xen_start_info(u64 address) {
  return peek64(address) == 0x2D302E332D6E6578 && peek64(address + 8) == 0x34365F363878;
}

void sniff(struct platform *platform, u64 mode, u64 rsi, u64 rbx) {
  u64 command_line;
  if (mode == 32 && peek32(rbx) == PVH_MAGIC) {
    platform->protocol = "PVH start info";
    platform->structure = rbx;
    platform->rsdp = peek64(rbx + PVH_RSDP);
    platform->memory_bytes =
        usable(peek64(rbx + PVH_MEMORY_MAP), peek32(rbx + PVH_MEMORY_MAP_ENTRIES), 24);
    command_line = peek64(rbx + PVH_COMMAND_LINE);
  } else if (mode == 64 && is_xen_start_info(rsi)) {
    platform->protocol = "Xen start info";
    platform->structure = rsi;
    platform->rsdp = 0;
    platform->memory_bytes = peek64(rsi + START_INFO_PAGES) << 12;
    command_line = rsi + START_INFO_COMMAND_LINE;
  } else if (peek32(rsi + BOOT_PARAMS_HEADER) == HEADER_MAGIC) {
    platform->protocol = "Linux boot parameters";
    platform->structure = rsi;
    platform->rsdp = peek64(rsi + BOOT_PARAMS_RSDP);
    platform->memory_bytes = usable(rsi + BOOT_PARAMS_E820_TABLE, peek32(rsi + BOOT_PARAMS_E820_ENTRIES) & 0xFF, 20);
    command_line = peek32(rsi + BOOT_PARAMS_COMMAND_LINE);
  } else {
    fail("entered in %d-bit mode with nothing known at RSI %x or RBX %x", mode, rsi, rbx);
  }
  platform->command_line = command_line ? (const char *)command_line : "";
}

void cpuid_leaf(u32 leaf, u32 out[4]) {
  if (privilege_level() == 3) { /* the prefix asks Xen, where the processor would answer by itself */
    __asm__ volatile("ud2; .ascii \"xen\"; cpuid"
                     : "=a"(out[0]), "=b"(out[1]), "=c"(out[2]), "=d"(out[3])
                     : "a"(leaf), "c"(0));
  } else {
    __asm__ volatile("cpuid" : "=a"(out[0]), "=b"(out[1]), "=c"(out[2]), "=d"(out[3]) : "a"(leaf), "c"(0));
  }
}

static void store(char *text, u32 part) {
  for (int i = 0; i < 4; i++, part >>= 8) {
    text[i] = part & 0xFF;
  }
}

void print_cpu(void) {
  u32 r[4];
  char vendor[13] = {0}, hypervisor[13] = {0};
  cpuid_leaf(0, r);
  store(vendor, r[1]);
  store(vendor + 4, r[3]);
  store(vendor + 8, r[2]);
  cpuid_leaf(1, r);
  if (r[2] >> 31) {
    cpuid_leaf(0x40000000, r);
    store(hypervisor, r[1]);
    store(hypervisor + 4, r[2]);
    store(hypervisor + 8, r[3]);
  }
  print("CPU vendor '%s', hypervisor '%s'", vendor, hypervisor);
}
