#include "synergy/store/transaction.hpp"

#include <sqlite3.h>

#include <string>
#include <utility>

#include "inspection.hpp"
#include "sqlite.hpp"
#include "synergy/base/check.hpp"

namespace synergy::store {
namespace {

const char* synchronous_for(Durability durability) {
  switch (durability) {
    case Durability::kKill:
      return "PRAGMA synchronous = NORMAL";
    case Durability::kPowerCut:
      return "PRAGMA synchronous = FULL";
  }
  return "PRAGMA synchronous = FULL";
}

}  // namespace

Result<Transaction> Transaction::begin(Database& database, Durability durability) {
  if (auto status = database.may_write(); !status) return status.error();
  auto& connection = database.connection();
  return guarded(connection.path, [&]() -> Result<Transaction> {
    connection.sqlite.exec(synchronous_for(durability));  // SQLite refuses the change inside a transaction
    connection.sqlite.exec("BEGIN IMMEDIATE");
    Transaction begun(connection);  // rolls back where the next fails
    if (!connection.marked) connection.sqlite.exec("PRAGMA user_version = " + std::to_string(kInUse));
    return begun;
  });
}

Transaction::Transaction(Transaction&& other) noexcept : open_(std::exchange(other.open_, nullptr)) {}

Transaction::~Transaction() {
  if (open_ == nullptr) return;
  // After some failures, a full disk for one, SQLite has rolled back by itself. A rollback that fails leaves
  // an uncommitted tail in the -wal, which SQLite ignores.
  if (sqlite3_get_autocommit(open_->sqlite.getHandle()) == 0) open_->sqlite.tryExec("ROLLBACK");
}

Status Transaction::commit() {
  SYNERGY_CHECK(open_ != nullptr, "a transaction is committed once");
  return guarded(open_->path, [&]() -> Status {
    open_->sqlite.exec("COMMIT");
    open_->marked = true;
    // Where the file went away meanwhile nobody may be told that it is kept. Should it come back, the
    // sender's repetition finds everything there.
    return std::exchange(open_, nullptr)->may_write();
  });
}

}  // namespace synergy::store
