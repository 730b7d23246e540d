#include "synergy/store/check.hpp"

#include "inspection.hpp"
#include "sqlite.hpp"

namespace synergy::store {

Status check_content(const std::filesystem::path& path, const Interrupt& interrupted) {
  return guarded(path, [&]() -> Status {
    SQLite::Database sqlite(path.string(), SQLite::OPEN_READONLY);
    const Interruptible while_reading(sqlite, interrupted);
    SQLite::Statement check(sqlite, "PRAGMA quick_check(1)");
    if (!check.executeStep()) return damaged(path, "it can not be checked");
    const auto found = check.getColumn(0).getString();
    return found == "ok" ? Status() : damaged(path, found);
  });
}

}  // namespace synergy::store
