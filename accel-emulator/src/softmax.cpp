#include "synergy/accel/softmax.hpp"

#include <algorithm>

#include "synergy/accel/fixed_point.hpp"

namespace synergy::accel {
namespace {

constexpr int kFractionBits = 14;
constexpr std::int64_t kHalf = std::int64_t{1} << (kFractionBits - 1);
/// Values further below the largest one than this many units count as zero.
constexpr std::int64_t kRange = std::int64_t{16} << kFractionBits;
constexpr std::int64_t kOne = 32767;

}  // namespace

std::vector<std::int16_t> softmax(std::span<const std::int32_t> values) {
  std::vector<std::int16_t> probabilities(values.size(), 0);
  if (values.empty()) return probabilities;
  // In 64 bits: the least value less the range would leave 32.
  const std::int64_t floor = *std::max_element(values.begin(), values.end()) - kRange;
  std::int64_t sum = 0;
  for (const std::int64_t value : values)
    if (value > floor) sum += std::int64_t{1} << ((kHalf + value - floor) >> kFractionBits);
  const std::int64_t base = (std::int64_t{1} << 32) / sum;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (values[i] <= floor) continue;
    const std::int64_t below = (kHalf - 1 + floor - values[i]) >> kFractionBits;
    probabilities[i] = std::int16_t(std::min(kOne, base >> (17 + below)));
  }
  return probabilities;
}

std::vector<std::int32_t> softmax_input(const accel_model::Layer& last, const LayerOutput& output) {
  std::vector<std::int32_t> values;
  if (const auto* wide = std::get_if<WideTensor>(&output)) {
    for (const std::int64_t value : wide->values)
      values.push_back(std::int32_t(value * (std::int64_t{1} << (8 - last.weight_bits))));
  } else {
    for (const auto value : std::get<Tensor>(output).values) values.push_back(value << kOutputFractionBits);
  }
  return values;
}

}  // namespace synergy::accel
