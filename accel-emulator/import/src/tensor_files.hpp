// The tensors of a model under file names: equal tensors of equal width under one name, because layers that
// name the same file share their place in the device's memory.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "synergy/accel_import/bind.hpp"
#include "synergy/documents/npy.hpp"

namespace synergy::accel_import {

class TensorFiles {
 public:
  /// The name of the file, `weights_LAYER.npy` after the first layer that has them.
  std::string add_weights(std::size_t layer, const BoundWeights& weights);
  std::string add_bias(std::size_t layer, const std::vector<std::int8_t>& bias);

  [[nodiscard]] std::map<std::string, documents::NpyArray> take() { return std::move(files_); }

 private:
  /// Width and kind, shape, values.
  using Content = std::tuple<std::string, std::vector<std::size_t>, std::vector<std::int8_t>>;
  std::string add(const std::string& name, Content content);

  std::map<Content, std::string> names_;
  std::map<std::string, documents::NpyArray> files_;
};

}  // namespace synergy::accel_import
