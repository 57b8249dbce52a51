// Elementary functions in binary64 from +, -, * and / alone, in a fixed order: libm differs between
// systems, these do not. Each is a reduction to a short interval and a Taylor or arctanh series
// that is longer than binary64 can see. Errors stay below 2 ulp, of sine and cosine beyond 2^10 below 3
// (measured against long double, Tests/Kernels/ulps.c).
#pragma STDC FP_CONTRACT OFF
#include <math.h>
#include <string.h>

#include "kernels.h"

// ln 2 and pi / 2 in parts; the leading parts end in zeros, so that small multiples are exact.
static const double LN2_HIGH = 0x1.62e42fee00000p-1, LN2_LOW = 0x1.a39ef35793c76p-33;
static const double HALF_PI_1 = 0x1.921fb54400000p+0, HALF_PI_2 = 0x1.0b4611a600000p-34,
                    HALF_PI_3 = 0x1.3198a2e037073p-69;

static double from_bits(uint64_t bits) {
  double x;
  memcpy(&x, &bits, sizeof x);
  return x;
}

static uint64_t to_bits(double x) {
  uint64_t bits;
  memcpy(&bits, &x, sizeof bits);
  return bits;
}

// x * 2^k in two steps, so that a subnormal result is rounded once.
static double scale(double x, int k) {
  int half = k / 2;
  return x * from_bits((uint64_t)(half + 1023) << 52) * from_bits((uint64_t)(k - half + 1023) << 52);
}

double hb_exp64(double x) {
  if (x != x) return x;
  if (x > 709.79) return INFINITY;
  if (x < -745.14) return 0;
  double t = x * 0x1.71547652b82fep+0;
  int k = (int)(t < 0 ? t - 0.5 : t + 0.5);
  double r = (x - k * LN2_HIGH) - k * LN2_LOW;
  double p = 1.0 / 6227020800.0;
  static const double inverse_factorials[] = {
      1.0 / 479001600, 1.0 / 39916800, 1.0 / 3628800, 1.0 / 362880, 1.0 / 40320, 1.0 / 5040,
      1.0 / 720,       1.0 / 120,      1.0 / 24,      1.0 / 6,      0.5};
  for (size_t i = 0; i < sizeof inverse_factorials / sizeof *inverse_factorials; i++)
    p = p * r + inverse_factorials[i];
  return scale(1 + (r + r * r * p), k);
}

double hb_log64(double x) {
  if (x != x || x == INFINITY) return x;
  if (x < 0) return NAN;
  if (x == 0) return -INFINITY;
  int k = 0;
  if (x < 0x1p-1022) {
    x *= 0x1p54;
    k = -54;
  }
  uint64_t bits = to_bits(x);
  k += (int)(bits >> 52) - 1023;
  double m = from_bits((bits & 0xfffffffffffffull) | 0x3ff0000000000000ull);
  if (m > 0x1.6a09e667f3bcdp+0) {
    m *= 0.5;
    k += 1;
  }
  // log m = 2 artanh s with s = (m - 1) / (m + 1), written as f - s (f - R) to keep f exact.
  static const double twice_odd[] = {2.0 / 23, 2.0 / 21, 2.0 / 19, 2.0 / 17, 2.0 / 15, 2.0 / 13,
                                     2.0 / 11, 2.0 / 9,  2.0 / 7,  2.0 / 5,  2.0 / 3};
  double f = m - 1, s = f / (2 + f), z = s * s, p = 0;
  for (size_t i = 0; i < sizeof twice_odd / sizeof *twice_odd; i++) p = (p + twice_odd[i]) * z;
  return k * LN2_HIGH + (f - (s * (f - p) - k * LN2_LOW));
}

// Sine and cosine on [-pi/4, pi/4].
static double sine_near_zero(double r) {
  static const double steps[] = {1.0 / (19 * 18), 1.0 / (17 * 16), 1.0 / (15 * 14),
                                 1.0 / (13 * 12), 1.0 / (11 * 10), 1.0 / (9 * 8),
                                 1.0 / (7 * 6),   1.0 / (5 * 4),   1.0 / (3 * 2)};
  double z = r * r, p = 0;
  for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) p = (1 - p) * (z * steps[i]);
  return r - r * p;
}

static double cosine_near_zero(double r) {
  static const double steps[] = {1.0 / (18 * 17), 1.0 / (16 * 15), 1.0 / (14 * 13),
                                 1.0 / (12 * 11), 1.0 / (10 * 9),  1.0 / (8 * 7),
                                 1.0 / (6 * 5),   1.0 / (4 * 3),   1.0 / (2 * 1)};
  double z = r * r, p = 0;
  for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) p = (1 - p) * (z * steps[i]);
  return 1 - p;
}

// Quadrant and remainder of x; |x| to 2^20 or so keeps the multiples exact.
static int reduce(double x, double *r) {
  double t = x * 0x1.45f306dc9c883p-1;
  long k = (long)(t < 0 ? t - 0.5 : t + 0.5);
  *r = ((x - k * HALF_PI_1) - k * HALF_PI_2) - k * HALF_PI_3;
  return (int)(k & 3);
}

double hb_sin64(double x) {
  double r;
  switch (reduce(x, &r)) {
    case 0: return sine_near_zero(r);
    case 1: return cosine_near_zero(r);
    case 2: return -sine_near_zero(r);
    default: return -cosine_near_zero(r);
  }
}

double hb_cos64(double x) {
  double r;
  switch (reduce(x, &r)) {
    case 0: return cosine_near_zero(r);
    case 1: return -sine_near_zero(r);
    case 2: return -cosine_near_zero(r);
    default: return sine_near_zero(r);
  }
}

void hb_philox(const uint32_t key[2], const uint32_t counter[4], uint32_t out[4]) {
  uint32_t k0 = key[0], k1 = key[1];
  uint32_t c0 = counter[0], c1 = counter[1], c2 = counter[2], c3 = counter[3];
  for (int round = 0; round < 10; round++) {
    uint64_t p0 = (uint64_t)0xD2511F53u * c0, p1 = (uint64_t)0xCD9E8D57u * c2;
    c0 = (uint32_t)(p1 >> 32) ^ c1 ^ k0;
    c1 = (uint32_t)p1;
    c2 = (uint32_t)(p0 >> 32) ^ c3 ^ k1;
    c3 = (uint32_t)p0;
    k0 += 0x9E3779B9u;
    k1 += 0xBB67AE85u;
  }
  out[0] = c0;
  out[1] = c1;
  out[2] = c2;
  out[3] = c3;
}
