// Events: one line for each thing that a person looking back would want to know. Added, never changed.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "synergy/base/clock.hpp"
#include "synergy/store/database.hpp"

namespace synergy::store {

struct Event {
  UnixTime at{};
  std::string kind;     ///< plan, apps
  std::string subject;  ///< what it is about: `plan 7`, `digits, kws`
  std::string text;     ///< in words
};

/// Borrows the database. Call add() inside the Transaction that makes the change which the event tells.
class Events {
 public:
  explicit Events(Database& database) : database_(database) {}

  Status add(const Event& event);
  /// Newest first, at most `limit`.
  [[nodiscard]] Result<std::vector<Event>> newest(std::uint32_t limit) const;

 private:
  Database& database_;
};

}  // namespace synergy::store
