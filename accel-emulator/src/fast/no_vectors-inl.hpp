// What vectors-inl.hpp does, in plain code: for processors without an instruction set that it knows.
#if defined(SYNERGY_FAST_NO_VECTORS_INL) == defined(HWY_TARGET_TOGGLE)
#ifdef SYNERGY_FAST_NO_VECTORS_INL
#undef SYNERGY_FAST_NO_VECTORS_INL
#else
#define SYNERGY_FAST_NO_VECTORS_INL
#endif

#include <algorithm>
#include <array>
#include <cstring>
#include <vector>

#include "highway-inl.hpp"
#include "kernels.hpp"

#if HWY_TARGET == HWY_SCALAR || !HWY_ARCH_X86
HWY_BEFORE_NAMESPACE();
namespace synergy::accel::fast::HWY_NAMESPACE {

inline constexpr std::size_t kLanes = 4;
inline constexpr std::size_t kOperandBytes = 2;
inline constexpr std::size_t kDepthwiseLanes = 4;
inline constexpr std::size_t kMaxTilePixels = 4;
#undef SYNERGY_FAST_PANEL
#define SYNERGY_FAST_PANEL 2
constexpr std::size_t most_pixels(std::size_t) { return 4; }

using Sums = std::array<std::int32_t, kLanes>;
/// Two 16-bit values for every lane.
using Pairs = std::array<std::int16_t, 2 * kLanes>;

HWY_INLINE Sums load_sums(const std::int32_t* from) {
  Sums sums;
  std::memcpy(sums.data(), from, sizeof sums);
  return sums;
}

HWY_INLINE Pairs load_group_weights(const std::byte* from) {
  Pairs pairs;
  std::memcpy(pairs.data(), from, sizeof pairs);
  return pairs;
}

HWY_INLINE Pairs broadcast_group(const std::byte* from) {
  Pairs pairs;
  for (std::size_t i = 0; i < kLanes; ++i) std::memcpy(pairs.data() + 2 * i, from, 4);
  return pairs;
}

HWY_INLINE Sums add_products(Sums sums, const Pairs& input, const Pairs& weights) {
  for (std::size_t i = 0; i < kLanes; ++i)
    sums[i] += input[2 * i] * weights[2 * i] + input[2 * i + 1] * weights[2 * i + 1];
  return sums;
}

HWY_INLINE std::int8_t finish_sum(std::int32_t sum, const OutputStage& stage) {
  // Beyond a byte's range the result saturates anyway; limited, it can be multiplied without overflow.
  const std::int32_t shifted =
      stage.left == 0 ? sum >> stage.right : std::clamp(sum, -128, 127) * (std::int32_t{1} << stage.left);
  const std::int32_t byte = std::clamp(shifted, -128, 127);
  if (stage.absolute) return std::int8_t(std::min(byte < 0 ? -byte : byte, 127));
  return std::int8_t(std::max<std::int32_t>(byte, stage.lowest));
}

// A vector has as many lanes as channels come at once, so there is never a part of one to write.
HWY_INLINE void write_sums(const Sums& sums, const OutputStage& stage, Form form, std::byte* to,
                           std::size_t) {
  if (form == Form::kWide) return void(std::memcpy(to, sums.data(), sizeof sums));
  for (std::size_t i = 0; i < kLanes; ++i) {
    const std::int8_t byte = finish_sum(sums[i], stage);
    const std::int16_t wide = byte;
    if (form == Form::kBytes)
      std::memcpy(to + i, &byte, 1);
    else
      std::memcpy(to + i * kOperandBytes, &wide, kOperandBytes);
  }
}
static_assert(kLanes == kChannelStep);

using BlockSums = Sums;

HWY_INLINE BlockSums load_block_sums(const std::int32_t* from) { return load_sums(from); }

HWY_INLINE void add_tap_pair(BlockSums& sums, const std::byte* first, const std::byte* second,
                             const std::int16_t* weights) {
  for (std::size_t i = 0; i < kDepthwiseLanes; ++i)
    sums[i] += std::int8_t(first[i]) * weights[2 * i] + std::int8_t(second[i]) * weights[2 * i + 1];
}

HWY_INLINE void write_block_sums(const BlockSums& sums, const OutputStage& stage, Form form, std::byte* to) {
  write_sums(sums, stage, form, to, kLanes);
}

inline std::vector<std::uint32_t> depthwise_order() { return {0, 1, 2, 3}; }

}  // namespace synergy::accel::fast::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif
#endif
