#include "synergy/store/apps.hpp"

#include "sqlite.hpp"

namespace synergy::store {
namespace {

// The WHERE makes the number of changed rows 0 when the status says nothing new.
constexpr auto kKeep = R"(
INSERT INTO apps (app, model, sensing_needs, sensing_on, interaction_needs, interaction_on, runs, at_least_devices,
                  priority, rate, min_rate, deadline_us, phase, reason, plan_id, first_run, next_run, completed, failed)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (app) DO UPDATE SET
  (model, sensing_needs, sensing_on, interaction_needs, interaction_on, runs, at_least_devices,
   priority, rate, min_rate, deadline_us, phase, reason, plan_id, first_run, next_run, completed, failed)
  = (excluded.model, excluded.sensing_needs, excluded.sensing_on, excluded.interaction_needs,
     excluded.interaction_on, excluded.runs, excluded.at_least_devices, excluded.priority, excluded.rate,
     excluded.min_rate, excluded.deadline_us, excluded.phase,
     excluded.reason, excluded.plan_id, excluded.first_run, excluded.next_run, excluded.completed, excluded.failed)
  WHERE (model, sensing_needs, sensing_on, interaction_needs, interaction_on, runs, at_least_devices,
         priority, rate, min_rate, deadline_us, phase, reason, plan_id, first_run, next_run, completed, failed)
  <> (excluded.model, excluded.sensing_needs, excluded.sensing_on, excluded.interaction_needs,
      excluded.interaction_on, excluded.runs, excluded.at_least_devices, excluded.priority, excluded.rate,
     excluded.min_rate, excluded.deadline_us, excluded.phase,
      excluded.reason, excluded.plan_id, excluded.first_run, excluded.next_run, excluded.completed,
      excluded.failed))";

constexpr auto kAll = R"(
SELECT app, model, sensing_needs, sensing_on, interaction_needs, interaction_on, runs, at_least_devices,
       priority, rate, min_rate, deadline_us, phase, reason, plan_id, first_run, next_run, completed, failed
FROM apps ORDER BY app)";

}  // namespace

Result<bool> Apps::keep(const schemas::AppStatus& status) {
  auto& connection = database_.connection();
  return guarded(connection.path, [&]() -> Result<bool> {
    const auto& request = status.request;
    SQLite::Statement keep(connection.sqlite, kKeep);
    return execute(keep, request.app, request.model, request.sensing.needs, request.sensing.on,
                   request.interaction.needs, request.interaction.on, request.runs, request.at_least_devices,
                   request.priority, request.rate, request.min_rate, request.deadline_us, status.phase,
                   status.reason, status.plan_id, status.first_run, status.next_run, status.completed,
                   status.failed) > 0;
  });
}

Result<std::vector<schemas::AppStatus>> Apps::all() const {
  auto& connection = database_.connection();
  return guarded(connection.path, [&]() -> Result<std::vector<schemas::AppStatus>> {
    std::vector<schemas::AppStatus> apps;
    SQLite::Statement rows(connection.sqlite, kAll);
    while (rows.executeStep()) {
      auto& status = apps.emplace_back();
      auto& request = status.request;
      RowReader(rows).into(request.app, request.model, request.sensing.needs, request.sensing.on,
                           request.interaction.needs, request.interaction.on, request.runs,
                           request.at_least_devices, request.priority, request.rate, request.min_rate,
                           request.deadline_us, status.phase, status.reason, status.plan_id, status.first_run,
                           status.next_run, status.completed, status.failed);
    }
    return apps;
  });
}

}  // namespace synergy::store
