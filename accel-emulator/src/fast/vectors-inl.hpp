// What convolutions do with vectors. Compiled once for every instruction set of x86; no_vectors-inl.hpp says
// the same for all other machines.
#if defined(SYNERGY_FAST_VECTORS_INL) == defined(HWY_TARGET_TOGGLE)
#ifdef SYNERGY_FAST_VECTORS_INL
#undef SYNERGY_FAST_VECTORS_INL
#else
#define SYNERGY_FAST_VECTORS_INL
#endif

#include <algorithm>
#include <cstring>

#include "highway-inl.hpp"
#include "kernels.hpp"

#if HWY_TARGET != HWY_SCALAR && HWY_ARCH_X86
HWY_BEFORE_NAMESPACE();
namespace synergy::accel::fast::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using SumTag = hn::ScalableTag<std::int32_t>;
using ShortTag = hn::Repartition<std::int16_t, SumTag>;
using ByteTag = hn::Repartition<std::int8_t, SumTag>;
using Sums = hn::Vec<SumTag>;
/// As many bytes, or 16-bit integers, as a vector has sums.
using FewBytesTag = hn::Rebind<std::int8_t, SumTag>;
using FewShortsTag = hn::Rebind<std::int16_t, SumTag>;

inline constexpr std::size_t kLanes = HWY_LANES(std::int32_t);

#undef SYNERGY_FAST_PANEL
#if HWY_TARGET == HWY_AVX3_DL
inline constexpr std::size_t kOperandBytes = 1;
#else
inline constexpr std::size_t kOperandBytes = 2;
#endif

// Registers: 32 with AVX-512, else 16. Without the four-way product one holds products that are to be added.
#if HWY_TARGET == HWY_AVX3_DL || HWY_TARGET == HWY_AVX3
#define SYNERGY_FAST_PANEL 4
constexpr std::size_t most_pixels(std::size_t vectors) {
  constexpr std::size_t kMost[] = {12, 12, 8, 6};
  return kMost[vectors - 1];
}
#else
#define SYNERGY_FAST_PANEL 2
constexpr std::size_t most_pixels(std::size_t vectors) { return vectors == 1 ? 10 : 6; }
#endif
inline constexpr std::size_t kMaxTilePixels = 12;

HWY_INLINE Sums load_sums(const std::int32_t* from) { return hn::LoadU(SumTag(), from); }

HWY_INLINE Sums load_group_weights(const std::byte* from) {
  return hn::Load(SumTag(), reinterpret_cast<const std::int32_t*>(from));
}

// The same group in every lane.
HWY_INLINE Sums broadcast_group(const std::byte* from) {
  std::int32_t group;
  std::memcpy(&group, from, sizeof group);
  return hn::Set(SumTag(), group);
}

// Exact: the four-way product is the form that does not saturate, and a pair of 16-bit products fits 32 bits.
HWY_INLINE Sums add_products(Sums sums, Sums input, Sums weights) {
#if HWY_TARGET == HWY_AVX3_DL
  return Sums{_mm512_dpbusd_epi32(sums.raw, input.raw, weights.raw)};
#else
  Sums unused = hn::Zero(SumTag());
  return hn::ReorderWidenMulAccumulate(SumTag(), hn::BitCast(ShortTag(), input),
                                       hn::BitCast(ShortTag(), weights), sums, unused);
#endif
}

// Writes `count` lanes, a multiple of kChannelStep, or all if there are fewer.
template <class D>
HWY_INLINE void store_some(D d, hn::Vec<D> values, hn::TFromD<D>* to, std::size_t count) {
  if (count >= kLanes) return hn::StoreU(values, d, to);
#if HWY_MAX_BYTES == 64
  hn::BlendedStore(values, hn::FirstN(d, count), d, to);
#elif HWY_MAX_BYTES == 32
  hn::StoreU(hn::LowerHalf(hn::Half<D>(), values), hn::Half<D>(), to);
#endif
}

HWY_INLINE Sums shift_sums(Sums sums, const OutputStage& stage) {
  if (stage.left == 0) return hn::ShiftRightSame(sums, stage.right);
  // Beyond a byte's range the result saturates anyway; limited, it can be shifted without overflow.
  const SumTag d;
  return hn::ShiftLeftSame(hn::Min(hn::Max(sums, hn::Set(d, -128)), hn::Set(d, 127)), stage.left);
}

template <class D>
HWY_INLINE hn::Vec<D> activate(D d, hn::Vec<D> bytes, const OutputStage& stage) {
  if (stage.absolute) return hn::Max(bytes, hn::SaturatedSub(hn::Zero(d), bytes));
  return hn::Max(bytes, hn::Set(d, stage.lowest));
}

HWY_INLINE void write_sums(Sums sums, const OutputStage& stage, Form form, std::byte* to, std::size_t count) {
  if (form == Form::kWide) return hn::StoreU(sums, SumTag(), reinterpret_cast<std::int32_t*>(to));
  const FewBytesTag d;
#if HWY_MAX_BYTES == 64
  const hn::Vec<FewBytesTag> narrow{_mm512_cvtsepi32_epi8(shift_sums(sums, stage).raw)};
#else
  const auto narrow = hn::DemoteTo(d, shift_sums(sums, stage));
#endif
  const auto bytes = activate(d, narrow, stage);
  if (form == Form::kBytes) return store_some(d, bytes, reinterpret_cast<std::int8_t*>(to), count);
#if HWY_TARGET == HWY_AVX3_DL
  store_some(d, hn::Xor(bytes, hn::Set(d, -128)), reinterpret_cast<std::int8_t*>(to), count);
#else
  const FewShortsTag d16;
  store_some(d16, hn::PromoteTo(d16, bytes), reinterpret_cast<std::int16_t*>(to), count);
#endif
}

// --- depthwise: blocks of one vector of 16-bit values, whose sums take two vectors
// ---------------------------

using HalfByteTag = hn::Rebind<std::int8_t, ShortTag>;
inline constexpr std::size_t kDepthwiseLanes = HWY_LANES(std::int16_t);

struct BlockSums {
  Sums lower, upper;
};

HWY_INLINE BlockSums load_block_sums(const std::int32_t* from) {
  return {hn::LoadU(SumTag(), from), hn::LoadU(SumTag(), from + kLanes)};
}

HWY_INLINE hn::Vec<ShortTag> load_widened(const std::byte* from) {
  return hn::PromoteTo(ShortTag(), hn::LoadU(HalfByteTag(), reinterpret_cast<const std::int8_t*>(from)));
}

HWY_INLINE void add_tap_pair(BlockSums& sums, const std::byte* first, const std::byte* second,
                             const std::int16_t* weights) {
  const ShortTag d;
  const auto a = load_widened(first), b = load_widened(second);
  Sums unused = hn::Zero(SumTag());
  sums.lower = hn::ReorderWidenMulAccumulate(SumTag(), hn::InterleaveLower(d, a, b), hn::LoadU(d, weights),
                                             sums.lower, unused);
  sums.upper = hn::ReorderWidenMulAccumulate(SumTag(), hn::InterleaveUpper(d, a, b),
                                             hn::LoadU(d, weights + kDepthwiseLanes), sums.upper, unused);
}

// Interleaving and this narrowing both work within 128-bit blocks, so channels end up in order.
HWY_INLINE void write_block_sums(const BlockSums& sums, const OutputStage& stage, Form form, std::byte* to) {
  const HalfByteTag d;
  const auto shorts =
      hn::ReorderDemote2To(ShortTag(), shift_sums(sums.lower, stage), shift_sums(sums.upper, stage));
  const auto bytes = activate(d, hn::DemoteTo(d, shorts), stage);
  if (form == Form::kBytes) return hn::StoreU(bytes, d, reinterpret_cast<std::int8_t*>(to));
#if HWY_TARGET == HWY_AVX3_DL
  hn::StoreU(hn::Xor(bytes, hn::Set(d, -128)), d, reinterpret_cast<std::int8_t*>(to));
#else
  hn::StoreU(hn::PromoteTo(ShortTag(), bytes), ShortTag(), reinterpret_cast<std::int16_t*>(to));
#endif
}

// Channel of every sum: lanes 0 to 3 of each 128-bit block in the lower vector, 4 to 7 in the upper.
inline std::vector<std::uint32_t> depthwise_order() {
  std::vector<std::uint32_t> order;
  for (const std::uint32_t half : {0u, 4u})
    for (std::uint32_t block = 0; block < kDepthwiseLanes; block += 8)
      for (std::uint32_t i = 0; i < 4; ++i) order.push_back(block + half + i);
  return order;
}

}  // namespace synergy::accel::fast::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif
#endif
