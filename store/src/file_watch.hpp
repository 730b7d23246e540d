// Whether the files that the store has open are still those at their paths. Who deletes or moves an open file
// takes away only its name: SQLite would go on writing into what nobody can find again.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <vector>

#include "synergy/base/result.hpp"

namespace synergy::store {

/// Fails with kEnvironment where something other than a plain file stands at the database's path, or at that
/// of its -wal, -shm or .lock: opening a FIFO would wait for ever, and a device keeps nothing. Nothing there
/// is fine.
[[nodiscard]] Status check_plain_files(const std::filesystem::path& database);

class FileWatch {
 public:
  /// Remembers the database at `path`, its -wal and its -shm as they are now, just opened. Fails with
  /// kEnvironment.
  [[nodiscard]] static Result<FileWatch> of(const std::filesystem::path& path);

  /// Fails with kEnvironment while one of them is gone, or another file has its name. Three stat() calls.
  [[nodiscard]] Status check() const;

 private:
  struct File {
    std::filesystem::path path;
    dev_t device;
    ino_t inode;
  };
  std::vector<File> files_;
};

}  // namespace synergy::store
