// The apps: what each asked for and what became of it; one row each, the latest status.
#pragma once

#include <vector>

#include "synergy/schemas/app.hpp"
#include "synergy/store/database.hpp"

namespace synergy::store {

/// Borrows the database. keep() belongs inside a Transaction.
class Apps {
 public:
  explicit Apps(Database& database) : database_(database) {}

  /// Puts the status in the place of the app's former one; true when it says anything new.
  /// Fails with kInvalid for a number that SQLite can not hold (2^63 and more).
  Result<bool> keep(const schemas::AppStatus& status);

  /// By name.
  [[nodiscard]] Result<std::vector<schemas::AppStatus>> all() const;

 private:
  Database& database_;
};

}  // namespace synergy::store
