// Highway for the instruction set being compiled. On purpose without an include guard: Highway sets its
// macros again at every inclusion, and one of them is corrected here.
#include "hwy/highway.h"

// Highway 1.0.3 asks the processor for AVX-512 VNNI, but compiles AVX3_DL for AVX-VNNI, another encoding of
// the same instructions that some of these processors lack. With both, intrinsics of 512 bits are what was
// asked for; this library's kernels are built without automatic vectorisation, so no others appear.
#if HWY_TARGET == HWY_AVX3_DL
#undef HWY_TARGET_STR
#define HWY_TARGET_STR \
  HWY_TARGET_STR_AVX3  \
  ",vpclmulqdq,avx512vbmi,avx512vbmi2,vaes,avxvnni,avx512bitalg,avx512vpopcntdq,avx512vnni"
#endif
