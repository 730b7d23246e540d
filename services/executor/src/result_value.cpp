#include "synergy/executor/result_value.hpp"

namespace synergy::executor {
namespace {

std::int32_t word_at(std::span<const std::uint8_t> bytes, std::size_t at) {
  return std::int32_t(std::uint32_t(bytes[at]) | std::uint32_t(bytes[at + 1]) << 8 |
                      std::uint32_t(bytes[at + 2]) << 16 | std::uint32_t(bytes[at + 3]) << 24);
}

}  // namespace

Argmax argmax(std::span<const std::uint8_t> output, std::uint32_t width) {
  const std::size_t stride = width / 8;
  Argmax best;
  for (std::size_t i = 0; i + stride <= output.size(); i += stride) {
    const std::int32_t value = stride == 4 ? word_at(output, i) : std::int8_t(output[i]);
    if (best.label < 0 || value > best.score) best = {std::int32_t(i / stride), value};
  }
  return best;
}

schemas::Bytes to_bytes(const Argmax& argmax) {
  schemas::Bytes bytes;
  for (const auto value : {argmax.label, argmax.score})
    for (int shift = 0; shift < 32; shift += 8) bytes.push_back(std::uint8_t(std::uint32_t(value) >> shift));
  return bytes;
}

std::optional<Argmax> argmax_from(std::span<const std::uint8_t> bytes) {
  if (bytes.size() < 8) return std::nullopt;
  return Argmax{word_at(bytes, 0), word_at(bytes, 4)};
}

}  // namespace synergy::executor
