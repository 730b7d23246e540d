#include "file_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string>
#include <system_error>
#include <utility>

namespace synergy::store {
namespace {

std::string holder_of(int descriptor) {
  std::array<char, 24> text{};
  const auto size = ::pread(descriptor, text.data(), text.size(), 0);
  return size > 0 ? "process " + std::string(text.data(), std::size_t(size)) : "another process";
}

// Only for the other side's message: a disk too full for it is no reason to refuse.
void sign(int descriptor) {
  const auto text = std::to_string(::getpid());
  if (::ftruncate(descriptor, 0) == 0) (void)!::pwrite(descriptor, text.data(), text.size(), 0);
}

}  // namespace

Result<FileLock> FileLock::take(const std::filesystem::path& path) {
  const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (descriptor < 0)
    return Error{ErrorCode::kEnvironment, path.string() + ": can not create the lock file (" +
                                              std::generic_category().message(errno) +
                                              "); create the folder, or make it writable for this user"};
  FileLock lock(descriptor);
  if (::flock(descriptor, LOCK_EX | LOCK_NB) == 0) {
    sign(descriptor);
    return lock;
  }
  if (errno != EWOULDBLOCK)
    return Error{ErrorCode::kEnvironment, path.string() + ": can not be locked (" +
                                              std::generic_category().message(errno) +
                                              "); put the store on a local file system"};
  return Error{ErrorCode::kEnvironment, path.string() + ": the store is in use by " + holder_of(descriptor) +
                                            "; stop that one, or give this mesh another store file"};
}

FileLock::FileLock(FileLock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

FileLock::~FileLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

}  // namespace synergy::store
