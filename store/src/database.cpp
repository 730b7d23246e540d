#include "synergy/store/database.hpp"

#include <sqlite3.h>

#include <utility>

#include "inspection.hpp"
#include "migrations.hpp"
#include "sqlite.hpp"

namespace synergy::store {
namespace {

/// How long a writer waits for another program's write (a person's sqlite3 shell) before it gives up.
constexpr int kBusyTimeoutMs = 2000;

Status configure(SQLite::Database& sqlite, const std::filesystem::path& path) {
  if (sqlite3_db_readonly(sqlite.getHandle(), "main") != 0)
    return Error{
        ErrorCode::kEnvironment,
        path.string() + ": the file can not be written; make it writable for this user, or move it away"};
  if (sqlite.execAndGet("PRAGMA journal_mode = WAL").getString() != "wal")
    return Error{
        ErrorCode::kEnvironment,
        path.string() + ": the file system does not allow SQLite's WAL mode; put the store on a local one"};
  sqlite.exec("PRAGMA foreign_keys = ON");
  sqlite.exec("PRAGMA synchronous = FULL");  // for the migrations; each Transaction chooses its own
  return {};
}

}  // namespace

Result<std::unique_ptr<Database>> Database::open(const std::filesystem::path& path,
                                                 const Interrupt& interrupted) {
  if (auto status = check_plain_files(path); !status) return status.error();
  auto lock = FileLock::take(path.string() + ".lock");
  if (!lock) return lock.error();
  const auto version = inspect(path, interrupted);
  if (!version) return version.error();
  if (interrupted && interrupted())
    return Error{ErrorCode::kUnavailable, path.string() + ": was not opened: asked to end"};
  return guarded(path, [&]() -> Result<std::unique_ptr<Database>> {
    SQLite::Database sqlite(path.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE, kBusyTimeoutMs);
    if (auto status = configure(sqlite, path); !status) return status.error();
    {
      const Interruptible while_migrating(sqlite, interrupted);
      migrate(sqlite, *version);
    }
    auto watch = FileWatch::of(path);
    if (!watch) return watch.error();
    return std::unique_ptr<Database>(new Database(std::make_unique<Connection>(
        Connection{path, std::move(*lock), std::move(sqlite), std::move(*watch)})));
  });
}

Database::Database(std::unique_ptr<Connection> connection) : connection_(std::move(connection)) {}
Database::~Database() = default;

Status Database::may_write() const { return connection_->watch.check(); }

}  // namespace synergy::store
