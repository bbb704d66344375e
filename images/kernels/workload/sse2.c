/* Doubles and singles in XMM registers: the Mandelbrot set, a product of matrices, conversions, packed integers. */
#include "workload.h"

#define ORDER 64

static double left[ORDER][ORDER], right[ORDER][ORDER], product[ORDER][ORDER];

static u64 mandelbrot(u32 width, u32 height, u32 limit) {
  u64 sum = 0;
  for (u32 y = 0; y < height; y++) {
    for (u32 x = 0; x < width; x++) {
      double cr = 3.0 * x / width - 2.0, ci = 2.0 * y / height - 1.0, zr = 0, zi = 0;
      u32 n = 0;
      while (n < limit && zr * zr + zi * zi < 4.0) {
        double next = zr * zr - zi * zi + cr;
        zi = 2 * zr * zi + ci;
        zr = next;
        n++;
      }
      sum = mix(sum, n);
    }
  }
  return sum;
}

static u64 multiply(void) {
  for (u32 i = 0; i < ORDER; i++) {
    for (u32 j = 0; j < ORDER; j++) {
      left[i][j] = 1.0 / (i + j + 1);
      right[i][j] = (double)(i * j % 17) - 8.5;
    }
  }
  u64 sum = 0;
  for (u32 i = 0; i < ORDER; i++) {
    for (u32 j = 0; j < ORDER; j++) {
      double cell = 0;
      for (u32 k = 0; k < ORDER; k++) {
        cell += left[i][k] * right[k][j];
      }
      product[i][j] = cell;
      sum = mix(sum, (u64)(s64)(cell * 1048576.0));
    }
  }
  return sum;
}

typedef float floats __attribute__((vector_size(16)));
typedef int ints __attribute__((vector_size(16)));

static u64 packed(u32 rounds) {
  floats value = {1, 2, 3, 4}, step = {0.5f, 0.25f, 0.125f, 1.5f};
  ints counts = {1, 2, 3, 4}, odd = {3, 5, 7, 9};
  for (u32 i = 0; i < rounds; i++) {
    value = value * step + (floats){1, 1, 1, 1};
    counts = (counts + odd) ^ (counts << 3);
    odd = __builtin_shuffle(odd, (ints){1, 2, 3, 0}) - (counts > odd);
  }
  return mix((u64)(u32)counts[0] << 32 | (u32)odd[3], (u64)(value[0] * 1024 + value[1] * 4096 + value[2]));
}

u64 run_sse2(void) { return mandelbrot(180, 110, 60) + multiply() * 3 + packed(100000) * 5; }
