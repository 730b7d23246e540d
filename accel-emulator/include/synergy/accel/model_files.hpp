// A model as the emulator runs it: program and weights, from a model's folder (documents/model_folder.hpp).
//
// The only part of this library that touches files.
#pragma once

#include <filesystem>
#include <string>

#include "synergy/accel/weights.hpp"
#include "synergy/schemas/model.hpp"

namespace synergy::accel {

struct LoadedModel {
  schemas::ModelDescription description;
  accel_model::Program program;
  ModelWeights weights;
  std::string digest;  ///< as documents::ModelFolder::digest
};

/// Fails as documents::read_model_folder(), and with kInvalid where the description contradicts itself or a
/// file holds another tensor than the layer needs; the message names the file.
[[nodiscard]] Result<LoadedModel> load_model(const std::filesystem::path& folder);

}  // namespace synergy::accel
