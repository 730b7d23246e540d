// Plain code of the fast path: for the rare layers that the kernels do not compute, and for the ways into the
// plan's memory and out of it. Tensors lie pixel by pixel, `step` bytes or values from one pixel to the next.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "kernels.hpp"
#include "synergy/accel/weights.hpp"
#include "synergy/accel_model/program.hpp"

namespace synergy::accel::fast {

using accel_model::Layer;
using accel_model::Shape;

/// From channel by channel to pixel by pixel.
void import_tensor(std::span<const std::int8_t> from, const Shape& shape, std::size_t step, std::int8_t* to);
/// And back.
void export_tensor(const std::int8_t* from, const Shape& shape, std::size_t step, std::uint8_t* to);
/// The same of 32-bit values, limited by the layer's activation, lowest byte first.
void export_wide(const std::int32_t* from, const Layer& layer, std::size_t step, std::uint8_t* to);

/// Any convolution, as the specification states it. Writes bytes or, where the layer's output is wide, sums.
void plain_conv(const Layer& layer, const LayerWeights& weights, const std::int8_t* from, std::size_t step,
                void* to, std::size_t to_step);
/// Averages over windows of any size.
void plain_average(const PoolArgs& args);

}  // namespace synergy::accel::fast
