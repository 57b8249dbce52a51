#pragma once
// What the machine can do at most: fused multiply-adds in registers.
#include <stddef.h>

#include "kernels.h"

/// Runs fused multiply-adds of independent chains in registers of an instruction set that the
/// machine has, and gives the number of floating-point operations: two for each element.
double peak_fma(hb_simd simd, size_t rounds);
