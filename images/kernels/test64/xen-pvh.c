/* A PVH guest of Xen: everything by hypercalls and event channels, which arrive as one vector (xen/include/public). */
#include "test64.h"

#define SIGNATURE "XenVMMXenVMM"
#define UPCALL_VECTOR 0xF3
#define DOMID_SELF 0x7FF0

enum { CALL_MEMORY = 12, CALL_VCPU = 24, CALL_SCHED = 29, CALL_EVENT_CHANNEL = 32, CALL_HVM = 34 };
enum { MEMORY_ADD_TO_PHYSMAP = 7, SPACE_SHARED_INFO = 0 };
enum { VCPU_SET_SINGLESHOT_TIMER = 8, VCPU_STOP_SINGLESHOT_TIMER = 9 };
enum { SCHED_SHUTDOWN = 2, SHUTDOWN_POWER_OFF = 0 };
enum { EVENT_BIND_VIRQ = 1, EVENT_SEND = 4, EVENT_BIND_IPI = 7, EVENT_UNMASK = 9, VIRQ_TIMER = 0 };
enum { HVM_SET_PARAM = 0, HVM_GET_PARAM = 1, PARAM_CALLBACK = 0, PARAM_CONSOLE_PFN = 17, PARAM_CONSOLE_PORT = 18 };
#define CALLBACK_BY_VECTOR (2UL << 56)

struct vcpu_info {
  u8 upcall_pending, upcall_mask;
  u64 pending_words;
  u64 cr2, reserved;
  struct pvclock time;
};

static struct {
  struct vcpu_info vcpu[32];
  u64 pending[64], mask[64];
} shared_info __attribute__((aligned(4096)));

struct console_ring {
  char in[1024], out[2048];
  u32 in_consumer, in_producer, out_consumer, out_producer;
};

static u8 hypercall_page[4096] __attribute__((aligned(4096)));
static volatile struct console_ring *ring;
static u32 console_port, timer_port, event_port;
static u64 period, deadline; /* nanoseconds */

static int here(void) { return hypervisor_leaf(SIGNATURE) != 0; }

static long hypercall3(u64 number, u64 a, const void *b, const void *c) {
  long result;
  __asm__ volatile("call *%[stub]"
                   : "=a"(result), "+D"(a), "+S"(b), "+d"(c)
                   : [stub] "r"(hypercall_page + 32 * number)
                   : "memory", "cc");
  return result;
}

static void require(long result, const char *what) {
  if (result < 0) {
    fail("xen-pvh: %s returned -%d", what, (u64)-result);
  }
}

static u64 hvm_parameter(u32 operation, u32 index, u64 value) {
  struct { u16 domid; u32 index; u64 value; } argument = {DOMID_SELF, index, value};
  require(hypercall3(CALL_HVM, operation, &argument, 0), "an HVM parameter");
  return argument.value;
}

static void event_channel(u32 operation, const void *argument, const char *what) {
  require(hypercall3(CALL_EVENT_CHANNEL, operation, argument, 0), what);
}

static void unmask(u32 port) { event_channel(EVENT_UNMASK, &port, "unmasking a port"); }

static void put(char c) {
  while (ring->out_producer - ring->out_consumer == sizeof ring->out) {
  }
  ring->out[ring->out_producer % sizeof ring->out] = c;
  ring->out_producer++;
  if (c == '\n') {
    hypercall3(CALL_EVENT_CHANNEL, EVENT_SEND, &console_port, 0);
  }
}

static void start(const struct platform *platform __attribute__((unused))) {
  u32 r[4];
  cpuid(hypervisor_leaf(SIGNATURE) + 2, r);
  write_msr(r[1], (u64)hypercall_page);
  ring = (volatile struct console_ring *)(hvm_parameter(HVM_GET_PARAM, PARAM_CONSOLE_PFN, 0) << 12);
  console_port = hvm_parameter(HVM_GET_PARAM, PARAM_CONSOLE_PORT, 0);
  console_put = put;

  struct { u16 domid, size; u32 space; u64 index, frame; } shared = {
      DOMID_SELF, 0, SPACE_SHARED_INFO, 0, (u64)&shared_info >> 12};
  require(hypercall3(CALL_MEMORY, MEMORY_ADD_TO_PHYSMAP, &shared, 0), "placing shared_info");
  hvm_parameter(HVM_SET_PARAM, PARAM_CALLBACK, CALLBACK_BY_VECTOR | UPCALL_VECTOR);

  struct { u32 virq, vcpu, port; } timer = {VIRQ_TIMER, 0, 0};
  event_channel(EVENT_BIND_VIRQ, &timer, "binding the timer");
  timer_port = timer.port;
  struct { u32 vcpu, port; } ipi = {0, 0};
  event_channel(EVENT_BIND_IPI, &ipi, "binding an IPI");
  event_port = ipi.port;
  unmask(timer_port);
  unmask(event_port);
}

static u64 now(void) { return pvclock_now(&shared_info.vcpu[0].time); }

static void arm_timer(void) {
  struct { u64 deadline_ns; u32 flags; } timer = {deadline, 0};
  require(hypercall3(CALL_VCPU, VCPU_SET_SINGLESHOT_TIMER, 0, &timer), "the timer");
}

static void start_timer(u64 period_ns) {
  period = period_ns;
  deadline = now() + period;
  arm_timer();
}

static void stop_timer(void) { require(hypercall3(CALL_VCPU, VCPU_STOP_SINGLESHOT_TIMER, 0, 0), "the timer"); }

static void send_event(void) { event_channel(EVENT_SEND, &event_port, "sending an event"); }

static void handle(u32 port) {
  if (port == timer_port) {
    timer_ticked();
    deadline += period;
    arm_timer();
  } else if (port == event_port) {
    event_arrived();
  }
}

static void interrupt(u64 vector __attribute__((unused))) {
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

_Noreturn static void shut_down(void) {
  u32 reason = SHUTDOWN_POWER_OFF;
  hypercall3(CALL_SCHED, SCHED_SHUTDOWN, &reason, 0);
  halt();
}

const struct paravirt_ops xen_pvh = {
    .name = "xen-pvh",
    .timer = "single-shot timer",
    .clock = "time in shared_info",
    .event = "event channel",
    .shutdown = "SCHEDOP_shutdown",
    .here = here,
    .start = start,
    .start_timer = start_timer,
    .stop_timer = stop_timer,
    .now = now,
    .send_event = send_event,
    .interrupt = interrupt,
    .shut_down = shut_down,
};
