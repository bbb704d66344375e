/* Sums, products and quotients; decisions; loads and stores. */
#include "programs.h"

/* Greatest common divisors, powers modulo a number, and the steps of Collatz' sequences. */
u64 run_arithmetic(void) {
  u64 seed = 1, sum = 0;
  for (u32 i = 0; i < 160000; i++) {
    u64 a = next_random(&seed) >> 34, b = (next_random(&seed) >> 34) | 1;
    u64 modulus = b | 0x10001, base = a % modulus, power = 1;
    while (b) {
      u64 rest = a % b;
      a = b;
      b = rest;
    }
    for (u64 exponent = seed >> 40; exponent; exponent >>= 1) {
      if (exponent & 1) {
        power = power * base % modulus;
      }
      base = base * base % modulus;
    }
    u32 steps = 0;
    for (u64 n = (seed & 0xFFFF) + 1; n != 1; n = n & 1 ? 3 * n + 1 : n >> 1) {
      steps++;
    }
    sum = mix(sum, a ^ power ^ steps);
  }
  return sum;
}

static u32 queens(u32 all, u32 columns, u32 left, u32 right) {
  if (columns == all) {
    return 1;
  }
  u32 count = 0;
  for (u32 free = all & ~(columns | left | right); free; free &= free - 1) {
    u32 queen = free & -free;
    count += queens(all, columns | queen, (left | queen) << 1, (right | queen) >> 1);
  }
  return count;
}

enum operation { INCREMENT, SUBTRACT, EXCHANGE, ROTATE, SKIP, LOOP, LOAD, STORE, OPERATIONS };

/* An interpreter of a program of 256 random steps, and queens on a chess board. */
u64 run_branches(void) {
  u8 code[256];
  u32 cells[16] = {0}, a = 1, b = 2;
  u64 seed = 3, sum = 0;
  for (u32 i = 0; i < sizeof code; i++) {
    code[i] = next_random(&seed) % OPERATIONS;
  }
  u8 at = 0;
  for (u32 step = 0; step < 10000000; step++) {
    switch ((enum operation)code[at++]) {
      case INCREMENT:
        a += b | 1;
        break;
      case SUBTRACT:
        b -= a >> 2;
        break;
      case EXCHANGE: {
        u32 c = a;
        a = b ^ step;
        b = c;
        break;
      }
      case ROTATE:
        a = a << 7 | a >> 25;
        break;
      case SKIP:
        at += a & 1;
        break;
      case LOOP:
        at -= (b & 7) == 3 ? 5 : 0;
        break;
      case LOAD:
        b += cells[a & 15];
        break;
      case STORE:
        cells[b & 15] ^= a;
        break;
      case OPERATIONS:
        break;
    }
    if (a > b) {
      sum++;
    }
  }
  return mix(mix(sum, a ^ b), queens((1 << 9) - 1, 0, 0, 0));
}

#define CELLS (1 << 19)
static u32 next[CELLS];
static u64 words[CELLS / 4];

/* A walk through 2 MiB in random order, and passes over 1 MiB in order. */
u64 run_memory(void) {
  u64 seed = 5, sum = 0;
  for (u32 i = 0; i < CELLS; i++) {
    next[i] = i;
  }
  for (u32 i = CELLS - 1; i; i--) {
    u32 other = next_random(&seed) % i, cell = next[i];
    next[i] = next[other];
    next[other] = cell;
  }
  u32 at = 0;
  for (u32 i = 0; i < CELLS; i++) {
    at = next[at];
    sum += at ^ i;
  }
  for (u32 pass = 1; pass <= 32; pass++) {
    for (u32 i = 0; i < CELLS / 4 - 1; i++) {
      words[i] += words[i + 1] + pass * i;
    }
  }
  for (u32 i = 0; i < CELLS / 4; i++) {
    sum = mix(sum, words[i]);
  }
  return sum;
}
