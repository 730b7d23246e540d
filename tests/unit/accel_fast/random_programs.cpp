#include "random_programs.hpp"

#include <algorithm>

namespace synergy::accel_test {
namespace {

using accel_model::PoolKind;
using schemas::Eltwise;
using schemas::Operator;

// A window of `window` with `dilation` over `size` values, every `stride` of them.
std::uint32_t pooled_size(std::uint32_t size, std::uint32_t stride, std::uint32_t window,
                          std::uint32_t dilation) {
  return (size - dilation * (window - 1) - 1) / stride + 1;
}

}  // namespace

std::uint32_t RandomPrograms::number(std::uint32_t low, std::uint32_t high) {
  return low + std::uint32_t(engine_() % (std::uint64_t(high) - low + 1));
}

// Small counts, counts around the widths of vectors, and some of more than one pass.
std::uint32_t RandomPrograms::channels() {
  static constexpr std::uint32_t kEdges[] = {1, 2, 3, 4, 5, 8, 12, 16, 17, 20, 31, 32, 33, 44, 48, 64};
  if (once_in(8)) return number(65, 140);
  return once_in(2) ? kEdges[number(0, std::size(kEdges) - 1)] : number(1, 64);
}

Shape RandomPrograms::shape_of(const Program& program, accel_model::Source source) const {
  if (source == accel_model::kInput) return program.input_shape;
  if (source == accel_model::kBuffer) return program.buffer->shape;
  return program.layers[std::size_t(source)].output;
}

RandomCase RandomPrograms::one_layer() {
  RandomCase test;
  test.program.input_shape = {channels(), number(1, 12), once_in(3) ? 1 : number(1, 12)};
  add_layer(test, true);
  add_numbers(test);
  return test;
}

RandomCase RandomPrograms::several_layers() {
  RandomCase test;
  test.program.input_shape = {number(1, 40), number(4, 16), once_in(4) ? 1 : number(4, 16)};
  test.program.legacy_operands = once_in(6);
  if (once_in(5)) {
    test.program.buffer.emplace();
    test.program.buffer->shape = {number(1, 20), number(2, 9), 1};
  }
  const std::uint32_t layers = number(2, 9);
  for (std::uint32_t k = 0; k < layers; ++k) add_layer(test, k + 1 == layers);
  add_numbers(test);
  return test;
}

void RandomPrograms::add_layer(RandomCase& test, bool last) {
  Layer layer;
  layer.name = "layer" + std::to_string(test.program.layers.size());
  layer.kernel = {1, 1}, layer.pad = {0, 0};
  choose_sources(layer, test.program);
  choose_input(layer, test.program);
  layer.pooled = layer.input;
  if (once_in(3)) choose_pooling(layer);
  choose_operator(layer, last);
  choose_buffer_use(layer, test.program);
  layer.skipped = !last && once_in(40) && !test.program.layers.empty();
  if (layer.skipped) layer.output = {0, 0, 0};
  test.program.layers.push_back(layer);
}

// The layer before, or several that fit together.
void RandomPrograms::choose_sources(Layer& layer, const Program& program) {
  std::vector<accel_model::Source> all{accel_model::kInput};
  if (program.buffer) all.push_back(accel_model::kBuffer);
  for (std::size_t k = 0; k < program.layers.size(); ++k)
    if (!program.layers[k].skipped) all.push_back(accel_model::Source(k));
  layer.sources = {once_in(2) ? all.back() : all[number(0, std::uint32_t(all.size() - 1))]};
  const Shape first = shape_of(program, layer.sources[0]);
  for (const auto other : all) {
    const Shape shape = shape_of(program, other);
    const bool by_channels = shape.height == first.height && shape.width == first.width;
    // Sources of several sizes are joined along pixels and need equal channel counts.
    if (shape.channels == first.channels && (by_channels || once_in(8)) && once_in(2))
      layer.sources.push_back(other);
  }
  if (layer.sources.size() > 4) layer.sources.resize(4);
}

// What of the joined sources the layer takes, and as how many operands.
void RandomPrograms::choose_input(Layer& layer, const Program& program) {
  Shape joined{0, 0, 0};
  bool one_size = true;
  std::uint32_t pixels = 0;
  for (const auto source : layer.sources) {
    const Shape shape = shape_of(program, source), first = shape_of(program, layer.sources[0]);
    one_size = one_size && shape.height == first.height && shape.width == first.width;
    joined = {joined.channels + shape.channels, shape.height, shape.width};
    pixels += std::uint32_t(shape.pixels());
  }
  if (!one_size) joined = {shape_of(program, layer.sources[0]).channels, pixels, 1};
  const bool columns = program.legacy_operands && !program.layers.empty();
  for (const std::uint32_t n : {16u, 3u, 4u, 2u})
    if ((columns ? joined.width : joined.channels) % n == 0 && once_in(3)) {
      layer.operands = n;
      layer.eltwise = Eltwise(number(1, 4));
      break;
    }
  layer.input = joined;
  if (columns && layer.operands > 1)
    layer.input.width /= layer.operands;
  else
    layer.input.channels /= layer.operands;
  if (layer.operands == 1 && once_in(8)) {
    layer.channel_skip = number(0, joined.channels - 1);
    layer.input.channels = number(1, joined.channels - layer.channel_skip);
  }
  if (layer.input.height > 2 && once_in(8)) {
    layer.crop_top = number(0, 1), layer.crop_bottom = number(0, 1);
    layer.input.height -= layer.crop_top + layer.crop_bottom;
  }
}

void RandomPrograms::choose_pooling(Layer& layer) {
  auto& pooling = layer.pooling;
  pooling.kind = PoolKind(number(0, 2));
  pooling.stride = {number(1, 3), number(1, 3)};
  pooling.window = {1, 1}, pooling.dilation = {1, 1};
  if (pooling.kind != PoolKind::kNone) {
    pooling.window = {number(1, std::min(layer.input.height, 20u)),
                      number(1, std::min(layer.input.width, 20u))};
    if (once_in(2))
      pooling.window = {std::min(pooling.window.rows, 3u), std::min(pooling.window.columns, 3u)};
    const auto dilation = [&](std::uint32_t size, std::uint32_t window) {
      return window > 1 && once_in(4) ? number(1, std::min(3u, (size - 1) / (window - 1))) : 1;
    };
    pooling.dilation = {dilation(layer.input.height, pooling.window.rows),
                        dilation(layer.input.width, pooling.window.columns)};
    pooling.round_average = once_in(2);
  }
  layer.pool_first = once_in(2);
  layer.pooled.height =
      pooled_size(layer.input.height, pooling.stride.rows, pooling.window.rows, pooling.dilation.rows);
  layer.pooled.width = pooled_size(layer.input.width, pooling.stride.columns, pooling.window.columns,
                                   pooling.dilation.columns);
}

void RandomPrograms::choose_operator(Layer& layer, bool last) {
  static constexpr Operator kOperators[] = {
      Operator::kConv2d,          Operator::kConv2d, Operator::kConv2d,     Operator::kConv1d,
      Operator::kConvTranspose2d, Operator::kLinear, Operator::kPassthrough};
  layer.op = kOperators[number(0, std::size(kOperators) - 1)];
  if (layer.op == Operator::kConv1d && layer.pooled.width != 1) layer.op = Operator::kConv2d;
  if (layer.op == Operator::kLinear && layer.pooled.values() > 3000) layer.op = Operator::kConv2d;
  layer.flatten = layer.op == Operator::kLinear ||
                  (layer.op == Operator::kConv2d && layer.pooled.values() < 1000 && once_in(10));
  layer.output = layer.flatten ? Shape{std::uint32_t(layer.pooled.values()), 1, 1} : layer.pooled;
  if (layer.op == Operator::kPassthrough) return;
  choose_kernel(layer);
  if (!layer.flatten && once_in(4))
    layer.groups = layer.pooled.channels;
  else
    layer.output.channels = channels();
  layer.bypass = once_in(20);
  static constexpr std::uint32_t kBits[] = {8, 8, 4, 2, 1};
  layer.weight_bits = kBits[number(0, 4)];
  layer.binary = layer.weight_bits == 1 && once_in(2);
  layer.has_bias = once_in(2);
  layer.activation = schemas::Activation(number(0, 2));
  layer.output_shift = std::int32_t(number(0, 30)) - 15;
  if (once_in(2)) layer.output_shift = std::int32_t(number(0, 6)) - 6;
  layer.output_width = last && once_in(4) ? 32 : 8;
}

void RandomPrograms::choose_kernel(Layer& layer) {
  auto& [channels, height, width] = layer.output;
  if (layer.op == Operator::kConvTranspose2d) {
    layer.kernel = {3, 3};
    const std::uint32_t pad = number(0, 2);
    layer.pad = {pad, pad};
    if (2 * height + 2 <= 2 * pad || 2 * width + 2 <= 2 * pad) layer.pad = {1, 1};
    height = 2 * height + 2 - 2 * layer.pad.rows, width = 2 * width + 2 - 2 * layer.pad.columns;
  } else if (layer.op == Operator::kConv1d) {
    layer.pad.rows = number(0, 2);
    layer.kernel.rows = std::min(number(1, 9), height + 2 * layer.pad.rows);
    if (layer.kernel.rows > 1 && once_in(3))
      layer.dilation = number(1, std::min(4u, (height + 2 * layer.pad.rows - 1) / (layer.kernel.rows - 1)));
    height += 2 * layer.pad.rows - layer.dilation * (layer.kernel.rows - 1);
  } else if (layer.op == Operator::kConv2d) {
    const std::uint32_t pad = number(0, 2), kernel = once_in(3) ? 1 : 3;
    if (height + 2 * pad < kernel || width + 2 * pad < kernel) return;
    layer.kernel = {kernel, kernel}, layer.pad = {pad, pad};
    height += 2 * pad - (kernel - 1), width += 2 * pad - (kernel - 1);
  }
}

void RandomPrograms::choose_buffer_use(Layer& layer, const Program& program) {
  if (!program.buffer || layer.output_width == 32) return;
  const Shape& buffer = program.buffer->shape;
  if (once_in(4)) layer.buffer_shift = number(1, buffer.height);
  if (layer.output.channels <= buffer.channels && layer.output.pixels() <= buffer.pixels() && once_in(2))
    layer.buffer_insert = std::uint32_t(layer.output.pixels());
}

std::vector<std::int8_t> RandomPrograms::values(std::uint64_t count, std::int32_t low, std::int32_t high) {
  std::vector<std::int8_t> values(count);
  const std::uint32_t mode = number(0, 5);
  for (auto& value : values)
    value = std::int8_t(mode == 0   ? low
                        : mode == 1 ? high
                        : mode == 2 ? (once_in(2) ? low : high)
                                    : low + std::int32_t(number(0, std::uint32_t(high - low))));
  return values;
}

void RandomPrograms::add_numbers(RandomCase& test) {
  test.input = values(test.program.input().values(), -128, 127);
  for (const Layer& layer : test.program.layers) {
    accel::LayerWeights weights;
    const std::int32_t half = 1 << (layer.weight_bits - 1);
    weights.weights = values(weight_count(layer), -half, half - 1);
    if (layer.binary)
      for (auto& weight : weights.weights) weight = weight == 0 ? 1 : -1;
    if (layer.has_bias) weights.bias = values(layer.output.channels, -128, 127);
    test.weights.push_back(weights);
  }
}

}  // namespace synergy::accel_test
