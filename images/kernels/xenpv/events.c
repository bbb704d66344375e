/* Event channels of the two-level kind, virtual interrupts, timers. */
#include "xenpv.h"

enum { BIND_INTERDOMAIN = 0, BIND_VIRQ = 1, CLOSE = 3, SEND = 4, STATUS = 5, ALLOC_UNBOUND = 6, BIND_IPI = 7, BIND_VCPU = 8,
       UNMASK = 9 };
enum { VIRQ_TIMER = 0, VIRQ_DEBUG = 1, VIRQ_CONSOLE = 2 };

SNIPPET(idle, "1: pause; jmp 1b");
SNIPPET(open_events, "movb $0, (%rax); movl $17, %eax; xorl %edi, %edi; syscall");
SNIPPET(block, "movl $29, %eax; movl $1, %edi; xorl %esi, %esi; syscall");

static long event(u32 operation, void *argument) { return call(CALL_EVENT_CHANNEL_OP, operation, (u64)argument, 0, 0); }

static long by_port(u32 operation, u32 port) { return event(operation, &port); }

static u32 bind_ipi(void) {
  struct { u32 vcpu, port; } bind = {0, 0};
  check_equal("binding an IPI", event(BIND_IPI, &bind), 0);
  return bind.port;
}

static int pending(u32 port) { return shared_info.pending[port / 64] >> port % 64 & 1; }

static void clear(u32 port) {
  shared_info.pending[port / 64] &= ~(1UL << port % 64);
  VCPU.pending_words = 0;
  VCPU.upcall_pending = 0;
}

static u32 status(u32 port, long *result) {
  struct { u16 domid; u32 port, status, vcpu; u64 more; } query = {DOMID_SELF, port, 99, 99, 0};
  *result = event(STATUS, &query);
  return query.status;
}

static void unmask(u32 port) {
  clear(port);
  shared_info.mask[port / 64] &= ~(1UL << port % 64);
}

static void delivery(u32 port) {
  unmask(port);
  check_equal("sending", by_port(SEND, port), 0);
  check(pending(port), "it is pending");
  check_equal("its word is selected", VCPU.pending_words, 1UL << port / 64);
  check_equal("the processor is told", VCPU.upcall_pending, 1);
  prepare(idle, KERNEL);
  state.rflags |= FLAG_IF;
  run();
  expect("it is delivered as soon as events are open", EVENT, 0, idle);
  check_equal("events are masked in the handler", trap_mask, 1);
  check_equal("and were open before", state.cs >> 32, 0);
  check(pending(port) && VCPU.upcall_pending, "taking it back is left to the guest");
  prepare(idle, IN_USER);
  state.rflags |= FLAG_IF;
  run();
  expect("user mode is left for it", EVENT, 0, idle);
  prepare(open_events, KERNEL);
  state.rax = (u64)&VCPU.upcall_mask;
  run();
  expect("it is delivered at the end of a hypercall", EVENT, 0, open_events_end);
  check_equal("whose result is there", state.rax, 0x40011);
  clear(port);
}

static void masks(u32 port) {
  shared_info.mask[port / 64] |= 1UL << port % 64;
  by_port(SEND, port);
  check(pending(port), "a masked one is pending");
  check_equal("but nobody is told", VCPU.upcall_pending, 0);
  check_equal("unmasking", by_port(UNMASK, port), 0);
  check_equal("tells", VCPU.upcall_pending, 1);
  check_equal("the mask is clear", shared_info.mask[port / 64] >> port % 64 & 1, 0);
  clear(port);
}

static void bad_ones(u32 port) {
  check_equal("port 0", by_port(SEND, 0), -EINVAL);
  check_equal("a port that is not open", by_port(SEND, 4000), -EINVAL);
  check_equal("a port beyond all", by_port(SEND, 0x7FFFFFFF), -EINVAL);
  check_equal("closing one that is not open", by_port(CLOSE, 4000), -EINVAL);
  check_equal("unmasking one that is not open", by_port(UNMASK, 4000), -EINVAL);
  struct { u32 vcpu, port; } bind = {77, 0};
  check_equal("an IPI for a processor that is not there", event(BIND_IPI, &bind), -ENOENT);
  struct { u32 port, vcpu; } move = {port, 0};
  check_equal("an IPI can't move", event(BIND_VCPU, &move), -EINVAL);
  check_equal("an unknown operation", event(77, &move), -ENOSYS);
  long result;
  check_equal("status of an IPI", status(port, &result), 5);
  check_equal("closing", by_port(CLOSE, port), 0);
  check_equal("status of a closed one", status(port, &result), 0);
  check_equal("status of a port that never was", (status(100000, &result), result), -EINVAL);
}

static void between_ports(void) {
  struct { u16 domid, remote; u32 port; } offer = {DOMID_SELF, DOMID_SELF, 0};
  check_equal("offering a port", event(ALLOC_UNBOUND, &offer), 0);
  long result;
  check_equal("it is unbound", status(offer.port, &result), 1);
  struct { u16 remote; u32 remote_port, port; } connect = {DOMID_SELF, offer.port, 0};
  check_equal("connecting to it", event(BIND_INTERDOMAIN, &connect), 0);
  check_equal("it is connected", status(offer.port, &result), 2);
  check_equal("connecting twice", event(BIND_INTERDOMAIN, &connect), -EINVAL);
  clear(connect.port);
  clear(offer.port);
  by_port(SEND, offer.port);
  check(pending(connect.port) && !pending(offer.port), "what one end sends the other gets");
  clear(connect.port);
  by_port(CLOSE, connect.port);
  check_equal("the other end is unbound then", status(offer.port, &result), 1);
  by_port(CLOSE, offer.port);
  offer.domid = 5;
  check(event(ALLOC_UNBOUND, &offer) < 0, "another domain's ports");
}

static u64 now(void) {
  u64 tsc = read_tsc() - VCPU.tsc_timestamp;
  tsc = VCPU.tsc_shift >= 0 ? tsc << VCPU.tsc_shift : tsc >> -VCPU.tsc_shift;
  return VCPU.system_time + (u64)((unsigned __int128)tsc * VCPU.tsc_to_system_mul >> 32);
}

static void timers(void) {
  struct { u32 virq, vcpu, port; } bind = {VIRQ_TIMER, 0, 0};
  check_equal("binding the timer", event(BIND_VIRQ, &bind), 0);
  check_equal("binding it twice", event(BIND_VIRQ, &bind), -EEXIST);
  struct { u32 virq, vcpu, port; } other = {VIRQ_CONSOLE, 1, 0};
  check(event(BIND_VIRQ, &other) < 0, "a global one on another processor");
  other.virq = 24;
  other.vcpu = 0;
  check_equal("one that there is not", event(BIND_VIRQ, &other), -EINVAL);
  call(CALL_VCPU_OP, 7, 0, 0, 0);
  unmask(bind.port);
  u64 start = now();
  struct { u64 at; u32 flags; } deadline = {start + 1000000, 0};
  check_equal("a timer", call(CALL_VCPU_OP, 8, 0, (u64)&deadline, 0), 0);
  check(!pending(bind.port), "is not there yet");
  prepare(idle, KERNEL);
  state.rflags |= FLAG_IF;
  run();
  expect("it interrupts", EVENT, 0, (void *)state.rip);
  check(pending(bind.port), "with its port");
  check(now() >= deadline.at && now() < deadline.at + 1000000, "in time");
  clear(bind.port);
  check_equal("a timer in the past", call(CALL_VCPU_OP, 8, 0, (u64)&deadline, 0), 0);
  run_at(block, KERNEL);
  expect("blocking opens events, and ends with it", EVENT, 0, block_end);
  check_equal("its result", state.rax, 0);
  clear(bind.port);
}

static void blocked(void) {
  u32 port = bind_ipi();
  u64 ports = (u64)&port;
  struct { u64 ports; u32 count; u64 timeout; } poll = {ports, 1, now() + 500000};
  shared_info.mask[port / 64] |= 1UL << port % 64;
  clear(port);
  u64 start = now();
  check_equal("polling", call(CALL_SCHED_OP, 3, (u64)&poll, 0, 0), 0);
  check(now() - start >= 400000 && !pending(port), "ends with its time");
  by_port(SEND, port);
  start = now();
  poll.timeout = start + 1000000000;
  call(CALL_SCHED_OP, 3, (u64)&poll, 0, 0);
  check(now() - start < 100000000, "a masked port that is pending ends it at once");
  poll.count = 129;
  check_equal("polling too many", call(CALL_SCHED_OP, 3, (u64)&poll, 0, 0), -EINVAL);
  clear(port);
  by_port(CLOSE, port);
}

void check_events(void) {
  group("events");
  u32 port = bind_ipi();
  delivery(port);
  masks(port);
  bad_ones(port);
  between_ports();
  blocked();
  timers();
}
