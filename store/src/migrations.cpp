#include "migrations.hpp"

#include <SQLiteCpp/Statement.h>
#include <SQLiteCpp/Transaction.h>

#include <string>

namespace synergy::store {
namespace {

constexpr auto kRecord =
    "INSERT INTO schema_version (version, name, applied_utc) "
    "VALUES (?, ?, strftime('%Y-%m-%d %H:%M:%S', 'now'))";

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
    if (migration.version > version && migration.version <= last) apply(sqlite, migration);
}

}  // namespace synergy::store
