#include "synergy/store/events.hpp"

#include "row_crc.hpp"
#include "sqlite.hpp"

namespace synergy::store {
namespace {

// A command that is repeated after its answer was lost says the same of the same instant.
constexpr auto kAdd = R"(
INSERT INTO events (id, at_unix_ns, kind, subject, text, crc)
SELECT next.id, ?1, ?2, ?3, ?4, row_crc(next.id, ?1, ?2, ?3, ?4)
FROM (SELECT ifnull(max(id), 0) + 1 AS id FROM events) next
WHERE NOT EXISTS (SELECT 1 FROM events WHERE id > next.id - 1001 AND at_unix_ns = ?1 AND kind = ?2 AND subject = ?3
                  AND text = ?4))";

std::string newest_sql() {
  return "SELECT id, at_unix_ns, kind, subject, text, " + whole_sql(kEventRows, "e") +
         " FROM events e ORDER BY id DESC LIMIT ?1";
}

}  // namespace

Status Events::add(const Event& event) {
  return guarded(database_, [&]() -> Status {
    SQLite::Statement add(database_.connection().sqlite, kAdd);
    execute(add, event.at, event.kind, event.subject, event.text);
    return {};
  });
}

Result<std::vector<Event>> Events::newest(std::uint32_t limit) const {
  return guarded(database_, [&]() -> Result<std::vector<Event>> {
    std::vector<Event> events;
    SQLite::Statement rows(database_.connection().sqlite, newest_sql());
    bind_all(rows, limit);
    while (rows.executeStep()) {
      auto& event = events.emplace_back();
      std::uint64_t id = 0;
      bool whole = false;
      RowReader(rows).into(id, event.at, event.kind, event.subject, event.text, whole);
      require_whole(whole, "event " + std::to_string(id));
    }
    return events;
  });
}

}  // namespace synergy::store
