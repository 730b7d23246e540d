// What a network reads before its first layer runs: the input, and the rolling data buffer.
#pragma once

#include <optional>

#include "layer_order.hpp"
#include "synergy/documents/npy.hpp"
#include "synergy/schemas/model.hpp"

namespace synergy::accel_import {

/// Larger channel counts and sizes are refused, so that products of three of them do not overflow.
inline constexpr std::int64_t kMaxSize = 1 << 16;

/// The shape is the sample's; without one it follows from the first layer's `in_dim` and from
/// `first_channels`, the channels of one operand, 0 where nobody says how many. Fails with kInvalid where the
/// shape is not known or makes no sense, or a later layer asks for CHW order.
[[nodiscard]] Result<schemas::InputDescription> describe_input(
    const LayerOrder& order, const schemas::LayerDescription& first, std::uint32_t first_channels,
    const std::optional<documents::NpyArray>& sample);

/// Nothing for a network without a data buffer; of several the first counts. Fails with kInvalid where its
/// size makes no sense.
[[nodiscard]] Result<std::optional<schemas::DataBufferDescription>> describe_buffer(
    const NetworkYaml& network);

}  // namespace synergy::accel_import
