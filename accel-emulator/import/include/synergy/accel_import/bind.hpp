// Which tensors of a checkpoint belong to which layer, turned into what the device stores: integers of the
// layer's width, 8-bit biases, output shifts.
//
// Tensors are bound by order, not by name: the n-th weights of the state dictionary to the n-th layer that
// has weights. Where a network stands in the dictionary twice, with and without `module.` before its names,
// the first of both counts, and so does its bias: one that only the other has is lost, as in the vendor tool.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "synergy/accel_import/checkpoint.hpp"
#include "synergy/accel_import/network_yaml.hpp"

namespace synergy::accel_import {

/// What a layer says of its weights.
struct WeightSlot {
  std::string label;  ///< names the layer in errors
  schemas::Operator op = schemas::Operator::kConv2d;
  std::uint32_t kernel_rows = 3, kernel_columns = 3;  ///< a 1-D kernel has one column
  std::uint32_t groups = 1;
  std::optional<WeightWidth> width;   ///< unless given, the checkpoint's
  std::optional<std::int32_t> shift;  ///< unless given, the checkpoint's
  bool use_bias = true;
};

struct BoundWeights {
  std::string key;  ///< in the checkpoint
  /// (out, in per group, rows, columns), 1-D (out, in, taps), linear (out, in). Kernels of transposed
  /// convolutions are turned and their channels swapped, so that they correlate as the others do.
  std::vector<std::size_t> shape;
  std::vector<std::int8_t> values;
  WeightWidth width;
  std::vector<std::int8_t> bias;  ///< empty: none, or all zero
  std::int32_t shift = 0;         ///< without the part that follows from the width
  std::uint32_t in_channels = 0, out_channels = 0;
};

struct BoundNetwork {
  std::vector<BoundWeights> layers;  ///< one a slot
  std::vector<std::string> spare;    ///< keys of weights that no slot was left for, in their order
};

/// `binary_weights`: the device knows +1/-1 weights, so weights that are nothing else are taken for them.
/// Only tensors that belong to a slot are read. Fails with kInvalid, also when there are fewer weights than
/// slots; the message names layer and tensor.
[[nodiscard]] Result<BoundNetwork> bind_weights(const Checkpoint& checkpoint,
                                                std::span<const WeightSlot> slots, bool binary_weights);

}  // namespace synergy::accel_import
