/* Extended precision: sums, products, quotients, square roots, comparisons, conversions. */
#include "workload.h"

u64 run_x87(void) {
  long double series = 0, root = 2, walk = 0.5L;
  u64 sum = 0;
  for (u32 i = 1; i <= 130000; i++) {
    series += (i & 1 ? 4.0L : -4.0L) / (2 * i - 1);
    root = root * 1.0000001L + 1.0L / i;
    walk = 3.7L * walk * (1 - walk);
    if (walk > 0.9L || series < root) {
      sum++;
    }
    if ((i & 3) == 0) {
      __asm__("fsqrt" : "+t"(root));
      root += 1;
      sum = mix(sum, (u64)(s64)(series * 1000000) + (u32)(s32)(walk * 65536));
    }
  }
  return mix(sum, (u64)(s64)(root * 4294967296.0L));
}
