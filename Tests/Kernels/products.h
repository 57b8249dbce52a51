#pragma once
// Trials of products.inc, walks.inc and images.inc: passes through a layer, and the updates that gradients make.
#include "references.h"
#include "trial.h"

static void forward_dense(trial *t) {
  size_t a_stride = t->inputs + below(t, 20), stride = t->stride;
  float *a = matrix(t, t->samples, t->inputs, a_stride), *w = matrix(t, t->inputs, t->outputs, stride);
  float *bias = word(t) % 4 ? matrix(t, 1, t->outputs, stride) : 0;
  float *out = vectors(t, t->samples * stride), *want = vectors(t, t->samples * stride);
  t->kernels->forward_dense(a, a_stride, t->samples, t->inputs, w, bias, t->outputs, stride, out);
  for (size_t s = 0; s < t->samples; s++)
    for (size_t j = 0; j < stride; j++)
      want[s * stride + j] =
          reference_chain(bias ? bias[j] : 0, a + s * a_stride, 1, w + j, stride, t->inputs);
  agree(t, "out", out, want, t->samples * stride);
}

// Products beside half a unit in the last place of what they are added to: where a sum that is rounded twice
// goes wrong. In [1, 2) 2^e the half is 2^h; the product is 2^h (1 + small) (1 + small).
static void fused(trial *t) {
  static const float smalls[] = {0, 0x1p-23f, -0x1p-24f, 0x1p-12f, -0x1p-12f, 0x1p-22f, -0x1p-22f, 0.5f};
  size_t count = t->stride;
  float *x = vectors(t, count), *y = vectors(t, count), *want = vectors(t, count), *out = vectors(t, count);
  float factor = 0x1p-12f * (1 + smalls[below(t, 8)]);
  int e = (int)below(t, 240) - 149, h = (e < -126 ? -126 : e) - 24;
  for (size_t i = 0; i < count; i++) {
    uint32_t bits = word(t), sign = bits & 0x80000000u;
    y[i] = ldexpf(bits % 8 ? (float)(bits >> 9 & 0x7fffff) * 0x1p-23f + 1 : 1, e);
    float near = 1 + smalls[below(t, 8)];
    x[i] = of_bits(bits_of(ldexpf(near, h + 12 + (int)below(t, 2))) | sign);
    want[i] = fmaf(factor, x[i], y[i]);
  }
  t->kernels->forward_dense(&factor, 1, 1, 1, x, y, count, count, out);
  t->kernels->add_scaled(factor, x, count, y);
  agree(t, "y", y, want, count);
  for (size_t i = 0; i < count; i++) want[i] += 0.0f;
  agree(t, "out", out, want, count);
}

// Weights of rows x outputs with an update of some optimizer, and the same again for the reference.
typedef struct {
  hb_update got, want;
  size_t count;
} updates;

static updates an_update(trial *t, size_t rows) {
  size_t stride = t->stride, count = rows * stride;
  float batch = (float)t->samples, rate = (float)(1 + below(t, 1000)) * 0x1p-10f;
  float beta1 = (float)below(t, 1024) * 0x1p-10f, beta2 = (float)below(t, 1024) * 0x1p-10f;
  hb_optimizer optimizer = (hb_optimizer)below(t, 3);
  float *w = matrix(t, rows, t->outputs, stride);
  float *first = optimizer != HB_SGD ? matrix(t, rows, t->outputs, stride) : 0;
  float *second = optimizer == HB_ADAM ? matrix(t, rows, t->outputs, stride) : 0;
  // Second moments are not negative.
  for (size_t i = 0; second && i < count; i++) second[i] = fabsf(second[i]);
  hb_update got = {.optimizer = optimizer, .step = rate / batch, .inverse_batch = 1 / batch, .rate = rate,
                   .momentum = beta1, .first_share = 1 - beta1, .decay = beta2, .second_share = 1 - beta2,
                   .correction = 1 + rate, .epsilon = 0x1p-27f, .weights = w, .first = first, .second = second};
  hb_update want = got;
  want.weights = copy(t, w, count);
  if (first) want.first = copy(t, first, count);
  if (second) want.second = copy(t, second, count);
  return (updates){got, want, count};
}

static void agree_updates(trial *t, const updates *u) {
  agree(t, "weights", u->got.weights, u->want.weights, u->count);
  if (u->got.first) agree(t, "first", u->got.first, u->want.first, u->count);
  if (u->got.second) agree(t, "second", u->got.second, u->want.second, u->count);
}

static void update_dense(trial *t) {
  size_t a_stride = t->inputs + below(t, 20), stride = t->stride;
  float *a = matrix(t, t->samples, t->inputs, a_stride), *d = matrix(t, t->samples, t->outputs, stride);
  updates u = an_update(t, t->inputs);
  t->kernels->update_dense(a, a_stride, t->samples, t->inputs, d, t->outputs, stride, &u.got);
  for (size_t i = 0; i < u.count; i++)
    reference_update(&u.want, reference_chain(0, a + i / stride, a_stride, d + i % stride, stride, t->samples), i);
  agree_updates(t, &u);
}

// Activations of which a drawn share is zero, some of them -0, in rows of whole vectors.
static float *activations(trial *t, size_t samples, size_t units) {
  static const uint32_t shares[] = {0, 64, 128, 224, 256};
  uint32_t zeros = shares[below(t, 5)];
  float *a = matrix(t, samples, units, padded(units));
  for (size_t i = 0; i < samples * padded(units); i++) {
    uint32_t bits = word(t);
    if (bits % 256 < zeros) a[i] = of_bits(bits & 0x80000000u);
    if (i % padded(units) >= units) a[i] = 0;
  }
  return a;
}

static void mark(trial *t) {
  size_t units = t->inputs, stride = padded(units), blocks = (units + 63) / 64, terms = 0;
  float *a = activations(t, t->samples, units);
  for (size_t i = 0; i < t->samples * stride; i++)
    if (i % stride >= units) a[i] = of_bits(0x7fc00000u);
  uint64_t *marks = hold(t, malloc(blocks * t->samples * sizeof *marks));
  int sparse = t->kernels->mark(a, stride, t->samples, units, marks);
  float *got = floats(t, t->samples * blocks * 64 + 1), *want = floats(t, t->samples * blocks * 64 + 1);
  for (size_t s = 0; s < t->samples; s++)
    for (size_t k = 0; k < blocks * 64; k++) {
      got[s * blocks * 64 + k] = (float)(marks[k / 64 * t->samples + s] >> k % 64 & 1);
      want[s * blocks * 64 + k] = k < units && a[s * stride + k] != 0;
      terms += k < units && a[s * stride + k] != 0;
    }
  got[t->samples * blocks * 64] = (float)sparse;
  want[t->samples * blocks * 64] = 4 * terms <= 3 * t->samples * units;
  agree(t, "marks", got, want, t->samples * blocks * 64 + 1);
}

static void forward_marked(trial *t) {
  size_t units = t->inputs, a_stride = padded(units), stride = t->stride, count = t->samples * stride;
  float *a = activations(t, t->samples, units), *w = matrix(t, units, t->outputs, stride);
  float *bias = word(t) % 2 ? matrix(t, 1, t->outputs, stride) : 0;
  float *out = vectors(t, count), *want = vectors(t, count);
  uint64_t *marks = hold(t, malloc((units + 63) / 64 * t->samples * sizeof *marks));
  t->kernels->mark(a, a_stride, t->samples, units, marks);
  t->kernels->forward_marked(a, a_stride, marks, t->samples, units, w, bias, t->outputs, stride, out);
  for (size_t i = 0; i < count; i++)
    want[i] = reference_chain(bias ? bias[i % stride] : 0, a + i / stride * a_stride, 1, w + i % stride, stride, units);
  agree(t, "out", out, want, count);
}

static void update_turned(trial *t) {
  size_t units = t->inputs, a_stride = padded(units), stride = t->stride;
  size_t capacity = (t->samples + 63) / 64 * 64 + 64 * below(t, 2);
  float *a = activations(t, t->samples, units), *d = matrix(t, t->samples, t->outputs, stride);
  // What lies behind the samples is of another batch.
  float *turned = vectors(t, units * capacity);
  for (size_t i = 0; i < units * capacity; i++)
    turned[i] = i % capacity < t->samples ? a[i % capacity * a_stride + i / capacity] : number(t);
  updates u = an_update(t, units);
  t->kernels->update_turned(turned, capacity, t->samples, units, d, t->outputs, stride, &u.got);
  for (size_t i = 0; i < u.count; i++)
    reference_update(&u.want, reference_chain(0, a + i / stride, a_stride, d + i % stride, stride, t->samples), i);
  agree_updates(t, &u);
}

static void update_bias(trial *t) {
  float *d = matrix(t, t->samples, t->outputs, t->stride), one = 1;
  updates u = an_update(t, 1);
  t->kernels->update_bias(t->samples, d, t->outputs, t->stride, &u.got);
  for (size_t j = 0; j < u.count; j++)
    reference_update(&u.want, reference_chain(0, &one, 0, d + j, t->stride, t->samples), j);
  agree_updates(t, &u);
}

// A batch of images of which a drawn share is lit: none, few, half, all; and the values of its pixels as
// the definition takes them, [samples][inputs].
typedef struct {
  hb_batch batch;
  float *pixels;
} lit_batch;

static lit_batch a_batch(trial *t) {
  static const uint32_t shares[] = {0, 3, 48, 128, 256};
  size_t inputs = t->inputs, blocks = (inputs + 63) / 64, held = 1 + below(t, 40), share = shares[below(t, 5)];
  size_t capacity = (t->samples + 63) / 64 * 64 + 64 * below(t, 2), row = blocks * 64 + below(t, 70);
  // Rows are readable to whole blocks; what lies behind the last pixel is no part of the image.
  size_t bytes = (held - 1) * row + blocks * 64;
  uint8_t *images = hold(t, malloc(bytes));
  for (size_t i = 0; i < bytes; i++) {
    uint32_t bits = word(t);
    images[i] = bits % 256 < share ? (uint8_t)(bits >> 8) : 0;
  }
  float *value = floats(t, 256);
  for (size_t i = 0; i < 256; i++) value[i] = i || word(t) % 4 == 0 ? number(t) : 0;
  int32_t *rows = hold(t, malloc((t->samples + 1) * sizeof *rows));
  for (size_t s = 0; s < t->samples; s++) rows[s] = (int32_t)below(t, held);
  hb_batch batch = {.inputs = inputs, .capacity = capacity, .value = value};
  batch.images = hold(t, malloc(capacity * sizeof *batch.images));
  batch.next = hold(t, malloc(capacity * sizeof *batch.next));
  for (size_t s = 0; s < t->samples; s++) batch.next[s] = images + below(t, held) * row;
  batch.upcoming = below(t, t->samples + 1);
  batch.pixels_lit = hold(t, malloc(blocks * capacity * sizeof *batch.pixels_lit));
  batch.dense = vectors(t, (inputs + 15) / 16 * 16 * capacity);
  batch.turned = (uint8_t *)vectors(t, (inputs + 15) / 16 * 16 * capacity / sizeof(float));
  batch.samples_lit = hold(t, malloc(inputs * (capacity / 64) * sizeof *batch.samples_lit));
  t->kernels->take(&batch, images, row, rows, t->samples);
  t->kernels->turn(&batch);
  float *pixels = floats(t, t->samples * inputs);
  for (size_t s = 0; s < t->samples; s++)
    for (size_t k = 0; k < inputs; k++) pixels[s * inputs + k] = value[images[(size_t)rows[s] * row + k]];
  return (lit_batch){batch, pixels};
}

static void forward_images(trial *t) {
  size_t stride = t->stride, count = t->samples * stride;
  lit_batch lit = a_batch(t);
  float *w = matrix(t, t->inputs, t->outputs, stride), *bias = word(t) % 2 ? matrix(t, 1, t->outputs, stride) : 0;
  float *out = vectors(t, count), *want = vectors(t, count);
  t->kernels->forward_images(&lit.batch, w, bias, t->outputs, stride, out);
  for (size_t i = 0; i < count; i++)
    want[i] = reference_chain(bias ? bias[i % stride] : 0, lit.pixels + i / stride * t->inputs, 1, w + i % stride,
                              stride, t->inputs);
  agree(t, "out", out, want, count);
}

static void update_images(trial *t) {
  size_t stride = t->stride;
  lit_batch lit = a_batch(t);
  float *d = matrix(t, t->samples, t->outputs, stride);
  updates u = an_update(t, t->inputs);
  t->kernels->update_images(&lit.batch, d, t->outputs, stride, &u.got);
  for (size_t i = 0; i < u.count; i++)
    reference_update(
        &u.want, reference_chain(0, lit.pixels + i / stride, t->inputs, d + i % stride, stride, t->samples), i);
  agree_updates(t, &u);
}

static void transpose(trial *t) {
  size_t out_stride = padded(t->inputs), count = t->outputs * out_stride;
  float *w = matrix(t, t->inputs, t->outputs, t->stride), *out = vectors(t, count), *want = vectors(t, count);
  for (size_t i = 0; i < count; i++) out[i] = want[i] = 3;  // what is not written stays
  t->kernels->transpose(w, t->inputs, t->outputs, t->stride, out, out_stride);
  for (size_t j = 0; j < t->outputs; j++)
    for (size_t i = 0; i < t->inputs; i++) want[j * out_stride + i] = w[i * t->stride + j];
  agree(t, "out", out, want, count);
}
