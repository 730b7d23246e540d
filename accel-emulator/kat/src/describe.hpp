// From the recorded network to a description in our own words.
#pragma once

#include <vector>

#include "network_file.hpp"
#include "synergy/base/result.hpp"

namespace synergy::accel_kat {

/// Indices into `network.layers`, in the order of the program: layers as they ran, and each layer that did
/// not run before the first one of a higher number. Fails with kInvalid when the recorded order is none.
[[nodiscard]] Result<std::vector<std::size_t>> program_order(const NetworkFile& network);

/// Where the numbers of a layer that did not run can be had: a layer that shares its copy of the weights.
[[nodiscard]] const LayerEntry* layer_with_weights_of(const NetworkFile& network, const LayerEntry& layer);

/// Tensors are named by their digest, so that equal ones have one name.
[[nodiscard]] Result<schemas::ModelDescription> describe(const NetworkFile& network,
                                                         const std::vector<std::size_t>& order);

}  // namespace synergy::accel_kat
