// A copy of a store file that is in use, and a copy put back in its place.
//
// What a reader gets wrong: copying the file with `cp` beside a running mesh gives a damaged copy, or one
// without what is still in the -wal. A Backup copies through the connection that writes, so what is stored
// meanwhile is in the copy, too.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "synergy/base/clock.hpp"
#include "synergy/base/result.hpp"
#include "synergy/store/database.hpp"

namespace synergy::store {

/// One copy in the making. Borrows the database; its thread only.
class Backup {
 public:
  /// Begins a copy of the database to `file`, an absolute path where nothing is yet: until it is whole it is
  /// at `.FILE.partial-...` in the same folder. Fails with kInvalid where the path is none, with kConflict
  /// where something stands there, and with kEnvironment where the folder can not be written.
  [[nodiscard]] static Result<std::unique_ptr<Backup>> begin(Database& database,
                                                             const std::filesystem::path& file);
  /// Removes what is not complete.
  ~Backup();
  Backup(const Backup&) = delete;
  Backup& operator=(const Backup&) = delete;

  [[nodiscard]] const std::filesystem::path& file() const { return file_; }
  [[nodiscard]] std::uint64_t bytes() const { return bytes_; }  ///< of the database, as of the last step
  [[nodiscard]] std::uint64_t copied_bytes() const { return copied_bytes_; }  ///< so far
  [[nodiscard]] bool is_complete() const { return complete_; }

  /// Copies for about `time`, at least a few pages. Once everything is copied it is written to the disk,
  /// marked as a file that was closed well, and given its name. After a failure the copy is of no use: begin
  /// another.
  [[nodiscard]] Status step(Duration time);

 private:
  struct Copy;  // SQLite's side
  Backup(Database& database, std::filesystem::path file);
  Status finish();

  Database& database_;
  std::filesystem::path file_, partial_;
  std::unique_ptr<Copy> copy_;
  std::uint64_t bytes_ = 0, copied_bytes_ = 0;
  bool complete_ = false;
};

/// Puts a copy of `backup` in the place of the store file `target`, which no process may have open. `backup`
/// is read whole first (check_file) and refused where it is damaged; it stays where it is. What stood at
/// `target` is moved beside it, with its -wal and -shm; the answer is where to, empty where nothing was
/// there. Fails as check_file and Database::open, and with kCorrupt; after a failure `target` is what it was.
/// `interrupted` is asked while the backup is read.
[[nodiscard]] Result<std::filesystem::path> restore_file(const std::filesystem::path& backup,
                                                         const std::filesystem::path& target,
                                                         const Interrupt& interrupted = {});

}  // namespace synergy::store
