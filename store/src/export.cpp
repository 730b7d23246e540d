#include "synergy/store/export.hpp"

#include <limits>
#include <system_error>

#include "file_watch.hpp"
#include "inspection.hpp"
#include "migrations.hpp"
#include "plan_filter.hpp"
#include "sqlite.hpp"

namespace synergy::store {
namespace {

// ?1 and ?2 bound the time, the upper one not included; ?3 is the app and ?4 the device, each empty for any.
// Runs are asked for app by app: then they come by their keys, and SQLite sorts nothing.

constexpr auto kRuns = R"(
SELECT r.app, r.run, r.outcome, nullif(r.label, -1) AS label, r.score, r.plan_id AS plan, r.attempts, r.began_ns, r.ended_ns,
       (r.ended_ns - r.began_ns) / 1e3 AS latency_us, r.energy_uj, r.devices, r.reason, r.generated,
       f.device AS frame_device, f.sensor AS frame_sensor, f.id AS frame_id, r.recorded_unix_ns,
       strftime('%Y-%m-%dT%H:%M:%fZ', r.recorded_unix_ns / 1e9, 'unixepoch') AS recorded
FROM runs r LEFT JOIN app_numbers a ON a.app = r.app LEFT JOIN run_frames f ON f.app = a.number AND f.run = r.run
WHERE r.app = ?3 AND r.recorded_unix_ns >= ?1 AND r.recorded_unix_ns < ?2
  AND (?4 = '' OR instr(' > ' || r.devices || ' > ', ' > ' || ?4 || ' > ') > 0)
ORDER BY r.run)";

constexpr auto kAppsWithRuns = R"(
SELECT app FROM app_numbers WHERE ?1 IN ('', app) UNION SELECT app FROM apps a
WHERE ?1 IN ('', app) AND EXISTS (SELECT 1 FROM runs_before_5 r WHERE r.app = a.app) ORDER BY app)";

constexpr auto kPlans = R"(
SELECT p.id AS plan, p.body, p.policy, p.objective, p.status, p.stopped_by, p.nodes_spent AS nodes, p.planning_us,
       p.rounds_per_second, p.latency_ns / 1e3 AS latency_us, p.energy_uj, p.bottleneck,
       (s.drain_ns + s.load_ns) / 1e3 AS switch_us,
       (SELECT group_concat(placement, '; ') FROM (SELECT l.placement FROM plan_placements l WHERE l.plan = p.id ORDER BY l.pipeline))
         AS placement,
       p.cause, p.reason, p.made_unix_ns, strftime('%Y-%m-%dT%H:%M:%fZ', p.made_unix_ns / 1e9, 'unixepoch') AS made
FROM collaboration_plans p LEFT JOIN plan_switches s ON s.plan_id = p.id)";

constexpr auto kEvents = R"(
SELECT id AS event, kind, subject, text, at_unix_ns, strftime('%Y-%m-%dT%H:%M:%fZ', at_unix_ns / 1e9, 'unixepoch') AS at
FROM events WHERE at_unix_ns >= ?1 AND at_unix_ns < ?2 AND ?3 = '' AND ?4 = '' ORDER BY id)";

constexpr auto kHours = R"(
SELECT app, hour_unix_s * 1000000000 AS hour_unix_ns, strftime('%Y-%m-%dT%H:00:00Z', hour_unix_s, 'unixepoch') AS hour, plan_id AS plan, outcome, generated,
       runs, latency_ns / 1e3 / runs AS mean_latency_us, latency_min_ns / 1e3 AS least_latency_us, latency_max_ns / 1e3 AS most_latency_us, energy_uj
FROM run_hours WHERE hour_unix_s >= ?1 / 1000000000 - 3599 AND hour_unix_s < ?2 / 1000000000 + (?2 % 1000000000 > 0) AND (?3 = '' OR app = ?3) AND ?4 = ''
ORDER BY app, hour_unix_s, plan_id, outcome, generated)";

std::string sql_of(ExportKind kind) {
  switch (kind) {
    case ExportKind::kRuns:
      return kRuns;
    case ExportKind::kPlans:
      return kPlans + std::string(kPlanFilter) + "ORDER BY p.id";
    case ExportKind::kEvents:
      return kEvents;
    case ExportKind::kHours:
      return kHours;
  }
  return kRuns;
}

ExportValue value_of(const SQLite::Column& column) {
  if (column.isNull()) return {};
  if (column.isInteger()) return std::int64_t(column.getInt64());
  if (column.isFloat()) return column.getDouble();
  return column.getString();
}

bool hand_over_names(SQLite::Statement& rows, const ExportSink& sink) {
  std::vector<std::string> names;
  for (int i = 0; i < rows.getColumnCount(); ++i) names.emplace_back(rows.getColumnName(i));
  return sink.columns(names);
}

bool hand_over_rows(SQLite::Statement& rows, const ExportSink& sink) {
  std::vector<ExportValue> values(std::size_t(rows.getColumnCount()));
  while (rows.executeStep()) {
    for (std::size_t i = 0; i < values.size(); ++i) values[i] = value_of(rows.getColumn(int(i)));
    if (!sink.row(values)) return false;
  }
  return true;
}

bool hand_over(SQLite::Database& sqlite, ExportKind kind, const ExportFilter& filter,
               const ExportSink& sink) {
  SQLite::Statement rows(sqlite, sql_of(kind));
  if (!hand_over_names(rows, sink)) return false;
  const auto rows_of = [&](const AppId& app) {
    rows.reset();
    bind_all(rows, filter.since.value_or(UnixTime::min()), filter.until.value_or(UnixTime::max()), app,
             filter.device.value_or(DeviceId()));
    return hand_over_rows(rows, sink);
  };
  if (kind != ExportKind::kRuns) return rows_of(filter.app.value_or(AppId()));
  SQLite::Statement apps(sqlite, kAppsWithRuns);
  bind_all(apps, filter.app.value_or(AppId()));
  while (apps.executeStep())
    if (!rows_of(AppId(apps.getColumn(0).getString()))) return false;
  return true;
}

Status check_version(SQLite::Database& sqlite, const std::filesystem::path& file) {
  const auto version = version_of(sqlite, file);
  if (!version) return version.error();
  const auto newest = int(embedded_migrations().size());
  if (*version == newest) return {};
  return Error{ErrorCode::kEnvironment, file.string() + ": has schema version " + std::to_string(*version) +
                                            ", this program reads " + std::to_string(newest) +
                                            "; start the mesh on the file once, which brings it there"};
}

}  // namespace

Status export_rows(const std::filesystem::path& file, ExportKind kind, const ExportFilter& filter,
                   const ExportSink& sink) {
  if (kind == ExportKind::kEvents && (filter.app || filter.device))
    return Error{ErrorCode::kInvalid, "an event belongs to no app and no device; leave these out"};
  if (kind == ExportKind::kHours && filter.device)
    return Error{ErrorCode::kInvalid, "what is kept by hour belongs to no device; leave it out"};
  if (auto status = check_plain_files(file); !status) return status;
  std::error_code none;
  if (!std::filesystem::exists(file, none))
    return Error{ErrorCode::kNotFound, file.string() + ": there is no such file; name the mesh's store file"};
  return guarded(file, [&]() -> Status {
    SQLite::Database sqlite(file.string(), SQLite::OPEN_READONLY);
    if (auto status = check_version(sqlite, file); !status) return status;
    sqlite.exec("BEGIN");  // one moment
    if (hand_over(sqlite, kind, filter, sink)) return {};
    return Error{ErrorCode::kUnavailable,
                 file.string() + ": the export was ended before all rows were written"};
  });
}

}  // namespace synergy::store
