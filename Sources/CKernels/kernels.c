// Compiles kernels.inc for each instruction set of the target and chooses among them at run time.
#pragma STDC FP_CONTRACT OFF
#include "kernels.h"

// Vectors pass between functions that are always inlined, so no calling convention is involved.
#pragma clang diagnostic ignored "-Wpsabi"

typedef float hb_floats __attribute__((vector_size(64), may_alias));
typedef int32_t hb_ints __attribute__((vector_size(64), may_alias));
typedef uint32_t hb_words __attribute__((vector_size(64), may_alias));
typedef uint64_t hb_wide __attribute__((vector_size(128), may_alias));
typedef double hb_doubles __attribute__((vector_size(128), may_alias));

#define HB_SUFFIX scalar
#define HB_TARGET
#define HB_SIMD HB_SIMD_SCALAR
#include "kernels.inc"

#if defined(__x86_64__)
#define HB_SUFFIX avx2
#define HB_TARGET __attribute__((target("avx2,fma")))
#define HB_SIMD HB_SIMD_AVX2
#include "kernels.inc"

#define HB_SUFFIX avx512
#define HB_TARGET __attribute__((target("avx512f,avx512dq,avx512bw,avx512vl,fma")))
#define HB_SIMD HB_SIMD_AVX512
#include "kernels.inc"

int hb_simd_available(hb_simd simd) {
  __builtin_cpu_init();
  switch (simd) {
    case HB_SIMD_SCALAR: return 1;
    case HB_SIMD_AVX2: return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    case HB_SIMD_AVX512:
      return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
             __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl");
    default: return 0;
  }
}

hb_simd hb_simd_best(void) {
  if (hb_simd_available(HB_SIMD_AVX512)) return HB_SIMD_AVX512;
  return hb_simd_available(HB_SIMD_AVX2) ? HB_SIMD_AVX2 : HB_SIMD_SCALAR;
}

const hb_kernels *hb_kernels_for(hb_simd simd) {
  if (!hb_simd_available(simd)) return 0;
  switch (simd) {
    case HB_SIMD_AVX512: return &table_avx512;
    case HB_SIMD_AVX2: return &table_avx2;
    default: return &table_scalar;
  }
}
#else
// On ARM the compiler's baseline is NEON with fused multiply-add; elsewhere it is what the machine
// has.
int hb_simd_available(hb_simd simd) { return simd == hb_simd_best() || simd == HB_SIMD_SCALAR; }

hb_simd hb_simd_best(void) {
#if defined(__aarch64__)
  return HB_SIMD_NEON;
#else
  return HB_SIMD_SCALAR;
#endif
}

const hb_kernels *hb_kernels_for(hb_simd simd) {
  return hb_simd_available(simd) ? &table_scalar : 0;
}
#endif
