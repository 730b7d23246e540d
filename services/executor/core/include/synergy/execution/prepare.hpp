// What the MCU does with a sensor's bytes before the accelerator takes them: the networks' inputs are signed.
#pragma once

#include <cstdint>
#include <span>

namespace synergy::execution {

/// pixel - 128, in two's complement.
[[nodiscard]] constexpr std::uint8_t prepared(std::uint8_t pixel) { return pixel ^ 0x80; }

inline void prepare(std::span<std::uint8_t> frame) {
  for (auto& pixel : frame) pixel = prepared(pixel);
}

}  // namespace synergy::execution
