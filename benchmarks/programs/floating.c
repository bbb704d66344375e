/* Doubles by SSE2, and nothing whose last bit depends on anything but IEEE 754. */
#include "programs.h"

/* The set's membership of 320 x 200 points, up to 200 steps each. */
u64 run_mandelbrot(void) {
  u64 sum = 0;
  for (u32 y = 0; y < 200; y++) {
    for (u32 x = 0; x < 320; x++) {
      double cr = x * (3.0 / 320) - 2.2, ci = y * (2.4 / 200) - 1.2, zr = 0, zi = 0;
      u32 steps = 0;
      while (steps < 200 && zr * zr + zi * zi < 4) {
        double r = zr * zr - zi * zi + cr;
        zi = 2 * zr * zi + ci;
        zr = r;
        steps++;
      }
      sum = mix_double(sum + steps, zr);
    }
  }
  return sum;
}

#define BODIES 5
static struct body {
  double at[3], speed[3], mass;
} bodies[BODIES];

static double root(double square) {
  double result;
  __asm__("sqrtsd %1, %0" : "=x"(result) : "x"(square));
  return result;
}

/* Five bodies under each other's gravity. */
u64 run_nbody(void) {
  u64 seed = 19;
  for (u32 i = 0; i < BODIES; i++) {
    for (u32 axis = 0; axis < 3; axis++) {
      bodies[i].at[axis] = (next_random(&seed) >> 44) / 65536.0 + 16 * i;
      bodies[i].speed[axis] = (next_random(&seed) >> 44) / 4194304.0;
    }
    bodies[i].mass = i == 0 ? 40 : 0.1 * i;
  }
  for (u32 step = 0; step < 120000; step++) {
    for (u32 i = 0; i < BODIES; i++) {
      for (u32 j = i + 1; j < BODIES; j++) {
        double distance[3], square = 0.01;
        for (u32 axis = 0; axis < 3; axis++) {
          distance[axis] = bodies[i].at[axis] - bodies[j].at[axis];
          square += distance[axis] * distance[axis];
        }
        double pull = 0.001 / (square * root(square));
        for (u32 axis = 0; axis < 3; axis++) {
          bodies[i].speed[axis] -= distance[axis] * bodies[j].mass * pull;
          bodies[j].speed[axis] += distance[axis] * bodies[i].mass * pull;
        }
      }
    }
    for (u32 i = 0; i < BODIES; i++) {
      for (u32 axis = 0; axis < 3; axis++) {
        bodies[i].at[axis] += 0.001 * bodies[i].speed[axis];
      }
    }
  }
  u64 sum = 0;
  for (u32 i = 0; i < BODIES; i++) {
    for (u32 axis = 0; axis < 3; axis++) {
      sum = mix_double(mix_double(sum, bodies[i].at[axis]), bodies[i].speed[axis]);
    }
  }
  return sum;
}

#define SIZE 128
static double left[SIZE][SIZE], right[SIZE][SIZE], product[SIZE][SIZE];

/* Products of square matrices, row by row, added up. */
u64 run_matrix(void) {
  u64 seed = 23, sum = 0;
  for (u32 i = 0; i < SIZE; i++) {
    for (u32 j = 0; j < SIZE; j++) {
      left[i][j] = (next_random(&seed) >> 40) / 65536.0;
      right[i][j] = (next_random(&seed) >> 40) / 65536.0;
    }
  }
  for (u32 round = 0; round < 8; round++) {
    for (u32 i = 0; i < SIZE; i++) {
      for (u32 k = 0; k < SIZE; k++) {
        double factor = left[i][k] + round;
        for (u32 j = 0; j < SIZE; j++) {
          product[i][j] += factor * right[k][j];
        }
      }
    }
  }
  for (u32 i = 0; i < SIZE; i++) {
    for (u32 j = 0; j < SIZE; j++) {
      sum = mix_double(sum, product[i][j]);
    }
  }
  return sum;
}

#define POINTS 4096
static double real[POINTS], imaginary[POINTS];

/* A Fourier transform in place (radix 2); a turn's half is found by the half-angle formulas. */
static void transform(void) {
  for (u32 i = 1, j = 0; i < POINTS; i++) {
    u32 bit = POINTS / 2;
    for (; j & bit; bit /= 2) {
      j ^= bit;
    }
    j ^= bit;
    if (i < j) {
      double r = real[i], m = imaginary[i];
      real[i] = real[j];
      imaginary[i] = imaginary[j];
      real[j] = r;
      imaginary[j] = m;
    }
  }
  double cosine = -1;
  for (u32 half = 1; half < POINTS; half *= 2) {
    double sine = -root(1 - cosine * cosine), wr = 1, wi = 0;
    for (u32 k = 0; k < half; k++) {
      for (u32 i = k; i < POINTS; i += 2 * half) {
        u32 j = i + half;
        double r = real[j] * wr - imaginary[j] * wi, m = real[j] * wi + imaginary[j] * wr;
        real[j] = real[i] - r;
        imaginary[j] = imaginary[i] - m;
        real[i] += r;
        imaginary[i] += m;
      }
      double turned = wr * cosine - wi * sine;
      wi = wr * sine + wi * cosine;
      wr = turned;
    }
    cosine = root((1 + cosine) / 2);
  }
}

u64 run_fourier(void) {
  u64 seed = 29, sum = 0;
  for (u32 i = 0; i < POINTS; i++) {
    real[i] = (next_random(&seed) >> 40) / 16777216.0;
  }
  for (u32 pass = 0; pass < 80; pass++) {
    transform();
    for (u32 i = 0; i < POINTS; i++) {
      real[i] *= 1.0 / 64;
      imaginary[i] *= -1.0 / 64;
    }
  }
  for (u32 i = 0; i < POINTS; i++) {
    sum = mix_double(mix_double(sum, real[i]), imaginary[i]);
  }
  return sum;
}
