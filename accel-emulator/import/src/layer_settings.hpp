// One layer's own settings: the tool's defaults filled in, and what the tool's reader refuses about them.
#pragma once

#include "layer_order.hpp"

namespace synergy::accel_import {

/// Everything of the description that follows from the layer's own keys. Left for the caller: sequence,
/// sources, channels, masks and offsets that are not given, what comes from the checkpoint.
[[nodiscard]] Result<schemas::LayerDescription> describe_settings(const OrderedLayer& layer,
                                                                  const ImportOptions& options);

}  // namespace synergy::accel_import
