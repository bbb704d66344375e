/* xenstore through its ring, and what there is of the console's. */
#include "xenpvh.h"

enum { DIRECTORY = 1, READ = 2, GET_PERMS = 3, WATCH = 4, UNWATCH = 5, START = 6, END = 7, INTRODUCE = 8, GET_DOMAIN_PATH = 10,
       WRITE = 11, MKDIR = 12, RM = 13, SET_PERMS = 14, WATCH_EVENT = 15, ERROR = 16, RESET_WATCHES = 21 };
#define RING 1024
#define PAYLOAD 4096

struct store_ring {
  u8 requests[RING], replies[RING];
  u32 request_consumer, request_producer, reply_consumer, reply_producer;
  u32 features, connection, error;
};
struct header {
  u32 type, request, transaction, length;
};

static volatile struct store_ring *ring;
static u32 store_port, last_request;
static struct header got;
static u8 payload[PAYLOAD + 1];

static void notify(void) { by_port(SEND, store_port); }

static void send_bytes(const void *bytes, u64 length) {
  const u8 *from = bytes;
  for (u64 i = 0; i < length; i++) {
    while (ring->request_producer - ring->request_consumer == RING) {
      notify();
    }
    ring->requests[ring->request_producer % RING] = from[i];
    ring->request_producer++;
  }
}

static int receive_bytes(void *bytes, u64 length, u64 limit) {
  u8 *to = bytes;
  for (u64 i = 0; i < length; i++) {
    while (ring->reply_consumer == ring->reply_producer) {
      notify();
      if (now() > limit) {
        return 0;
      }
    }
    to[i] = ring->replies[ring->reply_consumer % RING];
    ring->reply_consumer++;
  }
  return 1;
}

/* One message; 0 if there is none within so many nanoseconds. */
static int receive(u64 nanoseconds) {
  u64 limit = now() + nanoseconds;
  if (!receive_bytes(&got, sizeof got, limit) || got.length > PAYLOAD || !receive_bytes(payload, got.length, limit)) {
    return 0;
  }
  payload[got.length] = 0;
  return 1;
}

static u64 length_of(const char *text) {
  u64 length = 0;
  while (text[length]) {
    length++;
  }
  return length;
}

static void ask(u32 type, u32 transaction, const char *bytes, u64 length) {
  struct header header = {type, ++last_request, transaction, length};
  send_bytes(&header, sizeof header);
  send_bytes(bytes, length);
  notify();
  do {
    if (!receive(1000000000)) {
      fail("xenstore does not answer");
    }
  } while (got.type == WATCH_EVENT);
}

/* With a name and its terminator. */
static void about(u32 type, u32 transaction, const char *name) { ask(type, transaction, name, length_of(name) + 1); }

static int is(const char *text) { return got.type != ERROR && got.request == last_request && text_is(payload, text); }

static int is_ok(void) { return is("OK") && got.length == 3; }

static int is_error(const char *name) { return got.type == ERROR && text_is(payload, name) && !payload[length_of(name)]; }

static void reading(void) {
  about(READ, 0, "domid");
  check(got.type == READ && got.length && payload[0] >= '0' && payload[0] <= '9', "reading the own number");
  u32 r[4];
  cpuid(0x40000004, 0, r);
  check_equal("which CPUID tells too", payload[0] - '0', r[2] % 10);
  about(READ, 0, "/local/domain/none");
  check(is_error("ENOENT"), "what is not there");
  about(READ, 0, "a//b");
  check(is_error("EINVAL"), "a path with an empty name");
  about(READ, 0, "name/");
  check(is_error("EINVAL"), "a path that ends with a slash");
  about(READ, 0, "na me");
  check(is_error("EINVAL"), "a path with a space");
  about(READ, 7777, "name");
  check(is_error("ENOENT"), "a transaction that there is not");
  about(DIRECTORY, 0, "control");
  check(got.type == DIRECTORY && got.length > 10, "a directory");
  about(GET_DOMAIN_PATH, 0, "0");
  check(is("/local/domain/0"), "the host's path");
  about(WRITE, 0, "name");
  check(is_error("EACCES"), "writing what is the toolstack's");
  about(INTRODUCE, 0, "1");
  check(is_error("EACCES"), "a request of the toolstack's");
  about(99, 0, "x");
  check(is_error("ENOSYS"), "an unknown request");
  about(GET_PERMS, 0, "data");
  check(got.type == GET_PERMS && payload[0] == 'n', "permissions of what is the guest's");
}

static void writing(void) {
  ask(WRITE, 0, "data/a/b\0value", 14);
  check(is_ok(), "writing, with what lies between");
  about(READ, 0, "data/a/b");
  check(is("value") && got.length == 5, "reading it back");
  about(MKDIR, 0, "data/a");
  check(is_ok(), "making what is there");
  about(RM, 0, "data/a");
  check(is_ok(), "removing");
  about(RM, 0, "data/a");
  check(is_ok(), "twice");
  about(RM, 0, "data/a/b");
  check(is_error("ENOENT"), "removing where nothing is above");
  about(RM, 0, "/");
  check(is_error("EACCES"), "removing all");
  ask(WRITE, 0, "data/x", 6);
  check(is_error("EINVAL"), "a request without terminator");
  about(MKDIR, 0, "data/p");
  ask(SET_PERMS, 0, "data/p\0n0", 10);
  check(is_error("EPERM"), "giving it to the host");
  ask(SET_PERMS, 0, "data/p\0x1", 10);
  check(is_error("EINVAL"), "a permission that there is not");
  ask(SET_PERMS, 0, "data/p", 7);
  check(is_error("EINVAL"), "no permissions");
}

static u8 large[PAYLOAD];

static void quotas(void) {
  for (u64 i = 0; i < PAYLOAD; i++) {
    large[i] = i < 6 ? "data/l"[i] : i == 6 ? 0 : 'v';
  }
  ask(WRITE, 0, (const char *)large, 7 + 2000);
  check(is_ok(), "2000 bytes");
  about(READ, 0, "data/l");
  check_equal("come back through a ring of half that", got.length, 2000);
  ask(WRITE, 0, (const char *)large, 7 + 2048);
  check(is_error("ENOSPC"), "2048 bytes");
  about(RM, 0, "data/l");
  int good = 1;
  for (u64 i = 0; i < 3000; i++) {
    large[i] = i < 5 ? "data/"[i] : 'p';
  }
  large[2048] = 0;
  ask(MKDIR, 0, (const char *)large, 2049);
  good &= is_error("ENOSPC"); /* its name alone is too much for the node above */
  large[2048] = 'p';
  large[2049] = 0;
  ask(MKDIR, 0, (const char *)large, 2050);
  check(good && is_error("EINVAL"), "a path of more than 2048 bytes");
  ask(SET_PERMS, 0, "data/p\0n1\0r0\0r0\0r0\0r0\0r0", 25);
  check(is_error("ENOSPC"), "six permissions");
}

/* 0 if there can't be one. */
static u32 begin(void) {
  u32 id = 0;
  ask(START, 0, "", 1);
  for (u64 i = 0; got.type == START && payload[i]; i++) {
    id = 10 * id + payload[i] - '0';
  }
  return id;
}

static void transactions(void) {
  ask(WRITE, 0, "data/t\0one", 10);
  u32 id = begin();
  check(id != 0, "a transaction");
  ask(WRITE, id, "data/t\0two", 10);
  about(READ, 0, "data/t");
  check(is("one"), "is not seen outside");
  about(READ, id, "data/t");
  check(is("two"), "but inside");
  ask(START, id, "", 1);
  check(is_error("EBUSY"), "one in another");
  ask(END, id, "X", 2);
  check(is_error("EINVAL"), "ends in two ways only");
  ask(END, id, "T", 2);
  check(is_ok(), "its end");
  about(READ, 0, "data/t");
  check(is("two"), "has it seen");
  ask(END, id, "T", 2);
  check(is_error("ENOENT"), "ends once");
  id = begin();
  ask(WRITE, 0, "data/t\0new", 10);
  about(READ, id, "data/t");
  check(is("new"), "what it has not looked at yet is as it is");
  ask(WRITE, 0, "data/u\0new", 10);
  ask(WRITE, id, "data/t\0end", 10);
  ask(END, id, "T", 2);
  check(is_ok(), "what else changes is no matter");
  id = begin();
  about(READ, id, "data/t");
  ask(WRITE, 0, "data/t\0new", 10);
  about(READ, id, "data/t");
  check(is("end"), "what it has looked at stays");
  ask(END, id, "T", 2);
  check(is_error("EAGAIN"), "and ends it when it changes");
  id = begin();
  ask(WRITE, id, "data/t\0not", 10);
  ask(END, id, "F", 2);
  about(READ, 0, "data/t");
  check(is("new"), "given up it changes nothing");
  u32 count = 0;
  while (begin()) {
    count++;
  }
  check(count == 11 && is_error("ENOSPC"), "as many as eleven at a time");
  ask(RESET_WATCHES, 0, "", 1);
  check(is_ok() && begin(), "reset_watches ends them");
  ask(RESET_WATCHES, 0, "", 1);
}

static void watches(void) {
  ask(WATCH, 0, "data/w\0token", 13);
  check(is_ok(), "a watch");
  check(receive(1000000000) && got.type == WATCH_EVENT && text_is(payload, "data/w") && text_is(payload + 7, "token"),
        "fires at once");
  ask(WATCH, 0, "data/w\0token", 13);
  check(is_error("EEXIST"), "twice");
  ask(WRITE, 0, "data/w/x\0y", 10);
  check(receive(1000000000) && got.type == WATCH_EVENT && text_is(payload, "data/w/x") && !payload[8], "after a change below");
  about(RM, 0, "data/w");
  check(receive(1000000000) && got.type == WATCH_EVENT && text_is(payload, "data/w") && !payload[6], "and when it goes away");
  ask(WRITE, 0, "data/wx\0y", 9);
  check(!receive(1000000), "not for its neighbour");
  ask(UNWATCH, 0, "data/w\0other", 13);
  check(is_error("ENOENT"), "no watch with that token");
  ask(UNWATCH, 0, "data/w\0token", 13);
  check(is_ok(), "the end of a watch");
  ask(WRITE, 0, "data/w/x\0y", 10);
  check(!receive(1000000), "it fires no more");
  ask(WATCH, 0, "data/w", 7);
  check(is_error("EINVAL"), "a watch without token");
}

static void nodes(void) {
  u64 made = 0;
  char name[] = "data/n/aa/aaa";
  for (u64 i = 0; i < 1100; i++) {
    name[7] = 'a' + i / 200;
    name[10] = 'a' + i / 26 % 26;
    name[11] = 'a' + i % 26;
    about(MKDIR, 0, name);
    if (!is_ok()) {
      break;
    }
    made++;
  }
  check(made > 900 && made < 1000 && is_error("ENOSPC"), "a thousand nodes at most");
  about(RM, 0, "data/n");
  check(is_ok(), "and none again");
  about(MKDIR, 0, "data/n");
  check(is_ok(), "so that there is room");
}

void check_store(void) {
  group("store");
  if (HOST) {
    skip("xenstore", "it is for the host to run");
    return;
  }
  ring = (volatile struct store_ring *)(parameter(PARAM_STORE_PFN) << 12);
  store_port = parameter(PARAM_STORE_PORT);
  check_equal("the connection stands", ring->connection, 0);
  long result;
  check_equal("its port is connected", status(store_port, &result), INTERDOMAIN);
  reading();
  writing();
  quotas();
  transactions();
  watches();
  nodes();
  check_equal("there was no error", ring->error, 0);
}
