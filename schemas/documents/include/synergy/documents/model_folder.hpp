// A model's folder: `model.yaml` and the `.npy` files that it names. The one place that reads it, and that
// says what a model's identity is.
//
// What a reader gets wrong: a folder is read once, as a whole. Description, files and digest are of the same
// bytes; who reads the description now and the files later may join two versions of a model.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "synergy/base/result.hpp"
#include "synergy/schemas/model.hpp"

namespace synergy::documents {

inline constexpr const char* kModelFile = "model.yaml";
/// Of all files that a model names, together. The largest network of a body has a few MiB.
inline constexpr std::size_t kMaxModelBytes = 256u << 20;

struct ModelFolder {
  std::filesystem::path path;
  schemas::ModelDescription description;
  /// The model's identity: SHA-256 over the bytes of model.yaml and then, layer by layer, those of the
  /// weights file and the bias file; over model.yaml alone where weights come from a seed. Equal digests mean
  /// equal results.
  std::string digest;
  /// The content of each file that the layers name, as it is, by name; none where weights come from a seed.
  std::map<std::string, std::vector<std::uint8_t>> files;
};

/// Fails with kNotFound (no such file), kInvalid (no model.yaml of ours; a name that is no plain file name: a
/// model's files stand in its folder; no regular file; too large) or kEnvironment. The message names the
/// file, and the layer that names it.
[[nodiscard]] Result<ModelFolder> read_model_folder(const std::filesystem::path& folder);

/// model.yaml alone, for who needs neither weights nor identity. Fails as read_model_folder().
[[nodiscard]] Result<schemas::ModelDescription> read_model_description(const std::filesystem::path& folder);

}  // namespace synergy::documents
