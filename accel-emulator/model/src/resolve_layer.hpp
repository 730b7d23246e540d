// From one layer's description and the shapes of what it reads to a layer with everything known.
#pragma once

#include <span>

#include "synergy/accel_model/program.hpp"

namespace synergy::accel_model {

/// `sources` are the shapes of `layer.sources`. Fails with kInvalid where the description contradicts itself;
/// the caller puts the layer's label in front.
[[nodiscard]] Result<Layer> resolve_layer(const schemas::LayerDescription& description,
                                          std::span<const Shape> sources, bool legacy_operands);

}  // namespace synergy::accel_model
