// Files and folders of sound, WAV, FLAC and OGG, as inputs of networks.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "synergy/base/result.hpp"
#include "synergy/frames/sound.hpp"
#include "synergy/schemas/input_kinds.hpp"
#include "synergy/sounds/sound.hpp"

namespace synergy::documents {

/// The samples of a folder's sounds together: 50 minutes at 44.1 kHz. All are held in memory.
inline constexpr std::size_t kMaxSoundsBytes = 256u << 20;

/// Whether the file's name ends as one of a sound that is read: .wav, .flac or .ogg, in letters of any case.
[[nodiscard]] bool is_sound_name(const std::filesystem::path& file);

/// Fails as read_file() and as sounds::read_sound(); the message begins with the path.
[[nodiscard]] Result<sounds::Sound> read_sound(const std::filesystem::path& file);

/// The files of a folder that are named as sounds. Fails as files_in().
[[nodiscard]] Result<std::vector<std::filesystem::path>> sounds_in(const std::filesystem::path& folder);

/// The sounds of sounds_in(). Fails as that and read_sound(): one that can not be read is named, and none is
/// left out for it; and with kInvalid where they have more than kMaxSoundsBytes.
[[nodiscard]] Result<std::vector<sounds::Sound>> read_sounds(const std::filesystem::path& folder);
/// How many read_sounds() would give. Reads each, and keeps none. Fails as read_sounds().
[[nodiscard]] Result<std::size_t> count_sounds(const std::filesystem::path& folder);

/// The windows that a model takes of sounds.
struct SoundWindows {
  std::uint32_t rate = 0;             ///< the model's, samples per second
  std::uint64_t window = 1, hop = 1;  ///< in samples of that rate

  /// `hop_s` in seconds; 0: half a window.
  SoundWindows(const schemas::FrameShape& input, const schemas::SoundDescription& sound, double hop_s = 0);
  /// How many the sound gives, without making them.
  [[nodiscard]] std::uint64_t count(const sounds::Sound& sound) const {
    return frames::window_count(frames::resampled_count(sound.samples.size(), sound.rate, rate), window, hop);
  }
};

/// What a model takes of a sound, window by window, as a sensor gives it: unsigned. Fails with kInvalid where
/// the model takes no sound; the message begins with `name`, and says what to do.
[[nodiscard]] Result<std::vector<schemas::Bytes>> frames_of(const sounds::Sound& sound,
                                                            const std::string& name,
                                                            const schemas::FrameShape& input,
                                                            const schemas::InputKinds& kinds,
                                                            double hop_s = 0);

}  // namespace synergy::documents
