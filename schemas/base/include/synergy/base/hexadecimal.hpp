// Masks and offsets as people write them.
#pragma once

#include <array>
#include <charconv>
#include <cstdint>
#include <string>

namespace synergy {

/// `0x10ae0`: lower case, without leading zeros.
[[nodiscard]] inline std::string hexadecimal(std::uint64_t value) {
  std::array<char, 16> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value, 16).ptr;
  return "0x" + std::string(digits.data(), end);
}

}  // namespace synergy
