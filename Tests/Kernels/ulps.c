// How far the elementary functions are from correctly rounded: every binary32 argument there is, under every
// instruction set of this machine, and a wide sweep of the binary64 ones.
//
//   ulps [THREADS [STRIDE [NAME]]]     STRIDE 1 (the default) tries all arguments, another every STRIDE-th; of one
//                                      function, or of all
//
// Why libm's binary64 may judge. Let f be the exact value, F libm's, y ours, u the distance of binary32 numbers
// at F. The GNU C library's exp, log, sin, cos and tanh err by less than 2 units of binary64, and so does what is
// composed of them below by less than 8, which is 8 * 2^-29 u = 2^-26 u or less (the last place of a subnormal
// result is coarser still). So |y - F| / u is the true error of y to 2^-26, and where it is at most 2 - 2^-26, y is
// at most 2 numbers away from f correctly rounded. Binary64's functions are judged by the machine's long double in
// the same way; where that is binary64 itself, they are not tried.
#include <float.h>
#include <math.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernels.h"

enum { CHUNK = 1 << 12, SETS = 4, THREADS = 64 };

static const char *const set_names[SETS] = {"scalar", "neon", "avx2", "avx512"};

// The largest error seen, and where.
typedef struct {
  double error;
  float at;
  uint64_t tried, differing;
} worst;

typedef struct {
  const char *name;
  double bound;
  double floor;  // below this result, 0 will do
  int turns;  // 1: a sine of turns, 2: a cosine; their arguments are the multiples of 2^-24 on [0, 1)
  double (*exact)(double);
  void (*apply)(const hb_kernels *, size_t, const float *, float *);
} function;

static double exact_sigmoid(double x) { return 1 / (1 + exp(-x)); }

// Sine and cosine of 2 pi u: the nearest quarter turn is taken off exactly, then the angle is small.
static double quarter(double u, int shift) {
  double n = rint(4 * u), angle = (u - n / 4) * 6.283185307179586476925;
  switch (((int)n + shift) & 3) {
    case 0: return sin(angle);
    case 1: return cos(angle);
    case 2: return -sin(angle);
    default: return -cos(angle);
  }
}
static double exact_sine(double u) { return quarter(u, 0); }
static double exact_cosine(double u) { return quarter(u, 1); }

static void apply_exp(const hb_kernels *k, size_t n, const float *x, float *y) { k->exp(n, x, y); }
static void apply_log(const hb_kernels *k, size_t n, const float *x, float *y) { k->log(n, x, y); }
static void apply_tanh(const hb_kernels *k, size_t n, const float *x, float *y) { k->tanh(n, x, y); }
static void apply_sigmoid(const hb_kernels *k, size_t n, const float *x, float *y) { k->sigmoid(n, x, y); }
static void apply_sine(const hb_kernels *k, size_t n, const float *x, float *y) {
  float other[CHUNK];
  k->sincos_turns(n, x, y, other);
}
static void apply_cosine(const hb_kernels *k, size_t n, const float *x, float *y) {
  float other[CHUNK];
  k->sincos_turns(n, x, other, y);
}

static const function functions[] = {
    {"exp", 2, 0, 0, exp, apply_exp},
    {"log", 2, 0, 0, log, apply_log},
    {"tanh", 2, 0, 0, tanh, apply_tanh},
    {"sigmoid", 4, 0x1p-127, 0, exact_sigmoid, apply_sigmoid},
    {"sine of turns", 2, 0, 1, exact_sine, apply_sine},
    {"cosine of turns", 2, 0, 2, exact_cosine, apply_cosine},
};

// |y - exact| in units of binary32's last place at the exact value; a half where y is correctly rounded. Infinity
// counts as 2^128, the number that would follow; NaN agrees with NaN alone.
static double ulps(float y, double exact) {
  if ((float)exact == y) return 0.5;
  if (isnan(y) || isnan(exact)) return isnan(y) && isnan(exact) ? 0 : INFINITY;
  double value = isinf(y) ? copysign(0x1p128, y) : y;
  double other = fabs(exact) > 0x1p128 ? copysign(0x1p128, exact) : exact;
  int exponent;
  frexp(other, &exponent);
  int last = exponent - 24;
  if (other == 0 || last < -149) last = -149;
  return fabs(value - other) / ldexp(1, last);
}

typedef struct {
  const function *one;
  uint64_t first, step, stride;
  worst found[SETS];
} share;

static int same(float a, float b) {
  return memcmp(&a, &b, sizeof a) == 0 || (isnan(a) && isnan(b));
}

// Tries every `step`-th chunk of the arguments from the `first` on.
static void *try_share(void *argument) {
  share *s = argument;
  uint64_t count = s->one->turns ? 1u << 24 : UINT64_C(1) << 32;
  static _Thread_local float x[CHUNK], y[CHUNK], base[CHUNK];
  uint64_t span = (uint64_t)CHUNK * s->stride;
  for (uint64_t from = s->first * span; from < count; from += s->step * span) {
    size_t n = 0;
    for (uint64_t i = from; i < count && n < CHUNK; i += s->stride, n++) {
      uint32_t bits = (uint32_t)i;
      if (s->one->turns)
        x[n] = (float)bits * 0x1p-24f;
      else
        memcpy(&x[n], &bits, sizeof bits);
    }
    for (int set = 0; set < SETS; set++) {
      const hb_kernels *kernels = hb_kernels_for((hb_simd)set);
      if (!kernels) continue;
      worst *found = &s->found[set];
      s->one->apply(kernels, n, x, y);
      if (set == 0) memcpy(base, y, sizeof y);
      for (size_t i = 0; i < n; i++) {
        found->tried++;
        if (set > 0 && same(y[i], base[i])) continue;  // measured already
        found->differing += set > 0;
        double exact = s->one->exact(x[i]);
        double error = y[i] == 0 && fabs(exact) < s->one->floor ? 0 : ulps(y[i], exact);
        if (!(error <= found->error)) found->error = error, found->at = x[i];
      }
      if (set > 0 && found->differing == 0) found->error = s->found[0].error, found->at = s->found[0].at;
    }
  }
  return 0;
}

static int try_function(const function *one, size_t threads, uint64_t stride) {
  static share shares[THREADS];
  pthread_t thread[THREADS];
  for (size_t t = 0; t < threads; t++) {
    shares[t] = (share){.one = one, .first = t, .step = threads, .stride = one->turns ? 1 : stride};
    if (pthread_create(&thread[t], 0, try_share, &shares[t])) abort();
  }
  for (size_t t = 0; t < threads; t++) pthread_join(thread[t], 0);
  int faults = 0;
  for (int set = 0; set < SETS; set++) {
    worst all = {0};
    for (size_t t = 0; t < threads; t++) {
      worst *found = &shares[t].found[set];
      all.tried += found->tried;
      all.differing += found->differing;
      if (!(found->error <= all.error)) all.error = found->error, all.at = found->at;
    }
    if (!all.tried) continue;
    int bad = !(all.error <= one->bound - 0x1p-26) || all.differing;
    printf("%-16s %-7s %10llu arguments  worst %.6f ulp at %a (bound %g)%s\n", one->name, set_names[set],
           (unsigned long long)all.tried, all.error, all.at, one->bound, bad ? "  FAULT" : "");
    if (all.differing)
      printf("  %llu values differ from the scalar ones\n", (unsigned long long)all.differing);
    faults += bad;
  }
  fflush(stdout);
  return faults;
}

#if LDBL_MANT_DIG > DBL_MANT_DIG
// |y - exact| in units of binary64's last place at the exact value.
static double wide_ulps(double y, long double exact) {
  if (isnan(y) || isnan(exact)) return isnan(y) && isnan(exact) ? 0 : INFINITY;
  long double value = isinf(y) ? copysignl(0x1p1024L, y) : y;
  long double other = fabsl(exact) > 0x1p1024L ? copysignl(0x1p1024L, exact) : exact;
  int exponent;
  frexpl(other, &exponent);
  int last = exponent - 53;
  if (other == 0 || last < -1074) last = -1074;
  return (double)(fabsl(value - other) / ldexpl(1, last));
}

enum { ANY_BITS, UNIFORM, NEAR_ONE, NEAR_QUARTERS, KINDS };

// Argument i of a sweep: any bits; uniform on [-reach, reach]; near one; or the numbers next to the multiples of
// pi / 2, whose sine or cosine is next to zero.
static double argument(uint32_t i, int kind, double reach) {
  const uint32_t key[2] = {20, (uint32_t)kind}, counter[4] = {i, 0, 0, 0};
  uint32_t word[4];
  hb_philox(key, counter, word);
  uint64_t bits = (uint64_t)word[0] << 32 | word[1];
  double x, u = (double)(bits >> 11) * 0x1p-52 - 1;
  if (kind == UNIFORM) return u * reach;
  if (kind == NEAR_QUARTERS) {
    double at = rint(u * reach / 1.57) * 1.57079632679489661923;
    return word[2] % 3 ? nextafter(at, word[2] % 3 == 1 ? INFINITY : -INFINITY) : at;
  }
  if (kind == NEAR_ONE) return 1 + u * ldexp(1, -(int)(word[2] % 40));
  memcpy(&x, &bits, sizeof x);
  return x;
}

static int sweep(const char *name, double (*ours)(double), long double (*exact)(long double), double reach,
                 double bound, uint32_t count) {
  double most = 0, at = 0;
  uint64_t tried = 0;
  for (int kind = 0; kind < KINDS; kind++) {
    for (uint32_t i = 0; i < count; i++) {
      double x = argument(i, kind, reach);
      // Sine and cosine promise nothing for angles beyond their reach.
      if ((ours == hb_sin64 || ours == hb_cos64) && !(fabs(x) <= reach)) continue;
      double error = wide_ulps(ours(x), exact((long double)x));
      tried++;
      if (!(error <= most)) most = error, at = x;
    }
  }
  int bad = !(most <= bound - 0x1p-9);
  printf("%-16s binary64 %9llu arguments  worst %.6f ulp at %a (bound %g)%s\n", name, (unsigned long long)tried, most,
         at, bound, bad ? "  FAULT" : "");
  return bad;
}

static int try_wide(uint64_t stride) {
  uint32_t count = (uint32_t)((1u << 23) / stride);
  return sweep("exp", hb_exp64, expl, 750, 2, count) + sweep("log", hb_log64, logl, 1e300, 2, count) +
         sweep("sin, to 2^10", hb_sin64, sinl, 0x1p10, 2, count) +
         sweep("cos, to 2^10", hb_cos64, cosl, 0x1p10, 2, count) +
         sweep("sin, to 2^20", hb_sin64, sinl, 0x1p20, 3, count) +
         sweep("cos, to 2^20", hb_cos64, cosl, 0x1p20, 3, count);
}
#else
static int try_wide(uint64_t stride) {
  (void)stride;
  puts("binary64: not tried, as this machine's long double is no longer");
  return 0;
}
#endif

int main(int count, char **words) {
  long threads = count > 1 ? strtol(words[1], 0, 10) : 1, stride = count > 2 ? strtol(words[2], 0, 10) : 1;
  if (threads < 1 || threads > THREADS || stride < 1) {
    fputs("usage: ulps [THREADS [STRIDE [NAME]]]\n", stderr);
    return 64;
  }
  int faults = 0;
  const char *name = count > 3 ? words[3] : 0;
  for (size_t i = 0; i < sizeof functions / sizeof *functions; i++)
    if (!name || strcmp(name, functions[i].name) == 0)
      faults += try_function(&functions[i], (size_t)threads, (uint64_t)stride);
  if (!name || strcmp(name, "binary64") == 0) faults += try_wide((uint64_t)stride);
  if (faults) printf("%d bounds are not kept\n", faults);
  return faults != 0;
}
