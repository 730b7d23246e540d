// The pictures and windows that an emulated sensor takes.
//
// Run n takes frame n modulo their number, so a run repeated after a failure sees the same picture again.
#pragma once

#include <cstdint>
#include <filesystem>

#include "synergy/base/result.hpp"
#include "synergy/schemas/fields.hpp"

namespace synergy::executor {

class Frames {
 public:
  /// Pseudo-random bytes, the same for the same run number.
  Frames() = default;
  /// The pictures of an unsigned-byte `.npy` array (N, ...).
  [[nodiscard]] static Result<Frames> read(const std::filesystem::path& file);

  /// Frame of run `run` with `bytes` unsigned bytes: a picture of the file where that is their size, else
  /// pseudo-random bytes. One camera serves models of several sizes.
  [[nodiscard]] schemas::Bytes frame(std::uint64_t run, std::size_t bytes) const;

 private:
  schemas::Bytes data_;
  std::size_t count_ = 0, frame_bytes_ = 0;
};

}  // namespace synergy::executor
