#include "synergy/store/backup.hpp"

#include <SQLiteCpp/Backup.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <optional>
#include <system_error>
#include <utility>

#include "file_lock.hpp"
#include "file_watch.hpp"
#include "inspection.hpp"
#include "sqlite.hpp"
#include "synergy/base/places.hpp"
#include "synergy/store/check.hpp"

namespace synergy::store {
namespace {

namespace fs = std::filesystem;

/// Copied between two looks at the clock: some milliseconds.
constexpr int kPagesAtOnce = 64;

Error cannot(const fs::path& path, const std::string& what) {
  return {ErrorCode::kEnvironment, path.string() + ": " + what + ": " + std::strerror(errno) +
                                       "; name a folder with room that can be written"};
}

/// What is in a file, or which names a folder holds, is on the disk.
Status sync(const fs::path& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return cannot(path, "can not be opened");
  const bool synced = ::fsync(descriptor) == 0;
  const auto status = synced ? Status() : Status(cannot(path, "can not be written to the disk"));
  ::close(descriptor);
  return status;
}

/// Gives a file its name, unless something has that name. Then on the disk.
Status name_it(const fs::path& partial, const fs::path& file) {
  if (auto status = sync(partial); !status) return status;
  bool named = ::renameat2(AT_FDCWD, partial.c_str(), AT_FDCWD, file.c_str(), RENAME_NOREPLACE) == 0;
  // File systems that do not know of it may have hard links, and a stick with FAT has neither.
  if (!named && (errno == EINVAL || errno == ENOSYS))
    named = ::link(partial.c_str(), file.c_str()) == 0 && ::unlink(partial.c_str()) == 0;
  std::error_code none;
  if (!named && errno != EEXIST && !fs::exists(fs::symlink_status(file, none)))
    named = ::rename(partial.c_str(), file.c_str()) == 0;
  if (named) return sync(file.parent_path());
  if (errno == EEXIST)
    return Error{ErrorCode::kConflict,
                 file.string() + ": something has come to stand there; choose another name"};
  return cannot(file, "can not be made");
}

/// SQLite's own names for what it keeps beside a database.
bool is_beside_a_database(const fs::path& file) {
  const auto name = file.filename().string();
  return name.ends_with("-wal") || name.ends_with("-shm") || name.ends_with("-journal") ||
         name.ends_with(".lock");
}

/// A name in the same folder that nothing has.
fs::path new_name_beside(const fs::path& file) {
  std::error_code none;
  for (int n = 1;; ++n) {
    const auto name = file.parent_path() / ("." + file.filename().string() + ".partial-" +
                                            std::to_string(::getpid()) + "-" + std::to_string(n));
    if (!fs::exists(fs::symlink_status(name, none))) return name;
  }
}

Status check_place(const fs::path& file) {
  if (!file.is_absolute() || !file.has_filename())
    return Error{ErrorCode::kInvalid, "'" + file.string() + "' is no absolute path of a file"};
  if (is_beside_a_database(file))
    return Error{ErrorCode::kInvalid, file.string() +
                                          ": names that end so belong to what SQLite and the store keep "
                                          "beside a database; choose another name"};
  std::error_code none;
  if (fs::exists(fs::symlink_status(file, none)))
    return Error{ErrorCode::kConflict,
                 file.string() + ": something stands there already; choose another name"};
  if (!fs::is_directory(file.parent_path(), none))
    return Error{ErrorCode::kEnvironment,
                 file.parent_path().string() + ": there is no such folder; make it first"};
  return {};
}

}  // namespace

/// The copy's own connection, and SQLite's work on it. In this order: the work ends before its connection.
struct Backup::Copy {
  SQLite::Database target;
  SQLite::Backup work;

  Copy(const fs::path& partial, SQLite::Database& source)
      : target(partial.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE), work(target, source) {}
};

Backup::Backup(Database& database, fs::path file)
    : database_(database), file_(std::move(file)), partial_(new_name_beside(file_)) {}

Backup::~Backup() {
  copy_.reset();
  if (complete_) return;
  std::error_code none;
  for (const char* end : {"", "-wal", "-shm", "-journal"}) fs::remove(partial_.string() + end, none);
}

Result<std::unique_ptr<Backup>> Backup::begin(Database& database, const fs::path& file) {
  if (auto status = check_place(file); !status) return status.error();
  std::unique_ptr<Backup> backup(new Backup(database, file));
  return guarded(backup->partial_, [&]() -> Result<std::unique_ptr<Backup>> {
    backup->copy_ = std::make_unique<Copy>(backup->partial_, database.connection().sqlite);
    return std::move(backup);
  });
}

Status Backup::step(Duration time) {
  if (complete_) return {};
  if (!copy_) return Error{ErrorCode::kConflict, file_.string() + ": this copy has failed; begin another"};
  const auto status = guarded(partial_, [&]() -> Status {
    const HostClock clock;
    const auto end = clock.monotonic() + time;
    const auto page = std::uint64_t(database_.connection().sqlite.execAndGet("PRAGMA page_size").getInt64());
    int left = 0;
    do {
      const int outcome = copy_->work.executeStep(kPagesAtOnce);
      left = copy_->work.getRemainingPageCount();
      bytes_ = page * std::uint64_t(copy_->work.getTotalPageCount());
      copied_bytes_ = bytes_ - page * std::uint64_t(left);
      if (outcome == SQLITE_DONE) return finish();
    } while (clock.monotonic() < end);
    return {};
  });
  if (!status) copy_.reset();
  return status;
}

Status Backup::finish() {
  copy_.reset();
  {
    // The copy says that it is in use, as the original did when it was read.
    SQLite::Database whole(partial_.string(), SQLite::OPEN_READWRITE);
    whole.exec("PRAGMA user_version = " + std::to_string(kEndedWell));
    whole.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  }
  if (auto status = name_it(partial_, file_); !status) return status;
  complete_ = true;
  return {};
}

namespace {

/// A name beside the file that nothing has: FILE.before-restore, FILE.before-restore-2, ...
fs::path free_name_beside(const fs::path& file) {
  std::error_code none;
  for (int n = 1;; ++n) {
    auto name = file;
    name += n == 1 ? ".before-restore" : ".before-restore-" + std::to_string(n);
    if (!fs::exists(fs::symlink_status(name, none))) return name;
  }
}

/// Copies a store file that nobody writes, with what is in its -wal, if it has one.
Status copy_at_rest(const fs::path& from, const fs::path& to) {
  std::error_code error;
  const auto log = fs::file_size(from.string() + "-wal", error);
  if (error || log == 0) {  // without SQLite, which would want to write beside it
    fs::copy_file(from, to, error);
    return error ? Status(Error{ErrorCode::kEnvironment,
                                to.string() + ": can not be written: " + error.message()})
                 : Status();
  }
  return guarded(to, [&]() -> Status {
    SQLite::Database source(from.string(), SQLite::OPEN_READONLY);
    SQLite::Database copy(to.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    SQLite::Backup(copy, source).executeStep();
    return {};
  });
}

/// Writes what is in the -wal of a file that nobody has open into the file, so that it is one. Of a damaged
/// one nothing.
void take_in_log(const fs::path& file) {
  try {
    SQLite::Database sqlite(file.string(), SQLite::OPEN_READWRITE);
    sqlite.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  } catch (const SQLite::Exception&) {
    return;  // then the -wal is moved as it is
  }
}

/// The same content under another name, too; on the disk.
Status keep_too(const fs::path& file, const fs::path& as) {
  if (::link(file.c_str(), as.c_str()) == 0) return {};
  std::error_code error;
  fs::copy_file(file, as, error);  // where there are no hard links
  if (error)
    return Error{ErrorCode::kEnvironment,
                 as.string() + ": can not be made: " + error.message() + "; nothing was changed"};
  return sync(as);
}

/// Keeps the store file and what is in its log under another name. From here on the file is one without a
/// log: what takes its place must not find one.
Status keep_all_too(const fs::path& file, const fs::path& as) {
  std::error_code none;
  if (auto status = keep_too(file, as); !status) return status;
  if (fs::exists(file.string() + "-wal", none))
    if (auto status = keep_too(file.string() + "-wal", as.string() + "-wal"); !status) return status;
  fs::remove(file.string() + "-wal", none);
  fs::remove(file.string() + "-shm", none);
  return {};
}

}  // namespace

Result<fs::path> restore_file(const fs::path& backup, const fs::path& place, const Interrupt& interrupted) {
  std::error_code error;
  const auto target = fs::absolute(place, error);
  const auto report = check_file(backup, interrupted);
  if (!report && report.error().code == ErrorCode::kCorrupt)
    return Error{
        ErrorCode::kCorrupt,
        backup.string() +
            ": is no whole copy of a store; nothing was changed: name a file that 'synergy backup' wrote"};
  if (!report && report.error().code == ErrorCode::kNotFound)
    return Error{ErrorCode::kNotFound,
                 backup.string() + ": there is no such file; name one that 'synergy backup' wrote"};
  if (!report) return report.error();
  if (report->schema_version == 0)
    return Error{ErrorCode::kInvalid, backup.string() + ": the file is empty; name a copy of a store"};
  if (report->damages > 0)
    return Error{ErrorCode::kCorrupt,
                 backup.string() +
                     ": the copy is damaged; nothing was changed: name another one ('synergy store check " +
                     backup.string() + "' lists what is damaged)"};
  if (auto status = check_plain_files(target); !status) return status.error();
  const auto lock = FileLock::take(target.string() + ".lock");
  if (!lock)
    return Error{lock.error().code,
                 lock.error().message + " (a mesh is stopped with " + Places::here().script + " down)"};
  const auto fresh = new_name_beside(target);
  auto status = copy_at_rest(backup, fresh);
  if (status) status = sync(fresh);
  fs::path kept;
  if (status && fs::exists(target, error)) {
    take_in_log(target);
    kept = free_name_beside(target);
    status = keep_all_too(target, kept);
  }
  // At no moment is there no file: whoever starts a mesh now finds the old one or the new one.
  if (status && ::rename(fresh.c_str(), target.c_str()) != 0) status = cannot(target, "can not be replaced");
  if (!status) {
    fs::remove(fresh, error);
    return status.error();
  }
  if (auto synced = sync(target.parent_path()); !synced) return synced.error();
  return kept;
}

}  // namespace synergy::store
