// The bytes of a pickle, taken from front to back. What is not there is nothing, and then takes nothing.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace synergy::accel_import {

/// Borrows the bytes.
class PickleSource {
 public:
  explicit PickleSource(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}

  [[nodiscard]] std::size_t at() const { return at_; }
  [[nodiscard]] std::size_t left() const { return bytes_.size() - at_; }

  /// An unsigned little-endian number of `size` bytes, 8 at most.
  std::optional<std::uint64_t> number(std::size_t size) {
    if (left() < size) return std::nullopt;
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < size; ++i) value |= std::uint64_t(bytes_[at_ + i]) << (8 * i);
    at_ += size;
    return value;
  }
  std::optional<std::string_view> text(std::uint64_t size) {
    if (left() < size) return std::nullopt;
    const std::string_view value(reinterpret_cast<const char*>(bytes_.data()) + at_, std::size_t(size));
    at_ += value.size();
    return value;
  }
  /// Up to a line feed, which is taken and left out.
  std::optional<std::string_view> line() {
    const auto begin = bytes_.begin() + std::ptrdiff_t(at_);
    const auto end = std::find(begin, bytes_.end(), std::uint8_t('\n'));
    if (end == bytes_.end()) return std::nullopt;
    const auto value = text(std::uint64_t(end - begin));
    ++at_;
    return value;
  }

 private:
  std::span<const std::uint8_t> bytes_;
  std::size_t at_ = 0;
};

}  // namespace synergy::accel_import
