// From a frame of a shape of its own, a picture of a camera, to the frame that a model takes. Pure, in whole
// numbers: the same bytes on every machine.
//
// What a reader gets wrong: a frame that has the model's shape already is taken as it is, to the bit. It is
// not looked at, not even for its background: it was made for the model. Everything else is scaled.
//
// The steps, for a model whose description has a `picture`:
//   1. Grey. Where the model has 1 channel and the picture 3, each pixel is the luma of ITU-R BT.601-7
//   (section 2.5.1),
//      E'Y = 0.299 R + 0.587 G + 0.114 B, as (299 R + 587 G + 114 B + 500) div 1000.
//   2. The window: the part of the picture that becomes the frame, in the middle of the picture. For a
//   picture of
//      r x c pixels and a frame of R x C: `stretch` r x c; `crop` the largest, `pad` the smallest of the
//      frame's proportions that lies in the picture, or around it. One side is the picture's, the other
//      rounded: columns = (r C + R div 2) div R, or rows = (c R + C div 2) div C, 1 at least. Where picture
//      and window differ by an odd number, the window begins at half a pixel, so that what is symmetric stays
//      so.
//   3. Scaling, of rows and columns each by itself. Of w pixels to t, fewer or as many: a new pixel is the
//   mean of the
//      w / t old ones that it covers, those at its ends by the part that is covered ("area averaging"). To
//      more: linear between the two old pixels whose middles it lies between ("bilinear", middle of pixel i
//      at i + 1/2). All weights are whole numbers over one divisor; there is one division a value, rounded
//      half up.
//   4. Beyond the picture stands the background, where `pad` shows it; else the pixel at the edge. The
//   background is
//      the mean of the picture's outermost pixels, channel by channel, rounded half up.
//   5. Inverted, 255 - v, where the model's background is dark and the picture's is light, or the other way
//   round. It
//      is light where its luma is 128 or more.
//   6. Colour. Where the model has 3 channels and the picture 1, all three are the grey value.
//   7. Folded, where the model's `fold` f is above 1 (TensorFlow's space_to_depth, ai8x-training's fold): the
//   frame of
//      steps 2 to 6 has f R x f C pixels, and pixel (y, x) of channel k of n becomes pixel (y div f, x div f)
//      of channel ((y mod f) f + x mod f) n + k.
//
// The bytes are unsigned, 0 black to 255 white, as a sensor gives them; `synergy/execution/prepare.hpp` makes
// them signed. They stand as channels x rows x columns.
#pragma once

#include <optional>
#include <span>

#include "synergy/base/result.hpp"
#include "synergy/schemas/frame_shape.hpp"
#include "synergy/schemas/picture.hpp"

namespace synergy::frames {

/// Rows or columns of a picture that is converted, at most.
inline constexpr std::uint64_t kMaxSide = 16'384;

/// A frame in its own shape. Borrows the bytes, one a value.
struct OwnFrame {
  schemas::Axes axes;  ///< of a picture: rows, columns; or with the channels, 1 or 3, where the layout says
  schemas::Layout layout = schemas::Layout::kHwc;
  std::span<const std::uint8_t> bytes;
};

/// Whether a frame of these axes can become the model's: it has the model's shape, or both are pictures.
/// Fails with kInvalid; the message names both shapes and says what to do. `picture`: of the model; none: it
/// takes no other frames than those of its shape.
[[nodiscard]] Status check_convertible(const schemas::Axes& axes, schemas::Layout layout,
                                       const schemas::FrameShape& input,
                                       const std::optional<schemas::PictureDescription>& picture);

/// The model's frame. Fails as check_convertible(), and with kInvalid where there are not as many bytes as
/// the axes say. Any thread may call it. It takes about 3 ns a value of the frame that is read.
[[nodiscard]] Result<schemas::Bytes> to_input(const OwnFrame& frame, const schemas::FrameShape& input,
                                              const std::optional<schemas::PictureDescription>& picture);

}  // namespace synergy::frames
