#include "synergy/store/events.hpp"

#include "sqlite.hpp"

namespace synergy::store {
namespace {

constexpr auto kAdd = "INSERT INTO events (at_unix_ns, kind, subject, text) VALUES (?, ?, ?, ?)";

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
