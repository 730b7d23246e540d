#include "plain.hpp"

#include <algorithm>
#include <cstdlib>
#include <optional>

#include "synergy/accel/fixed_point.hpp"

namespace synergy::accel::fast {
namespace {

using schemas::Activation;

std::int32_t activate(Activation activation, std::int32_t value) {
  if (activation == Activation::kRelu) return std::clamp(value, 0, 127);
  if (activation == Activation::kAbs) return std::int32_t(std::min<std::int64_t>(std::llabs(value), 127));
  return value;
}

// Of a byte, 127 is already the most.
std::int8_t finish_byte(const Layer& layer, std::int32_t sum) {
  return std::int8_t(activate(layer.activation, requantize(sum, layer.output_shift)));
}

// Where tap `tap` of output `at` lies, unless it falls on padding or on a zero between pixels.
std::optional<std::uint32_t> source_of(const Layer& layer, std::uint32_t at, std::uint32_t tap,
                                       std::uint32_t kernel, std::uint32_t pad, std::uint32_t size) {
  const bool transposed = layer.op == schemas::Operator::kConvTranspose2d;
  const std::int64_t before = transposed ? std::int64_t(kernel) - 1 - pad : std::int64_t(pad);
  std::int64_t place = std::int64_t(at) + tap - before;
  if (transposed && place % 2 != 0) return std::nullopt;
  if (transposed) place /= 2;
  if (place < 0 || place >= size) return std::nullopt;
  return std::uint32_t(place);
}

/// One layer's data while its outputs are summed one by one.
class PlainConv {
 public:
  PlainConv(const Layer& layer, const LayerWeights& weights, const std::int8_t* from, std::size_t step)
      : layer_(layer), weights_(weights), from_(from), step_(step), image_(layer.pooled) {
    if (layer.flatten) image_ = {std::uint32_t(layer.pooled.values()), 1, 1};
  }

  [[nodiscard]] std::int32_t sum(std::uint32_t o, std::uint32_t y, std::uint32_t x) const {
    std::int32_t sum = weights_.bias.empty() ? 0 : weights_.bias[o] * kBiasScale;
    for (std::uint32_t u = 0; u < layer_.kernel.rows; ++u)
      for (std::uint32_t v = 0; v < layer_.kernel.columns; ++v) {
        const auto row =
            source_of(layer_, y, u * layer_.dilation, layer_.kernel.rows, layer_.pad.rows, image_.height);
        const auto column = source_of(layer_, x, v, layer_.kernel.columns, layer_.pad.columns, image_.width);
        if (row && column) sum += over_channels(o, u, v, *row, *column);
      }
    return sum;
  }

 private:
  [[nodiscard]] std::int32_t over_channels(std::uint32_t o, std::uint32_t u, std::uint32_t v,
                                           std::uint32_t row, std::uint32_t column) const {
    const std::size_t inputs = layer_.kernel_inputs();
    const std::size_t group = o / (layer_.output.channels / layer_.groups);
    std::int32_t sum = 0;
    for (std::size_t i = 0; i < inputs; ++i) {
      const std::size_t index = ((o * inputs + i) * layer_.kernel.rows + u) * layer_.kernel.columns + v;
      const std::int32_t weight = layer_.bypass ? 1 : weights_.weights[index];
      sum += weight * value(std::uint32_t(group * inputs + i), row, column);
    }
    return sum;
  }

  [[nodiscard]] std::int8_t value(std::uint32_t channel, std::uint32_t row, std::uint32_t column) const {
    if (!layer_.flatten) return from_[(std::size_t(row) * image_.width + column) * step_ + channel];
    const auto pixels = std::uint32_t(layer_.pooled.pixels());
    return from_[std::size_t(channel % pixels) * step_ + channel / pixels];
  }

  const Layer& layer_;
  const LayerWeights& weights_;
  const std::int8_t* from_;
  std::size_t step_;
  Shape image_;
};

}  // namespace

void import_tensor(std::span<const std::int8_t> from, const Shape& shape, std::size_t step, std::int8_t* to) {
  const std::size_t pixels = shape.pixels();
  for (std::size_t c = 0; c < shape.channels; ++c)
    for (std::size_t i = 0; i < pixels; ++i) to[i * step + c] = from[c * pixels + i];
}

void export_tensor(const std::int8_t* from, const Shape& shape, std::size_t step, std::uint8_t* to) {
  const std::size_t pixels = shape.pixels();
  for (std::size_t c = 0; c < shape.channels; ++c)
    for (std::size_t i = 0; i < pixels; ++i) to[c * pixels + i] = std::uint8_t(from[i * step + c]);
}

void export_wide(const std::int32_t* from, const Layer& layer, std::size_t step, std::uint8_t* to) {
  const std::size_t pixels = layer.output.pixels();
  for (std::size_t c = 0; c < layer.output.channels; ++c)
    for (std::size_t i = 0; i < pixels; ++i) {
      const auto value = std::uint32_t(activate(layer.activation, from[i * step + c]));
      for (int shift = 0; shift < 32; shift += 8) *to++ = std::uint8_t(value >> shift);
    }
}

void plain_conv(const Layer& layer, const LayerWeights& weights, const std::int8_t* from, std::size_t step,
                void* to, std::size_t to_step) {
  const PlainConv conv(layer, weights, from, step);
  std::size_t pixel = 0;
  for (std::uint32_t y = 0; y < layer.output.height; ++y)
    for (std::uint32_t x = 0; x < layer.output.width; ++x, pixel += to_step)
      for (std::uint32_t o = 0; o < layer.output.channels; ++o) {
        const std::int32_t sum = conv.sum(o, y, x);
        if (layer.output_width == 32)
          static_cast<std::int32_t*>(to)[pixel + o] = sum;
        else
          static_cast<std::int8_t*>(to)[pixel + o] = finish_byte(layer, sum);
      }
}

void plain_average(const PoolArgs& args) {
  const auto count = std::int32_t(args.window_rows * args.window_columns);
  std::int8_t* to = args.output;
  for (std::uint32_t y = 0; y < args.rows; ++y)
    for (std::uint32_t x = 0; x < args.columns; ++x)
      for (std::uint32_t c = 0; c < args.channels; ++c) {
        const std::int8_t* window =
            args.input + y * args.window_grid.row_step + x * args.window_grid.pixel_step + c;
        std::int32_t sum = 0;
        for (std::uint32_t u = 0; u < args.window_rows; ++u)
          for (std::uint32_t v = 0; v < args.window_columns; ++v)
            sum += window[u * args.tap_grid.row_step + v * args.tap_grid.pixel_step];
        *to++ = args.mode == PoolMode::kRoundedAverage ? average_half_away_from_zero(sum, count)
                                                       : average_toward_zero(sum, count);
      }
}

}  // namespace synergy::accel::fast
