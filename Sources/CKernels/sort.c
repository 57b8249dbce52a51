// A radix sort of floats: three passes of 11 bits over keys whose unsigned order is the floats' order.
#include <stdint.h>
#include <string.h>

#include "kernels.h"

enum { DIGITS = 3, BITS = 11, BINS = 1 << BITS };

static uint32_t key_of(uint32_t bits) { return bits ^ ((uint32_t)((int32_t)bits >> 31) | 0x80000000u); }
static uint32_t bits_of(uint32_t key) { return key ^ (((key >> 31) - 1) | 0x80000000u); }

void hb_sort(float *values, float *scratch, size_t count) {
  static const int shifts[DIGITS] = {0, BITS, 2 * BITS};
  size_t counts[DIGITS][BINS];
  memset(counts, 0, sizeof counts);
  uint32_t *from = (uint32_t *)(void *)values, *to = (uint32_t *)(void *)scratch;
  for (size_t i = 0; i < count; i++) {
    uint32_t key = key_of(from[i]);
    from[i] = key;
    for (int d = 0; d < DIGITS; d++) counts[d][(key >> shifts[d]) & (BINS - 1)]++;
  }
  for (int d = 0; d < DIGITS; d++) {
    size_t start = 0;
    for (int bin = 0; bin < BINS; bin++) {
      size_t n = counts[d][bin];
      counts[d][bin] = start;
      start += n;
    }
    for (size_t i = 0; i < count; i++) to[counts[d][(from[i] >> shifts[d]) & (BINS - 1)]++] = from[i];
    uint32_t *swap = from;
    from = to;
    to = swap;
  }
  // Three passes end in the scratch.
  uint32_t *out = (uint32_t *)(void *)values;
  for (size_t i = 0; i < count; i++) out[i] = bits_of(from[i]);
}
