#include "tensor_files.hpp"

namespace synergy::accel_import {

std::string TensorFiles::add_weights(std::size_t layer, const BoundWeights& weights) {
  const auto kind = std::to_string(weights.width.bits) + (weights.width.binary ? " +1/-1" : " bit");
  return add("weights_" + std::to_string(layer) + ".npy", {kind, weights.shape, weights.values});
}

std::string TensorFiles::add_bias(std::size_t layer, const std::vector<std::int8_t>& bias) {
  return add("bias_" + std::to_string(layer) + ".npy", {"bias", {bias.size()}, bias});
}

std::string TensorFiles::add(const std::string& name, Content content) {
  const auto [at, is_new] = names_.emplace(std::move(content), name);
  const auto& [kind, shape, values] = at->first;
  if (is_new) files_.emplace(name, documents::npy_of(values, shape));
  return at->second;
}

}  // namespace synergy::accel_import
