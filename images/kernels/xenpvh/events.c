/* Event channels of the two-level kind. */
#include "xenpvh.h"

#define MOST_PORTS (HOST ? 4096 : 1024) /* that the toolstack lets a guest have, and those that there are; port 0 among them */
#define BUCKET 64       /* ports come into being so many at a time */

static long bind_virq(u32 virq, u32 vcpu, u32 *port) {
  struct { u32 virq, vcpu, port; } bind = {virq, vcpu, 0};
  long result = event(BIND_VIRQ, &bind);
  *port = bind.port;
  return result;
}

static long move(u32 port, u32 vcpu) {
  u32 argument[2] = {port, vcpu};
  return event(BIND_VCPU, argument);
}

static void sending(u32 port) {
  unmask(port);
  check_equal("sending", by_port(SEND, port), 0);
  check(pending(port), "it is pending");
  check_equal("its word is selected", VCPU.pending_words, 1UL << port / 64);
  check_equal("the processor is told", VCPU.upcall_pending, 1);
  VCPU.pending_words = VCPU.upcall_pending = 0;
  by_port(SEND, port);
  check_equal("sending what is pending tells nobody", VCPU.pending_words | VCPU.upcall_pending, 0);
  shared_info.pending[port / 64] = 0;
  VCPU.pending_words = 1UL << port / 64;
  by_port(SEND, port);
  check(pending(port) && !VCPU.upcall_pending, "nor does sending while its word is selected");
  clear(port);
}

static void masks(u32 port) {
  mask(port);
  by_port(SEND, port);
  check(pending(port), "a masked one is pending");
  check_equal("but nobody is told", VCPU.upcall_pending | VCPU.pending_words, 0);
  check_equal("unmasking", by_port(UNMASK, port), 0);
  check_equal("tells", VCPU.upcall_pending, 1);
  check_equal("the mask is clear", shared_info.mask[port / 64] >> port % 64 & 1, 0);
  VCPU.pending_words = VCPU.upcall_pending = 0;
  check_equal("unmasking what is not masked", by_port(UNMASK, port), 0);
  check_equal("tells nobody", VCPU.upcall_pending | VCPU.pending_words, 0);
  clear(port);
}

static void refused(u32 port) {
  check_equal("sending to port 0", by_port(SEND, 0), -EINVAL);
  check_equal("closing port 0", by_port(CLOSE, 0), -EINVAL);
  check_equal("to a port that is not open", by_port(SEND, port + 1), -EINVAL);
  check_equal("to a port beyond all", by_port(SEND, 0x7FFFFFFF), -EINVAL);
  check_equal("to a negative one", by_port(SEND, 0xFFFFFFFF), -EINVAL);
  check_equal("closing one that is not open", by_port(CLOSE, port + 1), -EINVAL);
  check_equal("unmasking one that is not open is nothing", by_port(UNMASK, port + 1), 0);
  check_equal("unmasking one that does not exist", by_port(UNMASK, 100000), -EINVAL);
  struct { u32 vcpu, port; } bind = {77, 0};
  check_equal("an IPI for a processor that is not there", event(BIND_IPI, &bind), -ENOENT);
  check_equal("an IPI can't move", move(port, 0), -EINVAL);
  check_equal("nor what is not open", move(port + 1, 0), -EINVAL);
  check_equal("nor to a processor that is not there", move(port, 77), -ENOENT);
  u32 argument[2] = {DOMID_HOST, 0};
  if (HOST) {
    skip("the host's ports", "they are ours");
  } else {
    check_equal("others can", move(parameter(PARAM_STORE_PORT), 0), 0);
    check_equal("resetting the host's", event(RESET, argument), -EPERM);
  }
  argument[0] = NO_DOMAIN;
  check_equal("resetting no domain's", event(RESET, argument), -ESRCH);
  u64 page = 0;
  check_equal("an event array without FIFO", event(EXPAND_ARRAY, &page), -EOPNOTSUPP);
  argument[0] = port;
  check_equal("a priority without FIFO", event(SET_PRIORITY, argument), -ENOSYS);
  check_equal("an unknown operation", event(77, argument), -ENOSYS);
}

static void states(u32 port) {
  long result;
  check_equal("status of an IPI", status(port, &result), IPI);
  check_equal("of port 0", (status(0, &result), result), 0);
  check_equal("which is closed", status(0, &result), CLOSED);
  check_equal("of a port that may come", status(port + 1, &result), CLOSED);
  check_equal("of one that may not yet", (status(8 * BUCKET, &result), result), -EINVAL);
  if (!HOST) {
    check_equal("of the store's", status(parameter(PARAM_STORE_PORT), &result), INTERDOMAIN);
  }
  struct { u16 domid; u32 port, status, vcpu; u64 more; } query = {DOMID_HOST, port, 99, 99, 0};
  check_equal("of the host's ports", event(STATUS, &query), HOST ? 0 : -EPERM);
  query.domid = NO_DOMAIN;
  check_equal("of no domain's", event(STATUS, &query), -ESRCH);
  query.domid = DOMID_SELF;
  event(STATUS, &query);
  check_equal("says the processor", query.vcpu, 0);
  by_port(SEND, port);
  check_equal("closing", by_port(CLOSE, port), 0);
  check(!pending(port), "forgets that it is pending");
  check_equal("status of a closed one", status(port, &result), CLOSED);
  check_equal("the lowest free port is the next", bind_ipi(0), port);
}

static void between_ports(void) {
  struct { u16 domid, remote; u32 port; } offer = {DOMID_SELF, DOMID_SELF, 0};
  check_equal("offering a port", event(ALLOC_UNBOUND, &offer), 0);
  long result;
  check_equal("it is unbound", status(offer.port, &result), UNBOUND);
  check_equal("sending to nobody", by_port(SEND, offer.port), 0);
  check(!pending(offer.port), "is nothing");
  struct { u16 remote; u32 remote_port, port; } connect = {DOMID_SELF, offer.port, 0};
  mask(offer.port + 1);
  check_equal("connecting to it", event(BIND_INTERDOMAIN, &connect), 0);
  check_equal("it is connected", status(offer.port, &result), INTERDOMAIN);
  check(pending(connect.port), "the new end is pending at once");
  check_equal("connecting twice", event(BIND_INTERDOMAIN, &connect), -EINVAL);
  clear(connect.port);
  by_port(SEND, offer.port);
  check(pending(connect.port) && !pending(offer.port), "what one end sends the other gets");
  clear(connect.port);
  by_port(CLOSE, connect.port);
  check_equal("the other end is unbound then", status(offer.port, &result), UNBOUND);
  by_port(CLOSE, offer.port);
  connect.remote = NO_DOMAIN;
  check_equal("connecting to no domain", event(BIND_INTERDOMAIN, &connect), -ESRCH);
  offer.domid = NO_DOMAIN;
  check_equal("a port of no domain", event(ALLOC_UNBOUND, &offer), -ESRCH);
  offer.domid = DOMID_HOST;
  check_equal("a port of the host's", event(ALLOC_UNBOUND, &offer), HOST ? 0 : -EPERM);
  offer.domid = DOMID_SELF;
  offer.remote = NO_DOMAIN;
  check_equal("one for nobody", event(ALLOC_UNBOUND, &offer), 0);
  connect.remote = DOMID_SELF;
  connect.remote_port = offer.port;
  check_equal("is not for us either", event(BIND_INTERDOMAIN, &connect), -EINVAL);
  by_port(CLOSE, offer.port);
}

static void virtual_interrupts(void) {
  u32 port, other;
  check_equal("a virtual interrupt", bind_virq(VIRQ_DEBUG, 0, &port), 0);
  long result;
  check_equal("status", status(port, &result), VIRQ);
  check_equal("twice", bind_virq(VIRQ_DEBUG, 0, &other), -EEXIST);
  check_equal("one that there is not", bind_virq(VIRQS, 0, &other), -EINVAL);
  check_equal("a global one on another processor", bind_virq(VIRQ_CONSOLE, 1, &other), -EINVAL);
  check_equal("a processor that is not there", bind_virq(VIRQ_TIMER, 77, &other), -ENOENT);
  check_equal("can't be sent", by_port(SEND, port), -EINVAL);
  check_equal("a processor's own can't move", move(port, 0), -EINVAL);
  by_port(CLOSE, port);
  check_equal("closed it can be bound again", bind_virq(VIRQ_DEBUG, 0, &port), 0);
  by_port(CLOSE, port);
  bind_virq(VIRQ_CONSOLE, 0, &port);
  check_equal("a global one can move", move(port, 0), 0);
  by_port(CLOSE, port);
}

static void as_many_as_there_are(void) {
  struct { u32 vcpu, port; } bind = {0, 0};
  long result;
  u32 last = 0;
  while (!(result = event(BIND_IPI, &bind))) {
    last = bind.port;
  }
  check_equal("too many ports", result, -ENOSPC);
  check_equal("the last one", last, MOST_PORTS - 1);
  mask(last);
  by_port(SEND, last);
  check(pending(last), "works as well");
  for (u32 port = 1; port < (u32)MOST_PORTS; port++) {
    if (status(port, &result) == IPI) {
      by_port(CLOSE, port);
    }
  }
  check(!pending(last), "until it is closed");
}

static long poll(u32 *ports, u32 count, u64 timeout) {
  struct { u32 *ports; u32 count; u64 timeout; } argument = {ports, count, timeout};
  return call(CALL_SCHED_OP, SCHED_POLL, (u64)&argument, 0, 0);
}

static void polls(void) {
  u32 port = bind_ipi(0);
  mask(port);
  clear(port);
  u64 start = now();
  check_equal("polling", poll(&port, 1, start + 500000), 0);
  check(now() - start >= 400000 && !pending(port), "ends with its time");
  by_port(SEND, port);
  start = now();
  check_equal("for what is pending", poll(&port, 1, start + 1000000000), 0);
  check(now() - start < 100000000, "ends at once, masked or not");
  clear(port);
  VCPU.upcall_pending = 1;
  start = now();
  poll(&port, 1, start + 500000);
  check(now() - start >= 400000, "what interrupts off keep away does not end it");
  clear(port);
  start = now();
  check_equal("until a time that was", poll(&port, 1, 1), 0);
  check(now() - start < 100000000, "is no wait");
  u32 closed = port + 1;
  check_equal("for a port that is not open", poll(&closed, 1, 1), -EINVAL);
  check_equal("too many", poll(&port, 129, 1), -EINVAL);
  check_equal("a list that is not there", poll((u32 *)NOWHERE, 1, 1), -EFAULT);
  by_port(CLOSE, port);
}

void check_events(void) {
  group("events");
  u32 port = bind_ipi(0);
  sending(port);
  masks(port);
  refused(port);
  states(port);
  between_ports();
  virtual_interrupts();
  polls();
  by_port(CLOSE, port);
  as_many_as_there_are();
}
