// Every entry of the function table against its reference, bit for bit, under every instruction set of this
// machine: over odd shapes and over zeros, signed zeros, subnormals and values that overflow.
//
//   digests                     prints a digest of each kernel's results: the same on every machine, see digests.txt
//   digests --fuzz TRIALS SEED  tries random shapes instead, in memory of just the promised length
//
// To add a kernel, write a trial of it in products.h, elements.h or draws.h and name it in `entries`.
#pragma STDC FP_CONTRACT OFF
#include "draws.h"
#include "elements.h"
#include "kernels.h"
#include "products.h"
#include "trial.h"

typedef struct {
  const char *name;
  void (*run)(trial *);
} entry;

static const entry entries[] = {
    {"fused", fused},
    {"forward_dense", forward_dense},
    {"update_dense", update_dense},
    {"forward_images", forward_images},
    {"update_images", update_images},
    {"mark", mark},
    {"forward_marked", forward_marked},
    {"update_turned", update_turned},
    {"update_bias", update_bias},
    {"transpose", transpose},
    {"activate", activate},
    {"activate_back", activate_back},
    {"softmax_gradient", softmax_gradient},
    {"softmax", softmax},
    {"softmax_loss", softmax_loss},
    {"normals", normals},
    {"uniforms", uniforms},
    {"bounded", bounded},
    {"convolve", convolve},
    {"add_scaled", add_scaled},
    {"is_finite", is_finite},
    {"squared_distance", squared_distance},
    {"inner_product", inner_product},
    {"exp", map_exp},
    {"log", map_log},
    {"tanh", map_tanh},
    {"sigmoid", map_sigmoid},
    {"sincos_turns", sincos_turns},
    {"sort", sort},
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
    {2, 785, 33}, {1, 784, 100}, {113, 7, 65}, {64, 100, 10}, {9, 70, 57},
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
