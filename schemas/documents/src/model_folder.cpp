#include "synergy/documents/model_folder.hpp"

#include <algorithm>
#include <utility>

#include "synergy/documents/digest.hpp"
#include "synergy/documents/file.hpp"
#include "synergy/documents/yaml.hpp"

namespace synergy::documents {
namespace {

namespace fs = std::filesystem;
using Bytes = std::vector<std::uint8_t>;

Result<schemas::ModelDescription> parse(const Bytes& text, const fs::path& path) {
  return read_yaml_text<schemas::ModelDescription>(std::string(text.begin(), text.end()), path.string());
}

Status check_plain_name(const std::string& name) {
  if (fs::path(name).filename() == name && name != "." && name != "..") return {};
  return Error{ErrorCode::kInvalid,
               "'" + name + "' is no plain file name; a model's files stand in its folder"};
}

/// Reads the file `name`, and appends its content to what the digest is made of.
Status read_into(ModelFolder& model, const std::string& name, Bytes& digested) {
  if (auto status = check_plain_name(name); !status) return status;
  auto found = model.files.find(name);
  if (found == model.files.end()) {
    auto bytes = read_file(model.path / name, kMaxModelBytes);
    if (!bytes) return bytes.error();
    found = model.files.emplace(name, std::move(*bytes)).first;
  }
  if (digested.size() + found->second.size() > kMaxModelBytes)
    return Error{ErrorCode::kInvalid, (model.path / name).string() + ": with it the model has more than " +
                                          std::to_string(kMaxModelBytes) + " bytes"};
  digested.insert(digested.end(), found->second.begin(), found->second.end());
  return {};
}

Status read_tensors(ModelFolder& model, Bytes& digested) {
  const auto& layers = model.description.layers;
  for (std::size_t k = 0; k < layers.size(); ++k)
    for (const auto& name : {layers[k].weights, layers[k].bias}) {
      if (name.empty()) continue;
      if (auto status = read_into(model, name, digested); !status)
        return Error{status.error().code, status.error().message + " (model '" +
                                              model.description.name.text() + "', layer " +
                                              std::to_string(k) + " '" + layers[k].name + "')"};
    }
  return {};
}

}  // namespace

Result<ModelFolder> read_model_folder(const fs::path& folder) {
  const auto path = folder / kModelFile;
  auto digested = read_file(path, kMaxYamlBytes);
  if (!digested) return digested.error();
  auto description = parse(*digested, path);
  if (!description) return description.error();
  ModelFolder model{folder, std::move(*description), {}, {}};
  if (!model.description.weights_seed)
    if (auto status = read_tensors(model, *digested); !status) return status.error();
  model.digest = sha256(*digested);
  return model;
}

Result<schemas::ModelDescription> read_model_description(const fs::path& folder) {
  const auto path = folder / kModelFile;
  const auto text = read_file(path, kMaxYamlBytes);
  if (!text) return text.error();
  return parse(*text, path);
}

}  // namespace synergy::documents
