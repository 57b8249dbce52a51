#pragma once
// The definition of each kernel as plain loops, one element after the other: Documentation/numerics.md in C.
// Compiled without contraction, so that a fused multiply-add is where `fmaf` stands and nowhere else.
#pragma STDC FP_CONTRACT OFF
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "kernels.h"

// sum over ascending k of a[k * a_step] * b[k * b_step], from `start`.
static inline float reference_chain(float start, const float *a, size_t a_step, const float *b, size_t b_step,
                                    size_t count) {
  float sum = start;
  for (size_t k = 0; k < count; k++) sum = fmaf(a[k * a_step], b[k * b_step], sum);
  return sum + 0.0f;
}

static inline int32_t reference_bits(float x) {
  int32_t bits;
  memcpy(&bits, &x, sizeof bits);
  return bits;
}
static inline float reference_float(int32_t bits) {
  float x;
  memcpy(&x, &bits, sizeof x);
  return x;
}

static inline float reference_polynomial(const float *c, int count, float x) {
  float p = c[0];
  for (int i = 1; i < count; i++) p = fmaf(p, x, c[i]);
  return p;
}

// exp: x = n ln 2 + r, Taylor to r^7, two exact steps to 2^n.
static inline float reference_exp(float x) {
  static const float c[] = {1.0f / 5040, 1.0f / 720, 1.0f / 120, 1.0f / 24, 1.0f / 6, 0.5f};
  if (x != x) return x;
  float bounded = x > 89 ? 89 : x < -104 ? -104 : x;
  float n = fmaf(bounded, 0x1.715476p+0f, 0x1.8p23f) - 0x1.8p23f;
  float r = fmaf(n, -0x1.7f7d1cp-20f, fmaf(n, -0x1.62e400p-1f, bounded));
  float p = reference_polynomial(c, 6, r);
  p = fmaf(p * r, r, r) + 1;
  int k = (int)n, half = k < 0 ? -((1 - k) / 2) : k / 2;
  return p * ldexpf(1, half) * ldexpf(1, k - half);
}

// log: x = 2^k m, m in [sqrt 1/2, sqrt 2), f = m - 1, s = f / (2 + f), log m = f - s (f - R(s^2)).
static inline float reference_log(float x) {
  static const float c[] = {2.0f / 11, 2.0f / 9, 2.0f / 7, 2.0f / 5, 2.0f / 3};
  if (x != x || x < 0) return NAN;
  if (x == 0) return -INFINITY;
  if (x == INFINITY) return x;
  int tiny = x < 0x1p-126f;
  int32_t offset = reference_bits(tiny ? x * 0x1p24f : x) - 0x3f3504f3;
  float n = (float)((offset >> 23) - (tiny ? 24 : 0));
  float m = reference_float((offset & 0x007fffff) + 0x3f3504f3);
  float f = m - 1, s = f / (f + 2), z = s * s, p = reference_polynomial(c, 5, z) * z;
  return fmaf(n, 0x1.62e430p-1f, f + fmaf(-s, f - p, n * -0x1.05c610p-29f));
}

// tanh: an odd polynomial below 0.55, else 1 - 2 / (e^2x + 1).
static inline float reference_tanh(float x) {
  static const float c[] = {-5.70498872745e-3f, 2.06390887954e-2f, -5.37397155531e-2f, 1.33314422036e-1f,
                            -3.33332819422e-1f};
  if (x != x || x == 0) return x;
  float a = fabsf(x), z = a * a;
  float y = a < 0.55f ? fmaf(reference_polynomial(c, 5, z) * z, a, a) : 1 - 2 / (reference_exp(a + a) + 1);
  return x < 0 ? -y : y;
}

static inline float reference_sigmoid(float x) { return 1 / (1 + reference_exp(-x)); }

// Sine and cosine of 2 pi u: the nearest quarter turn is taken off exactly.
static inline void reference_sincos(float u, float *sine, float *cosine) {
  static const float sines[] = {0x1.71de3ap-19f, -0x1.a01a02p-13f, 0x1.111112p-7f, -0x1.555556p-3f};
  static const float cosines[] = {-0x1.27e4fcp-22f, 0x1.a01a02p-16f, -0x1.6c16c2p-10f, 0x1.555556p-5f, -0.5f, 1};
  float n = fmaf(u, 4, 0x1.8p23f) - 0x1.8p23f;
  float r = fmaf(n, -0.25f, u) * 0x1.921fb6p+2f, z = r * r;
  float s = fmaf(reference_polynomial(sines, 4, z) * z, r, r), c = reference_polynomial(cosines, 6, z);
  int quadrant = (int)n & 3;
  float sin0 = quadrant & 1 ? c : s, cos0 = quadrant & 1 ? s : c;
  *sine = quadrant & 2 ? -sin0 : sin0;
  *cosine = (quadrant + 1) & 2 ? -cos0 : cos0;
}

// The update of weight i by the sum g of its gradients: the formulas at hb_update.
static inline void reference_update(const hb_update *u, float g, size_t i) {
  float *w = u->weights + i, mean = g * u->inverse_batch;
  if (u->optimizer == HB_SGD) {
    *w = fmaf(-u->step, g, *w);
  } else if (u->optimizer == HB_MOMENTUM) {
    u->first[i] = fmaf(u->momentum, u->first[i], mean);
    *w = fmaf(-u->rate, u->first[i], *w);
  } else {
    u->first[i] = fmaf(u->momentum, u->first[i], mean * u->first_share);
    u->second[i] = fmaf(u->decay, u->second[i], mean * mean * u->second_share);
    *w = fmaf(-u->rate, u->first[i] / fmaf(sqrtf(u->second[i]), u->correction, u->epsilon), *w);
  }
}

static inline float reference_activation(hb_activation activation, float x) {
  if (activation == HB_TANH) return reference_tanh(x);
  if (activation == HB_SIGMOID) return reference_sigmoid(x);
  return x > 0 ? x : 0;
}

// d times the derivative, in terms of the activation's value a.
static inline float reference_back(hb_activation activation, float a, float d) {
  if (activation == HB_TANH) return d * fmaf(-a, a, 1);
  if (activation == HB_SIGMOID) return d * (a * (1 - a));
  return a > 0 ? d : 0;
}

// The lowest index of the largest of `count` scores.
static inline size_t reference_argmax(const float *z, size_t count) {
  size_t best = 0;
  for (size_t j = 1; j < count; j++)
    if (z[j] > z[best]) best = j;
  return best;
}

// e^(z - max) for each score, and their sum in ascending order.
static inline float reference_exponentials(const float *z, size_t count, float largest, float *e) {
  float sum = 0;
  for (size_t j = 0; j < count; j++) {
    e[j] = reference_exp(z[j] - largest);
    sum += e[j];
  }
  return sum;
}

// Sixteen chains by index modulo 16, joined in a tree: 8, 4, 2, 1.
static inline double joined(double sum[HB_LANES]) {
  for (int half = HB_LANES / 2; half > 0; half /= 2)
    for (int lane = 0; lane < half; lane++) sum[lane] += sum[lane + half];
  return sum[0];
}

static inline double reference_distance(const float *a, const float *b, size_t count) {
  double sum[HB_LANES] = {0};
  for (size_t i = 0; i < count; i++) {
    double d = (double)a[i] - (double)b[i];
    sum[i % HB_LANES] += d * d;
  }
  return joined(sum);
}

static inline double reference_product(const float *a, const float *b, size_t count) {
  double sum[HB_LANES] = {0};
  for (size_t i = 0; i < count; i++) sum[i % HB_LANES] += (double)a[i] * (double)b[i];
  return joined(sum);
}

// Philox4x32-10 as its paper has it (Salmon et al., SC 2011): ten rounds of two multiplications.
static inline void reference_philox(const uint32_t key[2], const uint32_t counter[4], uint32_t out[4]) {
  uint32_t k[2] = {key[0], key[1]};
  memcpy(out, counter, 4 * sizeof *out);
  for (int round = 0; round < 10; round++) {
    uint64_t a = UINT64_C(0xD2511F53) * out[0], b = UINT64_C(0xCD9E8D57) * out[2];
    uint32_t next[4] = {(uint32_t)(b >> 32) ^ out[1] ^ k[0], (uint32_t)b, (uint32_t)(a >> 32) ^ out[3] ^ k[1],
                        (uint32_t)a};
    memcpy(out, next, sizeof next);
    k[0] += 0x9E3779B9u;
    k[1] += 0xBB67AE85u;
  }
}

// Box and Muller from two words: 31 bits for the radius, 24 for the angle.
static inline void reference_normals(uint32_t a, uint32_t b, float *first, float *second) {
  float u = fmaf((float)(a >> 1), 0x1p-31f, 0x1p-32f), squared = reference_log(u) * -2.0f, sine, cosine;
  float radius = sqrtf(squared > 0 ? squared : 0);
  reference_sincos((float)(b >> 8) * 0x1p-24f, &sine, &cosine);
  *first = radius * cosine;
  *second = radius * sine;
}
