/* Hypercalls, the console, events. */
#include "xenpvh.h"

#define APIC_EOI 0xFEE000B0UL

const struct start_info *start_info;
volatile struct shared_info shared_info __attribute__((aligned(4096)));
u8 hypercall_page[PAGE] __attribute__((aligned(4096))), pages[8][PAGE] __attribute__((aligned(4096)));

struct console_ring {
  char in[1024], out[2048];
  u32 in_consumer, in_producer, out_consumer, out_producer;
};
static volatile struct console_ring *ring;
static u32 console_port;

SNIPPET(idle, "1: pause; jmp 1b");
__asm__(".globl idle, idle_end"); /* for the other files */

long call(u64 number, u64 a, u64 b, u64 c, u64 d) {
  long result;
  register u64 r10 __asm__("r10") = d;
  __asm__ volatile("call *%[stub]"
                   : "=a"(result), "+D"(a), "+S"(b), "+d"(c), "+r"(r10)
                   : [stub] "r"(hypercall_page + 32 * number)
                   : "memory", "cc");
  return result;
}

static void put(char c) {
  while (ring->out_producer - ring->out_consumer == sizeof ring->out) {
  }
  ring->out[ring->out_producer % sizeof ring->out] = c;
  ring->out_producer++;
  if (c == '\n') {
    by_port(SEND, console_port);
  }
}

/* The console of a first domain, which has no ring. */
static void put_to_xen(char c) { call(CALL_CONSOLE_IO, 0, 1, (u64)&c, 0); }

void install_guest(void) {
  write_msr(0x40000000, (u64)hypercall_page);
  ring = (volatile struct console_ring *)(parameter(PARAM_CONSOLE_PFN) << 12);
  console_port = parameter(PARAM_CONSOLE_PORT);
  console_put = console_port ? put : put_to_xen;
  platform_name = "xen-pvh";
  struct { u16 domid, size; u32 space; u64 index, frame; } shared = {DOMID_SELF, 0, 0, 0, (u64)&shared_info >> 12};
  if (call(CALL_MEMORY_OP, 7, (u64)&shared, 0, 0)) {
    fail("shared_info can't be placed");
  }
  for (int word = 0; word < 64; word++) {
    shared_info.mask[word] = ~0UL;
  }
}

void shut_down(u32 reason) {
  for (;;) {
    call(CALL_SCHED_OP, SCHED_SHUTDOWN, (u64)&reason, 0, 0);
  }
}

void power_off(void) { shut_down(0); }

int text_is(const volatile void *at, const char *text) {
  const volatile char *read = at;
  while (*text) {
    if (*read++ != *text++) {
      return 0;
    }
  }
  return 1;
}

long hvm_param(u32 operation, u32 domain, u32 index, u64 *value) {
  struct { u16 domid; u32 index; u64 value; } argument = {domain, index, *value};
  long result = call(CALL_HVM_OP, operation, (u64)&argument, 0, 0);
  *value = argument.value;
  return result;
}

u64 parameter(u32 index) {
  u64 value = 0;
  if (hvm_param(HVM_GET_PARAM, DOMID_SELF, index, &value)) {
    fail("parameter %d can't be read", (u64)index);
  }
  return value;
}

long callback(u64 via) { return hvm_param(HVM_SET_PARAM, DOMID_SELF, PARAM_CALLBACK, &via); }

long event(u32 operation, void *argument) { return call(CALL_EVENT_CHANNEL_OP, operation, (u64)argument, 0, 0); }

long by_port(u32 operation, u32 port) { return event(operation, &port); }

u32 bind_ipi(u32 vcpu) {
  struct { u32 vcpu, port; } bind = {vcpu, 0};
  check_equal("binding an IPI", event(BIND_IPI, &bind), 0);
  return bind.port;
}

int pending(u32 port) { return shared_info.pending[port / 64] >> port % 64 & 1; }

void clear(u32 port) {
  shared_info.pending[port / 64] &= ~(1UL << port % 64);
  VCPU.pending_words = 0;
  VCPU.upcall_pending = 0;
}

void mask(u32 port) { shared_info.mask[port / 64] |= 1UL << port % 64; }

void unmask(u32 port) {
  clear(port);
  shared_info.mask[port / 64] &= ~(1UL << port % 64);
}

u32 status(u32 port, long *result) {
  struct { u16 domid; u32 port, status, vcpu; u64 more; } query = {DOMID_SELF, port, 99, 99, 0};
  *result = event(STATUS, &query);
  return query.status;
}

u64 now(void) {
  u64 tsc = read_tsc() - VCPU.tsc_timestamp;
  tsc = VCPU.tsc_shift >= 0 ? tsc << VCPU.tsc_shift : tsc >> -VCPU.tsc_shift;
  return VCPU.system_time + (u64)((unsigned __int128)tsc * VCPU.tsc_to_system_mul >> 32);
}

long vcpu_op(u32 operation, u32 vcpu, const void *argument) { return call(CALL_VCPU_OP, operation, vcpu, (u64)argument, 0); }

u32 processors(void) {
  u32 count = 0;
  while (vcpu_op(VCPU_IS_UP, count, 0) >= 0) {
    count++;
  }
  return count;
}

void end_of_interrupt(void) { *(volatile u32 *)APIC_EOI = 0; }

void run_open(void) {
  prepare(idle, 0);
  state.rflags |= FLAG_IF;
  run();
}
