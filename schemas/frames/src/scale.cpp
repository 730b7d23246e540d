#include "scale.hpp"

#include <array>
#include <limits>

namespace synergy::frames {
namespace {

/// Rows of the plane, mixed along the columns, not yet divided. The two last used are kept: a row of the
/// picture is part of two rows of the frame at most where it shrinks, and of neighbours where it grows.
class MixedRows {
 public:
  MixedRows(const Plane& plane, const Axis& columns, std::uint8_t background)
      : plane_(plane), columns_(columns), background_(background) {}

  const std::vector<std::uint64_t>& row(std::uint32_t number) {
    auto& kept = kept_[number % kept_.size()];
    if (kept.number == number) return kept.sums;
    kept.number = number;
    kept.sums.resize(columns_.mixes.size());
    for (std::size_t i = 0; i < kept.sums.size(); ++i) kept.sums[i] = mixed(number, columns_.mixes[i]);
    return kept.sums;
  }

 private:
  [[nodiscard]] std::uint64_t mixed(std::uint32_t row, const Mix& mix) const {
    std::uint64_t sum = mix.outside * background_;
    const auto* weights = columns_.weights.data() + mix.weights;
    for (std::uint32_t k = 0; k < mix.count; ++k) sum += weights[k] * plane_.at(row, mix.first + k);
    return sum;
  }
  struct Kept {
    std::uint64_t number = std::numeric_limits<std::uint64_t>::max();  // none
    std::vector<std::uint64_t> sums;
  };
  const Plane& plane_;
  const Axis& columns_;
  const std::uint64_t background_;
  std::array<Kept, 2> kept_;
};

}  // namespace

void scale(const Plane& plane, const Axis& rows, const Axis& columns, std::uint8_t background,
           std::uint8_t* to) {
  MixedRows mixed(plane, columns, background);
  const std::uint64_t divisor = rows.divisor * columns.divisor;
  std::vector<std::uint64_t> sums(columns.mixes.size());
  for (const auto& mix : rows.mixes) {
    sums.assign(sums.size(), mix.outside * columns.divisor * background);
    for (std::uint32_t k = 0; k < mix.count; ++k) {
      const auto weight = rows.weights[mix.weights + k];
      const auto& row = mixed.row(mix.first + k);
      for (std::size_t i = 0; i < sums.size(); ++i) sums[i] += weight * row[i];
    }
    for (const auto sum : sums) *to++ = std::uint8_t((sum + divisor / 2) / divisor);
  }
}

}  // namespace synergy::frames
