// Twelve chains hide the latency of the fused multiply-add (4 cycles, 2 a cycle on today's
// processors), and leave registers for its two constants where there are 16 of them.
#include "peak.h"

enum { CHAINS = 12 };

// What the compiler can neither foresee nor leave out.
static volatile float given = 0.999f;
static volatile float sink;

#define PEAK(name, target, lanes)                                               \
  typedef float name##_vector __attribute__((vector_size(4 * (lanes))));        \
  target static double name(size_t rounds) {                                    \
    name##_vector factor = (name##_vector){} + given;                           \
    name##_vector term = (name##_vector){} + (1.0f - given);                    \
    name##_vector sum[CHAINS];                                                  \
    for (int i = 0; i < CHAINS; i++) sum[i] = (name##_vector){} + (float)i;     \
    for (size_t r = 0; r < rounds; r++) {                                       \
      _Pragma("clang loop unroll(full)") for (int i = 0; i < CHAINS; i++)       \
          sum[i] = __builtin_elementwise_fma(sum[i], factor, term);             \
    }                                                                           \
    for (int i = 0; i < CHAINS; i++) sink = sum[i][0] + sum[i][(lanes) - 1];    \
    return 2.0 * CHAINS * (lanes) * (double)rounds;                             \
  }

PEAK(peak_baseline, , 4)
#if defined(__x86_64__)
PEAK(peak_avx2, __attribute__((target("avx2,fma"))), 8)
PEAK(peak_avx512, __attribute__((target("avx512f,fma"))), 16)
#endif

double peak_fma(hb_simd simd, size_t rounds) {
#if defined(__x86_64__)
  if (simd == HB_SIMD_AVX512) return peak_avx512(rounds);
  if (simd == HB_SIMD_AVX2) return peak_avx2(rounds);
#else
  (void)simd;
#endif
  return peak_baseline(rounds);
}
