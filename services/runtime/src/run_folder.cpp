#include "synergy/runtime/run_folder.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>

namespace synergy::runtime {
namespace {

Error environment(const std::filesystem::path& path, const std::string& what) {
  return {ErrorCode::kEnvironment, path.string() + ": " + what};
}

}  // namespace

Result<RunFolder> RunFolder::open(const std::filesystem::path& path) {
  std::error_code failure;
  std::filesystem::create_directories(path, failure);
  if (failure) return environment(path, "the run folder can not be made: " + failure.message());
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0) return environment(path, std::strerror(errno));
  if (info.st_uid != ::geteuid())
    return environment(path, "the run folder belongs to another user; choose one of your own with --run-dir");
  if (::chmod(path.c_str(), 0700) != 0)
    return environment(path, std::string("chmod 0700: ") + std::strerror(errno));
  return RunFolder(std::filesystem::absolute(path));
}

Result<ProcessLock> ProcessLock::take(const RunFolder& folder, const std::string& process) {
  std::string file = process;
  std::replace(file.begin(), file.end(), '/', '.');
  const auto path = folder.path() / (file + ".lock");
  const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) return environment(path, std::strerror(errno));
  if (::flock(fd, LOCK_EX | LOCK_NB) != 0) {
    ::close(fd);
    std::string holder;
    std::ifstream(path) >> holder;
    return Error{ErrorCode::kConflict, "'" + process + "' runs already in " + folder.path().string() +
                                           " (process " + holder +
                                           "); stop it first, e.g. with deploy/mesh down"};
  }
  const auto pid = std::to_string(::getpid()) + "\n";
  if (::ftruncate(fd, 0) != 0 || ::write(fd, pid.data(), pid.size()) != ssize_t(pid.size())) {
    ::close(fd);
    return environment(path, std::strerror(errno));
  }
  return ProcessLock(fd);
}

ProcessLock::ProcessLock(ProcessLock&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
ProcessLock& ProcessLock::operator=(ProcessLock&& other) noexcept {
  std::swap(fd_, other.fd_);
  return *this;
}
ProcessLock::~ProcessLock() {
  if (fd_ >= 0) ::close(fd_);
}

}  // namespace synergy::runtime
