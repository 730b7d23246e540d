// The layers in the order they run, with names for all of them and references resolved.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "synergy/accel_import/import_network.hpp"

namespace synergy::accel_import {

/// What a layer reads.
struct LayerSource {
  enum class Kind { kInput, kBuffer, kLayer } kind = Kind::kInput;
  std::size_t layer = 0;  ///< number of the layer, for kLayer
};

struct OrderedLayer {
  const LayerYaml* yaml = nullptr;  ///< of the network that was given
  std::string name;
  std::string label;                 ///< `file:line: layer 3 'name'`, for errors
  std::vector<LayerSource> sources;  ///< never empty
  bool sources_given = false;        ///< by the file; else it is the layer before
  std::optional<std::size_t> weight_source;
};

/// Entry k is layer number k. `last` of the result is the number of the last layer that runs. Fails with
/// kInvalid: numbers twice or with gaps, unknown or reserved names, successors other than the next number,
/// sources that do not run before.
struct LayerOrder {
  std::vector<OrderedLayer> layers;
  std::size_t last = 0;
};
[[nodiscard]] Result<LayerOrder> order_layers(const NetworkYaml& network, const ImportOptions& options);

}  // namespace synergy::accel_import
