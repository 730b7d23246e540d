#include "synergy/frames/convert.hpp"

#include <algorithm>
#include <array>

#include "scale.hpp"

namespace synergy::frames {
namespace {

using schemas::Axes;
using schemas::Background;
using schemas::Fit;
using schemas::FrameShape;
using schemas::Layout;
using schemas::PictureDescription;

Layout other(Layout layout) { return layout == Layout::kChw ? Layout::kHwc : Layout::kChw; }

/// The picture that an array of these axes is, where it is one: 2 axes are grey.
std::optional<FrameShape> picture_of(const Axes& axes, Layout layout) {
  if (axes.size() != 2 && axes.size() != 3) return std::nullopt;
  const bool first = axes.size() == 3 && layout == Layout::kChw;
  const auto channels = axes.size() == 2 ? 1 : axes[first ? 0 : 2];
  const auto rows = axes[first ? 1 : 0], columns = axes[first ? 2 : 1];
  if ((channels != 1 && channels != 3) || rows == 0 || columns == 0) return std::nullopt;
  if (rows > kMaxSide || columns > kMaxSide) return std::nullopt;
  return FrameShape{std::uint32_t(channels), std::uint32_t(rows), std::uint32_t(columns)};
}

/// Whether the frame is the model's as it is. Of what can be read as a picture, rows and columns must be the
/// model's, too: one of 1 x 28 pixels is none of 28 x 1.
bool is_input(const Axes& axes, Layout layout, const FrameShape& input,
              const std::optional<PictureDescription>& picture) {
  const auto own = picture ? picture_of(axes, layout) : std::nullopt;
  return own ? *own == input : is_frame(axes, input, layout);
}

/// What somebody can do about a frame that does not become the model's.
std::string cure(const Axes& axes, Layout layout, const std::optional<PictureDescription>& picture) {
  const bool chw = layout == Layout::kChw;
  if (!picture)
    return "the model takes no others: give it frames of that shape, or, if it is one of pictures, say so in "
           "its "
           "model.yaml: input: {..., picture: {}}";
  if (axes.size() == 3 && picture_of(axes, other(layout)))
    return std::string("these axes are ") + (chw ? "rows, columns, channels: say that their layout is hwc"
                                                 : "channels, rows, columns: say that their layout is chw");
  if (std::any_of(axes.begin(), axes.end(), [](auto length) { return length > kMaxSide; }) && axes.size() > 1)
    return "a picture has at most " + std::to_string(kMaxSide) + " rows or columns: scale it down";
  return std::string("any picture is converted, ") +
         (chw ? "(channels, rows, columns)" : "(rows, columns, channels)") +
         " of 1 (grey) or 3 (red, green, blue) channels, or (rows, columns): this is none";
}

/// ITU-R BT.601-7, 2.5.1; rounded.
std::uint8_t luma(std::uint32_t red, std::uint32_t green, std::uint32_t blue) {
  return std::uint8_t((299 * red + 587 * green + 114 * blue + 500) / 1000);
}

/// A picture's planes, which stand in bytes of somebody else or, made grey, in its own.
struct Planes {
  std::vector<Plane> channels;
  schemas::Bytes grey{};

  Planes(const FrameShape& shape, Layout layout, const std::uint8_t* bytes) {
    const bool chw = layout == Layout::kChw;
    const std::size_t step = chw ? 1 : shape.channels;
    for (std::size_t c = 0; c < shape.channels; ++c)
      channels.push_back({bytes + c * (chw ? std::size_t(shape.rows) * shape.columns : 1), shape.rows,
                          shape.columns, step * shape.columns, step});
  }
  void make_grey() {
    const auto red = channels[0], green = channels[1], blue = channels[2];
    grey.reserve(std::size_t(red.rows) * red.columns);
    for (std::size_t r = 0; r < red.rows; ++r)
      for (std::size_t c = 0; c < red.columns; ++c)
        grey.push_back(luma(red.at(r, c), green.at(r, c), blue.at(r, c)));
    channels = {{grey.data(), red.rows, red.columns, red.columns, 1}};
  }
};

/// The mean of a plane's outermost pixels.
std::uint8_t edge_of(const Plane& plane) {
  std::uint64_t sum = 0, count = 0;
  for (std::size_t r = 0; r < plane.rows; ++r) {
    const bool whole = r == 0 || r + 1 == plane.rows;
    const std::size_t step = whole || plane.columns == 1 ? 1 : plane.columns - 1;
    for (std::size_t c = 0; c < plane.columns; c += step, ++count) sum += plane.at(r, c);
  }
  return std::uint8_t((sum + count / 2) / count);
}

struct Window {
  std::int64_t rows, columns;
};
Window window_of(const Plane& plane, const FrameShape& input, Fit fit) {
  const std::int64_t r = plane.rows, c = plane.columns, to_r = input.rows, to_c = input.columns;
  if (fit == Fit::kStretch) return {r, c};
  const bool wider = c * to_r > r * to_c;  // than the frame
  if (wider == (fit == Fit::kCrop)) return {r, std::max<std::int64_t>(1, (r * to_c + to_r / 2) / to_r)};
  return {std::max<std::int64_t>(1, (c * to_r + to_c / 2) / to_c), c};
}

bool is_inverted(const std::array<std::uint8_t, 3>& edge, std::size_t channels, Background expected) {
  if (expected == Background::kAny) return false;
  const auto value = channels == 1 ? edge[0] : luma(edge[0], edge[1], edge[2]);
  return (value >= 128) != (expected == Background::kLight);
}

/// Pixel (row, column) of channel c becomes pixel (row / fold, column / fold) of channel
/// ((row mod fold) fold + column mod fold) channels + c.
schemas::Bytes folded(const schemas::Bytes& picture, const FrameShape& shape, std::uint32_t fold) {
  schemas::Bytes made(picture.size());
  auto from = picture.begin();
  const std::size_t rows = shape.rows / fold, columns = shape.columns / fold;
  for (std::size_t c = 0; c < shape.channels; ++c)
    for (std::size_t y = 0; y < shape.rows; ++y)
      for (std::size_t x = 0; x < shape.columns; ++x) {
        const auto channel = (y % fold * fold + x % fold) * shape.channels + c;
        made[(channel * rows + y / fold) * columns + x / fold] = *from++;
      }
  return made;
}

schemas::Bytes converted(Planes planes, const FrameShape& input, const PictureDescription& picture) {
  if (input.channels == 1 && planes.channels.size() == 3) planes.make_grey();
  const auto window = window_of(planes.channels[0], input, picture.fit);
  const auto rows = make_axis(planes.channels[0].rows, window.rows, input.rows);
  const auto columns = make_axis(planes.channels[0].columns, window.columns, input.columns);
  schemas::Bytes made(input.values());
  const auto pixels = std::size_t(input.rows) * input.columns;
  std::array<std::uint8_t, 3> edge{};
  for (std::size_t c = 0; c < planes.channels.size(); ++c) {
    edge[c] = edge_of(planes.channels[c]);
    scale(planes.channels[c], rows, columns, edge[c], made.data() + c * pixels);
  }
  if (is_inverted(edge, planes.channels.size(), picture.background))
    for (auto& value : made) value = std::uint8_t(255 - value);
  for (std::size_t c = planes.channels.size(); c < input.channels; ++c)
    std::copy_n(made.begin(), pixels, made.begin() + std::ptrdiff_t(c * pixels));
  return made;
}

}  // namespace

Status check_convertible(const Axes& axes, Layout layout, const FrameShape& input,
                         const std::optional<PictureDescription>& picture) {
  if (!input.is_told()) return Error{ErrorCode::kInvalid, "the shape of the model's input is not told"};
  if (auto status = input.check(); !status) return status;
  if (is_input(axes, layout, input, picture)) return {};
  if (picture && picture_of(axes, layout)) return picture->check_input(input);
  return Error{ErrorCode::kInvalid, "a frame of the shape " + schemas::to_text(axes) +
                                        " does not become the model's input of " + to_text(input) +
                                        " (channels x rows x columns): " + cure(axes, layout, picture)};
}

Result<schemas::Bytes> to_input(const OwnFrame& frame, const FrameShape& input,
                                const std::optional<PictureDescription>& picture) {
  if (auto status = check_convertible(frame.axes, frame.layout, input, picture); !status)
    return status.error();
  const bool unchanged = is_input(frame.axes, frame.layout, input, picture);
  const auto own = unchanged ? input : *picture_of(frame.axes, frame.layout);
  if (frame.bytes.size() != own.values())
    return Error{ErrorCode::kInvalid, "a frame of the shape " + schemas::to_text(frame.axes) + " has " +
                                          std::to_string(own.values()) + " values, a byte each; these are " +
                                          std::to_string(frame.bytes.size()) + " bytes"};
  if (unchanged) return to_chw({frame.bytes.begin(), frame.bytes.end()}, input, frame.layout);
  const auto unfolded = picture->unfolded(input);
  auto made = converted(Planes(own, frame.layout, frame.bytes.data()), unfolded, *picture);
  return picture->fold == 1 ? std::move(made) : folded(made, unfolded, picture->fold);
}

}  // namespace synergy::frames
