// Memory that keeps its bytes without power, as an FRAM beside the microcontroller does, and a power supply
// that may fail in the middle of a write.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace synergy::power {

/// Bytes 0 to size - 1, all zero at first. One thread.
class PersistentMemory {
 public:
  explicit PersistentMemory(std::size_t size) : bytes_(size) {}

  [[nodiscard]] std::size_t size() const { return bytes_.size(); }
  /// Every byte; valid while this lives.
  [[nodiscard]] std::span<const std::uint8_t> bytes() const { return bytes_; }

  /// Writes byte after byte, upwards from `offset`. False: power failed first; the bytes before are written,
  /// the others are what they were. The bytes must lie within the memory.
  [[nodiscard]] bool write(std::size_t offset, std::span<const std::uint8_t> bytes);

  /// From now on power fails when so many more bytes are written, and every later write fails at once.
  /// Without a number it does not fail (any more).
  void fail_after(std::optional<std::uint64_t> bytes) { left_ = bytes; }

  /// Bytes that were written so far.
  [[nodiscard]] std::uint64_t written() const { return written_; }

 private:
  std::vector<std::uint8_t> bytes_;
  std::optional<std::uint64_t> left_;
  std::uint64_t written_ = 0;
};

}  // namespace synergy::power
