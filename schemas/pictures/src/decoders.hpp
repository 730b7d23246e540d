// The two decoders, and what they have in common. Each gives the picture as the file holds it, before its
// orientation.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "orientation.hpp"
#include "synergy/pictures/picture.hpp"

namespace synergy::pictures {

struct Decoded {
  Picture picture;
  Orientation orientation = kUpright;
};

[[nodiscard]] Result<Decoded> decode_png(std::span<const std::uint8_t> file);
[[nodiscard]] Result<Decoded> decode_jpeg(std::span<const std::uint8_t> file);

/// Refuses a size of nothing, and one beyond the limits.
Status check_size(std::uint64_t rows, std::uint64_t columns);
/// What a decoder said of a damaged file, for people.
[[nodiscard]] Error damaged(const char* kind, const std::string& what);

/// a x b / 255, rounded.
[[nodiscard]] constexpr std::uint8_t product(std::uint8_t a, std::uint8_t b) {
  return std::uint8_t((std::uint32_t(a) * b + 127) / 255);
}

}  // namespace synergy::pictures
