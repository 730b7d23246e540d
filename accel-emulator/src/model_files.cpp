#include "synergy/accel/model_files.hpp"

#include <algorithm>
#include <filesystem>

#include "synergy/accel/generated_weights.hpp"
#include "synergy/documents/digest.hpp"
#include "synergy/documents/file.hpp"
#include "synergy/documents/npy.hpp"
#include "synergy/documents/yaml.hpp"

namespace synergy::accel {
namespace {

using Bytes = std::vector<std::uint8_t>;

Status check_plain_name(const std::string& name) {
  if (std::filesystem::path(name).filename() == name && name != "." && name != "..") return {};
  return Error{ErrorCode::kInvalid, "'" + name + "' is no plain file name"};
}

std::string text_of(const std::vector<std::size_t>& shape) {
  std::string text;
  for (const auto size : shape) text += (text.empty() ? "" : ", ") + std::to_string(size);
  return "(" + text + ")";
}

// Reads one tensor and appends the file's bytes to what the digest is made of.
Result<std::vector<std::int8_t>> read_int8(const std::filesystem::path& path,
                                           const std::vector<std::vector<std::size_t>>& shapes,
                                           Bytes& digested) {
  auto bytes = documents::read_file(path, documents::kMaxNpyBytes);
  if (!bytes) return bytes.error();
  auto array = documents::parse_npy(*bytes, path.string());
  if (!array) return array.error();
  if (array->type != "|i1")
    return Error{ErrorCode::kInvalid, path.string() + ": must hold int8 (|i1), not " + array->type};
  if (std::find(shapes.begin(), shapes.end(), array->shape) == shapes.end())
    return Error{ErrorCode::kInvalid, path.string() + ": has shape " + text_of(array->shape) +
                                          "; needed is " + text_of(shapes.front())};
  digested.insert(digested.end(), bytes->begin(), bytes->end());
  const auto values = array->as_int8();
  return std::vector<std::int8_t>(values.begin(), values.end());
}

// A kernel of one tap may be written without its axes of length one, and that of a conv1d without its column.
std::vector<std::vector<std::size_t>> weight_shapes(const accel_model::Layer& layer) {
  const std::size_t outputs = layer.output.channels, inputs = layer.kernel_inputs();
  const auto& [rows, columns] = layer.kernel;
  std::vector<std::vector<std::size_t>> shapes{{outputs, inputs, rows, columns}};
  if (columns == 1) shapes.push_back({outputs, inputs, rows});
  if (rows == 1 && columns == 1) shapes.push_back({outputs, inputs});
  return shapes;
}

Result<LayerWeights> read_layer(const std::filesystem::path& folder, const accel_model::Layer& layer,
                                Bytes& digested) {
  LayerWeights numbers;
  for (const auto& name : {layer.weights, layer.bias})
    if (auto status = name.empty() ? Status{} : check_plain_name(name); !status) return status.error();
  if (has_weights(layer)) {
    auto weights = read_int8(folder / layer.weights, weight_shapes(layer), digested);
    if (!weights) return weights.error();
    numbers.weights = *std::move(weights);
  }
  if (layer.has_bias) {
    auto bias = read_int8(folder / layer.bias, {{layer.output.channels}}, digested);
    if (!bias) return bias.error();
    numbers.bias = *std::move(bias);
  }
  return numbers;
}

}  // namespace

Result<LoadedModel> load_model(const std::filesystem::path& folder) {
  const auto path = folder / kModelFile;
  auto digested = documents::read_file(path, documents::kMaxYamlBytes);
  if (!digested) return digested.error();
  auto description = documents::read_yaml_text<schemas::ModelDescription>(
      std::string(digested->begin(), digested->end()), path.string());
  if (!description) return description.error();
  auto program = accel_model::build_program(*description);
  if (!program) return program.error().at(path.string());

  LoadedModel model{*std::move(description), *std::move(program), {}, {}};
  if (const auto seed = model.description.weights_seed) {
    model.weights = generate_weights(model.program, *seed);
    model.digest = documents::sha256(*digested);
    return model;
  }
  for (std::size_t k = 0; k < model.program.layers.size(); ++k) {
    auto numbers = read_layer(folder, model.program.layers[k], *digested);
    if (!numbers)
      return Error{numbers.error().code,
                   numbers.error().message + " (" + layer_label(model.program, k) + ")"};
    model.weights.push_back(*std::move(numbers));
  }
  model.digest = documents::sha256(*digested);
  return model;
}

}  // namespace synergy::accel
