/* Tables, traps and runs. */
#include "xenpv.h"

struct start_info *start_info;
struct state state;
u64 iret_flags, trap_cr2;
u8 trap_mask;
u8 snippet_stack[STACK_BYTES] __attribute__((aligned(4096))), kernel_stack[STACK_BYTES] __attribute__((aligned(4096)));
u8 pages[6][PAGE] __attribute__((aligned(4096)));
volatile struct shared_info shared_info __attribute__((aligned(4096)));

static int running, failing, in_user;
static const char *current;
static u64 passed, failed;

struct console_ring {
  char in[1024], out[2048];
  u32 in_consumer, in_producer, out_consumer, out_producer;
};
static volatile struct console_ring *ring;

static void *page_of_frame(u64 frame) { return (void *)(BASE + (((u64 *)M2P)[frame] << 12)); }

static void put(char c) {
  while (ring->out_producer - ring->out_consumer == sizeof ring->out) {
  }
  ring->out[ring->out_producer % sizeof ring->out] = c;
  ring->out_producer++;
  if (c == '\n') {
    call(CALL_EVENT_CHANNEL_OP, 4, (u64)&start_info->console_port, 0, 0);
  }
}

/* The first domain has no ring: its console is the hypervisor's. */
static void put_by_call(char c) { call(CALL_CONSOLE_IO, 0, 1, (u64)&c, 0); }

u64 frame_of(const volatile void *address) { return ((u64 *)start_info->frame_list)[((u64)address - BASE) >> 12]; }

u64 machine_address(const volatile void *address) { return frame_of(address) << 12 | ((u64)address & (PAGE - 1)); }

u64 *entry_of(u64 address) {
  u64 *table = (u64 *)start_info->page_table;
  for (int shift = 39; shift > 12; shift -= 9) {
    table = page_of_frame(table[address >> shift & 511] << 12 >> 24);
  }
  return &table[address >> 12 & 511];
}

long map(const volatile void *address, u64 entry) { return call(CALL_UPDATE_VA_MAPPING, (u64)address, entry, FLUSH_PAGE, 0); }

long mmuext(u32 command, u64 value, u64 second) {
  struct { u64 command, value, second; } operation = {command, value, second};
  return call(CALL_MMUEXT_OP, (u64)&operation, 1, 0, DOMID_SELF);
}

long set_trap(u32 vector, u32 flags, u64 address) {
  struct { u8 vector, flags; u16 cs; u64 address; } table[2] = {{vector, flags, FLAT_CODE, address}, {0, 0, 0, 0}};
  return call(CALL_SET_TRAP_TABLE, (u64)table, 0, 0, 0);
}

long callback(u32 type, u32 flags, u64 address) {
  struct { u16 type, flags; u64 address; } argument = {type, flags, address};
  return call(CALL_CALLBACK_OP, 0, (u64)&argument, 0, 0);
}

void install_machine(void) {
  if (start_info->flags & FIRST_DOMAIN) {
    console_put = put_by_call;
  } else {
    ring = (volatile struct console_ring *)page_of_frame(start_info->console_frame);
    console_put = put;
  }
  platform_name = "xen-pv";
  if (map(&shared_info, start_info->shared_info | ACCESSED | WRITABLE | PRESENT)) {
    fail("shared_info can't be mapped");
  }
  for (int word = 0; word < 64; word++) {
    shared_info.mask[word] = ~0UL;
  }
  for (u32 vector = 0; vector < 256; vector++) {
    u32 level = vector == BP || vector == 0x80 ? 3 : 0;
    if (set_trap(vector, level | 4, (u64)trap_entries + 32 * vector)) {
      fail("vector %d can't be set", (u64)vector);
    }
  }
  VCPU.pending_words = 0;
  VCPU.upcall_pending = 0;
  callback(CALLBACK_EVENT, 0, (u64)event_entry);
  callback(CALLBACK_FAILSAFE, 0, (u64)failsafe_entry);
  call(CALL_STACK_SWITCH, FLAT_DATA, KERNEL_STACK, 0, 0);
  if (mmuext(NEW_USER_BASEPTR, frame_of((void *)start_info->page_table), 0)) {
    fail("there is no user page table");
  }
}

void prepare(const void *code, enum mode mode) {
  for (u64 *word = (u64 *)&state; word < (u64 *)(&state + 1); word++) {
    *word = 0;
  }
  in_user = mode == IN_USER;
  iret_flags = 0;
  state.rip = (u64)code;
  state.cs = mode == IN_USER ? FLAT_CODE : KERNEL_CODE;
  state.rflags = FLAG_FIXED;
  state.rsp = SNIPPET_STACK;
  state.ss = FLAT_DATA;
}

void enter(void);
_Noreturn void leave(void);

_Noreturn void trap(struct state *frame) {
  if (!running) {
    if (failing++) {
      power_off(); /* whatever ends a machine elsewhere is one more trap here */
    }
    fail("trap %d, error code %x, at %x", frame->vector, frame->error, frame->rip);
  }
  running = 0;
  trap_mask = VCPU.upcall_mask;
  trap_cr2 = VCPU.cr2;
  VCPU.upcall_mask = 1;
  state = *frame;
  leave();
}

void run(void) {
  running = 1;
  enter();
}

void run_at(const void *code, enum mode mode) {
  prepare(code, mode);
  run();
}

void group(const char *name) { current = name; }

static void result(int ok) {
  if (ok) {
    passed++;
  } else {
    failed++;
  }
}

void check(int ok, const char *name) {
  result(ok);
  print("%s %s: %s", ok ? "pass" : "FAIL", current, name);
}

void check_equal(const char *name, u64 got, u64 want) {
  result(got == want);
  if (got == want) {
    print("pass %s: %s", current, name);
  } else {
    print("FAIL %s: %s | %x, not %x", current, name, got, want);
  }
}

void expect(const char *name, u64 vector, u64 error, const void *rip) {
  u64 code = in_user ? FLAT_CODE : KERNEL_CODE;
  int ok = state.vector == vector && state.error == error && state.rip == (u64)rip && (state.cs & 0xFFFF) == code;
  result(ok);
  if (ok) {
    print("pass %s: %s", current, name);
  } else {
    print("FAIL %s: %s | vector %d, error code %x, at %x:%x, not vector %d, error code %x, at %x:%x", current, name,
          state.vector, state.error, state.cs & 0xFFFF, state.rip, vector, error, code, (u64)rip);
  }
}

void expect_end(const char *name, const void *end) { expect(name, BP, 0, (const u8 *)end + 1); }

_Noreturn void power_off(void) {
  u32 reason = 0;
  for (;;) {
    call(CALL_SCHED_OP, 2, (u64)&reason, 0, 0);
  }
}

static const struct {
  const char *name;
  void (*run)(void);
} groups[] = {
    {"start", check_start},           {"exceptions", check_exceptions},   {"privileged", check_privileged},
    {"segments", check_segments},     {"page-tables", check_page_tables}, {"types", check_types},
    {"events", check_events},         {"iret", check_iret},               {"sysenter", check_sysenter},
    {"pointers", check_pointers},
};

/* Whether the command line has this word, or none. */
static int chosen(const char *line, const char *word) {
  while (*line == ' ') {
    line++;
  }
  if (!*line) {
    return 1;
  }
  while (*line) {
    const char *letter = word;
    while (*line && *line == *letter) {
      line++;
      letter++;
    }
    if (!*letter && (!*line || *line == ' ')) {
      return 1;
    }
    while (*line && *line != ' ') {
      line++;
    }
    while (*line == ' ') {
      line++;
    }
  }
  return 0;
}

_Noreturn void kernel_main(struct start_info *info) {
  start_info = info;
  install_machine();
  for (u64 i = 0; i < sizeof groups / sizeof groups[0]; i++) {
    if (chosen(info->command_line, groups[i].name)) {
      groups[i].run();
    }
  }
  print("xenpv: %d passed, %d failed", passed, failed);
  power_off();
}
