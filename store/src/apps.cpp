#include "synergy/store/apps.hpp"

#include <string>
#include <tuple>

#include "row_crc.hpp"
#include "sqlite.hpp"

namespace synergy::store {
namespace {

/// What the columns of kAppRows hold, in their order. `Status` is an AppStatus, const or not.
template <class Status>
auto values_of(Status& status) {
  auto& request = status.request;
  return std::tie(request.app, request.model, request.sensing.needs, request.sensing.on,
                  request.interaction.needs, request.interaction.on, request.runs, request.at_least_devices,
                  request.priority, request.rate, request.min_rate, request.weight, request.repeat,
                  request.trigger, request.deadline_us, status.phase, status.reason, status.plan_id,
                  status.first_run, status.next_run, status.completed, status.failed);
}

/// The columns without the key, `before` in front of each.
std::string names_after_key(const std::string& before = {}) {
  std::string text = before;
  for (const char c : kAppRows.columns.substr(kAppRows.columns.find(' ') + 1)) {
    text += c;
    if (c == ' ') text += before;
  }
  return text;
}

/// The WHERE makes the number of changed rows 0 when the status says nothing new.
const std::string& keep_sql() {
  static const std::string sql = [] {
    const auto mine = names_after_key(), theirs = names_after_key("excluded.");
    return insert_sql(kAppRows) + " ON CONFLICT (app) DO UPDATE SET (" + mine + ", crc) = (" + theirs +
           ", excluded.crc) WHERE (" + mine + ") <> (" + theirs + ")";
  }();
  return sql;
}

const std::string& all_sql() {
  static const std::string sql = "SELECT " + whole_sql(kAppRows, "a") + ", " + std::string(kAppRows.columns) +
                                 " FROM apps a ORDER BY app";
  return sql;
}

}  // namespace

Result<bool> Apps::keep(const schemas::AppStatus& status) {
  auto& connection = database_.connection();
  return guarded(database_, [&]() -> Result<bool> {
    Prepared keep(connection, keep_sql());
    const auto changed =
        std::apply([&](const auto&... value) { return execute(*keep, value...); }, values_of(status));
    return changed > 0;
  });
}

Result<std::vector<schemas::AppStatus>> Apps::all() const {
  auto& connection = database_.connection();
  return guarded(database_, [&]() -> Result<std::vector<schemas::AppStatus>> {
    std::vector<schemas::AppStatus> apps;
    SQLite::Statement rows(connection.sqlite, all_sql());
    while (rows.executeStep()) {
      RowReader reader(rows);
      bool whole = false;
      reader.into(whole);
      require_whole(whole, "app '" + rows.getColumn(1).getString() + "'");
      std::apply([&](auto&... value) { reader.into(value...); }, values_of(apps.emplace_back()));
    }
    return apps;
  });
}

}  // namespace synergy::store
