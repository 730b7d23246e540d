#include "file_watch.hpp"

#include <sys/stat.h>

#include <array>
#include <cerrno>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include "synergy/base/places.hpp"

namespace synergy::store {
namespace {

std::filesystem::path with(const std::filesystem::path& path, std::string_view ending) {
  return path.string() + std::string(ending);
}

/// What stands at the path where no plain file does; empty for a plain file, or nothing.
std::string_view kind_of_stranger(const std::filesystem::path& path) {
  struct stat found {};
  if (::stat(path.c_str(), &found) != 0 || S_ISREG(found.st_mode)) return {};
  if (S_ISDIR(found.st_mode)) return "a folder";
  if (S_ISFIFO(found.st_mode)) return "a FIFO";
  if (S_ISSOCK(found.st_mode)) return "a socket";
  return "a device";
}

}  // namespace

Status check_plain_files(const std::filesystem::path& database) {
  for (const std::string_view ending : {"", "-wal", "-shm", ".lock"})
    if (const auto kind = kind_of_stranger(with(database, ending)); !kind.empty())
      return Error{ErrorCode::kEnvironment, with(database, ending).string() + ": is " + std::string(kind) +
                                                ", and the store needs a plain file there; move it away, or "
                                                "give this mesh another store file"};
  return {};
}

Result<FileWatch> FileWatch::of(const std::filesystem::path& path) {
  FileWatch watch;
  for (const std::string_view ending : {"", "-wal", "-shm"}) {
    const auto name = with(path, ending);
    struct stat found {};
    if (::stat(name.c_str(), &found) != 0)
      return Error{ErrorCode::kEnvironment, name.string() + ": can not be looked at (" +
                                                std::generic_category().message(errno) +
                                                "); check that nobody deletes it, and start the mesh again"};
    watch.files_.push_back({name, found.st_dev, found.st_ino});
  }
  return watch;
}

Status FileWatch::check() const {
  for (const auto& file : files_) {
    struct stat found {};
    const bool there = ::stat(file.path.c_str(), &found) == 0;
    if (there && found.st_dev == file.device && found.st_ino == file.inode) continue;
    return Error{ErrorCode::kEnvironment,
                 file.path.string() + ": " +
                     (there ? "another file took the place of the one in use"
                            : "the file in use was deleted or moved away") +
                     "; nothing is kept until it is back at its place: move it there, or end the mesh "
                     "(" +
                     Places::here().script + " down) and start it with what is there then"};
  }
  return {};
}

}  // namespace synergy::store
