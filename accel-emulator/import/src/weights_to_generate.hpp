// Weights that no checkpoint holds: what one would say of them must then follow from the description. The
// numbers themselves are made by whoever loads the model (`weights_seed` of its description).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "layer_order.hpp"
#include "synergy/schemas/model.hpp"

namespace synergy::accel_import {

/// One for a network. The order must outlive it.
class WeightsToGenerate {
 public:
  explicit WeightsToGenerate(const LayerOrder& order) : order_(order) {}

  /// Width, shift and output channels of layer `k`, which takes weights, as far as the description gives
  /// them. Fails with kInvalid where layer and source contradict each other.
  Status describe(std::size_t k, schemas::LayerDescription& layer) const;

  /// Where the description leaves the output channels of layer `k`, which takes weights, to a checkpoint,
  /// takes one for each processor that it writes with: its own mask, that of the whole network for the last
  /// layer, or what the next layer reads with. Returns layer and channels as text; nothing where nothing
  /// was assumed.
  std::optional<std::string> assume_channels(std::size_t k, const std::optional<ProcessorMask>& output_map,
                                             schemas::LayerDescription& layer) const;

  /// Fails with kInvalid where the description still leaves output channels to a checkpoint, and names all
  /// layers that do.
  [[nodiscard]] Status check_channels(const std::vector<schemas::LayerDescription>& layers) const;

  /// Names the layer's weights: layers with one source share them, and must have the same kernels.
  /// `kernel_inputs`: values that each output is summed from, for each tap.
  Status name(std::size_t k, std::int64_t kernel_inputs, schemas::LayerDescription& layer);

 private:
  struct Kernels {
    std::int64_t inputs = 0;
    std::uint32_t outputs = 0;
    bool operator==(const Kernels&) const = default;
  };

  [[nodiscard]] std::size_t source_of(std::size_t k) const;
  [[nodiscard]] Error wrong(std::size_t k, const std::string& what) const;

  const LayerOrder& order_;
  std::map<std::string, Kernels> named_;
};

}  // namespace synergy::accel_import
