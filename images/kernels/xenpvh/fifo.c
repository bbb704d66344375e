/* Event channels of the FIFO kind. */
#include "xenpvh.h"

#define PENDING (1U << 31)
#define MASKED (1U << 30)
#define LINKED (1U << 29)
#define LINK 0x1FFFF
#define DEFAULT_PRIORITY 7

struct control_block {
  u32 ready, reserved, head[16];
};
#define CONTROL ((volatile struct control_block *)pages[1])
static volatile u32 *const words = (volatile u32 *)pages[2];

static long control(u64 frame, u32 offset, u32 vcpu, u8 *link_bits) {
  struct { u64 frame; u32 offset, vcpu; u8 link_bits; } argument = {frame, offset, vcpu, 0};
  long result = event(INIT_CONTROL, &argument);
  *link_bits = argument.link_bits;
  return result;
}

static long priority(u32 port, u32 value) {
  u32 argument[2] = {port, value};
  return event(SET_PRIORITY, argument);
}

static void empty(void) {
  CONTROL->ready = 0;
  for (u32 i = 0; i < PAGE / 4; i++) {
    words[i] &= MASKED;
  }
  VCPU.upcall_pending = 0;
}

static void set_up(u32 early) {
  u8 bits;
  check_equal("a control block of a processor that is not there", control((u64)pages[1] >> 12, 0, 77, &bits), -ENOENT);
  check_equal("a misaligned one", control((u64)pages[1] >> 12, 4, 0, &bits), -EINVAL);
  check_equal("one across pages", control((u64)pages[1] >> 12, PAGE - 64, 0, &bits), -EINVAL);
  check_equal("one that is no memory", control(NO_MEMORY >> 12, 0, 0, &bits), -EINVAL);
  CONTROL->reserved = 0x77;
  CONTROL->ready = 0;
  mask(early);
  by_port(SEND, early);
  check_equal("a control block", control((u64)pages[1] >> 12, 0, 0, &bits), 0);
  check_equal("bits of a link", bits, 17);
  check_equal("what is in it stays", CONTROL->reserved, 0x77);
  check_equal("a second one", control((u64)pages[3] >> 12, 0, 0, &bits), -EINVAL);
  u64 frame = NO_MEMORY >> 12;
  check_equal("an event array that is no memory", event(EXPAND_ARRAY, &frame), -EINVAL);
  frame = (u64)pages[2] >> 12;
  VCPU.upcall_pending = 0;
  check_equal("an event array", event(EXPAND_ARRAY, &frame), 0);
  check(words[early] == (PENDING | LINKED) && CONTROL->head[DEFAULT_PRIORITY] == early, "what was pending is now");
  check(CONTROL->ready == 1 << DEFAULT_PRIORITY && VCPU.upcall_pending, "and the processor is told");
  empty();
}

static void queues(u32 first, u32 second) {
  by_port(SEND, first);
  check_equal("the first is linked", words[first], PENDING | LINKED);
  check_equal("at the head of its queue", CONTROL->head[DEFAULT_PRIORITY], first);
  check_equal("which is ready", CONTROL->ready, 1 << DEFAULT_PRIORITY);
  check_equal("the processor is told", VCPU.upcall_pending, 1);
  VCPU.upcall_pending = 0;
  by_port(SEND, second);
  check_equal("the second behind it", words[first] & LINK, second);
  check_equal("which tells nobody", VCPU.upcall_pending, 0);
  by_port(SEND, first);
  check_equal("nothing is linked twice", words[second], PENDING | LINKED);
  empty();
  by_port(SEND, second);
  check_equal("a queue that was emptied begins anew", CONTROL->head[DEFAULT_PRIORITY], second);
  empty();
  words[first] = MASKED;
  by_port(SEND, first);
  check(words[first] == (MASKED | PENDING) && !CONTROL->ready, "a masked one is not linked");
  check_equal("unmasking", by_port(UNMASK, first), 0);
  check(words[first] == (PENDING | LINKED) && CONTROL->ready, "links it");
  empty();
  check_equal("another priority", priority(first, 2), 0);
  by_port(SEND, first);
  by_port(SEND, second);
  check_equal("is another queue", CONTROL->ready, 1 << 2 | 1 << DEFAULT_PRIORITY);
  check_equal("with its head", CONTROL->head[2], first);
  empty();
  check_equal("one beyond the last", priority(first, 16), -EINVAL);
  check_equal("that of a port that is not open", priority(second + 1, 2), -EACCES);
  check_equal("that of one that does not exist", priority(100000, 2), -EINVAL);
}

static void closing(u32 port) {
  by_port(SEND, port);
  by_port(CLOSE, port);
  check_equal("a closed one is not pending, but linked", words[port] & (PENDING | LINKED), LINKED);
  u32 other = bind_ipi(0);
  check(other != port, "so its number is not used yet");
  empty();
  check_equal("but then", bind_ipi(0), port);
  by_port(CLOSE, other);
  by_port(CLOSE, port);
}

static void many_pages(void) {
  u64 frame = (u64)pages[3] >> 12;
  u32 added = 1;
  while (!event(EXPAND_ARRAY, &frame)) {
    added++;
  }
  check_equal("as many pages as 17 bits need", added, 128);
  check_equal("one more", event(EXPAND_ARRAY, &frame), -ENOSPC);
}

void check_fifo(void) {
  group("fifo");
  u32 first = bind_ipi(0), second = bind_ipi(0);
  words[parameter(PARAM_CONSOLE_PORT)] = words[parameter(PARAM_STORE_PORT)] = MASKED;
  set_up(first);
  queues(first, second);
  long result;
  check_equal("status", status(second, &result), IPI);
  closing(second);
  by_port(CLOSE, first);
  many_pages();
}
