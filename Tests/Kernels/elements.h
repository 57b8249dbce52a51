#pragma once
// Trials of losses.inc, elementary.inc, planes.inc and elementary.c.
#include "references.h"
#include "trial.h"

static void activate(trial *t) {
  size_t count = t->samples * t->stride;
  hb_activation activation = (hb_activation)below(t, 3);
  float *x = matrix(t, t->samples, t->outputs, t->stride), *want = copy(t, x, count);
  t->kernels->activate(activation, count, x);
  for (size_t i = 0; i < count; i++) want[i] = reference_activation(activation, want[i]);
  agree(t, "x", x, want, count);
}

static void activate_back(trial *t) {
  size_t count = t->samples * t->stride;
  hb_activation activation = (hb_activation)below(t, 3);
  float *a = matrix(t, t->samples, t->outputs, t->stride), *d = matrix(t, t->samples, t->outputs, t->stride);
  float *want = copy(t, d, count);
  t->kernels->activate_back(activation, count, a, d);
  for (size_t i = 0; i < count; i++) want[i] = reference_back(activation, a[i], want[i]);
  agree(t, "d", d, want, count);
}

// Labels of the samples, of `classes` classes.
static uint8_t *labels(trial *t, size_t classes) {
  uint8_t *out = hold(t, malloc(t->samples ? t->samples : 1));
  for (size_t s = 0; s < t->samples; s++) out[s] = (uint8_t)below(t, classes);
  return out;
}

static size_t classes_of(const trial *t) { return t->outputs < 256 ? t->outputs : 256; }

// What lies behind the columns is not theirs.
static void spoil_behind(float *z, size_t rows, size_t columns, size_t stride) {
  for (size_t i = 0; i < rows * stride; i++)
    if (i % stride >= columns) z[i] = 7;
}

static void softmax_gradient(trial *t) {
  size_t classes = classes_of(t), stride = t->stride;
  float *z = matrix(t, t->samples, classes, stride), *want = copy(t, z, t->samples * stride);
  uint8_t *label = labels(t, classes);
  spoil_behind(z, t->samples, classes, stride);
  t->kernels->softmax_gradient(t->samples, classes, stride, label, z);
  for (size_t s = 0; s < t->samples; s++) {
    float *row = want + s * stride;
    float sum = reference_exponentials(row, classes, row[reference_argmax(row, classes)], row);
    for (size_t j = 0; j < classes; j++) row[j] = row[j] / sum - (j == label[s] ? 1.0f : 0.0f);
  }
  agree(t, "z", z, want, t->samples * stride);
}

static void softmax(trial *t) {
  static const float factors[] = {1, 0.5f, 0.25f, 1.0f / 3, 20};
  size_t classes = classes_of(t), stride = t->stride;
  float factor = factors[below(t, sizeof factors / sizeof *factors)];
  float *z = matrix(t, t->samples, classes, stride), *want = copy(t, z, t->samples * stride);
  spoil_behind(z, t->samples, classes, stride);
  t->kernels->softmax(t->samples, classes, stride, factor, z);
  for (size_t s = 0; s < t->samples; s++) {
    float *row = want + s * stride;
    for (size_t j = 0; j < classes; j++) row[j] = row[j] * factor;
    float sum = reference_exponentials(row, classes, row[reference_argmax(row, classes)], row);
    for (size_t j = 0; j < classes; j++) row[j] = row[j] / sum;
  }
  agree(t, "z", z, want, t->samples * stride);
}

static void softmax_loss(trial *t) {
  size_t classes = classes_of(t), stride = t->stride;
  float *z = matrix(t, t->samples, classes, stride), *loss = floats(t, t->samples), e[256];
  uint8_t *label = labels(t, classes), *prediction = labels(t, classes);
  t->kernels->softmax_loss(t->samples, classes, stride, label, z, prediction, loss);
  for (size_t s = 0; s < t->samples; s++) {
    const float *row = z + s * stride;
    size_t best = reference_argmax(row, classes);
    float sum = reference_exponentials(row, classes, row[best], e);
    float want = reference_log(sum) - (row[label[s]] - row[best]);
    agree(t, "loss", loss + s, &want, 1);
    compare(t, "prediction", s, prediction[s], (uint32_t)best);
  }
}

static void convolve(trial *t) {
  size_t rows = 1 + t->samples % 29, columns = 1 + t->inputs % 31, stride = t->stride, radius = below(t, 9);
  size_t count = rows * columns * stride;
  int axis = (int)below(t, 2);
  float *in = matrix(t, rows * columns, t->outputs, stride), *taps = numbers(t, 2 * radius + 1);
  float *out = vectors(t, count), *want = vectors(t, count);
  t->kernels->convolve(in, rows, columns, stride, axis, taps, radius, out);
  for (size_t i = 0; i < count; i++) {
    size_t pixel = i / stride, r = pixel / columns, c = pixel % columns;
    for (size_t tap = 0; tap <= 2 * radius; tap++) {
      size_t y = axis ? r : r + tap - radius, x = axis ? c + tap - radius : c;
      if (y < rows && x < columns) want[i] = fmaf(taps[tap], in[(y * columns + x) * stride + i % stride], want[i]);
    }
    want[i] += 0.0f;
  }
  agree(t, "out", out, want, count);
}

static void squared_distance(trial *t) {
  size_t count = t->inputs * t->outputs;
  float *a = numbers(t, count), *b = numbers(t, count);
  agree_wide(t, "sum", t->kernels->squared_distance(a, b, count), reference_distance(a, b, count));
}

static void inner_product(trial *t) {
  size_t count = t->inputs * HB_LANES;
  float *a = matrix(t, 1, count, count), *b = matrix(t, 1, count, count);
  agree_wide(t, "sum", t->kernels->inner_product(a, b, count), reference_product(a, b, count));
}

static void add_scaled(trial *t) {
  size_t count = t->inputs * HB_LANES;
  float *x = matrix(t, 1, count, count), *y = matrix(t, 1, count, count), *want = copy(t, y, count);
  float factor = number(t);
  t->kernels->add_scaled(factor, x, count, y);
  for (size_t i = 0; i < count; i++) want[i] = fmaf(factor, x[i], want[i]);
  agree(t, "y", y, want, count);
}

static void is_finite(trial *t) {
  static const float foreign[] = {INFINITY, -INFINITY, NAN, -NAN};
  size_t count = t->inputs * HB_LANES;
  float *x = matrix(t, 1, count, count);
  uint32_t want = word(t) % 2;
  if (!want) x[below(t, count)] = foreign[below(t, 4)];
  compare(t, "finite", 0, t->kernels->is_finite(x, count) != 0, want);
}

// A function of one number over a length that is no multiple of a vector's, with what is special among it.
static void map(trial *t, void (*kernel)(size_t, const float *, float *), float (*reference)(float)) {
  static const float special[] = {0, -0.0f, INFINITY, -INFINITY, NAN, 1, -1, 0x1p-149f, -0x1p-149f, 0x1p-126f,
                                  0x1.fffffep+127f, -0x1.fffffep+127f, 88.72283f, -103.97208f, 0.55f};
  static const float scales[] = {1, 8, 100};
  size_t count = t->inputs;
  float *x = numbers(t, count), *y = floats(t, count), *want = floats(t, count), scale = scales[below(t, 3)];
  for (size_t i = 0; i < count; i++) {
    x[i] = word(t) % 8 ? x[i] * scale : special[below(t, sizeof special / sizeof *special)];
    want[i] = reference(x[i]);
  }
  kernel(count, x, y);
  agree(t, "y", y, want, count);
}
static void map_exp(trial *t) { map(t, t->kernels->exp, reference_exp); }
static void map_log(trial *t) { map(t, t->kernels->log, reference_log); }
static void map_tanh(trial *t) { map(t, t->kernels->tanh, reference_tanh); }
static void map_sigmoid(trial *t) { map(t, t->kernels->sigmoid, reference_sigmoid); }

static void sincos_turns(trial *t) {
  size_t count = t->inputs;
  float *x = floats(t, count), *sine = floats(t, count), *cosine = floats(t, count);
  float *want_sine = floats(t, count), *want_cosine = floats(t, count);
  for (size_t i = 0; i < count; i++) {
    uint32_t bits = word(t);
    x[i] = (float)(bits >> 8) * 0x1p-24f;
    if (bits % 4 == 0) x[i] = (float)((int32_t)bits >> 8) * 0x1p-14f;
    if (bits % 4 == 1) x[i] = (float)(bits >> 24) * 0x1p-8f;
    reference_sincos(x[i], &want_sine[i], &want_cosine[i]);
  }
  t->kernels->sincos_turns(count, x, sine, cosine);
  agree(t, "sine", sine, want_sine, count);
  agree(t, "cosine", cosine, want_cosine, count);
}

// Binary64 functions are compiled once and have no reference but libm, see ulps.c: their digest is the check.
static void wide(trial *t, double (*function)(double), double reach) {
  for (size_t i = 0; i < t->inputs; i++) {
    uint64_t high = word(t), bits = high << 32 | word(t);
    double x = ((double)(bits >> 11) * 0x1p-52 - 1) * reach;
    if (function == hb_log64) x = fabs(x);
    double y = function(x);
    agree_wide(t, "y", y, y);
  }
}
static void exp64(trial *t) { wide(t, hb_exp64, 750); }
static void log64(trial *t) { wide(t, hb_log64, t->numbers == TINY ? 0x1p-1022 : t->numbers == ORDINARY ? 2 : 1e300); }
static void sin64(trial *t) { wide(t, hb_sin64, 1000); }
static void cos64(trial *t) { wide(t, hb_cos64, 1000); }
