// The checksum that rows bear, in their column `crc`: zlib's CRC-32 of the row's other values. It finds what
// SQLite does not look at: a flipped bit in a value leaves a row that reads well and says something else.
//
// SQL computes it, so that what writes a row, what reads it and what checks a file share one encoding. Each
// value in order, numbers in 8 bytes, the lowest first:
//   integer  'i' value          real  'r' bits of the double (a negative zero is a zero)
//   text     't' size bytes     blob  'b' size bytes                NULL  'n'
// The column holds it as a signed number of 32 bits, which takes SQLite 4 bytes. NULL: the row was written
// before rows had checksums.
#pragma once

#include <SQLiteCpp/Database.h>

#include <string>
#include <string_view>

namespace synergy::store {

/// Lets the connection's statements call `row_crc(value, ...)`.
void add_row_crc(SQLite::Database& sqlite);

/// A table, or view, whose rows bear a checksum.
struct CheckedTable {
  std::string_view name;
  std::string_view key;      ///< an SQL expression: what a person calls a row
  std::string_view columns;  ///< that the checksum is of, in order; parted by `, `
};

inline constexpr CheckedTable kAppRows{
    "apps", "app",
    "app, model, sensing_needs, sensing_on, interaction_needs, interaction_on, runs, at_least_devices, "
    "priority, "
    "rate, min_rate, weight, repeat, triggered_by, deadline_us, phase, reason, plan_id, first_run, next_run, "
    "completed, failed"};
inline constexpr CheckedTable kPlanRows{
    "collaboration_plans", "id",
    "id, made_unix_ns, body, policy, objective, status, stopped_by, nodes_spent, cause, reason, bottleneck, "
    "rounds_per_second, latency_ns, energy_uj, planning_us, content_version, content"};
inline constexpr CheckedTable kExecutionRows{
    "execution_plans", "'plan ' || plan_id || ' app ' || app || ' execution ' || ordinal",
    "plan_id, app, ordinal, pipeline, model, share, source, target, latency_ns, energy_uj"};
inline constexpr CheckedTable kPipelineRows{
    "plan_pipelines", "'plan ' || plan_id || ' app ' || app",
    "plan_id, app, pipeline, runs_per_second, runs_per_cycle, cycle_ns, paced, energy_uj, bottleneck"};
inline constexpr CheckedTable kPowerRows{"plan_devices", "'plan ' || plan_id || ' device ' || device",
                                         "plan_id, device, position, power_mw, hours"};
inline constexpr CheckedTable kChunkRows{
    "chunks", "'plan ' || plan_id || ' app ' || app || ' execution ' || execution || ' chunk ' || position",
    "plan_id, app, execution, position, device, first_layer, last_layer"};
inline constexpr CheckedTable kSwitchRows{"plan_switches", "plan_id", "plan_id, drain_ns, load_ns"};
inline constexpr CheckedTable kAppNumberRows{"app_numbers", "app", "app, number"};
inline constexpr CheckedTable kWayRows{
    "run_ways", "way",
    "way, plan_id, outcome, attempts, energy_uj, devices, reason, began_ns, recorded_after_ns"};
/// A view: the checksum of a row of compact_runs is of all that it stands for.
inline constexpr CheckedTable kRunRows{
    "runs_since_5", "app || ' run ' || run",
    "app, run, attempts, plan_id, outcome, label, score, began_ns, ended_ns, energy_uj, devices, reason, "
    "recorded_unix_ns"};
inline constexpr CheckedTable kFrameRows{"run_frames", "'app ' || app || ' run ' || run",
                                         "app, run, device, sensor, id, sequence"};
inline constexpr CheckedTable kBlockRows{"run_blocks", "'app ' || app || ' from run ' || first_run",
                                         "app, compact, first_run, recorded_unix_ns"};
inline constexpr CheckedTable kHourRows{"run_hours",
                                        "'app ' || app || ' hour ' || hour_unix_s || ' plan ' || plan_id",
                                        "app, hour_unix_s, plan_id, outcome, generated, runs, latency_ns, "
                                        "latency_min_ns, latency_max_ns, energy_uj"};
inline constexpr CheckedTable kThinnedRows{"thinned_runs", "app", "app, below_run"};
inline constexpr CheckedTable kEventRows{"events", "id", "id, at_unix_ns, kind, subject, text"};
inline constexpr CheckedTable kDeviceProfileRows{"device_profiles", "name", "name, accelerator"};
inline constexpr CheckedTable kFigureRows{"profile_figures", "kind || ' ' || profile || ' ' || figure",
                                          "kind, profile, figure, value, mark, source"};
inline constexpr CheckedTable kBodyRows{"bodies", "name", "name, link, time_scale"};
inline constexpr CheckedTable kDeviceRows{"body_devices", "body || ' ' || device",
                                          "body, device, position, profile"};
inline constexpr CheckedTable kSensorRows{"body_sensors", "body || ' ' || device || ' sensor ' || position",
                                          "body, device, position, capability, frames"};
inline constexpr CheckedTable kActuatorRows{"body_actuators",
                                            "body || ' ' || device || ' actuator ' || position",
                                            "body, device, position, capability"};

inline constexpr CheckedTable kCheckedTables[] = {
    kAppRows,       kPlanRows, kExecutionRows,     kPipelineRows, kPowerRows,  kChunkRows,  kSwitchRows,
    kAppNumberRows, kWayRows,  kRunRows,           kFrameRows,    kBlockRows,  kHourRows,   kThinnedRows,
    kEventRows,     kBodyRows, kDeviceProfileRows, kFigureRows,   kDeviceRows, kSensorRows, kActuatorRows};

/// Adds a row and its checksum. The values to bind are those of the columns, in order.
[[nodiscard]] std::string insert_sql(const CheckedTable& table);
/// An expression: the checksum of the present row of `table`, which the statement calls `row`.
[[nodiscard]] std::string crc_sql(const CheckedTable& table, std::string_view row);
/// An expression: 1 where the present row is as it was written or has no checksum, else 0.
[[nodiscard]] std::string whole_sql(const CheckedTable& table, std::string_view row);
/// A statement with its word WHOLE replaced by whole_sql(table, row).
[[nodiscard]] std::string checking_sql(std::string_view sql, const CheckedTable& table, std::string_view row);

}  // namespace synergy::store
