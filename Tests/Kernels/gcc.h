#pragma once
// What the kernels take from clang, said for gcc: only the check of the bits compiles them with it.
#define _Nullable
#define _Nonnull

#define HB_EACH(type, expression)                                \
  ({                                                             \
    type each;                                                   \
    for (int i_ = 0; i_ < (int)(sizeof each / sizeof each[0]); i_++) each[i_] = (expression); \
    each;                                                        \
  })
#define __builtin_elementwise_fma(a, b, c)                             \
  ({                                                                   \
    __typeof__(a) a_ = (a), b_ = (b), c_ = (c);                        \
    HB_EACH(__typeof__(a), __builtin_fmaf(a_[i_], b_[i_], c_[i_]));    \
  })
#define __builtin_elementwise_sqrt(x)                    \
  ({                                                     \
    __typeof__(x) x_ = (x);                              \
    HB_EACH(__typeof__(x), __builtin_sqrtf(x_[i_]));     \
  })
