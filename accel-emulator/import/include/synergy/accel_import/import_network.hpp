// From the vendor tool's network description and a quantised checkpoint to a model in our own form, with
// everything that the tool derives written out: sources, masks, offsets, shapes, shifts.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "synergy/accel_import/checkpoint.hpp"
#include "synergy/accel_import/network_yaml.hpp"
#include "synergy/base/result.hpp"
#include "synergy/documents/npy.hpp"
#include "synergy/schemas/device.hpp"
#include "synergy/schemas/frame_shape.hpp"
#include "synergy/schemas/model.hpp"

namespace synergy::accel_import {

/// What the vendor tool takes from its command line instead of the file. Not all of its options change the
/// network; these do.
struct ImportOptions {
  ModelId name;  ///< of the model that is made
  schemas::AcceleratorKind device = schemas::AcceleratorKind::kMax78000;
  schemas::Fifo fifo = schemas::Fifo::kNone;
  bool avg_pool_rounding = false, overlap_data = false, legacy_operands = false;
  std::uint32_t weight_start = 0;
  std::optional<std::uint32_t> stop_after;    ///< number of the last layer to keep
  std::vector<std::uint32_t> no_bias;         ///< numbers of layers whose bias is left out
  std::optional<schemas::ResultKind> result;  ///< default: argmax of one pixel, else raw
};

/// A model and its files, not yet on disk.
struct ImportedModel {
  schemas::ModelDescription description;
  std::map<std::string, documents::NpyArray> tensors;  ///< by the names that the description uses
  std::optional<documents::NpyArray> input;            ///< the sample, as signed bytes (C, H, W)
  std::vector<std::string> warnings;                   ///< what was left out, a sentence each
};

/// Reads a sample input, (C, H, W) or (C, L), in the other layout (H, W, C) or (L, C), with or without a
/// leading 1, of numbers as documents/input.hpp takes them. The result is always signed bytes (C, H, W).
/// Fails with kNotFound or kInvalid.
[[nodiscard]] Result<documents::NpyArray> read_sample(const std::filesystem::path& path,
                                                      schemas::Layout layout = schemas::Layout::kChw);

/// The shape of the sample is the shape of the network's input; without one the first layer must give
/// `in_dim`. Fails with kInvalid where description, checkpoint, sample and options contradict each other or
/// the description breaks a rule of the tool's own reader; the message begins with file and line. What the
/// chip itself refuses is not judged here: `accel_model::check_rules`.
[[nodiscard]] Result<ImportedModel> import_network(const NetworkYaml& network, const Checkpoint& checkpoint,
                                                   const std::optional<documents::NpyArray>& sample,
                                                   const ImportOptions& options);

/// The same without a checkpoint: the model's weights come from a generator with this seed (`weights_seed`),
/// in each layer's width and shape, and there are no biases. Fails with kInvalid also where a layer with
/// weights does not give `out_channels`.
[[nodiscard]] Result<ImportedModel> import_description(const NetworkYaml& network, std::uint64_t weights_seed,
                                                       const std::optional<documents::NpyArray>& sample,
                                                       const ImportOptions& options);

}  // namespace synergy::accel_import
