#include "synergy/documents/input.hpp"

#include <algorithm>

namespace synergy::documents {
namespace {

using schemas::Axes;
using schemas::FrameShape;
using schemas::Layout;

Error invalid(const std::string& name, const std::string& what) {
  return {ErrorCode::kInvalid, name + ": " + what};
}

bool is_bytes(const std::string& type) { return type == "|i1" || type == "|u1"; }

Error no_integers(const std::string& name, const std::string& type) {
  return invalid(name, "must hold integers, holds " + type +
                           ": a network takes signed bytes (int8), or pixels as unsigned bytes (uint8)");
}

Result<schemas::Bytes> values_of(NpyArray array, const std::string& name) {
  if (array.type == "|i1") return std::move(array.data);
  if (array.type == "|u1") {
    for (auto& pixel : array.data) pixel ^= 0x80;  // less 128, in two's complement
    return std::move(array.data);
  }
  const auto read = integers_of(array.type);
  if (read == nullptr) return no_integers(name, array.type);
  schemas::Bytes values(array.items());
  for (std::size_t i = 0; i < values.size(); ++i) {
    const auto value = read(array, i);
    if (!value || *value < -128 || *value > 127)
      return invalid(name,
                     "entry " + std::to_string(i) +
                         " is not within -128 to 127; pixels of 0 to 255 must be unsigned bytes (uint8)");
    values[i] = std::uint8_t(*value);
  }
  return values;
}

Result<InputArray> input_of(Result<NpyArray> array, const std::string& name) {
  if (!array) return array.error();
  InputArray input{name, {array->shape.begin(), array->shape.end()}, {}};
  auto values = values_of(*std::move(array), name);
  if (!values) return values.error();
  input.values = *std::move(values);
  return input;
}

Layout other(Layout layout) { return layout == Layout::kChw ? Layout::kHwc : Layout::kChw; }

/// What stands behind the count of an array of frames.
Axes behind_first(const Axes& axes) { return axes.empty() ? axes : Axes(axes.begin() + 1, axes.end()); }

/// `shape`: of one frame, which is to be a frame, and is none.
Error misfit(const InputArray& array, const Axes& shape, const FrameShape& frame, Layout layout,
             const std::string& hint) {
  std::string axes = layout == Layout::kChw ? "channels, rows, columns" : "rows, columns, channels";
  auto text = "has the shape " + schemas::to_text(array.axes) + "; the model's input is " + to_text(frame) +
              " (channels x rows x columns)";
  if (is_frame(shape, frame, other(layout)))
    text += layout == Layout::kChw
                ? ": these axes are rows, columns, channels, which --layout hwc converts"
                : ": these axes are channels, rows, columns already: leave out --layout hwc";
  else if (!hint.empty())
    text += ": " + hint;
  else if (layout == Layout::kHwc)
    text += ", so its axes must be " + axes;
  return invalid(array.name, text);
}

}  // namespace

Result<InputArray> read_input(const std::filesystem::path& file) {
  return input_of(read_npy(file), file.string());
}

Result<InputArray> parse_input(std::span<const std::uint8_t> bytes, const std::string& name) {
  return input_of(parse_npy(bytes, name), name);
}

Result<Axes> read_input_axes(const std::filesystem::path& file) {
  const auto header = read_npy_header(file);
  if (!header) return header.error();
  if (is_bytes(header->type)) return Axes(header->shape.begin(), header->shape.end());
  if (integers_of(header->type) == nullptr) return no_integers(file.string(), header->type);
  auto array = read_input(file);  // its values may be too large
  if (!array) return array.error();
  return std::move(array->axes);
}

Result<schemas::Bytes> only_frame(InputArray array, const FrameShape& frame, Layout layout) {
  if (is_frame(array.axes, frame, layout)) return to_chw(std::move(array.values), frame, layout);
  const bool several = is_frame(behind_first(array.axes), frame, layout);
  return misfit(array, array.axes, frame, layout,
                several ? "these are " + std::to_string(array.axes.front()) +
                              " inputs, of which one is taken here; save a single one"
                        : "");
}

Result<Axes> axes_of_frames(const Axes& axes, const std::string& name) {
  if (axes.size() < 2 || std::find(axes.begin(), axes.end(), 0u) != axes.end())
    return invalid(
        name, "has the shape " + schemas::to_text(axes) + "; frames are an array (N, ...) of one or more");
  return behind_first(axes);
}

Status check_frames(const InputArray& array, const FrameShape& frame, Layout layout) {
  const auto shape = axes_of_frames(array.axes, array.name);
  if (!shape) return shape.error();
  if (is_frame(*shape, frame, layout)) return {};
  return misfit(array, *shape, frame, layout,
                is_frame(array.axes, frame, layout)
                    ? "the first axis must count the frames; a single one is (1, ...)"
                    : "");
}

schemas::Bytes frame_at(const InputArray& array, std::uint64_t number, const FrameShape& frame,
                        Layout layout) {
  const auto size = std::ptrdiff_t(frame.values());
  const auto begin = array.values.begin() + std::ptrdiff_t(number % array.axes.front()) * size;
  return to_chw({begin, begin + size}, frame, layout);
}

}  // namespace synergy::documents
