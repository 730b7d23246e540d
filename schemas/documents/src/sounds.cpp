#include "synergy/documents/sounds.hpp"

#include <algorithm>
#include <cmath>

#include "synergy/documents/file.hpp"
#include "synergy/documents/frame_folder.hpp"

namespace synergy::documents {
namespace {

namespace fs = std::filesystem;

const std::vector<std::string>& endings() {
  static const std::vector<std::string> all{".wav", ".flac", ".ogg"};
  return all;
}

/// Gives each sound of the folder to `take`, one after the other.
template <class Take>
Status for_each_sound(const fs::path& folder, const Take& take) {
  const auto files = sounds_in(folder);
  if (!files) return files.error();
  std::size_t bytes = 0;
  for (const auto& file : *files) {
    auto sound = read_sound(file);
    if (!sound) return sound.error();
    bytes += sound->samples.size() * sizeof(std::int16_t);
    if (bytes > kMaxSoundsBytes)
      return Error{ErrorCode::kInvalid, folder.string() + ": its sounds have more than " +
                                            std::to_string(kMaxSoundsBytes / sizeof(std::int16_t)) +
                                            " samples together, up to " + file.filename().string() +
                                            ": leave some out, or save them at a lower rate"};
    take(*std::move(sound));
  }
  return {};
}

}  // namespace

bool is_sound_name(const fs::path& file) { return has_ending(file, endings()); }

Result<sounds::Sound> read_sound(const fs::path& file) {
  const auto bytes = read_file(file, sounds::kMaxFileBytes);
  if (!bytes) return bytes.error();
  auto sound = sounds::read_sound(*bytes);
  if (!sound) return sound.error().at(file.string());
  return sound;
}

Result<std::vector<fs::path>> sounds_in(const fs::path& folder) {
  return files_in(folder, "sounds", endings());
}

Result<std::vector<sounds::Sound>> read_sounds(const fs::path& folder) {
  std::vector<sounds::Sound> sounds;
  auto status = for_each_sound(folder, [&](sounds::Sound sound) { sounds.push_back(std::move(sound)); });
  if (!status) return status.error();
  return sounds;
}

Result<std::size_t> count_sounds(const fs::path& folder) {
  std::size_t count = 0;
  auto status = for_each_sound(folder, [&](const sounds::Sound&) { ++count; });
  if (!status) return status.error();
  return count;
}

SoundWindows::SoundWindows(const schemas::FrameShape& input, const schemas::SoundDescription& sound,
                           double hop_s)
    : rate(sound.rate),
      window(frames::window_of(input)),
      hop(hop_s > 0 ? std::uint64_t(std::max(1LL, std::llround(hop_s * sound.rate)))
                    : frames::default_hop(window)) {}

Result<std::vector<schemas::Bytes>> frames_of(const sounds::Sound& sound, const std::string& name,
                                              const schemas::FrameShape& input,
                                              const schemas::InputKinds& kinds, double hop_s) {
  if (auto status = frames::check_takes_sound(kinds); !status) return status.error().at(name);
  const SoundWindows windows(input, *kinds.sound, hop_s);
  const auto samples = frames::resampled({sound.rate, sound.samples}, windows.rate);
  if (!samples) return samples.error().at(name);
  std::vector<schemas::Bytes> made;
  for (std::uint64_t i = 0; i < windows.count(sound); ++i)
    made.push_back(frames::frame_of_window(frames::window_at(*samples, i, windows.window, windows.hop), input,
                                           *kinds.sound));
  return made;
}

}  // namespace synergy::documents
