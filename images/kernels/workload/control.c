/* Decisions and calls: an interpreter of little programs, a number parser and printer, recursion, calls by pointer. */
#include "workload.h"

enum op { ADD, SUBTRACT, XOR, SHIFT, SKIP_IF_ODD, SWAP, LOAD, STORE, REPEAT, NEGATE, OPS };

#define CODE 64
#define STEPS 1300000

u64 run_branches(void) {
  u8 code[CODE];
  u32 cells[16] = {0};
  u64 seed = 99, sum = 0;
  u32 a = 1, b = 2, pc = 0;
  for (u32 i = 0; i < CODE; i++) {
    code[i] = next_random(&seed) % OPS;
  }
  for (u32 step = 0; step < STEPS; step++) {
    switch ((enum op)code[pc]) {
      case ADD:
        a += b;
        break;
      case SUBTRACT:
        b -= a >> 3;
        break;
      case XOR:
        a ^= step;
        break;
      case SHIFT:
        a = a << (b & 7) | a >> 25;
        break;
      case SKIP_IF_ODD:
        pc += a & 1;
        break;
      case SWAP: {
        u32 c = a;
        a = b;
        b = c;
        break;
      }
      case LOAD:
        b += cells[a & 15];
        break;
      case STORE:
        cells[b & 15] ^= a;
        break;
      case REPEAT:
        if ((a & 3) == 2) {
          pc -= 3;
        }
        break;
      case NEGATE:
        b = -b;
        break;
      case OPS:
        break;
    }
    if (a > 0xF0000000 && b < 0x1000) {
      sum++;
    } else if (a == b || (s32)a < -2000000000) {
      sum ^= b;
    }
    pc = (pc + 1) % CODE;
  }
  return mix(mix(sum, a), b);
}

static u32 format(char *text, u64 value, u32 base) {
  char digits[24];
  u32 count = 0, length = 0;
  do {
    digits[count++] = "0123456789abcdef"[value % base];
    value /= base;
  } while (value);
  while (count) {
    text[length++] = digits[--count];
  }
  text[length] = 0;
  return length;
}

static u64 parse(const char *text, u32 base) {
  u64 value = 0;
  for (; *text; text++) {
    u32 digit = *text >= '0' && *text <= '9' ? *text - '0' : (*text | 0x20) - 'a' + 10;
    if (digit >= base) {
      break;
    }
    value = value * base + digit;
  }
  return value;
}

static __attribute__((noinline)) u64 ackermann(u64 m, u64 n) {
  return m == 0 ? n + 1 : n == 0 ? ackermann(m - 1, 1) : ackermann(m - 1, ackermann(m, n - 1));
}

static __attribute__((noinline)) u32 fibonacci(u32 n) { return n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2); }

static u64 add_one(u64 x) { return x + 1; }
static u64 triple(u64 x) { return x * 3; }
static u64 halve(u64 x) { return x >> 1; }
static u64 fold(u64 x) { return x ^ x >> 32; }
static u64 (*const volatile operations[])(u64) = {add_one, triple, halve, fold};

u64 run_calls(void) {
  char text[24];
  u64 seed = 7, sum = ackermann(2, 300) + fibonacci(25);
  for (u32 i = 0; i < 25000; i++) {
    u64 value = next_random(&seed) >> (i & 31);
    u32 base = i & 1 ? 10 : 16;
    sum += format(text, value, base);
    sum ^= parse(text, base) + value;
    for (u32 j = 0; j < 12; j++) {
      sum = operations[(sum >> j) & 3](sum);
    }
  }
  return sum;
}
