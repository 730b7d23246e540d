#include "axis.hpp"

#include <algorithm>

namespace synergy::frames {
namespace {

/// Lengths are in parts of an old pixel, 2 x target to the pixel: whole numbers even where the window begins
/// at half a pixel.
class AxisMaker {
 public:
  AxisMaker(std::int64_t length, std::int64_t window, std::int64_t target)
      : length_(length),
        window_(window),
        target_(target),
        pixel_(2 * target),
        begin_((length - window) * target) {}

  Axis make() {
    if (target_ <= window_) {
      axis_.divisor = std::uint64_t(2 * window_);
      for (std::int64_t i = 0; i < target_; ++i) average(begin_ + i * 2 * window_);
    } else {
      axis_.divisor = std::uint64_t(pixel_);
      for (std::int64_t i = 0; i < target_; ++i) interpolate(begin_ + (2 * i + 1) * window_ - target_);
    }
    return std::move(axis_);
  }

 private:
  /// The mean of the old pixels between `from` and one new pixel further.
  void average(std::int64_t from) {
    const auto to = from + 2 * window_;
    const auto first = std::clamp(from / pixel_, std::int64_t(0), length_);  // rounds up only below 0
    begin_mix(first);
    for (auto k = first; k < length_ && k * pixel_ < to; ++k)
      add(std::min(to, (k + 1) * pixel_) - std::max(from, k * pixel_));
    end_mix();
  }
  /// Between the old pixel whose middle is at or before `at` (the middle of pixel 0 is at 0) and the next
  /// one.
  void interpolate(std::int64_t at) {
    const auto before = at / pixel_ - (at % pixel_ < 0 ? 1 : 0);  // rounded down
    const auto part = at - before * pixel_;
    const std::int64_t weight[] = {pixel_ - part, part};
    const bool padded = window_ > length_;
    if (!padded && (before < 0 || before + 1 >= length_ || part == 0)) {
      begin_mix(std::clamp(before, std::int64_t(0), length_ - 1));
      add(pixel_);
      return end_mix();
    }
    begin_mix(std::clamp(before, std::int64_t(0), length_));
    for (const auto side : {0, 1})
      if (before + side >= 0 && before + side < length_) add(weight[side]);
    end_mix();
  }

  void begin_mix(std::int64_t first) {
    axis_.mixes.push_back({std::uint32_t(first), 0, axis_.weights.size(), axis_.divisor});
  }
  void add(std::int64_t weight) {
    axis_.weights.push_back(std::uint64_t(weight));
    axis_.mixes.back().outside -= std::uint64_t(weight);
  }
  void end_mix() {
    axis_.mixes.back().count = std::uint32_t(axis_.weights.size() - axis_.mixes.back().weights);
  }

  std::int64_t length_, window_, target_, pixel_, begin_;
  Axis axis_;
};

}  // namespace

Axis make_axis(std::int64_t length, std::int64_t window, std::int64_t target) {
  return AxisMaker(length, window, target).make();
}

}  // namespace synergy::frames
