#include "synergy/runtime/room.hpp"

#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <system_error>

namespace synergy::runtime {

Result<Room> room_at(const std::filesystem::path& folder) {
  struct statvfs found {};
  if (::statvfs(folder.c_str(), &found) != 0)
    return Error{ErrorCode::kEnvironment, folder.string() + ": can not be looked at (" +
                                              std::generic_category().message(errno) +
                                              "); see that folder and disk are there"};
  const auto blocks = ::geteuid() == 0 ? found.f_bfree : found.f_bavail;
  return Room{std::uint64_t(blocks) * found.f_frsize, (found.f_flag & ST_RDONLY) != 0};
}

Status check_room(const Room& room, const std::filesystem::path& folder, std::uint64_t least) {
  if (room.read_only)
    return Error{ErrorCode::kEnvironment, "the disk of " + folder.string() +
                                              " is mounted read-only; see what is wrong with it (dmesg), and "
                                              "mount it to be written again"};
  if (room.free_bytes < least)
    return Error{ErrorCode::kEnvironment, "the disk of " + folder.string() + " is full (" +
                                              std::to_string(room.free_bytes / 1024) +
                                              " KiB left); free some space on it"};
  return {};
}

Status check_room(const std::filesystem::path& folder, std::uint64_t least) {
  const auto room = room_at(folder);
  return room ? check_room(*room, folder, least) : Status(room.error());
}

}  // namespace synergy::runtime
