#pragma once
// The arithmetic of Herdbook. Every function gives the same bits under every instruction set; what that rests
// on stands in Documentation/numerics.md. Matrices of weights have `stride` floats a row, a multiple of
// HB_LANES; the floats behind the last column are zero and stay zero. Pointers to such rows are aligned to
// 64 bytes.
#include <stddef.h>
#include <stdint.h>

#if defined(__clang__)
#pragma clang assume_nonnull begin
#endif

enum { HB_LANES = 16 };

/// The instruction sets that the kernels are compiled for.
typedef enum {
  HB_SIMD_SCALAR = 0,
  HB_SIMD_NEON = 1,
  HB_SIMD_AVX2 = 2,
  HB_SIMD_AVX512 = 3,
} hb_simd;

/// Element-wise non-linearities of hidden layers.
typedef enum {
  HB_RELU = 0,
  HB_TANH = 1,
  HB_SIGMOID = 2,
} hb_activation;

/// A batch's inputs to the first layer in compressed rows: the terms of sample s are
/// [starts[s], starts[s + 1]), ascending in `index`, none of value zero.
typedef struct {
  uint32_t *starts;
  uint32_t *index;
  float *value;
} hb_terms;

/// How a gradient becomes an update: plain (momentum 0, velocity null) or with momentum.
typedef struct {
  float step;           // learning rate over the batch's size
  float inverse_batch;  // one over the batch's size
  float rate;           // learning rate
  float momentum;
} hb_update;

typedef struct {
  hb_simd simd;

  /// out[s, j] = act(bias[j] + sum over the terms of s of value * w[index, j]).
  void (*forward_terms)(const hb_terms *terms, size_t samples, const float *w,
                        const float *_Nullable bias, size_t stride, float *out);
  /// out[s, j] = bias[j] + sum over k < inputs of a[s, k] * w[k, j].
  void (*forward_dense)(const float *a, size_t a_stride, size_t samples, size_t inputs,
                        const float *w, const float *_Nullable bias, size_t stride, float *out);
  /// x <- act(x) over `count` floats, a multiple of HB_LANES.
  void (*activate)(hb_activation activation, size_t count, float *x);
  /// d <- d * act'(.) with the derivative written in terms of the activation's value a.
  void (*activate_back)(hb_activation activation, size_t count, const float *a, float *d);
  /// z[s, :] <- softmax(z[s, :]) - onehot(label[s]); what lies behind the classes becomes zero.
  void (*softmax_gradient)(size_t samples, size_t classes, size_t stride, const uint8_t *labels,
                           float *z);
  /// prediction[s] = argmax (lowest index on ties), loss[s] = cross-entropy in nats.
  void (*softmax_loss)(size_t samples, size_t classes, size_t stride, const uint8_t *labels,
                       const float *z, uint8_t *prediction, float *loss);
  /// For each input k: g[j] = sum over its samples of value * d[s, j]; w[k, :] is updated with g.
  /// `columns` holds the terms by input: those of k are [starts[k], starts[k + 1]), index a sample.
  void (*update_terms)(const hb_terms *columns, size_t inputs, const float *d, size_t stride,
                       const hb_update *update, float *w, float *_Nullable velocity);
  /// The same with dense inputs a[s, k].
  void (*update_dense)(const float *a, size_t a_stride, size_t samples, size_t inputs,
                       const float *d, size_t stride, const hb_update *update, float *w,
                       float *_Nullable velocity);
  /// `count` standard normals of the stream (key, counter 1 to 3) into out; block i of Philox gives
  /// the numbers at c * ceil(count / 4) + i for c in 0..<4.
  void (*normals)(const uint32_t key[_Nonnull 2], const uint32_t name[_Nonnull 3], size_t count,
                  float *out);
  /// The same layout with uniform numbers on [0, 1) of 24 bits.
  void (*uniforms)(const uint32_t key[_Nonnull 2], const uint32_t name[_Nonnull 3], size_t count,
                   float *out);
  /// out[p, j] = sum over taps t of tap[t] * in[p + t, j] along rows (axis 0) or columns (axis 1)
  /// of a plane of rows x columns pixels p, zero outside, t ascending from -radius.
  void (*convolve)(const float *in, size_t rows, size_t columns, size_t stride, int axis,
                   const float *taps, size_t radius, float *out);
  /// Sum of squared differences in binary64: 16 chains by index modulo 16, joined in a fixed tree.
  double (*squared_distance)(const float *a, const float *b, size_t count);
  /// exp, log, tanh, sigmoid of each element; sine and cosine of 2 pi x.
  void (*exp)(size_t count, const float *x, float *y);
  void (*log)(size_t count, const float *x, float *y);
  void (*tanh)(size_t count, const float *x, float *y);
  void (*sigmoid)(size_t count, const float *x, float *y);
  void (*sincos_turns)(size_t count, const float *x, float *sine, float *cosine);
} hb_kernels;

/// Whether this build and this machine have the instruction set.
int hb_simd_available(hb_simd simd);
/// The widest instruction set of this machine.
hb_simd hb_simd_best(void);
/// The table of kernels of one instruction set, or null where it is not available.
const hb_kernels *_Nullable hb_kernels_for(hb_simd simd);

/// Compresses images: the terms of sample s are the pixels of image rows[s] whose value in `table`
/// is not zero, ascending. Arrays hold samples * pixels terms at most.
void hb_compress(const uint8_t *images, size_t stride, const int32_t *rows, size_t samples,
                 size_t pixels, const float table[_Nonnull 256], hb_terms *terms);
/// The same terms by input: those of input k ascend by sample. `columns->starts` has inputs + 1.
void hb_by_input(const hb_terms *terms, size_t samples, size_t inputs, hb_terms *columns);
/// out[j, i] = w[i, j] for i < inputs, j < outputs; rows of `out` are `out_stride` floats, the rest
/// untouched.
void hb_transpose(const float *w, size_t inputs, size_t outputs, size_t stride, float *out,
                  size_t out_stride);

/// Sorts floats that are not NaN, ascending, -0 before +0; `scratch` holds as many.
void hb_sort(float *values, float *scratch, size_t count);

/// Calls body(context, worker) for worker in 0..<workers, each on a thread of its own but the first,
/// which the caller runs; returns when all have. Where a thread cannot be made, the caller runs its
/// share.
void hb_workers(size_t workers, void (*body)(void *context, size_t worker), void *context);

/// One block of Philox4x32-10 (Salmon et al., SC 2011).
void hb_philox(const uint32_t key[_Nonnull 2], const uint32_t counter[_Nonnull 4],
               uint32_t out[_Nonnull 4]);

/// Elementary functions in binary64, without libm: see elementary.c.
double hb_exp64(double x);
double hb_log64(double x);
double hb_sin64(double x);
double hb_cos64(double x);

#if defined(__clang__)
#pragma clang assume_nonnull end
#endif
