#pragma once
// What a trial of a kernel is made of: its shape, numbers of its own, memory that is exactly as long as the contract
// says, and the comparison of what the kernel gave with what the reference gives. The numbers come from Philox, so
// that they are the same on every machine.
#include <inttypes.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernels.h"

// What kind of numbers the arrays hold. All are finite; sums of HUGE ones overflow to infinity.
typedef enum { ORDINARY, ZEROS, TINY, HUGE_ONES, ANY_FINITE, KINDS } kind;

typedef struct {
  const hb_kernels *kernels;
  const char *name, *set;
  size_t samples, inputs, outputs, stride;
  kind numbers;
  uint32_t seed;  // of the trial
  uint32_t drawn; // words taken so far
  uint64_t digest;
  int faults;
  void *held[32];
  size_t holds;
} trial;

static inline uint32_t word(trial *t) {
  const uint32_t key[2] = {t->seed, 77}, counter[4] = {t->drawn++, 0, 0, 0};
  uint32_t out[4];
  hb_philox(key, counter, out);
  return out[0];
}

// `count` words; in one initializer C leaves their order open.
static inline void words(trial *t, uint32_t *out, size_t count) {
  for (size_t i = 0; i < count; i++) out[i] = word(t);
}

static inline size_t below(trial *t, size_t bound) { return (size_t)(((uint64_t)word(t) * bound) >> 32); }

static inline float of_bits(uint32_t bits) {
  float x;
  memcpy(&x, &bits, sizeof x);
  return x;
}

static inline uint32_t bits_of(float x) {
  uint32_t bits;
  memcpy(&bits, &x, sizeof bits);
  return bits;
}

// One number of the trial's kind.
static inline float number(trial *t) {
  uint32_t bits = word(t), sign = bits & 0x80000000u;
  float u = (float)(int32_t)(bits >> 8) * 0x1p-23f - 1;
  switch (t->numbers) {
    case ZEROS: return bits % 4 ? of_bits(sign) : u;
    case TINY: return bits % 2 ? of_bits(sign | (bits >> 9 & 0x007fffff)) : u * 0x1p-75f;
    case HUGE_ONES: return bits % 2 ? u * 0x1.fffffep+127f : u;
    case ANY_FINITE: return (bits & 0x7f800000) == 0x7f800000 ? of_bits(bits & ~0x40000000u) : of_bits(bits);
    default: return u;
  }
}

// Memory until the trial's end; whole vectors begin at 64 bytes.
static inline void *hold(trial *t, void *memory) {
  if (!memory || t->holds == sizeof t->held / sizeof *t->held) abort();
  return t->held[t->holds++] = memory;
}
static inline float *vectors(trial *t, size_t count) {
  void *x = 0;
  if (posix_memalign(&x, 64, count ? count * sizeof(float) : 64)) abort();
  return memset(hold(t, x), 0, count * sizeof(float));
}
static inline float *floats(trial *t, size_t count) {
  float *x = hold(t, malloc(count ? count * sizeof(float) : 1));
  memset(x, 0, count * sizeof *x);
  return x;
}
static inline float *copy(trial *t, const float *x, size_t count) {
  return memcpy(vectors(t, count), x, count * sizeof *x);
}
static inline void release(trial *t) {
  while (t->holds) free(t->held[--t->holds]);
}

// rows x columns numbers in rows of `stride` floats, zero behind the last column.
static inline float *matrix(trial *t, size_t rows, size_t columns, size_t stride) {
  float *x = vectors(t, rows * stride);
  for (size_t r = 0; r < rows; r++)
    for (size_t c = 0; c < columns; c++) x[r * stride + c] = number(t);
  return x;
}

static inline float *numbers(trial *t, size_t count) {
  float *x = floats(t, count);
  for (size_t i = 0; i < count; i++) x[i] = number(t);
  return x;
}

static inline size_t padded(size_t count) { return (count + HB_LANES - 1) / HB_LANES * HB_LANES; }

// FNV-1a over the four bytes of a word, the lowest first.
static inline void digest(trial *t, uint32_t bits) {
  for (int byte = 0; byte < 4; byte++) t->digest = (t->digest ^ (bits >> 8 * byte & 0xff)) * UINT64_C(0x100000001b3);
}

static inline void compare(trial *t, const char *what, size_t at, uint32_t got, uint32_t want) {
  digest(t, got);
  if (got == want) return;
  if (t->faults++ == 0)
    fprintf(stderr,
            "%s %s: %s[%zu] is %08" PRIx32 ", its reference %08" PRIx32
            " (samples %zu, inputs %zu, outputs %zu, numbers %d, seed %" PRIu32 ")\n",
            t->set, t->name, what, at, got, want, t->samples, t->inputs, t->outputs, t->numbers, t->seed);
}

// Bits, but for the NaNs, which are one: their signs and payloads differ between machines.
static inline void agree(trial *t, const char *what, const float *got, const float *want, size_t count) {
  for (size_t i = 0; i < count; i++)
    compare(t, what, i, isnan(got[i]) ? 0x7fc00000 : bits_of(got[i]), isnan(want[i]) ? 0x7fc00000 : bits_of(want[i]));
}

static inline void agree_words(trial *t, const char *what, const uint32_t *got, const uint32_t *want, size_t count) {
  for (size_t i = 0; i < count; i++) compare(t, what, i, got[i], want[i]);
}

static inline void agree_wide(trial *t, const char *what, double got, double want) {
  uint64_t g, w;
  memcpy(&g, &got, sizeof g);
  memcpy(&w, &want, sizeof w);
  if (isnan(got)) g = UINT64_C(0x7ff8) << 48;
  if (isnan(want)) w = UINT64_C(0x7ff8) << 48;
  compare(t, what, 0, (uint32_t)g, (uint32_t)w);
  compare(t, what, 1, (uint32_t)(g >> 32), (uint32_t)(w >> 32));
}
