// One folder of known answers: a network as the hardware runs it, its numbers, and what was recorded of a run
// with the vendor's tool.
//
// Every array that is read is compared with the digest that `network.json` gives for it, so a damaged file is
// an error here and no mismatch later. Arrays too large to be kept in a folder are known by digest only.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "synergy/accel/tensor.hpp"
#include "synergy/accel/weights.hpp"
#include "synergy/accel_model/program.hpp"
#include "synergy/accel_model/streaming.hpp"
#include "synergy/documents/npy.hpp"
#include "synergy/schemas/device.hpp"
#include "synergy/schemas/model.hpp"

namespace synergy::accel_kat {

/// An array as recorded: its digest always, its bytes where the folder holds them.
struct RecordedArray {
  std::string file;                               ///< within the folder
  std::string sha256;                             ///< of the array's bytes
  std::optional<std::vector<std::uint8_t>> data;  ///< C order, lowest byte first
};

/// Of layer k of the program.
struct RecordedLayer {
  std::uint32_t index = 0;  ///< the number the layer has in the folder's files
  bool executed = false;    ///< else only the placement of its weights is recorded
  /// False for a layer that did not run and whose numbers no other layer shares: they are zeros here.
  bool weights_known = true;
  std::optional<RecordedArray> output, accumulator, operator_input, memory_image;
  std::optional<std::uint64_t> cycles;
  bool cycles_are_estimate = false;  ///< of a streaming layer
  std::optional<std::uint32_t> column_start, column_length;
  std::optional<std::uint64_t> macs;
  std::optional<accel_model::StreamRegisters> stream;  ///< `buffer_words` 0: not recorded
};

/// `words` words of the loader's, from word `start` of all on, to `address` upwards, or into a FIFO.
struct RecordedLoad {
  std::optional<std::uint64_t> address;
  std::uint64_t words = 0, start = 0;
};

struct RecordedResources {
  std::uint64_t weight_bytes = 0;  ///< of distinct tensors
  std::uint64_t bias_bytes = 0;
  std::uint64_t macs = 0;
  std::vector<std::uint32_t> columns_programmed;  ///< one a processor, of those that there are
  std::vector<std::uint32_t> bias_levels;         ///< one a quadrant, of those that there are
};

struct KnownAnswer {
  std::string name;  ///< of the folder
  schemas::AcceleratorKind device = schemas::AcceleratorKind::kMax78000;
  schemas::ModelDescription description;
  accel_model::Program program;
  accel::ModelWeights weights;  ///< entry k belongs to layer k of the program
  accel::Tensor input;

  std::vector<RecordedLayer> layers;  ///< entry k belongs to layer k of the program
  std::uint64_t startup_cycles = 0, total_cycles = 0;
  RecordedResources resources;
  std::vector<RecordedLoad> loads;
  std::optional<RecordedArray> input_words;
  std::optional<RecordedArray> kernel_index, kernel_words;  ///< int32 (N,4) and bytes (N,9)
  std::optional<RecordedArray> bias_memory;                 ///< bytes, quadrant by quadrant
};

inline constexpr const char* kNetworkFile = "network.json";

/// Fails with kNotFound (a file is missing) or kInvalid (damaged, contradictory, or not to be resolved); the
/// message names the file and the place in it.
[[nodiscard]] Result<KnownAnswer> read_known_answer(const std::filesystem::path& folder);

/// The folders below `root`, itself included, that hold a `network.json`, sorted. Fails with kNotFound when
/// there is none or `root` can not be searched.
[[nodiscard]] Result<std::vector<std::filesystem::path>> find_known_answers(
    const std::filesystem::path& root);

}  // namespace synergy::accel_kat
