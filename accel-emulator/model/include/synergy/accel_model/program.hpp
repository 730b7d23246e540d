// A program: layers of one model with everything resolved, ready to be judged, placed, timed and computed.
//
// It is made from a description, which says what a person wrote; here every shape, pass count and default is
// known. A program may be a chunk of a model: layer k of it is layer `first_layer + k` of the model, and
// messages always give the model's number.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "synergy/base/result.hpp"
#include "synergy/base/strong_id.hpp"
#include "synergy/schemas/model.hpp"

namespace synergy::accel_model {

/// Descriptions with a larger channel count, height, width, window or padding are refused before any product
/// is formed, so that sizes never overflow.
inline constexpr std::uint32_t kMaxDimension = 1u << 16;
inline constexpr std::uint32_t kProcessors = 64;
inline constexpr std::uint32_t kQuadrants = 4;
inline constexpr std::uint32_t kProcessorsPerQuadrant = 16;
/// Four neighbouring processors share one data memory instance.
inline constexpr std::uint32_t kProcessorsPerInstance = 4;
inline constexpr std::uint32_t kInstances = kProcessors / kProcessorsPerInstance;

struct Shape {
  std::uint32_t channels = 0, height = 0, width = 0;

  [[nodiscard]] std::uint64_t pixels() const { return std::uint64_t(height) * width; }
  [[nodiscard]] std::uint64_t values() const { return channels * pixels(); }
  /// As signed bytes, channel by channel and row by row: what travels between devices for 8-bit tensors.
  [[nodiscard]] std::uint64_t bytes() const { return values(); }
  bool operator==(const Shape&) const = default;
};

/// `60 x 28 x 28`: channels, height, width.
[[nodiscard]] std::string to_string(const Shape& shape);

enum class PoolKind {
  kNone,  ///< with a stride above 1: every stride-th row and column
  kMax,
  kAverage,
};

using schemas::Extent;

/// Pooling before the main operation, without padding; incomplete windows are dropped.
struct Pooling {
  PoolKind kind = PoolKind::kNone;
  Extent window, stride, dilation;
  bool round_average = false;  ///< half away from zero, instead of truncation

  [[nodiscard]] bool active() const { return kind != PoolKind::kNone || stride != Extent{}; }
  [[nodiscard]] std::uint64_t window_pixels() const { return std::uint64_t(window.rows) * window.columns; }
  bool operator==(const Pooling&) const = default;
};

/// What a layer reads: the output of layer k of its program (k >= 0), the program's input, or its data
/// buffer.
using Source = std::int32_t;
inline constexpr Source kInput = -1;
inline constexpr Source kBuffer = -2;

/// Sizes are those of one operand; 1-D data has one column.
struct Layer {
  std::string place;  ///< `FILE:LINE` where a person wrote it; may be empty
  std::string name;
  std::uint32_t sequence = 0;  ///< the hardware's number of the layer, within the whole model
  schemas::Operator op = schemas::Operator::kPassthrough;
  std::vector<Source> sources;  ///< never empty; several: operands, or concatenated
  std::uint32_t crop_top = 0, crop_bottom = 0, channel_skip = 0;
  schemas::Eltwise eltwise = schemas::Eltwise::kNone;
  std::uint32_t operands = 1;
  bool pool_first = true;  ///< pooling of each operand, then the element-wise operation
  Shape input;             ///< one operand, as it lies in data memory
  Shape pooled;            ///< what the main operation sees, before flattening
  Shape output;
  Pooling pooling;
  Extent kernel, pad;          ///< conv1d: `kernel.rows` taps, one column
  std::uint32_t dilation = 1;  ///< between the taps of a conv1d
  std::uint32_t groups = 1;    ///< 1, or as many as channels: depthwise
  bool bypass = false;         ///< all weights are 1, and none are stored
  schemas::Activation activation = schemas::Activation::kNone;
  bool flatten = false;
  std::uint64_t processors = 0, output_processors = 0;
  std::uint32_t in_offset = 0, out_offset = 0;  ///< bytes into each data memory instance
  std::uint32_t read_gap = 0, write_gap = 0;    ///< words
  std::uint32_t output_width = 8;               ///< 8, or 32: the raw accumulator
  std::int32_t output_shift = 0;                ///< as applied: 8 - weight_bits is contained
  bool has_bias = false;
  std::uint32_t weight_bits = 8;
  bool binary = false;                                          ///< 1-bit weights +1 and -1
  schemas::DataFormat data_format = schemas::DataFormat::kHwc;  ///< of the input
  std::uint32_t input_passes = 1, output_passes = 1;            ///< rounds over the 64 processors
  bool is_output = false;  ///< the host reads it: nothing may overwrite it
  bool streaming = false, calcx4 = false, readahead = false;
  bool in_all_quadrants =
      false;  ///< every quadrant gets all of the input and computes a quarter of the outputs
  std::vector<std::uint32_t> bias_quadrants;  ///< empty: all that the program uses
  std::uint32_t buffer_shift = 0;             ///< rows by which it moves the data buffer it reads
  std::uint32_t buffer_insert = 0;            ///< last rows of the data buffer that its output replaces
  bool skipped = false;                       ///< held in memory, but the run passes over it
  /// File names of the tensors, as described. Two layers of one program that name the same weights file and
  /// have the same shape and input processors share one copy in weight memory.
  std::string weights, bias;

  [[nodiscard]] bool depthwise() const { return groups > 1; }
  /// Values each output is summed from, per kernel tap: input channels, or all input values when flattened.
  [[nodiscard]] std::uint64_t kernel_inputs() const {
    return flatten ? pooled.values() : pooled.channels / groups;
  }
  [[nodiscard]] std::uint64_t output_bytes() const { return output.values() * (output_width / 8); }
  bool operator==(const Layer&) const = default;
};

/// A tensor that stays in data memory, zero at the beginning of a run.
struct DataBuffer {
  std::string name;
  Shape shape;
  std::uint64_t processors = 0;
  std::uint32_t offset = 0;  ///< bytes into each data memory instance
  bool operator==(const DataBuffer&) const = default;
};

/// Never empty. Layers stand in the order they run; a layer reads only outputs of layers before it.
struct Program {
  std::string place;  ///< the file that a person wrote; may be empty
  ModelId model;
  std::uint32_t first_layer = 0;  ///< index in the whole model
  Shape input_shape;              ///< with the operands of a first layer stacked along channels
  std::vector<Layer> layers;
  std::optional<DataBuffer> buffer;
  schemas::ResultKind result = schemas::ResultKind::kRaw;
  schemas::Fifo fifo = schemas::Fifo::kNone;
  bool overlap_data = false;       ///< outputs may overwrite input that is still needed
  bool allow_streaming = false;    ///< layers may stream without a FIFO
  bool legacy_operands = false;    ///< operands after the first layer are every n-th column of the source
  std::uint32_t weight_start = 0;  ///< first column of weight memory to use
  std::uint32_t max_processors = kProcessors;  ///< channels that a pass may hold

  /// Indices of the first and the last layer that a run does not pass over. There is one.
  [[nodiscard]] std::size_t first_run() const;
  [[nodiscard]] std::size_t last_run() const;
  [[nodiscard]] const Shape& input() const { return input_shape; }
  [[nodiscard]] const Shape& output() const { return layers[last_run()].output; }
  [[nodiscard]] std::uint64_t input_bytes() const { return input().bytes(); }
  [[nodiscard]] std::uint64_t output_bytes() const { return layers[last_run()].output_bytes(); }
  bool operator==(const Program&) const = default;
};

/// Resolves a description. Fails with kInvalid where it contradicts itself whatever the chip: shapes, names,
/// missing tensors, sources that can not be joined. Chips' limits are `check_rules`; whether every layer
/// reads where its sources wrote is `check_reads`.
[[nodiscard]] Result<Program> build_program(const schemas::ModelDescription& description);

/// Layers `first` to `last` (inclusive, indices in `program`) as a program of their own; `first` is 0 or a
/// clean cut, and so is `last` + 1. A later first layer reads a tensor loaded in HWC order at its own
/// `in_offset`, and what read layer `first` - 1 reads the chunk's input. Hardware numbers of layers begin at
/// 0, without gaps. Only the chunk with the last layer keeps `result`.
///
/// Where a chunk would leave quadrant 0 unused, which the hardware refuses, all its masks are turned by whole
/// quadrants until the lowest one used is quadrant 0: the quadrants are alike, so nothing else changes.
[[nodiscard]] Program chunk_of(const Program& program, std::uint32_t first, std::uint32_t last);

/// The boundaries across which exactly one tensor is live; k stands for the one before layer k of `program`.
///
/// That tensor is the 8-bit output of layer k - 1, which runs, as layer k does. No later layer reads the
/// input or an earlier layer, the data buffer is used on one side only, and no layer before is marked as
/// output: the host would have to keep it. Layer k does not stream: a streaming layer's input never lies in
/// memory whole.
[[nodiscard]] std::vector<std::uint32_t> clean_cuts(const Program& program);

/// Whether the layer has a kernel, i.e. multiplies and adds; its weights may be all 1 (`bypass`).
[[nodiscard]] bool convolves(const Layer& layer);
/// Whether the layer has weights in weight memory.
[[nodiscard]] bool has_weights(const Layer& layer);
/// Number of weights: outputs x kernel inputs x kernel taps; 0 without weights.
[[nodiscard]] std::uint64_t weight_count(const Layer& layer);

/// All processors that any layer reads with, and those that the last layer that runs writes with.
[[nodiscard]] std::uint64_t processors_used(const Program& program);
[[nodiscard]] std::uint32_t quadrants_used(const Program& program);

/// Rounds that `channels` take, and how many channels each round (but a shorter last one) holds, where a
/// round holds at most `most`.
[[nodiscard]] std::uint32_t passes_for(std::uint32_t channels, std::uint32_t most = kProcessors);
[[nodiscard]] std::uint32_t channels_per_pass(std::uint32_t channels, std::uint32_t most = kProcessors);

/// How every message names a layer: `model 'digits', layer 3 'conv4'`, or `net.yaml:12:5: layer 3 'conv4'`
/// where it is known who wrote it where.
[[nodiscard]] std::string layer_label(const Program& program, std::size_t layer);
/// How every message names a program: `model 'digits'`, or `net.yaml`.
[[nodiscard]] std::string program_label(const Program& program);

}  // namespace synergy::accel_model
