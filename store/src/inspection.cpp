#include "inspection.hpp"

#include <system_error>

#include "migrations.hpp"
#include "sqlite.hpp"

namespace synergy::store {
namespace {

constexpr auto kCountTables = "SELECT count(*) FROM sqlite_schema";
constexpr auto kCountVersionTables = "SELECT count(*) FROM sqlite_schema WHERE name = 'schema_version'";
constexpr auto kApplied = "SELECT version, name FROM schema_version ORDER BY version";
constexpr auto kVersion = "SELECT ifnull(max(version), 0) FROM schema_version";

int number(SQLite::Database& sqlite, const char* query) { return sqlite.execAndGet(query).getInt(); }

/// SQLite would notice a file that was cut short only when it comes to the pages that are not there.
Status check_length(SQLite::Database& sqlite, const std::filesystem::path& path) {
  std::error_code none;
  const auto log = std::filesystem::file_size(path.string() + "-wal", none);
  if (!none && log > 0) return {};  // the log may have pages that the file does not
  const auto pages = sqlite.execAndGet("PRAGMA page_count").getInt64();
  const auto bytes = pages * sqlite.execAndGet("PRAGMA page_size").getInt64();
  if (std::int64_t(std::filesystem::file_size(path)) < bytes) return damaged(path, "its end is missing");
  return {};
}

/// Whether the file was brought to `version` step by step, as its table says.
bool all_applied(SQLite::Database& sqlite, int version) {
  SQLite::Statement rows(sqlite, kApplied);
  for (const auto& migration : embedded_migrations().first(std::size_t(version))) {
    if (!rows.executeStep()) return false;
    if (rows.getColumn(0).getInt() != migration.version || rows.getColumn(1).getString() != migration.name)
      return false;
  }
  return !rows.executeStep();
}

}  // namespace

Result<int> version_of(SQLite::Database& sqlite, const std::filesystem::path& path) {
  const int application = number(sqlite, "PRAGMA application_id");
  if (application == 0 && number(sqlite, kCountTables) == 0) return 0;
  if (application != kApplicationId)
    return Error{
        ErrorCode::kEnvironment,
        path.string() + ": the file is a database of another application; give the mesh another store file"};
  if (auto status = check_length(sqlite, path); !status) return status.error();
  if (number(sqlite, kCountVersionTables) == 0) return damaged(path, "its table schema_version is missing");

  const int version = number(sqlite, kVersion);
  const int newest = embedded_migrations().back().version;
  if (version > newest)
    return Error{ErrorCode::kEnvironment,
                 path.string() + ": the store has schema version " + std::to_string(version) +
                     ", and this program knows versions up to " + std::to_string(newest) +
                     "; start the newer program that wrote it, or move the file away"};
  if (version < 1 || !all_applied(sqlite, version))
    return damaged(path, "its table schema_version is damaged");
  return version;
}

Error damaged(const std::filesystem::path& path, const std::string& what) {
  return {ErrorCode::kCorrupt,
          path.string() + ": the store is damaged: " + what +
              "; move the file away, with its -wal and -shm if there are any, and the mesh "
              "starts with an empty store"};
}

Result<Inspection> inspect(const std::filesystem::path& path, const Interrupt& interrupted) {
  std::error_code none;
  if (!std::filesystem::exists(path, none)) return Inspection{};
  if (std::filesystem::is_regular_file(path, none) && std::filesystem::file_size(path, none) == 0)
    return Inspection{};
  try {
    // Read-only, so that even the -wal of a killed process stays as it is when the file is refused.
    SQLite::Database sqlite(path.string(), SQLite::OPEN_READONLY);
    const Interruptible while_reading(sqlite, interrupted);
    const auto version = version_of(sqlite, path);
    if (!version) return version.error();
    return Inspection{*version, number(sqlite, "PRAGMA user_version") == kEndedWell};
  } catch (const SQLite::Exception& exception) {
    const auto error = to_error(exception, path);
    return error.code == ErrorCode::kCorrupt ? damaged(path, exception.what()) : error;
  }
}

}  // namespace synergy::store
