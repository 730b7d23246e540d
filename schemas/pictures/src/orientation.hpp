// Which way up a picture is to be seen.
#pragma once

#include <cstdint>
#include <span>

#include "synergy/pictures/picture.hpp"

namespace synergy::pictures {

/// EXIF's number, 1 to 8 (CIPA DC-008, tag 0x0112): where the stored row 0 and column 0 are to be seen.
using Orientation = std::uint8_t;
inline constexpr Orientation kUpright = 1;

/// What EXIF data tells; it begins with the TIFF header, `II*` or `MM` and so on. kUpright where it tells
/// nothing or is damaged.
[[nodiscard]] Orientation orientation_of(std::span<const std::uint8_t> exif);

/// The picture as it is to be seen.
[[nodiscard]] Picture oriented(Picture picture, Orientation orientation);

}  // namespace synergy::pictures
