// From the bytes that leave the last layer to what the app asked for.
#pragma once

#include <cstdint>
#include <span>

namespace synergy::executor {

struct Argmax {
  std::int32_t label = -1, score = 0;
};

/// The first of the largest values; `width` is 8 (signed bytes) or 32 (little-endian integers).
[[nodiscard]] Argmax argmax(std::span<const std::uint8_t> output, std::uint32_t width);

}  // namespace synergy::executor
