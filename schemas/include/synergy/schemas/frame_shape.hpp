// The shape of what a sensor gives and a network takes, and when an array holds it.
//
// What a reader gets wrong: a count of values says nothing. Rows x columns x channels are as many values as
// channels x rows x columns, in another order; a network computes on either without a complaint.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "synergy/base/result.hpp"
#include "synergy/schemas/fields.hpp"

namespace synergy::schemas {

/// Lengths of an array's axes, as NumPy's `shape`: the last one's neighbours are neighbours in memory.
using Axes = std::vector<std::uint64_t>;

/// What the axes of a frame's array are: channels, rows, columns (or channels, length); or rows, columns,
/// channels (or length, channels), as cameras and picture files have it.
enum class Layout { kChw, kHwc };
template <>
inline constexpr std::array<std::pair<Layout, std::string_view>, 2> kEnumNames<Layout>{{
    {Layout::kChw, "chw"},
    {Layout::kHwc, "hwc"},
}};

/// One frame, or window of 1-D data. All 0: not told.
struct FrameShape {
  std::uint32_t channels = 0, rows = 0, columns = 0;

  static void fields(auto& f) {
    f.required("channels", &FrameShape::channels, "of a frame");
    f.required("rows", &FrameShape::rows, "of a frame; of 1-D data: its length");
    f.required("columns", &FrameShape::columns, "of a frame; of 1-D data: 1");
  }
  bool operator==(const FrameShape&) const = default;
  [[nodiscard]] bool is_told() const { return channels != 0; }
  /// Bytes, one a value.
  [[nodiscard]] std::uint64_t values() const { return std::uint64_t(channels) * rows * columns; }
  /// Refuses a shape of more than kMaxTensorBytes values, and one with some sizes 0.
  [[nodiscard]] Status check() const;
};

/// Whether an array of these axes is one frame of that shape and layout. Axes of length 1 do not count: they
/// do not change the order of the values, so (1, 28, 28) and (28, 28) are the same picture.
[[nodiscard]] bool is_frame(const Axes& axes, const FrameShape& frame, Layout layout);

/// Whether whatever frame one array is, the other is one, too.
[[nodiscard]] bool are_same_frames(const Axes& a, Layout a_layout, const Axes& b, Layout b_layout);

/// The values of a frame that stands in this layout, as channels x rows x columns. `values` has as many as
/// the frame.
[[nodiscard]] Bytes to_chw(Bytes values, const FrameShape& frame, Layout layout);

/// `3 x 32 x 32`: channels, rows, columns.
[[nodiscard]] std::string to_text(const FrameShape& frame);
/// `(3, 32, 32)`, as NumPy writes it.
[[nodiscard]] std::string to_text(const Axes& axes);

// The field lists are instantiated once, in src/.
extern template const StructInfo& describe<FrameShape>();

}  // namespace synergy::schemas
