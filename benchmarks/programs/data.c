/* Data structures: hash functions and a hash table, and three ways to sort. */
#include "programs.h"

#define KEYS (1 << 15)
#define SLOTS (2 * KEYS)

static u64 slots[SLOTS];
static u8 text[1 << 16];

static u32 rotate(u32 value, u32 by) { return value << by | value >> (32 - by); }

/* A sum of 16-byte lines of a text in 32-bit rotations and products, as hash functions of short keys do. */
static u32 hash_of(const u8 *line) {
  u32 hash = 0x9747B28C;
  for (u32 i = 0; i < 16; i += 4) {
    u32 word = line[i] | line[i + 1] << 8 | line[i + 2] << 16 | (u32)line[i + 3] << 24;
    hash ^= rotate(word * 0xCC9E2D51, 15) * 0x1B873593;
    hash = rotate(hash, 13) * 5 + 0xE6546B64;
  }
  return hash ^ hash >> 16;
}

/* A cyclic redundancy check byte by byte, hashes of lines, and an open hash table that is filled and searched. */
u64 run_hash(void) {
  u32 table[256], check = ~0U;
  u64 seed = 7, sum = 0;
  for (u32 i = 0; i < 256; i++) {
    u32 value = i;
    for (u32 bit = 0; bit < 8; bit++) {
      value = value >> 1 ^ (value & 1 ? 0xEDB88320 : 0);
    }
    table[i] = value;
  }
  for (u32 i = 0; i < sizeof text; i++) {
    text[i] = next_random(&seed) >> 56;
  }
  for (u32 pass = 0; pass < 200; pass++) {
    for (u32 i = 0; i < sizeof text; i++) {
      check = check >> 8 ^ table[(check ^ text[i]) & 255];
    }
    for (u32 i = 0; i < sizeof text; i += 16) {
      sum += hash_of(text + i);
    }
    text[pass] = check;
  }
  for (u32 pass = 0; pass < 20; pass++) {
    for (u32 i = 0; i < KEYS; i++) {
      u64 key = next_random(&seed) >> 46 | 1;
      u64 slot = key * 0x9E3779B97F4A7C15UL >> 48;
      for (; slots[slot % SLOTS] && slots[slot % SLOTS] != key; slot++) {
        sum++;
      }
      slots[slot % SLOTS] = pass == 0 ? key : slots[slot % SLOTS];
    }
  }
  return mix(sum, check);
}

#define NUMBERS 60000
static u32 numbers[NUMBERS], spare[NUMBERS];

static void fill(u64 seed) {
  for (u32 i = 0; i < NUMBERS; i++) {
    numbers[i] = next_random(&seed) >> 40;
  }
}

static void quick_sort(s32 low, s32 high) {
  while (low < high) {
    u32 pivot = numbers[low + (high - low) / 2];
    s32 i = low, j = high;
    while (i <= j) {
      while (numbers[i] < pivot) {
        i++;
      }
      while (numbers[j] > pivot) {
        j--;
      }
      if (i <= j) {
        u32 number = numbers[i];
        numbers[i++] = numbers[j];
        numbers[j--] = number;
      }
    }
    quick_sort(low, j);
    low = i;
  }
}

static void sink(u32 at, u32 count) {
  u32 number = numbers[at];
  for (u32 child; (child = 2 * at + 1) < count; at = child) {
    if (child + 1 < count && numbers[child + 1] > numbers[child]) {
      child++;
    }
    if (numbers[child] <= number) {
      break;
    }
    numbers[at] = numbers[child];
  }
  numbers[at] = number;
}

static void heap_sort(void) {
  for (u32 i = NUMBERS / 2; i-- > 0;) {
    sink(i, NUMBERS);
  }
  for (u32 last = NUMBERS - 1; last > 0; last--) {
    u32 largest = numbers[0];
    numbers[0] = numbers[last];
    numbers[last] = largest;
    sink(0, last);
  }
}

static void merge_sort(void) {
  for (u32 width = 1; width < NUMBERS; width *= 2) {
    for (u32 low = 0; low < NUMBERS; low += 2 * width) {
      u32 middle = low + width < NUMBERS ? low + width : NUMBERS;
      u32 high = middle + width < NUMBERS ? middle + width : NUMBERS;
      for (u32 i = low, j = middle, to = low; to < high; to++) {
        spare[to] = i < middle && (j >= high || numbers[i] <= numbers[j]) ? numbers[i++] : numbers[j++];
      }
    }
    for (u32 i = 0; i < NUMBERS; i++) {
      numbers[i] = spare[i];
    }
  }
}

static u64 order_checked(u64 sum) {
  for (u32 i = 1; i < NUMBERS; i++) {
    sum = mix(sum, numbers[i] + (numbers[i - 1] > numbers[i]));
  }
  return sum;
}

/* The same amount of random numbers by quick sort, heap sort and merge sort. */
u64 run_sort(void) {
  u64 sum = 0;
  for (u32 round = 0; round < 6; round++) {
    fill(11 + round);
    quick_sort(0, NUMBERS - 1);
    sum = order_checked(sum);
    fill(13 + round);
    heap_sort();
    sum = order_checked(sum);
    fill(17 + round);
    merge_sort();
    sum = order_checked(sum);
  }
  return sum;
}
