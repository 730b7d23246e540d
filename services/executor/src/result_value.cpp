#include "synergy/executor/result_value.hpp"

namespace synergy::executor {

Argmax argmax(std::span<const std::uint8_t> output, std::uint32_t width) {
  const std::size_t stride = width / 8;
  Argmax best;
  for (std::size_t i = 0; i + stride <= output.size(); i += stride) {
    std::int32_t value = std::int8_t(output[i]);
    if (stride == 4)
      value = std::int32_t(std::uint32_t(output[i]) | std::uint32_t(output[i + 1]) << 8 |
                           std::uint32_t(output[i + 2]) << 16 | std::uint32_t(output[i + 3]) << 24);
    if (best.label < 0 || value > best.score) best = {std::int32_t(i / stride), value};
  }
  return best;
}

}  // namespace synergy::executor
