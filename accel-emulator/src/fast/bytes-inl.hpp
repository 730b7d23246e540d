// Kernels over bytes: pooling, element-wise operations, and making operands. Compiled once for every
// instruction set.
#if defined(SYNERGY_FAST_BYTES_INL) == defined(HWY_TARGET_TOGGLE)
#ifdef SYNERGY_FAST_BYTES_INL
#undef SYNERGY_FAST_BYTES_INL
#else
#define SYNERGY_FAST_BYTES_INL
#endif

#include "conv-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace synergy::accel::fast::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using WholeByteTag = hn::ScalableTag<std::int8_t>;
using IntTag = hn::ScalableTag<std::int32_t>;
using FloatTag = hn::ScalableTag<float>;
using BytesOfIntsTag = hn::Rebind<std::int8_t, IntTag>;
using ShortsTag = hn::ScalableTag<std::int16_t>;
using BytesOfShortsTag = hn::Rebind<std::int8_t, ShortsTag>;

// --- pooling
// -------------------------------------------------------------------------------------------------

HWY_INLINE void pool_max_at(const PoolArgs& args, const std::int8_t* window, std::int8_t* to) {
  const WholeByteTag d;
  auto highest = hn::LoadU(d, window);
  for (std::uint32_t u = 0; u < args.window_rows; ++u)
    for (std::uint32_t v = 0; v < args.window_columns; ++v)
      highest =
          hn::Max(highest, hn::LoadU(d, window + u * args.tap_grid.row_step + v * args.tap_grid.pixel_step));
  hn::StoreU(highest, d, to);
}

// The quotient of magnitudes, truncated, with the sum's sign. Half a step is added before the division in
// floating point: it is too little to reach the next integer, and enough to outweigh the division's error.
template <class V>
HWY_INLINE V divide(V sum, std::uint32_t count, bool rounded) {
  const IntTag d;
  const FloatTag df;
  const auto magnitude = hn::ConvertTo(df, hn::Abs(sum));
  const float half = rounded ? 0.5f * float(count) + 0.25f : 0.5f;
  const auto quotient =
      hn::ConvertTo(d, hn::Mul(hn::Add(magnitude, hn::Set(df, half)), hn::Set(df, 1.0f / float(count))));
  return hn::IfThenElse(hn::Lt(sum, hn::Zero(d)), hn::Neg(quotient), quotient);
}

HWY_INLINE void pool_average_at(const PoolArgs& args, const std::int8_t* window, std::int8_t* to) {
  const IntTag d;
  const BytesOfIntsTag d8;
  auto sum = hn::Zero(d);
  for (std::uint32_t u = 0; u < args.window_rows; ++u)
    for (std::uint32_t v = 0; v < args.window_columns; ++v)
      sum = hn::Add(sum, hn::PromoteTo(d, hn::LoadU(d8, window + u * args.tap_grid.row_step +
                                                            v * args.tap_grid.pixel_step)));
  const bool rounded = args.mode == PoolMode::kRoundedAverage;
  hn::StoreU(hn::DemoteTo(d8, divide(sum, args.window_rows * args.window_columns, rounded)), d8, to);
}

// Vectors may reach beyond a pixel's channels; the next pixel then overwrites what they wrote there.
inline void pool(const PoolArgs& args) {
  const bool max = args.mode == PoolMode::kMax;
  const std::size_t lanes = max ? hn::Lanes(WholeByteTag()) : hn::Lanes(IntTag());
  std::int8_t* to = args.output;
  for (std::uint32_t y = 0; y < args.rows; ++y)
    for (std::uint32_t x = 0; x < args.columns; ++x, to += args.channels) {
      const std::int8_t* window =
          args.input + y * args.window_grid.row_step + x * args.window_grid.pixel_step;
      for (std::size_t c = 0; c < args.channels; c += lanes)
        max ? pool_max_at(args, window + c, to + c) : pool_average_at(args, window + c, to + c);
    }
}

// --- element-wise
// --------------------------------------------------------------------------------------------

// Sums of 16 bytes fit 16 bits, so saturating once at the end is exact.
HWY_INLINE void add_or_subtract_at(bool subtract, std::span<const std::int8_t* const> operands, std::size_t i,
                                   std::int8_t* to) {
  const ShortsTag d;
  const BytesOfShortsTag d8;
  auto sum = hn::PromoteTo(d, hn::LoadU(d8, operands[0] + i));
  for (std::size_t o = 1; o < operands.size(); ++o) {
    const auto next = hn::PromoteTo(d, hn::LoadU(d8, operands[o] + i));
    sum = subtract ? hn::Sub(sum, next) : hn::Add(sum, next);
  }
  hn::StoreU(hn::DemoteTo(d8, sum), d8, to + i);
}

HWY_INLINE void or_or_xor_at(bool exclusive, std::span<const std::int8_t* const> operands, std::size_t i,
                             std::int8_t* to) {
  const WholeByteTag d;
  auto bits = hn::LoadU(d, operands[0] + i);
  for (std::size_t o = 1; o < operands.size(); ++o) {
    const auto next = hn::LoadU(d, operands[o] + i);
    bits = exclusive ? hn::Xor(bits, next) : hn::Or(bits, next);
  }
  hn::StoreU(bits, d, to + i);
}

inline void combine(CombineMode mode, std::span<const std::int8_t* const> operands, std::size_t count,
                    std::int8_t* to) {
  if (mode == CombineMode::kAdd || mode == CombineMode::kSubtract) {
    for (std::size_t i = 0; i < count; i += hn::Lanes(ShortsTag()))
      add_or_subtract_at(mode == CombineMode::kSubtract, operands, i, to);
  } else {
    for (std::size_t i = 0; i < count; i += hn::Lanes(WholeByteTag()))
      or_or_xor_at(mode == CombineMode::kXor, operands, i, to);
  }
}

// --- operands
// ------------------------------------------------------------------------------------------------

// `count` bytes, rounded up to whole vectors.
HWY_INLINE void convert(const std::int8_t* from, std::size_t count, Form form, std::byte* to) {
  if (form == Form::kBytes || kOperandBytes == 1) {
    const WholeByteTag d;
    const auto flip = hn::Set(d, form == Form::kBytes ? 0 : -128);
    auto* bytes = reinterpret_cast<std::int8_t*>(to);
    for (std::size_t i = 0; i < count; i += hn::Lanes(d))
      hn::StoreU(hn::Xor(hn::LoadU(d, from + i), flip), d, bytes + i);
    return;
  }
  const ShortsTag d;
  const BytesOfShortsTag d8;
  auto* shorts = reinterpret_cast<std::int16_t*>(to);
  for (std::size_t i = 0; i < count; i += hn::Lanes(d))
    hn::StoreU(hn::PromoteTo(d, hn::LoadU(d8, from + i)), d, shorts + i);
}

/// Where the pixels of a packed image lie.
struct Image {
  explicit Image(const PackArgs& args)
      : pixel(args.channels * (args.form == Form::kOperand ? kOperandBytes : 1)),
        row((args.left + args.columns + args.right) * pixel),
        zero(args.form == Form::kOperand && kOperandBytes == 1 ? 0x80 : 0) {}

  void fill(std::byte* from, std::size_t pixels) const { std::memset(from, zero, pixels * pixel); }

  std::size_t pixel, row;
  int zero;
};

inline void fill_border(const PackArgs& args) {
  const Image image(args);
  const std::size_t across = args.left + args.columns + args.right;
  image.fill(args.to, args.top * across);
  std::byte* row = args.to + args.top * image.row;
  for (std::uint32_t y = 0; y < args.rows; ++y, row += image.row) {
    image.fill(row, args.left);
    image.fill(row + (args.left + args.columns) * image.pixel, args.right);
  }
  image.fill(row, args.bottom * across);
}

inline void pack_row(const PackArgs& args, const Image& image, std::uint32_t y, std::byte* to) {
  const PackPart& first = args.parts.front();
  const std::ptrdiff_t row = std::ptrdiff_t(y);
  if (args.parts.size() == 1 && first.grid.pixel_step == std::ptrdiff_t(args.channels))
    return convert(first.from + row * first.grid.row_step, args.columns * args.channels, args.form, to);
  for (std::uint32_t x = 0; x < args.columns; ++x, to += image.pixel) {
    std::byte* at = to;
    for (const PackPart& part : args.parts) {
      convert(part.from + row * part.grid.row_step + std::ptrdiff_t(x) * part.grid.pixel_step, part.channels,
              args.form, at);
      at += part.channels * image.pixel / args.channels;
    }
  }
}

// In the order of memory, because vectors reach beyond what they are to write; the border comes last.
inline void pack(const PackArgs& args) {
  const Image image(args);
  std::byte* to = args.to + args.top * image.row + args.left * image.pixel;
  for (std::uint32_t y = 0; y < args.rows; ++y, to += image.row) pack_row(args, image, y, to);
  fill_border(args);
}

}  // namespace synergy::accel::fast::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif
