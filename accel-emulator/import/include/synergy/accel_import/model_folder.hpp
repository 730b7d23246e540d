// Writes an imported model as a folder of our own form: `model.yaml`, its tensors, and `input.npy`, the
// sample.
#pragma once

#include <filesystem>

#include "synergy/accel_import/import_network.hpp"

namespace synergy::accel_import {

inline constexpr const char* kSampleFile = "input.npy";

/// The folder appears complete or not at all: it is written beside its place under another name and then
/// renamed in one step. `replace` takes the place of an existing model's folder that holds nothing but what
/// an import writes, or of an empty one; anything else is left alone, also where it appears meanwhile.
/// Folders above it that are missing are made. Fails with kConflict (it exists) or kEnvironment.
Status write_model_folder(const ImportedModel& model, const std::filesystem::path& folder, bool replace);

}  // namespace synergy::accel_import
