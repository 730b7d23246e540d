// Highway compiles this file once for every instruction set and asks the processor which of them it has.
#include "kernels.hpp"

// The four-way byte product (VNNI) belongs to Highway's target AVX3_DL, which is to be asked for. With Clang
// it would need other means to reach the instruction; the targets below it serve there.
#if !defined(__clang__)
#define HWY_WANT_AVX3_DL
#endif
#define HWY_COMPILE_ALL_ATTAINABLE
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "fast/kernels.cpp"
// The order matters.
// clang-format off
#include "hwy/foreach_target.h"
#include "highway-inl.hpp"
#include "bytes-inl.hpp"
// clang-format on

HWY_BEFORE_NAMESPACE();
namespace synergy::accel::fast::HWY_NAMESPACE {

Kernels kernels() {
  Kernels k;
  k.name = hwy::TargetName(HWY_TARGET);
  k.conv_name = kOperandBytes == 1         ? "conv.bytes_by_four"
                : HWY_TARGET == HWY_SCALAR ? "conv.no_vectors"
                                           : "conv.shorts_by_two";
  k.lanes = kLanes;
  k.operand_bytes = kOperandBytes;
  k.panel_vectors = SYNERGY_FAST_PANEL;
  k.depthwise_lanes = kDepthwiseLanes;
  k.depthwise_order = depthwise_order();
  k.conv = conv;
  k.depthwise = depthwise;
  k.pool = pool;
  k.combine = combine;
  k.pack = pack;
  k.fill_border = fill_border;
  return k;
}

}  // namespace synergy::accel::fast::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace synergy::accel::fast {
namespace {

std::vector<Kernels> find_kernels() {
  std::vector<Kernels> found;
  const auto add = [&](std::int64_t target, Kernels (*make)()) {
    if (hwy::SupportedTargets() & target) found.push_back(make());
  };
#if HWY_TARGETS & HWY_AVX3_DL
  add(HWY_AVX3_DL, N_AVX3_DL::kernels);
#endif
#if HWY_TARGETS & HWY_AVX3
  add(HWY_AVX3, N_AVX3::kernels);
#endif
#if HWY_TARGETS & HWY_AVX2
  add(HWY_AVX2, N_AVX2::kernels);
#endif
#if HWY_TARGETS & HWY_SSE4
  add(HWY_SSE4, N_SSE4::kernels);
#endif
#if HWY_TARGETS & HWY_SSSE3
  add(HWY_SSSE3, N_SSSE3::kernels);
#endif
  found.push_back(HWY_STATIC_DISPATCH(kernels)());
  return found;
}

}  // namespace

std::span<const Kernels> available_kernels() {
  static const std::vector<Kernels> all = find_kernels();
  return all;
}

}  // namespace synergy::accel::fast
#endif
