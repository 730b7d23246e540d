// A program: layers of one model with everything resolved, ready to be judged, placed, timed and computed.
//
// It is made from a description, which says what a person wrote; here every shape, pass count and default is
// known. A program may be a chunk of a model: layer k of it is layer `first_layer + k` of the model, and
// messages always give the model's number.
#pragma once

#include <cstdint>
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

/// The stage before the main operation. Windows are square, without padding; incomplete ones are dropped.
struct Pooling {
  PoolKind kind = PoolKind::kNone;
  std::uint32_t window = 1, stride = 1;

  [[nodiscard]] bool active() const { return kind != PoolKind::kNone || stride > 1; }
  bool operator==(const Pooling&) const = default;
};

struct Layer {
  std::string name;
  schemas::Operator op = schemas::Operator::kPassthrough;
  Shape input;   ///< as it lies in data memory
  Shape pooled;  ///< what the main operation sees, before flattening
  Shape output;
  Pooling pooling;
  std::uint32_t kernel = 1, pad = 0;
  schemas::Activation activation = schemas::Activation::kNone;
  bool flatten = false;
  std::uint64_t processors = 0, output_processors = 0;
  std::uint32_t in_offset = 0, out_offset = 0;  ///< bytes into each data memory instance
  std::uint32_t output_width = 8;               ///< 8, or 32: the raw accumulator
  std::int32_t output_shift = 0;
  bool has_bias = false;
  std::uint32_t weight_bits = 8;
  schemas::DataFormat data_format = schemas::DataFormat::kHwc;  ///< of the input
  std::uint32_t input_passes = 1, output_passes = 1;            ///< rounds over the 64 processors
  /// File names of the tensors, as described. Two layers of one program that name the same weights file and
  /// have the same shape and input processors share one copy in weight memory.
  std::string weights, bias;

  /// Values each output is summed from, per kernel tap: input channels, or all input values when flattened.
  [[nodiscard]] std::uint64_t kernel_inputs() const { return flatten ? pooled.values() : pooled.channels; }
  [[nodiscard]] std::uint64_t output_bytes() const { return output.values() * (output_width / 8); }
  bool operator==(const Layer&) const = default;
};

/// Never empty; each layer's input is the previous layer's output.
struct Program {
  ModelId model;
  std::uint32_t first_layer = 0;  ///< index in the whole model
  std::vector<Layer> layers;
  schemas::ResultKind result = schemas::ResultKind::kRaw;

  [[nodiscard]] const Shape& input() const { return layers.front().input; }
  [[nodiscard]] const Shape& output() const { return layers.back().output; }
  [[nodiscard]] std::uint64_t input_bytes() const { return input().bytes(); }
  [[nodiscard]] std::uint64_t output_bytes() const { return layers.back().output_bytes(); }
  bool operator==(const Program&) const = default;
};

/// Resolves a description. Fails with kInvalid where it contradicts itself whatever the chip: shapes, names,
/// missing tensors, layers that do not read what the layer before wrote. Chips' limits are `check_rules`.
[[nodiscard]] Result<Program> build_program(const schemas::ModelDescription& description);

/// Layers `first` to `last` (inclusive, indices in `program`) as a program of their own. A later first layer
/// reads a tensor loaded in HWC order at its own `in_offset`; only the chunk with the last layer keeps
/// `result`.
///
/// Where a chunk would leave quadrant 0 unused, which the hardware refuses, all its masks are turned by whole
/// quadrants until the lowest one used is quadrant 0: the quadrants are alike, so nothing else changes.
[[nodiscard]] Program chunk_of(const Program& program, std::uint32_t first, std::uint32_t last);

/// The boundaries across which exactly one tensor is live; k stands for the one before layer k of `program`.
[[nodiscard]] std::vector<std::uint32_t> clean_cuts(const Program& program);

/// Whether the layer's operator takes weights.
[[nodiscard]] bool has_weights(const Layer& layer);
/// Number of weights: outputs x kernel inputs x kernel taps; 0 without weights.
[[nodiscard]] std::uint64_t weight_count(const Layer& layer);

/// All processors that any layer reads with, and those that the last layer writes with.
[[nodiscard]] std::uint64_t processors_used(const Program& program);
[[nodiscard]] std::uint32_t quadrants_used(const Program& program);

/// Rounds that `channels` take, and how many channels each round (but a shorter last one) holds.
[[nodiscard]] std::uint32_t passes_for(std::uint32_t channels);
[[nodiscard]] std::uint32_t channels_per_pass(std::uint32_t channels);

/// `model 'digits', layer 3 'conv4'`: how every message names a layer.
[[nodiscard]] std::string layer_label(const Program& program, std::size_t layer);

}  // namespace synergy::accel_model
