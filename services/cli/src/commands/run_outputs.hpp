// What a run put out, layer by layer: as figures that people compare, and as files.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "synergy/accel_model/program.hpp"
#include "synergy/base/result.hpp"

namespace synergy::cli {

/// Outputs of layers as they travel (`accel::to_bytes`), by number of the layer in the whole model; empty
/// where nobody wants them.
struct LayerOutputs {
  std::vector<bool> wanted;
  std::vector<std::vector<std::uint8_t>> bytes;
};

/// The layers whose output is a result: those marked `output`, and the last that runs; in their order.
[[nodiscard]] std::vector<std::size_t> output_layers(const accel_model::Program& program);

/// For those layers, or for every layer that runs.
[[nodiscard]] LayerOutputs wanted_outputs(const accel_model::Program& program, bool every_layer);

struct OutputView {
  std::uint64_t layer = 0;
  std::string name, shape, sha256;
  std::uint64_t width = 8;
  std::optional<std::string> file;

  static void fields(auto& f) {
    using O = OutputView;
    f.required("layer", &O::layer, "number");
    f.required("name", &O::name, "of the layer");
    f.required("shape", &O::shape, "channels x rows x columns");
    f.required("width", &O::width, "bits of each value");
    f.required("sha256", &O::sha256, "of the output's bytes");
    f.required("file", &O::file, "that it was written to; null: none");
  }
};

/// Of the layers whose output is a result, which `outputs` must hold.
[[nodiscard]] std::vector<OutputView> views_of(const accel_model::Program& program,
                                               const LayerOutputs& outputs);

/// Where to write, both optional.
struct OutputPlaces {
  /// One result goes to this file. Of several each goes to a file of its own, with number and name of the
  /// layer before the ending: `out.npy` becomes `out_07_box.npy`.
  std::string file;
  std::string folder;  ///< every layer's output, `07_box.npy`
};

/// Writes arrays (channels, rows, columns) of int8 or int32, and puts the files' names into `views`. Folders
/// are made. Whatever fails before all arrays are written leaves files that were there as they were. Fails
/// with kEnvironment.
Status write_outputs(const accel_model::Program& program, const LayerOutputs& outputs,
                     const OutputPlaces& places, std::vector<OutputView>& views);

/// The list for people; empty where there is only one, which the report's first line tells.
[[nodiscard]] std::string outputs_text(const std::vector<OutputView>& views);

}  // namespace synergy::cli
