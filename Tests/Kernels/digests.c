// Every entry of the function table against its reference, bit for bit, under every instruction set of this
// machine: over odd shapes and over zeros, signed zeros, subnormals and values that overflow.
//
//   digests                     prints a digest of each kernel's results: the same on every machine, see digests.txt
//   digests --fuzz TRIALS SEED  tries random shapes instead, in memory of just the promised length
//
// To add a kernel, write one function below and name it in `entries`.
#pragma STDC FP_CONTRACT OFF
#include "kernels.h"
#include "references.h"
#include "trial.h"

static void forward_dense(trial *t) {
  size_t a_stride = t->inputs + below(t, 20), stride = t->stride;
  float *a = matrix(t, t->samples, t->inputs, a_stride), *w = matrix(t, t->inputs, t->outputs, stride);
  float *bias = word(t) % 4 ? matrix(t, 1, t->outputs, stride) : 0;
  float *out = vectors(t, t->samples * stride), *want = vectors(t, t->samples * stride);
  t->kernels->forward_dense(a, a_stride, t->samples, t->inputs, w, bias, stride, out);
  for (size_t s = 0; s < t->samples; s++)
    for (size_t j = 0; j < stride; j++)
      want[s * stride + j] =
          reference_chain(bias ? bias[j] : 0, a + s * a_stride, 1, w + j, stride, t->inputs);
  agree(t, "out", out, want, t->samples * stride);
}

static hb_update an_update(trial *t, int moves) {
  float batch = (float)t->samples, rate = (float)(1 + below(t, 1000)) * 0x1p-10f;
  return (hb_update){.step = rate / batch,
                     .inverse_batch = 1 / batch,
                     .rate = rate,
                     .momentum = moves ? (float)below(t, 1024) * 0x1p-10f : 0};
}

// The update of one weight by its gradient.
static void reference_update(const hb_update *u, float g, float *w, float *velocity) {
  if (velocity) {
    *velocity = fmaf(u->momentum, *velocity, g * u->inverse_batch);
    *w = fmaf(-u->rate, *velocity, *w);
  } else {
    *w = fmaf(-u->step, g, *w);
  }
}

static void update_dense(trial *t) {
  size_t a_stride = t->inputs + below(t, 20), stride = t->stride, count = t->inputs * stride;
  float *a = matrix(t, t->samples, t->inputs, a_stride), *d = matrix(t, t->samples, t->outputs, stride);
  float *w = matrix(t, t->inputs, t->outputs, stride);
  float *velocity = word(t) % 2 ? matrix(t, t->inputs, t->outputs, stride) : 0;
  float *want = copy(t, w, count), *moving = velocity ? copy(t, velocity, count) : 0;
  hb_update update = an_update(t, velocity != 0);
  t->kernels->update_dense(a, a_stride, t->samples, t->inputs, d, stride, &update, w, velocity);
  for (size_t k = 0; k < t->inputs; k++)
    for (size_t j = 0; j < stride; j++) {
      float g = reference_chain(0, a + k, a_stride, d + j, stride, t->samples);
      reference_update(&update, g, want + k * stride + j, moving ? moving + k * stride + j : 0);
    }
  agree(t, "w", w, want, count);
  if (velocity) agree(t, "velocity", velocity, moving, count);
}

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

static void softmax_gradient(trial *t) {
  size_t classes = classes_of(t), stride = t->stride;
  float *z = matrix(t, t->samples, classes, stride), *want = copy(t, z, t->samples * stride);
  uint8_t *label = labels(t, classes);
  t->kernels->softmax_gradient(t->samples, classes, stride, label, z);
  for (size_t s = 0; s < t->samples; s++) {
    float *row = want + s * stride;
    float sum = reference_exponentials(row, classes, row[reference_argmax(row, classes)], row);
    for (size_t j = 0; j < classes; j++) row[j] = row[j] / sum - (j == label[s] ? 1.0f : 0.0f);
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

static void transpose(trial *t) {
  size_t out_stride = padded(t->inputs), count = t->outputs * out_stride;
  float *w = matrix(t, t->inputs, t->outputs, t->stride), *out = vectors(t, count), *want = vectors(t, count);
  for (size_t i = 0; i < count; i++) out[i] = want[i] = 3;  // what is not written stays
  hb_transpose(w, t->inputs, t->outputs, t->stride, out, out_stride);
  for (size_t j = 0; j < t->outputs; j++)
    for (size_t i = 0; i < t->inputs; i++) want[j * out_stride + i] = w[i * t->stride + j];
  agree(t, "out", out, want, count);
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

typedef struct {
  const char *name;
  void (*run)(trial *);
} entry;

static const entry entries[] = {
    {"forward_dense", forward_dense},
    {"update_dense", update_dense},
    {"activate", activate},
    {"activate_back", activate_back},
    {"softmax_gradient", softmax_gradient},
    {"softmax_loss", softmax_loss},
    {"normals", normals},
    {"uniforms", uniforms},
    {"convolve", convolve},
    {"squared_distance", squared_distance},
    {"exp", map_exp},
    {"log", map_log},
    {"tanh", map_tanh},
    {"sigmoid", map_sigmoid},
    {"sincos_turns", sincos_turns},
    {"sort", sort},
    {"transpose", transpose},
    {"philox", philox},
    {"exp64", exp64},
    {"log64", log64},
    {"sin64", sin64},
    {"cos64", cos64},
};
enum { ENTRIES = sizeof entries / sizeof *entries, SETS = 4 };
static const char *const set_names[SETS] = {"scalar", "neon", "avx2", "avx512"};

// Samples, inputs and outputs of the trials whose results are digested.
static const size_t shapes[][3] = {
    {1, 1, 1},    {1, 7, 10},   {7, 1, 16},   {2, 10, 7},    {3, 16, 17},   {4, 17, 28},  {5, 28, 10},   {16, 16, 16},
    {7, 100, 10}, {10, 10, 100}, {17, 28, 113}, {28, 113, 1}, {8, 113, 112}, {64, 17, 32}, {100, 10, 10}, {3, 784, 7},
    {2, 785, 33}, {1, 784, 100}, {113, 7, 65}, {64, 100, 10},
};

// Runs one trial under every instruction set; a digest over the results, which must be the same.
static int try_all(const entry *one, trial *t, uint64_t digests[SETS]) {
  for (int set = 0; set < SETS; set++) {
    t->kernels = hb_kernels_for((hb_simd)set);
    if (!t->kernels) continue;
    t->set = set_names[set];
    t->name = one->name;
    t->drawn = 0;
    t->digest = digests[set];
    one->run(t);
    release(t);
    digests[set] = t->digest;
  }
  int faults = t->faults;
  t->faults = 0;
  return faults;
}

static int print_digests(void) {
  int faults = 0;
  for (size_t e = 0; e < ENTRIES; e++) {
    uint64_t digests[SETS] = {0};
    uint32_t seed = 0;
    for (int set = 0; set < SETS; set++) digests[set] = UINT64_C(0xcbf29ce484222325);
    for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++)
      for (int numbers = 0; numbers < KINDS; numbers++) {
        trial t = {.samples = shapes[s][0], .inputs = shapes[s][1], .outputs = shapes[s][2],
                   .stride = padded(shapes[s][2]), .numbers = (kind)numbers, .seed = seed++};
        faults += try_all(&entries[e], &t, digests);
      }
    for (int set = 0; set < SETS; set++) {
      if (!hb_kernels_for((hb_simd)set)) continue;
      if (set == 0) printf("%-18s %016" PRIx64 "\n", entries[e].name, digests[0]);
      if (digests[set] != digests[0])
        faults++, fprintf(stderr, "%s: %s has digest %016" PRIx64 "\n", entries[e].name, set_names[set], digests[set]);
    }
  }
  return faults;
}

static int fuzz(uint32_t trials, uint32_t seed) {
  static const size_t most[3] = {70, 130, 130};
  int faults = 0;
  for (uint32_t i = 0; i < trials; i++) {
    trial t = {.seed = seed + i};
    uint64_t digests[SETS] = {0};
    const entry *one = &entries[below(&t, ENTRIES)];
    t.samples = 1 + below(&t, most[0]);
    t.inputs = word(&t) % 16 ? 1 + below(&t, most[1]) : 1 + below(&t, 900);
    t.outputs = 1 + below(&t, most[2]);
    t.stride = padded(t.outputs);
    t.numbers = (kind)below(&t, KINDS);
    faults += try_all(one, &t, digests);
  }
  return faults;
}

int main(int count, char **words) {
  fputs("instruction sets:", stderr);
  for (int set = 0; set < SETS; set++)
    if (hb_kernels_for((hb_simd)set)) fprintf(stderr, " %s", set_names[set]);
  fputs("\n", stderr);
  int faults;
  if (count == 4 && strcmp(words[1], "--fuzz") == 0)
    faults = fuzz((uint32_t)strtoul(words[2], 0, 10), (uint32_t)strtoul(words[3], 0, 10));
  else if (count == 1)
    faults = print_digests();
  else
    return fputs("usage: digests [--fuzz TRIALS SEED]\n", stderr), 64;
  if (faults) fprintf(stderr, "%d results are not those of the references\n", faults);
  return faults != 0;
}
