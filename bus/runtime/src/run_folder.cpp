#include "synergy/runtime/run_folder.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "synergy/base/places.hpp"
#include "synergy/base/visible_text.hpp"
#include "synergy/runtime/running.hpp"

namespace synergy::runtime {
namespace {

Error environment(const std::filesystem::path& path, const std::string& what) {
  return {ErrorCode::kEnvironment, path.string() + ": " + what};
}

/// Whether run/ in the checkout is this user's, or may be made. Programs that were installed elsewhere have
/// no checkout around them: of /usr/bin it would be `/`, and /run the system's.
bool may_use_checkout(const std::filesystem::path& checkout) {
  if (checkout.empty()) return false;
  if (::access((checkout / "deploy" / "mesh").c_str(), F_OK) != 0) return false;
  const auto folder = checkout / "run";
  struct stat info {};
  if (::stat(folder.c_str(), &info) != 0) return ::access(checkout.c_str(), W_OK | X_OK) == 0;
  return info.st_uid == ::geteuid() && ::access(folder.c_str(), W_OK | X_OK) == 0;
}

/// Whether making the folder private takes it from nobody: it is private already, or all that it holds is
/// this user's and none of it is a folder but for a mesh's logs. /tmp or /sys is no such folder: only root
/// could make it private, and then nobody else could use it.
Status check_alone(const std::filesystem::path& path) {
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0) return environment(path, std::strerror(errno));
  if ((info.st_mode & 07777) == 0700) return {};
  std::error_code failure;
  for (std::filesystem::directory_iterator it(path, failure), end; !failure && it != end;
       it.increment(failure)) {
    if (::lstat(it->path().c_str(), &info) != 0) continue;  // it went meanwhile
    const bool logs = it->path().filename().string().starts_with("logs");
    if (info.st_uid == ::geteuid() && (!S_ISDIR(info.st_mode) || logs)) continue;
    return environment(path,
                       "the folder is not private and holds other things, as '" +
                           visible(it->path().filename().string()) +
                           "', and a run folder is made private; choose a new or empty one with --run-dir "
                           "or SYNERGY_RUN_DIR");
  }
  return failure ? Status(environment(path, failure.message())) : Status();
}

}  // namespace

Status check_name(const std::filesystem::path& path) {
  if (path.empty())
    return Error{ErrorCode::kInvalid,
                 "the run folder has no name; choose one with --run-dir or SYNERGY_RUN_DIR"};
  if (visible(path.string()) != path.string())
    return Error{ErrorCode::kInvalid, "'" + visible(path.string()) +
                                          "': a run folder's name is UTF-8 without control characters; "
                                          "choose another with --run-dir or SYNERGY_RUN_DIR"};
  return {};
}

Result<RunFolder> RunFolder::open(const std::filesystem::path& path) {
  if (auto status = check_name(path); !status) return status.error();
  std::error_code failure;
  std::filesystem::create_directories(path, failure);
  if (failure) return environment(path, "the run folder can not be made: " + failure.message());
  if (auto status = check_owner(path); !status) return status.error();
  if (auto status = check_alone(path); !status) return status.error();
  if (::chmod(path.c_str(), 0700) != 0)
    return environment(path, std::string("chmod 0700: ") + std::strerror(errno));
  return RunFolder(std::filesystem::absolute(path));
}

// Whoever owns the folder, or the link that leads to it in a folder of everybody's, decides what is in it.
Status check_owner(const std::filesystem::path& path) {
  struct stat info {};
  for (const auto look : {::lstat, ::stat}) {
    if (look(path.c_str(), &info) != 0) return environment(path, std::strerror(errno));
    if (info.st_uid != ::geteuid())
      return environment(path,
                         "the run folder belongs to another user; choose one of your own with --run-dir");
  }
  return {};
}

std::filesystem::path default_run_folder(const std::filesystem::path& checkout) {
  if (may_use_checkout(checkout)) return checkout / "run";
  struct stat info {};
  if (::stat(kSystemRunFolder, &info) == 0 && S_ISDIR(info.st_mode) && info.st_uid == ::geteuid())
    return kSystemRunFolder;
  const char* runtime = std::getenv("XDG_RUNTIME_DIR");
  if (runtime != nullptr && *runtime == '/' && ::access(runtime, W_OK | X_OK) == 0)
    return std::filesystem::path(runtime) / "synergy-mesh";
  return "/tmp/synergy-mesh-" + std::to_string(::geteuid());
}

Result<ProcessLock> ProcessLock::take(const RunFolder& folder, const std::string& process) {
  const auto path = folder.path() / lock_file_of(process);
  const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) return environment(path, std::strerror(errno));
  if (::flock(fd, LOCK_EX | LOCK_NB) != 0) {
    ::close(fd);
    const auto holder = holder_of(folder.path(), process);
    return Error{ErrorCode::kConflict, "'" + process + "' runs already in " + folder.path().string() +
                                           (holder > 0 ? " (process " + std::to_string(holder) + ")" : "") +
                                           "; stop it first, e.g. with " + Places::here().script + " down"};
  }
  // For people only: who holds the lock is the kernel's to tell. On a full disk the file stays empty.
  const auto pid = std::to_string(::getpid()) + "\n";
  if (::ftruncate(fd, 0) == 0) (void)!::write(fd, pid.data(), pid.size());
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
