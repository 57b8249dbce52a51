#pragma once
// Trials of random.inc, sort.c and Philox.
#include "references.h"
#include "trial.h"

static void draw(trial *t, int normal) {
  uint32_t key[2], name[3];
  words(t, key, 2);
  words(t, name, 3);
  size_t count = t->inputs * t->outputs, blocks = (count + 3) / 4;
  float *out = floats(t, count), *want = floats(t, 4 * blocks);
  (normal ? t->kernels->normals : t->kernels->uniforms)(key, name, count, out);
  for (size_t i = 0; i < blocks; i++) {
    uint32_t counter[4] = {(uint32_t)i, name[0], name[1], name[2]}, block[4];
    reference_philox(key, counter, block);
    for (size_t c = 0; c < 4; c++) want[c * blocks + i] = (float)(block[c] >> 8) * 0x1p-24f;
    for (size_t c = 0; normal && c < 4; c += 2)
      reference_normals(block[c], block[c + 1], &want[c * blocks + i], &want[(c + 1) * blocks + i]);
  }
  agree(t, "out", out, want, count);
}
static void normals(trial *t) { draw(t, 1); }
static void uniforms(trial *t) { draw(t, 0); }

// Draw i: bound times the 64 bits of words 2i and 2i + 1 of the stream, the high word.
static void bounded(trial *t) {
  uint32_t key[2], name[3], bound = word(t) >> below(t, 32);
  words(t, key, 2);
  words(t, name, 3);
  size_t first = word(t) % 2 ? below(t, 1000) : 0, count = t->inputs;
  uint32_t *out = hold(t, malloc(count * sizeof *out)), *want = hold(t, malloc(count * sizeof *want));
  if (bound == 0) bound = 1;
  t->kernels->bounded(key, name, first, count, bound, out);
  for (size_t i = 0; i < count; i++) {
    size_t at = 2 * (first + i);
    uint32_t counter[4] = {(uint32_t)(at / 4), name[0], name[1], name[2]}, block[4];
    reference_philox(key, counter, block);
    uint64_t low = (uint64_t)block[at % 4] * bound, high = (uint64_t)block[at % 4 + 1] * bound;
    want[i] = (uint32_t)((high + (low >> 32)) >> 32);
  }
  agree_words(t, "out", out, want, count);
}

static int ascending(const void *a, const void *b) {
  float x, y;
  memcpy(&x, a, sizeof x);
  memcpy(&y, b, sizeof y);
  if (x != y) return x < y ? -1 : 1;
  return (signbit(y) != 0) - (signbit(x) != 0);
}

static void sort(trial *t) {
  size_t count = t->inputs * (1 + t->samples % 3);
  float *x = numbers(t, count), *scratch = floats(t, count), *want = floats(t, count);
  memcpy(want, x, count * sizeof *x);
  hb_sort(x, scratch, count);
  qsort(want, count, sizeof *want, ascending);
  agree(t, "values", x, want, count);
}

static void philox(trial *t) {
  for (size_t i = 0; i < t->samples; i++) {
    uint32_t key[2], counter[4], out[4], want[4];
    words(t, key, 2);
    words(t, counter, 4);
    hb_philox(key, counter, out);
    reference_philox(key, counter, want);
    agree_words(t, "words", out, want, 4);
  }
}
