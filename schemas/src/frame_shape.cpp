#include "synergy/schemas/frame_shape.hpp"

#include <algorithm>

#include "checks.hpp"
#include "synergy/schemas/describe.hpp"

namespace synergy::schemas {
namespace {

Axes without_ones(Axes axes) {
  std::erase(axes, 1u);
  return axes;
}

/// Channels first, as far as the layout says which axis they are.
Axes channels_first(Axes axes, Layout layout) {
  if (layout == Layout::kHwc && !axes.empty()) std::rotate(axes.begin(), axes.end() - 1, axes.end());
  return axes;
}

}  // namespace

Status FrameShape::check() const {
  if (*this == FrameShape{}) return {};
  if (channels == 0 || rows == 0 || columns == 0) return wrong("a frame has no channels, rows or columns");
  const auto pixels = std::uint64_t(rows) * columns;
  if (pixels <= kMaxTensorBytes && pixels * channels <= kMaxTensorBytes) return {};
  return wrong("a frame of " + to_text(*this) + " has more than " + std::to_string(kMaxTensorBytes) +
               " values");
}

bool is_frame(const Axes& axes, const FrameShape& frame, Layout layout) {
  const Axes expected = layout == Layout::kChw ? Axes{frame.channels, frame.rows, frame.columns}
                                               : Axes{frame.rows, frame.columns, frame.channels};
  return without_ones(axes) == without_ones(expected);
}

bool are_same_frames(const Axes& a, Layout a_layout, const Axes& b, Layout b_layout) {
  return without_ones(channels_first(a, a_layout)) == without_ones(channels_first(b, b_layout));
}

Bytes to_chw(Bytes values, const FrameShape& frame, Layout layout) {
  if (layout == Layout::kChw) return values;
  const std::size_t pixels = std::size_t(frame.rows) * frame.columns;
  Bytes ordered(values.size());
  for (std::size_t pixel = 0; pixel < pixels; ++pixel)
    for (std::size_t c = 0; c < frame.channels; ++c)
      ordered[c * pixels + pixel] = values[pixel * frame.channels + c];
  return ordered;
}

std::string to_text(const FrameShape& frame) {
  return std::to_string(frame.channels) + " x " + std::to_string(frame.rows) + " x " +
         std::to_string(frame.columns);
}

std::string to_text(const Axes& axes) {
  std::string text;
  for (const auto length : axes) text += (text.empty() ? "" : ", ") + std::to_string(length);
  return "(" + text + (axes.size() == 1 ? ",)" : ")");
}

template const StructInfo& describe<FrameShape>();

}  // namespace synergy::schemas
