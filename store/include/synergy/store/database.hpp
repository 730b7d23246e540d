// The one SQLite file of a mesh: opened, checked, brought to the newest schema, and kept from a second
// writer.
//
// What a reader gets wrong: open() never repairs and never replaces. A file that is damaged, foreign or newer
// than this program is refused and left as it was, because the history in it may be the only copy; a person
// moves it away.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>

#include "synergy/base/result.hpp"

namespace synergy::store {

/// Asked again and again by what may take long: true ends it. Called from the thread that works.
using Interrupt = std::function<bool()>;

struct Connection;  // SQLite's side, in src/

/// An open store file. The repositories and transactions borrow it and must not outlive it. One thread only.
/// Other programs may read the file at the same time (WAL); a second Database on it is refused by
/// `PATH.lock`, which the kernel releases when the process ends, however it ends.
class Database {
 public:
  /// Opens `path`, creates it when it is not there or empty, and applies the migrations it lacks.
  /// Fails with kCorrupt when the content is damaged or no database, and with kEnvironment when the folder or
  /// file can not be written, it is no plain file, another process has it open, it is another application's,
  /// or a newer program wrote it; with kUnavailable when `interrupted` said so. Never waits. On a full disk
  /// a file that was in use opens all the same: it can be read, and written when there is room. The message
  /// names the path and what to do. The file is then unchanged; only `PATH.lock` may be new, and for an
  /// existing database SQLite's empty `-wal` and `-shm` beside it.
  [[nodiscard]] static Result<std::unique_ptr<Database>> open(const std::filesystem::path& path,
                                                              const Interrupt& interrupted = {});
  /// Marks the file as ended well, where no check is due.
  ~Database();

  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  /// Whether the content is to be checked (check_content) beside the work: whoever had the file open last did
  /// not close it, or found it damaged. Opening itself reads no more than the first pages.
  [[nodiscard]] bool needs_check() const { return needs_check_; }
  /// What the check found. Damage: may_write() fails with it from here on, so that nothing is built on it.
  void checked(const Status& found);

  /// Whether anything may be stored now. Fails with kCorrupt when damage was found, and with kEnvironment
  /// while the file is not at its path, or its -wal or -shm is not: what would be written could not be found
  /// again. Each Transaction asks before it begins and once it is committed.
  [[nodiscard]] Status may_write() const;

  /// Writes a little that changes nothing: whether there is room again, for one. Fails as a Transaction does.
  [[nodiscard]] Status try_to_write();

  /// For the repositories of this library; an incomplete type to everyone else.
  [[nodiscard]] Connection& connection() const { return *connection_; }

 private:
  Database(std::unique_ptr<Connection> connection, bool needs_check);
  std::unique_ptr<Connection> connection_;
  bool needs_check_;
};

}  // namespace synergy::store
