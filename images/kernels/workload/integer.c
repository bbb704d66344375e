/* Arithmetic of every width, shifts, multiplications, divisions, bit tests, conditional moves. */
#include "workload.h"

#define ROUNDS 420000

static u64 carries(u64 low, u64 high, u64 by) {
  unsigned __int128 wide = (unsigned __int128)high << 64 | low;
  wide += (unsigned __int128)by << 32 | by;
  wide -= by >> 3;
  wide = wide << (by & 31) | wide >> (128 - 32);
  return (u64)wide ^ (u64)(wide >> 64);
}

static u64 bits(u64 value) {
  u64 copy = value;
  u8 found;
  __asm__("btsq $7, %0; setc %1" : "+r"(copy), "=q"(found) : : "cc");
  copy ^= found;
  __asm__("btrq %2, %0; setc %1" : "+r"(copy), "=q"(found) : "r"(value & 63) : "cc");
  copy += found;
  return copy + __builtin_ctzl(value | 1UL << 40) + 3 * __builtin_clzl(value | 2) + (__builtin_bswap32((u32)value) >> 9);
}

static u32 narrow(u64 value) {
  u8 byte = value;
  u16 word = value >> 8;
  byte += word >> 11;
  byte = byte << 3 | byte >> 5;
  word ^= byte * 77;
  word = word >> 5 | word << 11;
  s8 sign = byte;
  s16 short_sign = word;
  sign >>= 2;
  short_sign -= sign;
  return (u32)(short_sign * sign) + (u8)(byte - word) + (word < byte) + (sign > short_sign);
}

u64 run_integer(void) {
  u64 seed = 0x1234567, sum = 0, least = ~0UL;
  u32 most = 0;
  for (u32 i = 1; i <= ROUNDS; i++) {
    u64 value = next_random(&seed);
    u32 small = narrow(value);
    sum += bits(value) ^ small;
    sum = mix(sum, carries(value, sum, i));
    if ((i & 7) == 0) {
      sum += value / (small | 1) + (u32)value % i;
      sum ^= (u64)((s64)value / (s32)(i + 3)) + (u64)((s32)value % 1000);
    }
    least = value < least ? value : least;
    most = small > most ? small : most;
    sum += (s64)value < 0 ? i : ~i;
  }
  return mix(mix(sum, least), most);
}
