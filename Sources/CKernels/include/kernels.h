#pragma once
// The arithmetic of Herdbook. Every function gives the same bits under every instruction set; what that rests
// on stands in Documentation/numerics.md. Matrices of weights have `stride` floats a row, a multiple of
// HB_LANES; the floats behind the last column are zero and stay zero. Pointers to such rows are aligned to
// 64 bytes. `columns` counts those that hold something.
#include <stddef.h>
#include <stdint.h>

#if defined(__clang__)
#pragma clang assume_nonnull begin
#endif

enum { HB_LANES = 16 };

/// Columns from which on forward_marked and update_turned are worth their while: with fewer, a sum waits for
/// the one before it.
enum { HB_WALK_COLUMNS = 49 };
/// The most classes of softmax: those that a label can name.
enum { HB_CLASSES = 256 };

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

/// Images of one pass through the first layer. Whoever makes it gives the memory: for a capacity, a
/// multiple of 64, of samples, and for `blocks` = inputs / 64, rounded up.
typedef struct {
  size_t inputs;    // pixels of an image
  size_t capacity;  // most samples
  size_t samples;   // those that are taken
  const float *value;     // [256]: the value of each byte
  const uint8_t *_Nonnull *_Nonnull images;  // [capacity]: the bytes of each sample, readable to blocks * 64
  const uint8_t *_Nonnull *_Nonnull next;  // [capacity]: where the images of the pass after this are
  size_t upcoming;        // how many of them are known: forward_images brings them nearer
  uint64_t *pixels_lit;   // [blocks][capacity]: bit i of [b][s]: pixel 64 b + i of s has a value
  int is_dense;           // whether most pixels have a value: the products are dense then
  float *dense;           // [capacity][inputs rounded up to 16]: the values, where they are dense
  uint8_t *turned;        // [inputs rounded up to 16][capacity]: the bytes by pixel
  uint64_t *samples_lit;  // [inputs][capacity / 64]: bit i of [k][b]: pixel k of sample 64 b + i has one
} hb_batch;

/// How a gradient becomes an update.
typedef enum {
  HB_SGD = 0,
  HB_MOMENTUM = 1,
  HB_ADAM = 2,
} hb_optimizer;

/// An update of weights w with the sum g of a batch's gradients, m = g * inverse_batch their mean.
///
///   HB_SGD       w <- fma(-step, g, w)
///   HB_MOMENTUM  first <- fma(momentum, first, m);  w <- fma(-rate, first, w)
///   HB_ADAM      first <- fma(momentum, first, m * first_share)
///                second <- fma(decay, second, m * m * second_share)
///                w <- fma(-rate, first / fma(sqrt second, correction, epsilon), w)
typedef struct {
  hb_optimizer optimizer;
  float step;           // learning rate over the batch's size
  float inverse_batch;  // one over the batch's size
  float rate;           // learning rate; Adam: over 1 - beta1^t
  float momentum;       // Adam: beta1
  float first_share;    // Adam: 1 - beta1
  float decay;          // Adam: beta2
  float second_share;   // Adam: 1 - beta2
  float correction;     // Adam: one over the root of 1 - beta2^t
  float epsilon;        // Adam: above 0
  float *weights;
  float *_Nullable first;   // where the optimizer has one
  float *_Nullable second;
} hb_update;

typedef struct {
  hb_simd simd;

  /// Takes images rows[s] of `images` (rows `stride` bytes apart) into a batch: where their bytes are,
  /// which pixels are lit, and the values where most are.
  void (*take)(hb_batch *batch, const uint8_t *images, size_t stride, const int32_t *rows,
               size_t samples);
  /// Turns the bytes of a batch that was taken, for update_images; nothing where it is dense.
  void (*turn)(hb_batch *batch);
  /// out[s, j] = bias[j] + sum over pixels k of value of (s, k) * w[k, j].
  void (*forward_images)(const hb_batch *batch, const float *w, const float *_Nullable bias,
                         size_t columns, size_t stride, float *out);
  /// Updates w with g[k, j] = sum over samples s of value of (s, k) * d[s, j].
  void (*update_images)(const hb_batch *batch, const float *d, size_t columns, size_t stride,
                        const hb_update *update);
  /// out[s, j] = bias[j] + sum over k < inputs of a[s, k] * w[k, j].
  void (*forward_dense)(const float *a, size_t a_stride, size_t samples, size_t inputs,
                        const float *w, const float *_Nullable bias, size_t columns, size_t stride,
                        float *out);
  /// Updates w with g[k, j] = sum over samples s of a[s, k] * d[s, j].
  void (*update_dense)(const float *a, size_t a_stride, size_t samples, size_t inputs,
                       const float *d, size_t columns, size_t stride, const hb_update *update);
  /// Marks the activations of `units` units that are not zero: bit i of marks[b * samples + s] is set
  /// where that of unit 64 b + i is not. Gives whether so few are set that
  /// leaving the others out is the faster way.
  int (*mark)(const float *a, size_t stride, size_t samples, size_t units, uint64_t *marks);
  /// forward_dense without the terms that are not marked: the same bits where weights are finite.
  void (*forward_marked)(const float *a, size_t a_stride, const uint64_t *marks, size_t samples,
                         size_t inputs, const float *w, const float *_Nullable bias,
                         size_t columns, size_t stride, float *out);
  /// update_dense without the terms whose activation is zero, from activations turned: turned[k, s] in rows
  /// of `capacity` floats, a multiple of 64: the same bits where d is finite.
  void (*update_turned)(const float *turned, size_t capacity, size_t samples, size_t inputs,
                        const float *d, size_t columns, size_t stride, const hb_update *update);
  /// Updates a bias with g[j] = sum over samples s of d[s, j].
  void (*update_bias)(size_t samples, const float *d, size_t columns, size_t stride,
                      const hb_update *update);
  /// out[j, i] = w[i, j] for i < inputs, j < columns; rows of `out` are `out_stride` floats, the rest
  /// untouched.
  void (*transpose)(const float *w, size_t inputs, size_t columns, size_t stride, float *out,
                    size_t out_stride);
  /// x <- act(x) over `count` floats, a multiple of HB_LANES.
  void (*activate)(hb_activation activation, size_t count, float *x);
  /// d <- d * act'(.) with the derivative written in terms of the activation's value a.
  void (*activate_back)(hb_activation activation, size_t count, const float *a, float *d);
  /// z[s, :] <- softmax(z[s, :]) - onehot(label[s]); what lies behind the classes becomes zero. Here as in the
  /// two after it there are at most HB_CLASSES classes.
  void (*softmax_gradient)(size_t samples, size_t classes, size_t stride, const uint8_t *labels,
                           float *z);
  /// z[s, :] <- softmax(factor * z[s, :]); what lies behind the classes becomes zero.
  void (*softmax)(size_t samples, size_t classes, size_t stride, float factor, float *z);
  /// prediction[s] = argmax (lowest index on ties), loss[s] = cross-entropy in nats.
  void (*softmax_loss)(size_t samples, size_t classes, size_t stride, const uint8_t *labels,
                       const float *z, uint8_t *prediction, float *loss);
  /// `count` standard normals of the stream (key, counter 1 to 3) into out; block i of Philox gives
  /// the numbers at c * ceil(count / 4) + i for c in 0..<4.
  void (*normals)(const uint32_t key[_Nonnull 2], const uint32_t name[_Nonnull 3], size_t count,
                  float *out);
  /// The same layout with uniform numbers on [0, 1) of 24 bits.
  void (*uniforms)(const uint32_t key[_Nonnull 2], const uint32_t name[_Nonnull 3], size_t count,
                   float *out);
  /// Draws first ..< first + count of the stream, each uniform on 0..<bound: draw i is the high word of
  /// bound times the 64 bits of words 2i, 2i + 1 (the low half first).
  void (*bounded)(const uint32_t key[_Nonnull 2], const uint32_t name[_Nonnull 3], size_t first,
                  size_t count, uint32_t bound, uint32_t *out);
  /// y <- fma(factor, x, y) over `count` floats, a multiple of HB_LANES.
  void (*add_scaled)(float factor, const float *x, size_t count, float *y);
  /// Whether all of `count` floats, a multiple of HB_LANES, are finite.
  int (*is_finite)(const float *x, size_t count);
  /// out[p, j] = sum over taps t of tap[t] * in[p + t, j] along rows (axis 0) or columns (axis 1)
  /// of a plane of rows x columns pixels p, zero outside, t ascending from -radius.
  void (*convolve)(const float *in, size_t rows, size_t columns, size_t stride, int axis,
                   const float *taps, size_t radius, float *out);
  /// Sum of squared differences in binary64: 16 chains by index modulo 16, joined in a fixed tree.
  double (*squared_distance)(const float *a, const float *b, size_t count);
  /// Sum of products in binary64, `count` a multiple of HB_LANES: chains and tree as above.
  double (*inner_product)(const float *a, const float *b, size_t count);
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

/// Sorts floats that are not NaN, ascending, -0 before +0; `scratch` holds as many.
void hb_sort(float *values, float *scratch, size_t count);

/// Calls body(context, worker, workers) for worker in 0..<workers at once, each on a thread of its own but
/// the first, which the caller runs; returns when all have. There are `most` workers, fewer where no more
/// threads can be made.
void hb_workers(size_t most, void (*body)(void *context, size_t worker, size_t workers),
                void *context);

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
