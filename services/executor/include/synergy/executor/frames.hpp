// The frames that an emulated sensor takes: pictures, windows of sound or movement.
//
// Run n takes frame n modulo their number, or the generator's noise of that number, so a run repeated after a
// failure sees the same again.
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "synergy/base/result.hpp"
#include "synergy/documents/input.hpp"
#include "synergy/schemas/device.hpp"

namespace synergy::executor {

/// Pseudo-random bytes, the same for the same seed and run: the low bytes of splitmix64 from the state
/// run xor mix(seed).
[[nodiscard]] schemas::Bytes generated_frame(std::uint64_t seed, std::uint64_t run, std::size_t bytes);

/// One sensor and the contents of its files.
class Frames {
 public:
  struct Frame {
    schemas::Bytes bytes;    ///< unsigned, as a sensor gives them: channels x rows x columns
    bool generated = false;  ///< noise of the generator
  };

  /// A sensor without sources.
  Frames() = default;
  /// Reads every file that the sensor's sources name, relative to `deploy`. Fails as documents::read_input(),
  /// and with kConflict where a file's frames have another shape than the source tells.
  [[nodiscard]] static Result<Frames> read(const std::filesystem::path& deploy, schemas::Sensor sensor);

  [[nodiscard]] bool serves(const schemas::FrameShape& input) const {
    return sensor_.source_for(input) != nullptr;
  }
  /// A frame of that shape, for which serves() must hold.
  [[nodiscard]] Frame frame(std::uint64_t run, const schemas::FrameShape& input) const;
  /// What there is instead, for people.
  [[nodiscard]] std::string sources() const;

 private:
  schemas::Sensor sensor_;
  std::vector<documents::InputArray> files_;  ///< of each source; a generator's is empty
};

}  // namespace synergy::executor
