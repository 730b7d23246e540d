#include "synergy/accel/model_files.hpp"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "synergy/accel/generated_weights.hpp"
#include "synergy/documents/model_folder.hpp"
#include "synergy/documents/npy.hpp"

namespace synergy::accel {
namespace {

using documents::ModelFolder;

std::string text_of(const std::vector<std::size_t>& shape) {
  std::string text;
  for (const auto size : shape) text += (text.empty() ? "" : ", ") + std::to_string(size);
  return "(" + text + ")";
}

// One tensor out of the folder's files.
Result<std::vector<std::int8_t>> int8_of(const ModelFolder& folder, const std::string& name,
                                         const std::vector<std::vector<std::size_t>>& shapes) {
  const auto path = (folder.path / name).string();
  const auto array = documents::parse_npy(folder.files.at(name), path);
  if (!array) return array.error();
  if (array->type != "|i1")
    return Error{ErrorCode::kInvalid, path + ": must hold int8 (|i1), not " + array->type};
  if (std::find(shapes.begin(), shapes.end(), array->shape) == shapes.end())
    return Error{ErrorCode::kInvalid,
                 path + ": has shape " + text_of(array->shape) + "; needed is " + text_of(shapes.front())};
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

Result<LayerWeights> layer_weights(const ModelFolder& folder, const accel_model::Layer& layer) {
  LayerWeights numbers;
  if (has_weights(layer)) {
    auto weights = int8_of(folder, layer.weights, weight_shapes(layer));
    if (!weights) return weights.error();
    numbers.weights = *std::move(weights);
  }
  if (layer.has_bias) {
    auto bias = int8_of(folder, layer.bias, {{layer.output.channels}});
    if (!bias) return bias.error();
    numbers.bias = *std::move(bias);
  }
  return numbers;
}

}  // namespace

Result<LoadedModel> load_model(const std::filesystem::path& path) {
  auto folder = documents::read_model_folder(path);
  if (!folder) return folder.error();
  auto program = accel_model::build_program(folder->description);
  if (!program) return program.error().at((path / documents::kModelFile).string());

  LoadedModel model{folder->description, *std::move(program), {}, folder->digest};
  if (const auto seed = model.description.weights_seed) {
    model.weights = generate_weights(model.program, *seed);
    return model;
  }
  for (std::size_t k = 0; k < model.program.layers.size(); ++k) {
    auto numbers = layer_weights(*folder, model.program.layers[k]);
    if (!numbers)
      return Error{numbers.error().code,
                   numbers.error().message + " (" + layer_label(model.program, k) + ")"};
    model.weights.push_back(*std::move(numbers));
  }
  return model;
}

}  // namespace synergy::accel
