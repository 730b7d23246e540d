// Values with a shape, channel by channel and row by row.
//
// Everything between layers is 8-bit; 32-bit values are accumulators and a last layer's raw output.
#pragma once

#include <cstdint>
#include <span>
#include <variant>
#include <vector>

#include "synergy/accel_model/program.hpp"

namespace synergy::accel {

using accel_model::Shape;

template <class T>
struct BasicTensor {
  Shape shape;
  std::vector<T> values;  ///< shape.values() of them

  bool operator==(const BasicTensor&) const = default;
};

using Tensor = BasicTensor<std::int8_t>;
using WideTensor = BasicTensor<std::int32_t>;
/// A WideTensor only where the layer's output width is 32.
using LayerOutput = std::variant<Tensor, WideTensor>;

/// As tensors travel: signed bytes, or 32-bit words with the lowest byte first.
[[nodiscard]] std::vector<std::uint8_t> to_bytes(const LayerOutput& output);
/// The reverse for 8 bit; `bytes` must be as many as the shape has values.
[[nodiscard]] Tensor tensor_from_bytes(const Shape& shape, std::span<const std::uint8_t> bytes);
/// The reverse for 8 or 32 bit; `bytes` must be as many as such values take.
[[nodiscard]] LayerOutput output_from_bytes(const Shape& shape, std::uint32_t width,
                                            std::span<const std::uint8_t> bytes);

}  // namespace synergy::accel
