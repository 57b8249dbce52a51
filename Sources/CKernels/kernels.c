// Compiles kernels.inc for each instruction set of the target and chooses among them at run time.
#pragma STDC FP_CONTRACT OFF
#include "kernels.h"

// Vectors pass between functions that are always inlined, so no calling convention is involved.
#pragma clang diagnostic ignored "-Wpsabi"

typedef float hb_floats __attribute__((vector_size(64), may_alias));
typedef int32_t hb_ints __attribute__((vector_size(64), may_alias));
typedef uint32_t hb_words __attribute__((vector_size(64), may_alias));
typedef uint64_t hb_wide __attribute__((vector_size(128), may_alias));
typedef uint64_t hb_pairs __attribute__((vector_size(64), may_alias));
typedef int64_t hb_longs __attribute__((vector_size(128), may_alias));
typedef double hb_doubles __attribute__((vector_size(128), may_alias));

// Registers: sums of a walk and of a tile, what the tile shares and a broadcast fit those that there
// are: 16 of AVX2 and of the baseline (where a soft fused multiply-add needs most of them), 32 of
// AVX-512 and NEON.
#define HB_CASES_2(CASE) CASE(1) CASE(2)
#define HB_CASES_4(CASE) HB_CASES_2(CASE) CASE(3) CASE(4)
#define HB_CASES_14(CASE)                                                                        \
  HB_CASES_4(CASE) CASE(5) CASE(6) CASE(7) CASE(8) CASE(9) CASE(10) CASE(11) CASE(12) CASE(13)   \
  CASE(14)

#define HB_SUFFIX scalar
#define HB_TARGET
#define HB_SIMD HB_SIMD_SCALAR
#if defined(__aarch64__)
#define HB_FUSED 1
#define HB_WIDTH 4
#define HB_HALVES 0
#define HB_MOST 14
#define HB_MOST_CASES HB_CASES_14
#define HB_TILE 4
#define HB_TILE_CASES HB_CASES_4
#define HB_TILE_ROWS 12
#define HB_ROWS_OF(nv) ((nv) < 3 ? 12 : (nv) < 4 ? 8 : 6)
#else
#define HB_FUSED 0
#define HB_WIDTH 4
#define HB_HALVES 0
#define HB_MOST 4
#define HB_MOST_CASES HB_CASES_4
#define HB_TILE 2
#define HB_TILE_CASES HB_CASES_2
#define HB_TILE_ROWS 4
#define HB_ROWS_OF(nv) ((nv) < 2 ? 4 : 2)
#endif
#include "kernels.inc"

#if defined(__x86_64__)
#define HB_SUFFIX avx2
#define HB_TARGET __attribute__((target("avx2,fma,bmi,bmi2,popcnt,lzcnt")))
#define HB_SIMD HB_SIMD_AVX2
#define HB_FUSED 1
#define HB_WIDTH 8
#define HB_HALVES 0
#define HB_MOST 14
#define HB_MOST_CASES HB_CASES_14
#define HB_TILE 2
#define HB_TILE_CASES HB_CASES_2
#define HB_TILE_ROWS 12
#define HB_ROWS_OF(nv) ((nv) < 2 ? 12 : 6)
#include "kernels.inc"

#define HB_SUFFIX avx512
#define HB_TARGET \
  __attribute__((target("avx512f,avx512dq,avx512bw,avx512vl,avx2,fma,bmi,bmi2,popcnt,lzcnt")))
#define HB_SIMD HB_SIMD_AVX512
#define HB_FUSED 1
#define HB_WIDTH 16
#define HB_HALVES 1
#define HB_MOST 14
#define HB_MOST_CASES HB_CASES_14
#define HB_TILE 4
#define HB_TILE_CASES HB_CASES_4
#define HB_TILE_ROWS 12
#define HB_ROWS_OF(nv) ((nv) < 3 ? 12 : (nv) < 4 ? 8 : 6)
#include "kernels.inc"

static int has_avx2(void) {
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
         __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2") &&
         __builtin_cpu_supports("popcnt") && __builtin_cpu_supports("lzcnt");
}

int hb_simd_available(hb_simd simd) {
  __builtin_cpu_init();
  switch (simd) {
    case HB_SIMD_SCALAR: return 1;
    case HB_SIMD_AVX2: return has_avx2();
    case HB_SIMD_AVX512:
      return has_avx2() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
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
