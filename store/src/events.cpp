#include "synergy/store/events.hpp"

#include "sqlite.hpp"

namespace synergy::store {
namespace {

// A command that is repeated after its answer was lost says the same of the same instant.
constexpr auto kAdd = R"(
INSERT INTO events (at_unix_ns, kind, subject, text) SELECT ?1, ?2, ?3, ?4
WHERE NOT EXISTS (SELECT 1 FROM events WHERE id > (SELECT max(id) FROM events) - 1000 AND at_unix_ns = ?1
                  AND kind = ?2 AND subject = ?3 AND text = ?4))";

}  // namespace

Status Events::add(const Event& event) {
  auto& connection = database_.connection();
  return guarded(connection.path, [&]() -> Status {
    SQLite::Statement add(connection.sqlite, kAdd);
    execute(add, event.at, event.kind, event.subject, event.text);
    return {};
  });
}

}  // namespace synergy::store
