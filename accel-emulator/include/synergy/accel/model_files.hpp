// Reads a model's folder: `model.yaml` and the `.npy` files it names.
//
// The only part of this library that touches files. Names in the description must be plain: files of this
// folder.
#pragma once

#include <filesystem>
#include <string>

#include "synergy/accel/weights.hpp"
#include "synergy/schemas/model.hpp"

namespace synergy::accel {

inline constexpr const char* kModelFile = "model.yaml";

struct LoadedModel {
  schemas::ModelDescription description;
  accel_model::Program program;
  ModelWeights weights;
  /// SHA-256 over the bytes of model.yaml and then, layer by layer, those of the weights file and the bias
  /// file: equal digests mean equal results. With `weights_seed` only those of model.yaml: the weights follow
  /// from it.
  std::string digest;
};

/// Fails with kNotFound or kInvalid; the message begins with the file.
[[nodiscard]] Result<LoadedModel> load_model(const std::filesystem::path& folder);

}  // namespace synergy::accel
