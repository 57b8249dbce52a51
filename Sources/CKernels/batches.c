// Batches of images as compressed rows and columns. No arithmetic: values come from a table,
// whose entry for a byte other than zero is not zero where the entry of zero is.
//
//   rows:     sample 0 | (pixel 152, v) (pixel 153, v) ...      columns:  pixel 152 | (sample 0, v) ...
//             sample 1 | (pixel 210, v) ...                               pixel 153 | (sample 0, v) ...
#include <string.h>

#include "kernels.h"

void hb_compress(const uint8_t *images, size_t stride, const int32_t *rows, size_t samples,
                 size_t pixels, const float table[256], hb_terms *terms) {
  uint32_t count = 0;
  int zeros = table[0] == 0.0f;
  for (size_t s = 0; s < samples; s++) {
    const uint8_t *image = images + (size_t)rows[s] * stride;
    terms->starts[s] = count;
    size_t p = 0;
    for (; zeros && p + 8 <= pixels; p += 8) {
      uint64_t word;
      memcpy(&word, image + p, 8);
      // The top bit of each byte that is not zero, the first byte's lowest.
      uint64_t lit = (((word & 0x7f7f7f7f7f7f7f7full) + 0x7f7f7f7f7f7f7f7full) | word) &
                     0x8080808080808080ull;
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
      lit = __builtin_bswap64(lit);
#endif
      for (; lit; lit &= lit - 1) {
        size_t i = p + (size_t)__builtin_ctzll(lit) / 8;
        terms->index[count] = (uint32_t)i;
        terms->value[count] = table[image[i]];
        count++;
      }
    }
    for (; p < pixels; p++) {
      terms->index[count] = (uint32_t)p;
      terms->value[count] = table[image[p]];
      count += table[image[p]] != 0.0f;
    }
  }
  terms->starts[samples] = count;
}

void hb_by_input(const hb_terms *terms, size_t samples, size_t inputs, hb_terms *columns) {
  uint32_t *starts = columns->starts;
  memset(starts, 0, (inputs + 1) * sizeof *starts);
  uint32_t total = terms->starts[samples];
  for (uint32_t t = 0; t < total; t++) starts[terms->index[t] + 1]++;
  for (size_t k = 0; k < inputs; k++) starts[k + 1] += starts[k];
  for (size_t s = 0; s < samples; s++) {
    for (uint32_t t = terms->starts[s]; t < terms->starts[s + 1]; t++) {
      uint32_t at = starts[terms->index[t]]++;
      columns->index[at] = (uint32_t)s;
      columns->value[at] = terms->value[t];
    }
  }
  // Each start has moved to its input's end, which is the next one's start.
  memmove(starts + 1, starts, inputs * sizeof *starts);
  starts[0] = 0;
}

void hb_transpose(const float *w, size_t inputs, size_t outputs, size_t stride, float *out,
                  size_t out_stride) {
  for (size_t i = 0; i < inputs; i++)
    for (size_t j = 0; j < outputs; j++) out[j * out_stride + i] = w[i * stride + j];
}
