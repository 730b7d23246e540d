// The sum at the heart of every convolution.
#pragma once

#include "synergy/accel/tensor.hpp"
#include "synergy/accel/weights.hpp"

namespace synergy::accel {

/// Distances between the edges of the input and those of the padded input.
struct Border {
  std::uint32_t top = 0, left = 0, bottom = 0, right = 0;
};

/// The tensor with zeros around it.
[[nodiscard]] Tensor with_border(const Tensor& input, const Border& border);

/// acc[o, y, x] = 128 bias[o] + sum over c, u, v of in[c', y + u dilation, x + v] w[o, c, u, v], where c' is
/// channel c of the output's group: a correlation, the kernel is not turned. `input` has its padding already.
/// A bypassed kernel is all ones. Passes over more than 64 channels change nothing: the sum is exact.
[[nodiscard]] WideTensor correlate(const accel_model::Layer& layer, const LayerWeights& weights,
                                   const Tensor& input);

}  // namespace synergy::accel
