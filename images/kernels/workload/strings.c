/* String instructions, short and long, aligned or not, in both directions. */
#include "workload.h"

#define SIZE 65536

static u8 from[SIZE], to[SIZE];

static void copy_bytes(void *target, const void *source, u64 count) {
  __asm__ volatile("rep movsb" : "+D"(target), "+S"(source), "+c"(count) : : "memory");
}

static void copy_words(void *target, const void *source, u64 count) {
  __asm__ volatile("rep movsq" : "+D"(target), "+S"(source), "+c"(count) : : "memory");
}

static void copy_down(u8 *target, const u8 *source, u64 count) {
  target += count - 1;
  source += count - 1;
  __asm__ volatile("std; rep movsb; cld" : "+D"(target), "+S"(source), "+c"(count) : : "memory");
}

static void fill_bytes(void *target, u8 value, u64 count) {
  __asm__ volatile("rep stosb" : "+D"(target), "+c"(count) : "a"(value) : "memory");
}

static void fill_words(void *target, u64 value, u64 count) {
  __asm__ volatile("rep stosq" : "+D"(target), "+c"(count) : "a"(value) : "memory");
}

static u64 compare(const void *a, const void *b, u64 count) {
  __asm__ volatile("repe cmpsb" : "+D"(a), "+S"(b), "+c"(count) : : "memory", "cc");
  return count;
}

static u64 find(const void *text, u8 value, u64 count) {
  __asm__ volatile("repne scasb" : "+D"(text), "+c"(count) : "a"(value) : "memory", "cc");
  return count;
}

static u64 sum_words(const void *source, u64 count) {
  u64 sum = 0, value;
  while (count--) {
    __asm__ volatile("lodsq" : "+S"(source), "=a"(value) : : "memory");
    sum = mix(sum, value);
  }
  return sum;
}

u64 run_strings(void) {
  u64 seed = 53, sum = 0;
  for (u32 i = 0; i < SIZE; i++) {
    from[i] = next_random(&seed) >> 24;
  }
  for (u32 i = 0; i < 6000; i++) {
    u64 random = next_random(&seed);
    u64 at = random % (SIZE - 2048), place = (random >> 20) % (SIZE - 2048), count = (random >> 40) & 255;
    copy_bytes(to + place, from + at, count + 1);
    copy_down(to + place + 300, from + at, count / 4 + 1);
    fill_bytes(to + place + 700, i, count / 2);
    sum += compare(to + place, from + at, count + 1) + find(from + at, i, count + 1);
    if ((i & 63) == 0) {
      copy_words(from + at / 8 * 8, to + place / 8 * 8, 200);
      fill_words(to + at, random, 64);
      copy_bytes(to + 1, to, 4000);
    }
  }
  copy_words(to, from, SIZE / 8);
  return sum_words(to, SIZE / 8) + sum;
}
