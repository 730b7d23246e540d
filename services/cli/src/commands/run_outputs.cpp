#include "run_outputs.hpp"

#include <algorithm>
#include <cctype>
#include <filesystem>

#include "../write_text.hpp"
#include "synergy/cli/client.hpp"
#include "synergy/client/table.hpp"
#include "synergy/documents/digest.hpp"
#include "synergy/documents/npy.hpp"

namespace synergy::cli {
namespace {

namespace fs = std::filesystem;

/// `07_box`. What could be no part of a file's name becomes `_`; numbers keep names apart.
std::string numbered_name(const accel_model::Program& program, std::size_t layer) {
  constexpr std::size_t kDigits = 2;
  auto number = std::to_string(layer);
  const auto digits = std::max(kDigits, std::to_string(program.layers.size() - 1).size());
  number.insert(0, digits - number.size(), '0');
  std::string name = program.layers[layer].name;
  std::replace_if(
      name.begin(), name.end(),
      [](unsigned char c) { return std::isalnum(c) == 0 && c != '-' && c != '_' && c != '.'; }, '_');
  return number + "_" + name;
}

std::string npy_text(const accel_model::Layer& layer, const std::vector<std::uint8_t>& bytes) {
  const auto array = documents::to_npy({layer.output_width == 32 ? "<i4" : "|i1",
                                        {layer.output.channels, layer.output.height, layer.output.width},
                                        bytes});
  return {array.begin(), array.end()};
}

Status make_folder(const fs::path& folder) {
  std::error_code failure;
  if (folder.empty()) return {};
  fs::create_directories(folder, failure);
  std::error_code unknown;
  if (fs::is_directory(folder, unknown)) return {};
  return Error{ErrorCode::kEnvironment,
               folder.string() + ": can not be made: " + (failure ? failure.message() : "it is no folder")};
}

}  // namespace

std::vector<std::size_t> output_layers(const accel_model::Program& program) {
  std::vector<std::size_t> layers;
  for (std::size_t k = 0; k < program.layers.size(); ++k)
    if ((program.layers[k].is_output && !program.layers[k].skipped) || k == program.last_run())
      layers.push_back(k);
  return layers;
}

LayerOutputs wanted_outputs(const accel_model::Program& program, bool every_layer) {
  LayerOutputs outputs;
  outputs.bytes.resize(program.layers.size());
  for (const auto& layer : program.layers) outputs.wanted.push_back(every_layer && !layer.skipped);
  for (const auto k : output_layers(program)) outputs.wanted[k] = true;
  return outputs;
}

std::vector<OutputView> views_of(const accel_model::Program& program, const LayerOutputs& outputs) {
  std::vector<OutputView> views;
  for (const auto k : output_layers(program)) {
    const auto& layer = program.layers[k];
    views.push_back({k, layer.name, to_string(layer.output), documents::sha256(outputs.bytes[k]),
                     layer.output_width, std::nullopt});
  }
  return views;
}

Status write_outputs(const accel_model::Program& program, const LayerOutputs& outputs,
                     const OutputPlaces& places, std::vector<OutputView>& views) {
  std::vector<OutputFile> files;
  const fs::path place = places.file;
  if (!places.file.empty()) {
    if (auto status = make_folder(place.parent_path()); !status) return status;
    for (auto& view : views) {
      auto file = place;
      if (views.size() > 1)
        file.replace_filename(place.stem().string() + "_" + numbered_name(program, view.layer) +
                              place.extension().string());
      view.file = file.string();
      files.push_back({*view.file, npy_text(program.layers[view.layer], outputs.bytes[view.layer])});
    }
  }
  if (!places.folder.empty()) {
    if (auto status = make_folder(places.folder); !status) return status;
    for (std::size_t k = 0; k < program.layers.size(); ++k)
      if (!program.layers[k].skipped)
        files.push_back({(fs::path(places.folder) / (numbered_name(program, k) + ".npy")).string(),
                         npy_text(program.layers[k], outputs.bytes[k])});
  }
  return write_files(files);
}

std::string outputs_text(const std::vector<OutputView>& views) {
  std::string text;
  if (views.size() > 1) {
    Table table({"output of layer", "name", "shape", "bits", "sha256"});
    for (const auto& view : views)
      table.add({std::to_string(view.layer), view.name, view.shape, std::to_string(view.width), view.sha256});
    text = table.text();
  }
  for (const auto& view : views)
    if (view.file) text += "written to " + *view.file + "\n";
  return text;
}

}  // namespace synergy::cli
