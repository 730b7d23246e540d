#include "synergy/store/database.hpp"

#include <sqlite3.h>

#include <string>
#include <utility>

#include "inspection.hpp"
#include "migrations.hpp"
#include "row_crc.hpp"
#include "sqlite.hpp"
#include "synergy/store/transaction.hpp"

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
  const auto found = inspect(path, interrupted);
  if (!found) return found.error();
  if (interrupted && interrupted())
    return Error{ErrorCode::kUnavailable, path.string() + ": was not opened: asked to end"};
  return guarded(path, [&]() -> Result<std::unique_ptr<Database>> {
    SQLite::Database sqlite(path.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE, kBusyTimeoutMs);
    add_row_crc(sqlite);
    if (auto status = configure(sqlite, path); !status) return status.error();
    {
      const Interruptible while_migrating(sqlite, interrupted);
      migrate(sqlite, found->version);
    }
    auto watch = FileWatch::of(path);
    if (!watch) return watch.error();
    auto connection = std::make_unique<Connection>(
        Connection{path, std::move(*lock), std::move(sqlite), std::move(*watch), {}, false, {}});
    const bool needs_check = found->version > 0 && !found->ended_well;
    std::unique_ptr<Database> database(new Database(std::move(connection), needs_check));
    // A full disk is no reason to end: what is there can be read, and there may be room again.
    if (auto marked = database->try_to_write(); !marked && marked.error().code != ErrorCode::kEnvironment)
      return marked.error();
    return database;
  });
}

Database::Database(std::unique_ptr<Connection> connection, bool needs_check)
    : connection_(std::move(connection)), needs_check_(needs_check) {}

Database::~Database() {
  if (needs_check_) return;
  // Where it fails, on a full disk for one, the file is checked beside the work the next time.
  if (connection_->sqlite.tryExec("PRAGMA synchronous = FULL") != SQLITE_OK) return;
  connection_->sqlite.tryExec("PRAGMA user_version = " + std::to_string(kEndedWell));
}

Status Database::try_to_write() {
  connection_->marked = false;
  auto transaction = Transaction::begin(*this, Durability::kPowerCut);
  if (!transaction) return transaction.error();
  return transaction->commit();
}

void Database::checked(const Status& found) {
  needs_check_ = !found || connection_->damage;
  if (!found && found.error().code == ErrorCode::kCorrupt && !connection_->damage)
    connection_->damage = found.error();
}

Status Database::may_write() const { return connection_->may_write(); }

}  // namespace synergy::store
