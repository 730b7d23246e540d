// From the bytes that leave the last layer to what the app asked for, and how that travels to the actuator's
// device.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "synergy/schemas/plan.hpp"

namespace synergy::execution {

struct Argmax {
  std::int32_t label = -1, score = 0;
  bool operator==(const Argmax&) const = default;
};

/// The first of the largest values; `width` is 8 (signed bytes) or 32 (little-endian integers).
[[nodiscard]] Argmax argmax(std::span<const std::uint8_t> output, std::uint32_t width);

/// A label for each group of `classes` channels and each of `pixels` pixels, group after group: value c of
/// pixel i of group g is the output's value (g x classes + c) x pixels + i. A byte a label; what is beyond
/// 255 is 255. (A network whose output is folded has several groups: those of one pixel's neighbours.)
[[nodiscard]] schemas::Bytes argmax_map(std::span<const std::uint8_t> output, std::uint32_t width,
                                        std::uint32_t classes, std::uint32_t pixels);

/// Label, then score, as 32-bit little-endian integers.
[[nodiscard]] schemas::Bytes to_bytes(const Argmax& argmax);
/// Empty when there are fewer bytes than to_bytes() makes.
[[nodiscard]] std::optional<Argmax> argmax_from(std::span<const std::uint8_t> bytes);

/// Whether the pipeline's argmax is one label (to_bytes()), rather than a map of them.
[[nodiscard]] bool has_one_label(const schemas::PipelinePlan& pipeline);

/// What the last chunk's device makes of its output: the pipeline's result, as it travels.
[[nodiscard]] schemas::Bytes result_of(const schemas::PipelinePlan& pipeline, schemas::Bytes output);

}  // namespace synergy::execution
