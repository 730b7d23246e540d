// Layers as the kernels compute them: shapes of operands, and weights in the order in which they are read.
#pragma once

#include <cstdint>
#include <vector>

#include "arena.hpp"
#include "kernels.hpp"
#include "synergy/accel/weights.hpp"
#include "synergy/accel_model/program.hpp"
#include "synergy/accel_model/rounding.hpp"

namespace synergy::accel::fast {

using accel_model::Layer;
using accel_model::round_up;
using accel_model::Shape;

/// An image with a border, pixel by pixel.
struct OperandShape {
  std::uint32_t rows = 0, columns = 0, channels = 0;  ///< channels: from one pixel to the next
  std::uint32_t top = 0, left = 0, bottom = 0, right = 0;
  std::uint32_t value_bytes = 1;

  [[nodiscard]] std::ptrdiff_t pixel_step() const { return std::ptrdiff_t(channels) * value_bytes; }
  [[nodiscard]] std::ptrdiff_t row_step() const { return (left + columns + right) * pixel_step(); }
  [[nodiscard]] std::ptrdiff_t origin() const { return top * row_step() + left * pixel_step(); }
  [[nodiscard]] std::size_t bytes() const { return std::size_t((top + rows + bottom) * row_step()); }
  bool operator==(const OperandShape&) const = default;
};

/// Part of a convolution that one kernel call computes. A transposed convolution has up to four of them: the
/// outputs in even and odd rows and columns see different taps, and none of the zeros between pixels.
struct ConvJob {
  ConvArgs args;                      ///< without input and output
  std::ptrdiff_t first_tap = 0;       ///< bytes into the operand
  std::uint32_t row = 0, column = 0;  ///< of its first output
  std::uint32_t step = 1;             ///< between its outputs, in rows and in columns
  AlignedBytes weights;
  std::vector<std::int32_t> start;
};

/// Whether the kernels compute this layer's operator (else plain code does).
[[nodiscard]] bool suits_conv(const Layer& layer);
[[nodiscard]] bool suits_depthwise(const Layer& layer);
/// A flattened layer of one tap is a convolution whose kernel is as large as the image.
[[nodiscard]] bool takes_whole_image(const Layer& layer);

/// What the layer's convolution reads, made from an image of shape `pooled`.
[[nodiscard]] OperandShape operand_shape(const Layer& layer, const Shape& pooled, const Kernels& kernels);
[[nodiscard]] std::vector<ConvJob> conv_jobs(const Layer& layer, const Shape& pooled,
                                             const LayerWeights& weights, const Kernels& kernels);

struct DepthwiseJob {
  DepthwiseArgs args;  ///< without input and output
  std::vector<std::ptrdiff_t> taps;
  AlignedBytes weights;
  std::vector<std::int32_t> start;
};

[[nodiscard]] DepthwiseJob depthwise_job(const Layer& layer, const OperandShape& operand,
                                         const LayerWeights& weights, const Kernels& kernels);

}  // namespace synergy::accel::fast
