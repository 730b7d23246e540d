// Whether a disk still takes what a process has to write, asked before a write fails.
#pragma once

#include <cstdint>
#include <filesystem>

#include "synergy/base/result.hpp"

namespace synergy::runtime {

/// A disk with less room than this, in bytes, counts as full: whoever can make room is to know before
/// something is lost.
inline constexpr std::uint64_t kLeastRoom = 1024 * 1024;

/// What the system says of the disk that a folder lies on.
struct Room {
  std::uint64_t free_bytes = 0;  ///< for this user
  bool read_only = false;
};

/// Fails with kEnvironment when the system does not tell: the folder is gone, for one.
[[nodiscard]] Result<Room> room_at(const std::filesystem::path& folder);

/// Fails with kEnvironment, and says what to do, when `room` is less than `least` bytes or can not be
/// written.
[[nodiscard]] Status check_room(const Room& room, const std::filesystem::path& folder,
                                std::uint64_t least = kLeastRoom);

/// Both. It sees neither quotas nor broken disks: those show when something is written.
[[nodiscard]] Status check_room(const std::filesystem::path& folder, std::uint64_t least = kLeastRoom);

}  // namespace synergy::runtime
