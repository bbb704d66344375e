/* Xen's side of both kinds of guests: hypercalls, event channels, the single-shot timer, the console's ring. */
#include "xen.h"

enum { VCPU_STOP_PERIODIC_TIMER = 7, VCPU_SET_SINGLESHOT_TIMER = 8, VCPU_STOP_SINGLESHOT_TIMER = 9 };
enum { EVENT_BIND_VIRQ = 1, EVENT_SEND = 4, EVENT_BIND_IPI = 7, EVENT_UNMASK = 9, VIRQ_TIMER = 0 };

struct xen_shared_info shared_info;
u8 hypercall_page[4096] __attribute__((aligned(4096)));

static volatile struct console_ring *ring;
static u32 console_port, timer_port, event_port;
static u64 period, deadline; /* nanoseconds */

long hypercall(u64 number, u64 a, const void *b, const void *c, u64 d) {
  long result;
  register u64 fourth __asm__("r10") = d;
  __asm__ volatile("call *%[stub]"
                   : "=a"(result), "+D"(a), "+S"(b), "+d"(c), "+r"(fourth)
                   : [stub] "r"(hypercall_page + 32 * number)
                   : "memory", "cc");
  return result;
}

void require(long result, const char *what) {
  if (result < 0) {
    fail("%s: %s returned -%d", platform_name, what, (u64)-result);
  }
}

static void event_channel(u32 operation, const void *argument, const char *what) {
  require(hypercall(CALL_EVENT_CHANNEL, operation, argument, 0, 0), what);
}

static void unmask(u32 port) { event_channel(EVENT_UNMASK, &port, "unmasking a port"); }

static void put(char c) {
  while (ring->out_producer - ring->out_consumer == sizeof ring->out) {
  }
  ring->out[ring->out_producer % sizeof ring->out] = c;
  ring->out_producer++;
  if (c == '\n') {
    hypercall(CALL_EVENT_CHANNEL, EVENT_SEND, &console_port, 0, 0);
  }
}

void use_console_ring(volatile struct console_ring *of_platform, u32 port) {
  ring = of_platform;
  console_port = port;
  console_put = put;
}

void xen_stop(u32 reason) {
  for (;;) {
    hypercall(CALL_SCHED, SCHED_SHUTDOWN, &reason, 0, 0);
  }
}

void xen_shut_down(void) { xen_stop(SHUTDOWN_POWER_OFF); }

void xen_start(void) {
  require(hypercall(CALL_VCPU, VCPU_STOP_PERIODIC_TIMER, 0, 0, 0), "stopping the periodic timer");
  struct { u32 virq, vcpu, port; } timer = {VIRQ_TIMER, 0, 0};
  event_channel(EVENT_BIND_VIRQ, &timer, "binding the timer");
  timer_port = timer.port;
  struct { u32 vcpu, port; } ipi = {0, 0};
  event_channel(EVENT_BIND_IPI, &ipi, "binding an IPI");
  event_port = ipi.port;
  unmask(timer_port);
  unmask(event_port);
}

u64 xen_now(void) { return pvclock_now(&shared_info.vcpu[0].time); }

static void arm_timer(void) {
  struct { u64 deadline_ns; u32 flags; } timer = {deadline, 0};
  require(hypercall(CALL_VCPU, VCPU_SET_SINGLESHOT_TIMER, 0, &timer, 0), "the timer");
}

void xen_start_timer(u64 period_ns) {
  period = period_ns;
  deadline = xen_now() + period;
  arm_timer();
}

void xen_stop_timer(void) { require(hypercall(CALL_VCPU, VCPU_STOP_SINGLESHOT_TIMER, 0, 0, 0), "the timer"); }

void xen_send_event(void) { event_channel(EVENT_SEND, &event_port, "sending an event"); }

static void handle(u32 port) {
  if (port == timer_port) {
    timer_ticked();
    deadline += period;
    arm_timer();
  } else if (port == event_port) {
    event_arrived();
  }
}

void xen_interrupt(u64 vector __attribute__((unused))) {
  struct vcpu_info *info = &shared_info.vcpu[0];
  __atomic_store_n(&info->upcall_pending, 0, __ATOMIC_SEQ_CST);
  u64 words = __atomic_exchange_n(&info->pending_words, 0, __ATOMIC_SEQ_CST);
  for (u64 word = 0; word < 64; word++) {
    if (!(words >> word & 1)) {
      continue;
    }
    u64 due = __atomic_load_n(&shared_info.pending[word], __ATOMIC_SEQ_CST) & ~shared_info.mask[word];
    __atomic_fetch_and(&shared_info.pending[word], ~due, __ATOMIC_SEQ_CST);
    for (u64 bit = 0; bit < 64; bit++) {
      if (due >> bit & 1) {
        handle(word * 64 + bit);
      }
    }
  }
}
