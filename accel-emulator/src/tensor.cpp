#include "synergy/accel/tensor.hpp"

#include "synergy/base/check.hpp"

namespace synergy::accel {
namespace {

std::vector<std::uint8_t> bytes_of(const Tensor& tensor) {
  return {tensor.values.begin(), tensor.values.end()};
}

std::vector<std::uint8_t> bytes_of(const WideTensor& tensor) {
  std::vector<std::uint8_t> bytes;
  bytes.reserve(tensor.values.size() * 4);
  for (const std::int32_t value : tensor.values)
    for (int shift = 0; shift < 32; shift += 8) bytes.push_back(std::uint8_t(std::uint32_t(value) >> shift));
  return bytes;
}

}  // namespace

std::vector<std::uint8_t> to_bytes(const LayerOutput& output) {
  return std::visit([](const auto& tensor) { return bytes_of(tensor); }, output);
}

Tensor tensor_from_bytes(const Shape& shape, std::span<const std::uint8_t> bytes) {
  SYNERGY_CHECK(bytes.size() == shape.bytes(), "as many bytes as the shape has values");
  return {shape, {bytes.begin(), bytes.end()}};
}

LayerOutput output_from_bytes(const Shape& shape, std::uint32_t width, std::span<const std::uint8_t> bytes) {
  if (width == 8) return tensor_from_bytes(shape, bytes);
  SYNERGY_CHECK(bytes.size() == 4 * shape.values(), "four bytes for each value of the shape");
  WideTensor tensor{shape, {}};
  tensor.values.reserve(shape.values());
  for (std::size_t i = 0; i < bytes.size(); i += 4)
    tensor.values.push_back(std::int32_t(std::uint32_t(bytes[i]) | std::uint32_t(bytes[i + 1]) << 8 |
                                         std::uint32_t(bytes[i + 2]) << 16 |
                                         std::uint32_t(bytes[i + 3]) << 24));
  return tensor;
}

}  // namespace synergy::accel
