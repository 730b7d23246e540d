#include "synergy/store/apps.hpp"

#include <string>
#include <string_view>
#include <tuple>

#include "sqlite.hpp"

namespace synergy::store {
namespace {

template <class T>
struct Column {
  std::string_view name;
  T& value;
};
template <class T>
Column(std::string_view, T&) -> Column<T>;

/// The columns of table `apps`, each with the member that it holds: the one place that names them. The first
/// is the key. `Status` is an AppStatus, const or not.
template <class Status>
auto columns_of(Status& status) {
  auto& request = status.request;
  return std::tuple{
      Column{"app", request.app},
      Column{"model", request.model},
      Column{"sensing_needs", request.sensing.needs},
      Column{"sensing_on", request.sensing.on},
      Column{"interaction_needs", request.interaction.needs},
      Column{"interaction_on", request.interaction.on},
      Column{"runs", request.runs},
      Column{"at_least_devices", request.at_least_devices},
      Column{"priority", request.priority},
      Column{"rate", request.rate},
      Column{"min_rate", request.min_rate},
      Column{"deadline_us", request.deadline_us},
      Column{"phase", status.phase},
      Column{"reason", status.reason},
      Column{"plan_id", status.plan_id},
      Column{"first_run", status.first_run},
      Column{"next_run", status.next_run},
      Column{"completed", status.completed},
      Column{"failed", status.failed},
  };
}

/// The names of the columns without the key, `before` in front of each.
std::string names_after_key(const std::string& before = {}) {
  schemas::AppStatus any;
  std::string text;
  const auto add = [&](std::string_view name) {
    if (name != "app") text += (text.empty() ? "" : ", ") + before + std::string(name);
  };
  std::apply([&](const auto&... column) { (add(column.name), ...); }, columns_of(any));
  return text;
}

/// The WHERE makes the number of changed rows 0 when the status says nothing new.
const std::string& keep_sql() {
  static const std::string sql = [] {
    const auto mine = "(" + names_after_key() + ")", theirs = "(" + names_after_key("excluded.") + ")";
    std::string places = "?";
    for (auto more = std::tuple_size_v<decltype(columns_of(std::declval<schemas::AppStatus&>()))>; more > 1;
         --more)
      places += ", ?";
    return "INSERT INTO apps (app, " + names_after_key() + ") VALUES (" + places +
           ") ON CONFLICT (app) DO UPDATE SET " + mine + " = " + theirs + " WHERE " + mine + " <> " + theirs;
  }();
  return sql;
}

const std::string& all_sql() {
  static const std::string sql = "SELECT app, " + names_after_key() + " FROM apps ORDER BY app";
  return sql;
}

}  // namespace

Result<bool> Apps::keep(const schemas::AppStatus& status) {
  auto& connection = database_.connection();
  return guarded(connection.path, [&]() -> Result<bool> {
    Prepared keep(connection, keep_sql());
    const auto changed = std::apply([&](const auto&... column) { return execute(*keep, column.value...); },
                                    columns_of(status));
    return changed > 0;
  });
}

Result<std::vector<schemas::AppStatus>> Apps::all() const {
  auto& connection = database_.connection();
  return guarded(connection.path, [&]() -> Result<std::vector<schemas::AppStatus>> {
    std::vector<schemas::AppStatus> apps;
    SQLite::Statement rows(connection.sqlite, all_sql());
    while (rows.executeStep())
      std::apply([&](const auto&... column) { RowReader(rows).into(column.value...); },
                 columns_of(apps.emplace_back()));
    return apps;
  });
}

}  // namespace synergy::store
