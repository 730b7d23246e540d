// The frames that an emulated sensor takes: pictures, windows of sound or movement.
//
// Run n takes frame n modulo their number (of a folder of pictures picture n, made
// what the model expects; of a folder of sounds window n of all of them),
// or the generator's noise of that number, so a run repeated after a failure sees the same again.
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "synergy/base/result.hpp"
#include "synergy/documents/input.hpp"
#include "synergy/documents/pictures.hpp"
#include "synergy/documents/sounds.hpp"
#include "synergy/schemas/device.hpp"

namespace synergy::executor {

/// Pseudo-random bytes, the same for the same seed and run: the low bytes of splitmix64 from the state
/// run xor mix(seed).
[[nodiscard]] schemas::Bytes generated_frame(std::uint64_t seed, std::uint64_t run, std::size_t bytes);

/// One sensor and the contents of its files. Belongs to one thread.
class Frames {
 public:
  struct Frame {
    schemas::Bytes bytes;    ///< unsigned, as a sensor gives them: channels x rows x columns
    bool generated = false;  ///< noise of the generator
  };

  /// A sensor without sources.
  Frames() = default;
  /// Reads every file and folder that the sensor's sources name, relative to `deploy`. Fails as
  /// documents::read_input(), read_pictures() and read_sounds(), and with kConflict where a file's frames
  /// have another shape than the source tells, or a folder another number of pictures.
  [[nodiscard]] static Result<Frames> read(const std::filesystem::path& deploy, schemas::Sensor sensor);

  /// Whether it has frames of its own for a model of that input.
  [[nodiscard]] bool serves(const schemas::FrameShape& input, const schemas::InputKinds& kinds) const {
    return own_source(input, kinds) != nullptr;
  }
  /// Frames are fed to it.
  [[nodiscard]] bool is_fed() const { return sensor_.is_fed(); }
  /// One of its own frames, of that shape, for which serves() must hold.
  [[nodiscard]] Frame frame(std::uint64_t run, const schemas::FrameShape& input,
                            const schemas::InputKinds& kinds);
  /// What there is instead, for people.
  [[nodiscard]] std::string sources() const;

 private:
  [[nodiscard]] const schemas::SensorSource* own_source(const schemas::FrameShape& input,
                                                        const schemas::InputKinds& kinds) const;
  /// A picture, or the windows of a sound, made what a model expects. A large one takes the executor longer
  /// than its run may wait, so what was made is kept, up to kMostMade bytes (and what one file gives).
  struct Made {
    schemas::FrameShape input;
    schemas::InputKinds kinds;
    std::vector<schemas::Bytes> frames;  ///< of a picture: one
  };
  static constexpr std::size_t kMostMade = 64u << 20;
  /// What a file or folder has; other sources have nothing.
  struct Content {
    documents::InputArray array{};
    std::vector<pictures::Picture> pictures{};
    std::vector<sounds::Sound> sounds{};
    std::vector<std::vector<Made>> made{};  ///< of each picture, or sound
  };
  static Result<std::vector<schemas::Bytes>> make(const Content& content, std::size_t file,
                                                  const schemas::FrameShape& input,
                                                  const schemas::InputKinds& kinds, double hop);
  const std::vector<schemas::Bytes>& made_of(Content& content, std::size_t file,
                                             const schemas::FrameShape& input,
                                             const schemas::InputKinds& kinds, double hop);
  const schemas::Bytes& window_of(Content& content, std::uint64_t run, const schemas::FrameShape& input,
                                  const schemas::InputKinds& kinds, double hop);
  static Status read_source(const std::filesystem::path& place, schemas::SensorSource& source,
                            Content& content);
  static Status read_folder(const std::filesystem::path& place, schemas::SensorSource& source,
                            Content& content);

  schemas::Sensor sensor_;
  std::vector<Content> contents_;  ///< of each source
  std::size_t made_bytes_ = 0;     ///< of all that was made
};

}  // namespace synergy::executor
