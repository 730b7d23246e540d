// Files of frames, as messages that feed them: PNG and JPEG pictures, `.npy` arrays, and sounds
// (WAV, FLAC, OGG), which sound_cut.hpp cuts into frames.
//
// Pure apart from reading; any thread.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "synergy/schemas/frame.hpp"
#include "synergy/sounds/sound.hpp"

namespace synergy::client {

/// A picture of more bytes is made smaller, in proportion, until it fits one message.
inline constexpr std::size_t kMostPictureBytes = 3u << 20;

/// What a file holds.
struct FileFrames {
  std::string name;                          ///< for errors
  std::vector<schemas::FrameFeed> frames{};  ///< without sensor and id
  std::optional<sounds::Sound> sound{};      ///< in place of frames
};

/// What is in a file's bytes: the one frame of a picture; each of an array (N, ...), whose axes behind the
/// first are what `layout` says; or a sound. Fails with kInvalid where they are none of these, or damaged;
/// the message begins with `name` and says what to do.
[[nodiscard]] Result<FileFrames> frames_in(std::span<const std::uint8_t> bytes, const std::string& name,
                                           schemas::Layout layout);

/// The same of a file; `-`: of the standard input. Fails with kNotFound or kEnvironment, too, where it can
/// not be read.
[[nodiscard]] Result<FileFrames> read_frames(const std::filesystem::path& file, schemas::Layout layout);

/// A name that no other frame has: `prefix`, a hyphen, and 16 hexadecimal digits at random.
[[nodiscard]] std::string new_frame_id(const std::string& prefix);

}  // namespace synergy::client
