// A sound of any length, as the frames that feed it: one for each window of the models that take them.
//
// What a reader gets wrong: the sound is made the models' rate once, as a whole, before it is cut. Each frame
// then is just the window that `synergy run --input` makes of the same samples, to the bit. Where the models
// are not known, frames are cut in the sound's own rate, and whoever takes one converts it by itself.
//
// Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "synergy/schemas/frame.hpp"
#include "synergy/schemas/plan.hpp"
#include "synergy/sounds/sound.hpp"

namespace synergy::client {

/// Bytes of the frames of one sound, at most.
inline constexpr std::uint64_t kMostSoundFrames = std::uint64_t(512) << 20;

/// What a model takes: so many samples of that rate.
struct SoundWindow {
  std::uint32_t rate = 0;
  std::uint64_t samples = 0;
  bool operator==(const SoundWindow&) const = default;
};

/// How a sound is cut. What is not told: the model's window, and half a window from one to the next.
struct SoundCut {
  std::optional<SoundWindow> model{};  ///< nothing: not known
  std::optional<double> window_s{}, hop_s{};
};

/// Window i begins i x hop_s behind the beginning.
struct SoundFrames {
  std::vector<schemas::FrameFeed> frames;  ///< without sensor and id
  double window_s = 0, hop_s = 0;
};

/// The window of the model that the pipeline runs; nothing where it takes no sound.
[[nodiscard]] std::optional<SoundWindow> window_of(const schemas::PipelinePlan& pipeline);

/// The window of the apps that take what is fed to a sensor; nothing where none of them takes sound. Fails
/// with kConflict where their windows differ; the message says what to do.
[[nodiscard]] Result<std::optional<SoundWindow>> window_of(
    const std::optional<schemas::CollaborationPlan>& plan, const DeviceId& device, const std::string& sensor);

/// Fails with kInvalid where no window is told, one is longer than the model's, or there are too many; the
/// message begins with `name` and says what to do.
[[nodiscard]] Result<SoundFrames> cut(const sounds::Sound& sound, const std::string& name,
                                      const SoundCut& how);

/// The number of the loudest frame (by the sum of the squares), of equals the first. There is one at least.
[[nodiscard]] std::size_t loudest_of(const SoundFrames& sound);

/// `speech.wav: 7 frames of 1.024 s, one each 0.512 s`.
[[nodiscard]] std::string to_text(const SoundFrames& sound, const std::string& name);

}  // namespace synergy::client
