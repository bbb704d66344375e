/* A PV guest of Xen: ring 3 is all there is, page tables hold machine addresses and change by hypercalls, exceptions and system
 * calls come by way of Xen. */
#include "traps.h"
#include "xen.h"

/* start_info */
#define SHARED_INFO 0x28
#define FLAGS 0x30
#define INITIAL_DOMAIN 2
#define CONSOLE_FRAME 0x48
#define CONSOLE_PORT 0x50
#define PAGE_TABLES 0x58
#define FRAME_LIST 0x68

#define FLAT_CODE 0xE033
#define FLAT_DATA 0xE02B
#define MACHINE_TO_PHYSICAL 0xFFFF800000000000UL
#define PAGE_ACCESSED 0x20UL
#define EXCEPTIONS 20
#define EVENTS_OFF 4      /* of a trap's flags */
#define INVALIDATE_PAGE 2 /* of update_va_mapping */

enum { CALLBACK_EVENT = 0, CALLBACK_FAILSAFE = 1, CALLBACK_SYSCALL = 2, CALLBACK_REGISTER = 0 };
enum { PIN_L4_TABLE = 3, NEW_BASEPTR = 5, NEW_USER_BASEPTR = 15 };

extern u8 xen_trap_entries[];
extern void xen_event_entry(void), xen_failsafe_entry(void), xen_syscall_entry(void);
extern u64 xen_run_user(u64 rip, u64 argument);

static page_table pml4, user_pml4, window_pdpt, window_pd, window_pt;
static u8 trap_stack[8192] __attribute__((aligned(16)));
static const volatile u64 *machine_frames; /* by our own frame */

static int here(const struct platform *platform) { return is_xen_start_info(platform->structure); }

static u64 machine_address(u64 address) { return machine_frames[address >> 12] << 12 | (address & 0xFFF); }

static void set_entry(u64 address, u64 entry) {
  require(hypercall(CALL_UPDATE_VA_MAPPING, address, (const void *)entry, (const void *)INVALIDATE_PAGE, 0),
          "update_va_mapping");
}

static void put_by_call(char c) { hypercall(CALL_CONSOLE_IO, 0, (const void *)1, &c, 0); }

static void start_console(u64 start_info) {
  if (peek32(start_info + FLAGS) & INITIAL_DOMAIN) { /* it has no ring: Xen's own console is its */
    console_put = put_by_call;
    return;
  }
  u64 frame = peek64(MACHINE_TO_PHYSICAL + 8 * peek64(start_info + CONSOLE_FRAME));
  use_console_ring((volatile struct console_ring *)(frame << 12), peek32(start_info + CONSOLE_PORT));
}

static void start_traps(void) {
  struct trap_info {
    u8 vector, flags;
    u16 cs;
    u64 address;
  } table[EXCEPTIONS + 1] = {0};
  for (u64 vector = 0; vector < EXCEPTIONS; vector++) {
    table[vector] = (struct trap_info){vector, EVENTS_OFF, FLAT_CODE, (u64)xen_trap_entries + vector * 16};
  }
  require(hypercall(CALL_SET_TRAP_TABLE, (u64)table, 0, 0, 0), "set_trap_table");
  struct callback {
    u16 type, flags;
    u64 address;
  } callbacks[] = {
      {CALLBACK_EVENT, 1, (u64)xen_event_entry},
      {CALLBACK_FAILSAFE, 1, (u64)xen_failsafe_entry},
      {CALLBACK_SYSCALL, 1, (u64)xen_syscall_entry},
  };
  for (u64 i = 0; i < sizeof callbacks / sizeof callbacks[0]; i++) {
    require(hypercall(CALL_CALLBACK, CALLBACK_REGISTER, &callbacks[i], 0, 0), "registering a callback");
  }
  const u8 *stack = trap_stack + sizeof trap_stack;
  require(hypercall(CALL_STACK_SWITCH, FLAT_DATA, stack, 0, 0), "stack_switch");
}

static void load_tables(u32 command, const u64 *table) {
  struct {
    u32 command;
    u64 frame, unused;
  } operations[] = {
      {PIN_L4_TABLE, machine_address((u64)table) >> 12, 0},
      {command, machine_address((u64)table) >> 12, 0},
  };
  require(hypercall(CALL_MMUEXT, (u64)operations, (const void *)2, 0, DOMID_SELF), "mmuext_op");
}

/* The kernel's tables have what the first ones map, and the window; the user's have the window alone. */
static void start_page_tables(const u64 *first_tables) {
  u64 flags = PAGE_PRESENT | PAGE_WRITE | PAGE_USER;
  pml4[0] = first_tables[0];
  pml4[WINDOW >> 39] = user_pml4[WINDOW >> 39] = machine_address((u64)window_pdpt) | flags;
  window_pdpt[0] = machine_address((u64)window_pd) | flags;
  window_pd[0] = machine_address((u64)window_pt) | flags;
  u64 *tables[] = {pml4, user_pml4, window_pdpt, window_pd, window_pt};
  for (u64 i = 0; i < sizeof tables / sizeof tables[0]; i++) { /* nobody but Xen writes tables in use */
    set_entry((u64)tables[i], machine_address((u64)tables[i]) | PAGE_PRESENT | PAGE_ACCESSED);
  }
  load_tables(NEW_BASEPTR, pml4);
  load_tables(NEW_USER_BASEPTR, user_pml4);
}

static void crash(void) { xen_stop(SHUTDOWN_CRASH); }

static void start_processor(const struct platform *platform) {
  u64 start_info = platform->structure;
  stop_after_failure = crash;
  start_console(start_info);
  machine_frames = (const volatile u64 *)peek64(start_info + FRAME_LIST);
  set_entry((u64)&shared_info, peek64(start_info + SHARED_INFO) | PAGE_PRESENT | PAGE_WRITE);
  start_traps();
  start_page_tables((const u64 *)peek64(start_info + PAGE_TABLES));
}

static void map_page(u64 address, u64 frame, u64 flags) { set_entry(address, machine_address(frame) | flags); }

static u64 fault_address(void) { return shared_info.vcpu[0].cr2; }

/* The call lets events in, and what woke us has been handled when it returns. */
static void wait(void) {
  require(hypercall(CALL_SCHED, SCHED_BLOCK, 0, 0, 0), "SCHEDOP_block");
  shared_info.vcpu[0].upcall_mask = 1;
}

static const struct processor_ops processor = {
    .user_code = FLAT_CODE,
    .start = start_processor,
    .map_page = map_page,
    .fault_address = fault_address,
    .wait = wait,
    .run_user = xen_run_user,
};

static void start(const struct platform *platform __attribute__((unused))) { xen_start(); }

const struct paravirt_ops xen_pv = {
    .name = "xen-pv",
    .timer = "single-shot timer",
    .clock = "time in shared_info",
    .event = "event channel",
    .shutdown = "SCHEDOP_shutdown",
    .processor = &processor,
    .here = here,
    .start = start,
    .start_timer = xen_start_timer,
    .stop_timer = xen_stop_timer,
    .now = xen_now,
    .send_event = xen_send_event,
    .interrupt = xen_interrupt,
    .shut_down = xen_shut_down,
};
