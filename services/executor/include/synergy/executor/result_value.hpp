// From the bytes that leave the last layer to what the app asked for, and how that travels to the actuator's
// device.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "synergy/schemas/fields.hpp"

namespace synergy::executor {

struct Argmax {
  std::int32_t label = -1, score = 0;
  bool operator==(const Argmax&) const = default;
};

/// The first of the largest values; `width` is 8 (signed bytes) or 32 (little-endian integers).
[[nodiscard]] Argmax argmax(std::span<const std::uint8_t> output, std::uint32_t width);

/// Label, then score, as 32-bit little-endian integers.
[[nodiscard]] schemas::Bytes to_bytes(const Argmax& argmax);
/// Empty when there are fewer bytes than to_bytes() makes.
[[nodiscard]] std::optional<Argmax> argmax_from(std::span<const std::uint8_t> bytes);

}  // namespace synergy::executor
