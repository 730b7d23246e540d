#include "migrations.hpp"

#include <SQLiteCpp/Statement.h>
#include <SQLiteCpp/Transaction.h>

#include <optional>
#include <string>

namespace synergy::store {
namespace {

constexpr auto kRecord =
    "INSERT INTO schema_version (version, name, applied_utc) "
    "VALUES (?, ?, strftime('%Y-%m-%d %H:%M:%S', 'now'))";

/// While it lives, foreign keys are not enforced: a table that others refer to is made anew, and dropping the
/// old one would take their rows along. SQLite takes the change only outside a transaction. Borrows `sqlite`.
class WithoutForeignKeys {
 public:
  explicit WithoutForeignKeys(SQLite::Database& sqlite)
      : sqlite_(sqlite), were_on_(sqlite.execAndGet("PRAGMA foreign_keys").getInt() != 0) {
    sqlite_.exec("PRAGMA foreign_keys = OFF");
  }
  ~WithoutForeignKeys() {
    if (were_on_) sqlite_.tryExec("PRAGMA foreign_keys = ON");
  }
  WithoutForeignKeys(const WithoutForeignKeys&) = delete;
  WithoutForeignKeys& operator=(const WithoutForeignKeys&) = delete;

 private:
  SQLite::Database& sqlite_;
  bool were_on_;
};

void apply(SQLite::Database& sqlite, const Migration& migration) {
  SQLite::Transaction transaction(sqlite, SQLite::TransactionBehavior::IMMEDIATE);
  if (migration.version == 1) sqlite.exec("PRAGMA application_id = " + std::to_string(kApplicationId));
  sqlite.exec(std::string(migration.sql));
  SQLite::Statement record(sqlite, kRecord);
  record.bind(1, migration.version);
  record.bind(2, std::string(migration.name));
  record.exec();
  transaction.commit();
}

}  // namespace

void migrate(SQLite::Database& sqlite, int version, int last) {
  for (const auto& migration : embedded_migrations())
    if (migration.version > version && migration.version <= last) {
      std::optional<WithoutForeignKeys> meanwhile;
      if (migration.sql.starts_with(kForeignKeysOff)) meanwhile.emplace(sqlite);
      apply(sqlite, migration);
    }
}

}  // namespace synergy::store
