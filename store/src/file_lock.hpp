// A lock file that keeps a second process away. The kernel drops the lock with the process, so a killed
// holder leaves a file behind but no lock; the file itself is never removed, because removing it would race.
#pragma once

#include <filesystem>

#include "synergy/base/result.hpp"

namespace synergy::store {

class FileLock {
 public:
  /// Locks `path`, creating it where needed, and writes this process's number into it for the message that a
  /// second one gets. Fails with kEnvironment.
  [[nodiscard]] static Result<FileLock> take(const std::filesystem::path& path);
  ~FileLock();

  FileLock(FileLock&& other) noexcept;
  FileLock& operator=(FileLock&&) = delete;

 private:
  explicit FileLock(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;  ///< -1 once moved from
};

}  // namespace synergy::store
