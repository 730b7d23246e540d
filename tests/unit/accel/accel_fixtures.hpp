// Small models for the accelerator's tests, made layer by layer so that a test shows only what it is about.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "synergy/accel/evaluate.hpp"
#include "synergy/accel/weights.hpp"
#include "synergy/accel_model/program.hpp"
#include "synergy/schemas/model.hpp"

namespace synergy::accel_test {

using accel_model::Program;
using schemas::LayerDescription;
using schemas::ModelDescription;
using schemas::Operator;

/// The lowest processors that hold `channels`.
inline std::uint64_t low_mask(std::uint32_t channels) {
  const auto count = accel_model::channels_per_pass(channels);
  return count == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << count) - 1;
}

/// A model that grows layer by layer. Masks are the lowest processors and outputs alternate between two
/// halves of data memory unless the caller changes the last layer afterwards.
class ModelBuilder {
 public:
  ModelBuilder(std::uint32_t channels, std::uint32_t height, std::uint32_t width) : channels_(channels) {
    model.name = ModelId("sample");
    model.input = {channels, height, width, schemas::DataFormat::kHwc};
  }

  ModelBuilder& conv(std::uint32_t outputs, std::uint32_t kernel = 3, std::uint32_t pad = 1) {
    auto& layer = add(Operator::kConv2d, outputs);
    layer.kernel_size = kernel;
    layer.pad = pad;
    layer.weights = layer.name + "_weights.npy";
    return *this;
  }
  ModelBuilder& conv1d(std::uint32_t outputs, std::uint32_t kernel, std::uint32_t pad = 0,
                       std::uint32_t dilation = 1) {
    conv(outputs, kernel, pad).last().op = Operator::kConv1d;
    last().dilation = dilation;
    return *this;
  }
  ModelBuilder& conv_transpose(std::uint32_t outputs, std::uint32_t pad = 1) {
    conv(outputs, 3, pad).last().op = Operator::kConvTranspose2d;
    return *this;
  }
  /// One kernel per channel.
  ModelBuilder& depthwise(std::uint32_t kernel = 3, std::uint32_t pad = 1) {
    const std::uint32_t channels = channels_;
    conv(channels, kernel, pad).last().groups = channels;
    return *this;
  }
  /// The last layer combines operands. Of a first layer, the input has so many channels more.
  ModelBuilder& eltwise(schemas::Eltwise op, std::uint32_t operands = 2) {
    last().eltwise = op;
    last().operands = operands;
    return *this;
  }
  ModelBuilder& linear(std::uint32_t outputs, bool flatten = true) {
    auto& layer = add(Operator::kLinear, outputs);
    layer.flatten = flatten;
    layer.weights = layer.name + "_weights.npy";
    return *this;
  }
  ModelBuilder& passthrough() {
    add(Operator::kPassthrough, channels_).out_channels = 0;
    return *this;
  }
  ModelBuilder& max_pool(std::uint32_t window, std::uint32_t stride) {
    last().max_pool = schemas::Extent{window, window};
    last().pool_stride = {stride, stride};
    return *this;
  }
  ModelBuilder& avg_pool(std::uint32_t window, std::uint32_t stride) {
    last().avg_pool = schemas::Extent{window, window};
    last().pool_stride = {stride, stride};
    return *this;
  }
  ModelBuilder& relu() {
    last().activate = schemas::Activation::kRelu;
    return *this;
  }
  ModelBuilder& shift(std::int32_t by) {
    last().output_shift = by;
    return *this;
  }
  ModelBuilder& bias() {
    last().bias = last().name + "_bias.npy";
    return *this;
  }
  ModelBuilder& wide() {
    last().output_width = 32;
    return *this;
  }
  ModelBuilder& writes_with(std::uint64_t processors) {
    last().output_processors = processors;
    return *this;
  }
  ModelBuilder& reads_with(std::uint64_t processors) {
    last().processors = processors;
    return *this;
  }
  ModelBuilder& writes_at(std::uint32_t offset) {
    last().out_offset = offset;
    return *this;
  }

  ModelBuilder& reads_from(std::vector<std::string> sources) {
    last().in_sequences = std::move(sources);
    return *this;
  }
  ModelBuilder& reads_at(std::uint32_t offset) {
    last().in_offset = offset;
    return *this;
  }
  ModelBuilder& bits(std::uint32_t width) {
    last().weight_bits = width;
    return *this;
  }

  LayerDescription& last() { return model.layers.back(); }

  [[nodiscard]] Program build() const {
    auto program = accel_model::build_program(model);
    EXPECT_TRUE(program) << program.error().message;
    return program ? *program : Program{};
  }

  ModelDescription model;

 private:
  LayerDescription& add(Operator op, std::uint32_t outputs) {
    LayerDescription layer;
    layer.name = "layer" + std::to_string(model.layers.size());
    layer.op = op;
    layer.out_channels = outputs;
    layer.processors = model.layers.empty() ? low_mask(channels_) : last().output_processors;
    layer.output_processors = low_mask(outputs);
    layer.in_offset = model.layers.empty() ? 0 : last().out_offset;
    layer.out_offset = layer.in_offset == 0 ? 0x4000 : 0;
    channels_ = outputs;
    model.layers.push_back(layer);
    return last();
  }

  std::uint32_t channels_;
};

/// Bytes that look random and are the same everywhere.
class SampleBytes {
 public:
  explicit SampleBytes(std::uint64_t seed) : state_(seed) {}
  std::int8_t next() {
    state_ = state_ * 6364136223846793005u + 1442695040888963407u;
    return std::int8_t(state_ >> 56);
  }
  std::vector<std::int8_t> take(std::uint64_t count) {
    std::vector<std::int8_t> values(count);
    for (auto& value : values) value = next();
    return values;
  }

 private:
  std::uint64_t state_;
};

inline accel::ModelWeights sample_weights(const Program& program, std::uint64_t seed = 1) {
  SampleBytes bytes(seed);
  accel::ModelWeights weights;
  for (const auto& layer : program.layers)
    weights.push_back({bytes.take(accel_model::weight_count(layer)),
                       bytes.take(layer.has_bias ? layer.output.channels : 0)});
  return weights;
}

inline accel::Tensor sample_input(const Program& program, std::uint64_t seed = 2) {
  return {program.input(), SampleBytes(seed).take(program.input().values())};
}

/// The digit classifier of five layers whose figures the hardware specification lists.
inline ModelDescription digits_model() {
  ModelBuilder b(1, 28, 28);
  b.model.name = ModelId("digits");
  b.model.input.data_format = schemas::DataFormat::kChw;
  b.conv(60).relu().writes_with(0xfffffffffffffff0).writes_at(0x2000).shift(-1);
  b.conv(60, 3, 2).max_pool(2, 2).relu().writes_with(0xfffffffffffffff0).writes_at(0).shift(-3);
  b.conv(56).max_pool(2, 2).relu().writes_with(0x0ffffffffffffff0).writes_at(0x2000).shift(-3);
  b.conv(12).avg_pool(2, 2).relu().writes_with(0xfff).writes_at(0).shift(-3);
  b.linear(10).wide().bias().writes_at(0x1000);
  return b.model;
}

/// A row of the specification's layer tables: padded 3x3 or plain 1x1 convolution, rectified, with bias.
struct TableRow {
  std::uint32_t outputs, kernel;
  bool halved;  ///< 2x2 maximum pooling before it
  std::uint64_t writes_with;
};

/// The classifiers of 32 x 32 colour pictures, with 8-bit weights throughout (the published ones are
/// narrower, which changes neither cycles nor biases).
inline ModelBuilder colour_classifier(const std::vector<TableRow>& rows) {
  ModelBuilder builder(3, 32, 32);
  for (const auto& row : rows) {
    builder.conv(row.outputs, row.kernel, row.kernel == 3 ? 1 : 0).bias().relu().writes_with(row.writes_with);
    builder.writes_at(builder.last().in_offset == 0 ? 0x2000 : 0);
    if (row.halved) builder.max_pool(2, 2);
  }
  builder.last().activate = schemas::Activation::kNone;
  builder.wide();
  return builder;
}

inline ModelBuilder simple_net() {
  return colour_classifier({
      {16, 3, false, 0xffff0},
      {20, 3, false, 0xfffff00000},
      {20, 3, false, 0xfffff0000000000},
      {20, 3, false, 0xfffff},
      {20, 3, true, 0xfffff00000},
      {20, 3, false, 0xfffff0000000000},
      {44, 3, false, 0xfffffffffff},
      {48, 3, true, 0xffffffffffff},
      {48, 3, false, 0xffffffffffff},
      {96, 3, true, 0xffffffffffff00},
      {512, 1, true, 0xffffffffffffffff},
      {128, 1, false, 0xffffffffffffffff},
      {128, 3, true, 0xffffffffffffffff},
      {100, 1, false, 0xfffffffffffff},
  });
}

inline ModelBuilder wide_net() {
  return colour_classifier({
      {24, 3, false, 0xffffff0},
      {32, 3, false, 0xffffffff0000000},
      {32, 3, false, 0xffffffff},
      {32, 3, false, 0xffffffff00000000},
      {32, 3, true, 0xffffffff},
      {32, 3, false, 0xffffffff00000000},
      {64, 3, false, 0xffffffffffffffff},
      {64, 3, true, 0xffffffffffffffff},
      {64, 3, false, 0xffffffffffffffff},
      {128, 3, true, 0xffffffffffffffff},
      {512, 1, true, 0xffffffffffffffff},
      {192, 1, false, 0xffffffffffffffff},
      {192, 3, true, 0xffffffffffffffff},
      {100, 1, false, 0xfffffffffffff},
  });
}

}  // namespace synergy::accel_test
