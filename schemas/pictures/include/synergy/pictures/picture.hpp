// Pictures, read from the bytes of PNG and JPEG files that anybody may have made.
//
// What a reader gets wrong: a small file may be an enormous picture. Its size stands in its first bytes and
// is judged there, before anything is reserved for it.
//
// What is made of a file:
//   - bytes of 0 to 255, as they stand in the file. 16 bits are rounded to 8, fewer bits and palettes are
//     unfolded. A colour profile or gamma value is not applied: the values are taken as sRGB.
//   - transparency: over white, `(value x alpha + 255 x (255 - alpha)) / 255`, rounded, on the values as they
//   are.
//   - CMYK: `red = (255 - cyan) x (255 - black) / 255`, rounded, and so on; in files with Adobe's marker the
//     values stand inverted. Without a profile that is the picture, not its exact colours.
//   - the orientation that EXIF tells is applied; where EXIF is damaged, the picture stands as it was stored.
//   - of an animation (APNG) the still picture.
// What is damaged or ends early is refused as a whole; no half pictures.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "synergy/base/result.hpp"

namespace synergy::pictures {

/// Rows or columns of a picture at most, and their product: a photograph of 16 megapixels. Reading one takes
/// 64 MiB, and for a progressive JPEG 128 MiB more while it is read.
inline constexpr std::uint32_t kMaxSide = 16'384;
inline constexpr std::uint64_t kMaxPixels = 16u << 20;
/// Of a file. 16 megapixels without compression have less.
inline constexpr std::size_t kMaxFileBytes = 64u << 20;

struct Picture {
  std::uint32_t rows = 0, columns = 0;
  std::uint32_t channels = 0;       ///< 1: grey; 3: red, green, blue
  std::vector<std::uint8_t> bytes;  ///< rows x columns x channels

  bool operator==(const Picture&) const = default;
};

/// The picture of a PNG or JPEG file; which of the two it is, its bytes tell. Fails with kInvalid: the file
/// is neither, damaged, too large, or of a kind that is not read (12-bit or lossless JPEG). The message says
/// what to do; it does not know the file's name. Any thread may call it.
[[nodiscard]] Result<Picture> read_picture(std::span<const std::uint8_t> file);

/// Whether a file begins as PNG or JPEG, or as a picture of another kind, of which read_picture() tells what
/// to do.
[[nodiscard]] bool begins_as_picture(std::span<const std::uint8_t> file);

}  // namespace synergy::pictures
