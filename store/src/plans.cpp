#include "synergy/store/plans.hpp"

#include <string>

#include "plan_filter.hpp"
#include "row_crc.hpp"
#include "sqlite.hpp"
#include "synergy/schemas/decode.hpp"
#include "synergy/schemas/encode.hpp"

namespace synergy::store {
namespace {

constexpr auto kLastId = "SELECT ifnull(max(id), 0) FROM collaboration_plans";

/// The version of message `plan` that content is kept in, and the oldest that can be restored.
constexpr auto kContentVersion = schemas::CollaborationPlan::kMessage.version;
constexpr auto kOldestRestored = schemas::CollaborationPlan::kMessage.oldest_read;

/// A plan: whether its row is whole, its number, its content and that one's version.
std::string content_sql(const std::string& which) {
  return "SELECT " + whole_sql(kPlanRows, "p") +
         ", id, content_version, content FROM collaboration_plans p " + which;
}

const std::string& summaries_sql() {
  static const std::string sql = "SELECT " + whole_sql(kPlanRows, "p") + " AND " +
                                 whole_sql(kSwitchRows, "s") +
                                 R"(,
       p.id, strftime('%Y-%m-%d %H:%M:%S', p.made_unix_ns / 1000000000, 'unixepoch'), p.body, p.policy, p.status,
       p.stopped_by, p.nodes_spent, p.cause, p.reason, p.bottleneck, p.rounds_per_second, p.latency_ns / 1e6, p.energy_uj,
       ifnull((s.drain_ns + s.load_ns) / 1e6, 0)
FROM collaboration_plans p LEFT JOIN plan_switches s ON s.plan_id = p.id)" +
                                 std::string(kPlanFilter) + "ORDER BY p.id DESC LIMIT ?5";
  return sql;
}
constexpr auto kPlacements = "SELECT placement FROM plan_placements WHERE plan = ? ORDER BY pipeline";

/// Whether all rows are whole that a plan's placements are made of.
const std::string& placements_whole_sql() {
  static const std::string sql =
      "SELECT NOT EXISTS (SELECT 1 FROM execution_plans e WHERE plan_id = ?1 AND NOT " +
      whole_sql(kExecutionRows, "e") +
      ") AND NOT EXISTS (SELECT 1 FROM chunks c WHERE plan_id = ?1 AND NOT " + whole_sql(kChunkRows, "c") +
      ")";
  return sql;
}

std::string named(std::uint64_t id) { return "plan " + std::to_string(id); }

schemas::CollaborationPlan restored(std::uint64_t id, const schemas::Bytes& content) {
  auto plan = schemas::from_msgpack<schemas::CollaborationPlan>(content);
  if (!plan)
    throw Refusal{{ErrorCode::kCorrupt, named(id) + " in the store can not be read: " + plan.error().message +
                                            "; stop the mesh and move the store file away"}};
  return std::move(*plan);
}

/// A row of the history.
struct Kept {
  std::uint64_t id = 0;
  std::uint32_t version = 0;
  schemas::Bytes content;

  [[nodiscard]] bool is_older() const { return version < kOldestRestored; }
};

std::optional<Kept> kept_in(SQLite::Statement& row) {
  if (!row.executeStep()) return {};
  bool whole = false;
  Kept kept;
  RowReader(row).into(whole, kept.id, kept.version, kept.content);
  require_whole(whole, named(kept.id));
  return kept;
}

std::optional<Kept> find(SQLite::Database& sqlite, std::uint64_t id) {
  SQLite::Statement row(sqlite, content_sql("WHERE id = ?"));
  bind_all(row, id);
  return kept_in(row);
}

/// The one value of a statement about a plan.
bool is_true(SQLite::Statement& statement, std::uint64_t plan_id) {
  statement.reset();
  bind_all(statement, plan_id);
  return statement.executeStep() && statement.getColumn(0).getInt() != 0;
}

/// Whether a plan that is not in the history may become its newest.
Status check_next(std::uint64_t id, std::uint64_t last) {
  if (id == 0) return Error{ErrorCode::kInvalid, "a plan's number is 1 or more"};
  const auto next = std::to_string(last + 1);
  if (id <= last)
    return Error{ErrorCode::kConflict, "plans up to " + std::to_string(last) +
                                           " were decided on already; give this one the number " + next};
  if (id - last > kMostPlanIdsSkipped)
    return Error{ErrorCode::kInvalid, "its number is more than " + std::to_string(kMostPlanIdsSkipped) +
                                          " beyond the last plan's; give it the number " + next};
  return {};
}

void add_pipeline(SQLite::Database& sqlite, std::uint64_t plan_id, std::size_t at,
                  const schemas::PipelinePlan& pipeline) {
  SQLite::Statement add(sqlite, insert_sql(kPipelineRows)), add_execution(sqlite, insert_sql(kExecutionRows)),
      add_chunk(sqlite, insert_sql(kChunkRows));
  execute(add, plan_id, pipeline.app, at, pipeline.runs_per_second, pipeline.runs_per_cycle, pipeline.cycle,
          pipeline.paced, pipeline.energy_uj, pipeline.bottleneck);
  for (std::size_t ordinal = 0; ordinal < pipeline.executions.size(); ++ordinal) {
    const auto& execution = pipeline.executions[ordinal];
    execute(add_execution, plan_id, pipeline.app, ordinal, at, pipeline.model, execution.share,
            execution.source, execution.target, execution.latency, execution.energy_uj);
    for (std::size_t i = 0; i < execution.chunks.size(); ++i) {
      const auto& chunk = execution.chunks[i];
      execute(add_chunk, plan_id, pipeline.app, ordinal, i, chunk.device, chunk.first_layer,
              chunk.last_layer);
    }
  }
}

void add_devices(SQLite::Database& sqlite, const schemas::CollaborationPlan& plan) {
  constexpr double kNoBattery = -1;
  SQLite::Statement add(sqlite, insert_sql(kPowerRows));
  for (std::size_t i = 0; i < plan.devices.size(); ++i) {
    const auto& device = plan.devices[i];
    execute(add, plan.id, device.device, i, device.power_mw, device.hours.value_or(kNoBattery));
  }
}

}  // namespace

Result<bool> Plans::keep(const schemas::CollaborationPlan& plan, UnixTime made, const std::string& cause) {
  auto& connection = database_.connection();
  return guarded(database_, [&]() -> Result<bool> {
    auto& sqlite = connection.sqlite;
    if (const auto there = find(sqlite, plan.id)) {
      if (!there->is_older() && restored(there->id, there->content) == plan) return false;
      return Error{ErrorCode::kConflict,
                   "another plan " + std::to_string(plan.id) +
                       " is in the history already; load the state and take a higher number"};
    }
    const auto last = std::uint64_t(sqlite.execAndGet(kLastId).getInt64());
    if (auto status = check_next(plan.id, last); !status) return status.error();
    SQLite::Statement add(sqlite, insert_sql(kPlanRows));
    execute(add, plan.id, made, plan.body, plan.policy, plan.objective, plan.status, plan.stopped_by,
            plan.nodes_spent, cause, plan.reason, plan.bottleneck, plan.rounds_per_second, plan.latency,
            plan.energy_uj, plan.planning_us, kContentVersion, schemas::to_msgpack(plan));
    for (std::size_t i = 0; i < plan.pipelines.size(); ++i)
      add_pipeline(sqlite, plan.id, i, plan.pipelines[i]);
    add_devices(sqlite, plan);
    return true;
  });
}

Result<bool> Plans::keep_switch(const schemas::StoreSwitch& took) {
  auto& connection = database_.connection();
  return guarded(database_, [&]() -> Result<bool> {
    if (!find(connection.sqlite, took.plan_id))
      return Error{ErrorCode::kNotFound, "no plan " + std::to_string(took.plan_id) + " in the history"};
    SQLite::Statement add(connection.sqlite, insert_sql(kSwitchRows) + " ON CONFLICT (plan_id) DO NOTHING");
    return execute(add, took.plan_id, took.drain, took.load) > 0;
  });
}

Result<NewestPlan> Plans::newest() const {
  auto& connection = database_.connection();
  return guarded(database_, [&]() -> Result<NewestPlan> {
    SQLite::Statement row(connection.sqlite, content_sql("ORDER BY id DESC LIMIT 1"));
    const auto kept = kept_in(row);
    if (!kept) return NewestPlan{};
    if (kept->is_older()) return NewestPlan{kept->id, {}};
    return NewestPlan{kept->id, restored(kept->id, kept->content)};
  });
}

Result<schemas::CollaborationPlan> Plans::of(std::uint64_t id) const {
  auto& connection = database_.connection();
  return guarded(database_, [&]() -> Result<schemas::CollaborationPlan> {
    const auto kept = find(connection.sqlite, id);
    if (!kept)
      return Error{ErrorCode::kNotFound, "no plan " + std::to_string(id) +
                                             " in the history; 'synergy history' lists those there are"};
    if (kept->is_older())
      return Error{ErrorCode::kNotFound,
                   named(id) + " was made by an earlier program (message 'plan' version " +
                       std::to_string(kept->version) + ", this one reads " + std::to_string(kOldestRestored) +
                       " and later): its steps can not be shown; 'synergy history' tells its placement, "
                       "prediction and cause"};
    return restored(kept->id, kept->content);
  });
}

Result<std::vector<schemas::PlanSummary>> Plans::newest_summaries(const schemas::QueryHistory& query) const {
  auto& connection = database_.connection();
  return guarded(database_, [&]() -> Result<std::vector<schemas::PlanSummary>> {
    std::vector<schemas::PlanSummary> summaries;
    SQLite::Statement rows(connection.sqlite, summaries_sql()), placements(connection.sqlite, kPlacements),
        placements_whole(connection.sqlite, placements_whole_sql());
    bind_all(rows, query.since.value_or(UnixTime::min()), query.until.value_or(UnixTime::max()),
             query.app.value_or(AppId()), query.device.value_or(DeviceId()), query.limit);
    while (rows.executeStep()) {
      auto& plan = summaries.emplace_back();
      RowReader reader(rows);
      bool whole = false;
      reader.into(whole, plan.id);
      require_whole(whole && is_true(placements_whole, plan.id), named(plan.id));
      reader.into(plan.made, plan.body, plan.policy, plan.status.emplace(), plan.stopped_by, plan.nodes_spent,
                  plan.cause, plan.reason, plan.bottleneck, plan.rounds_per_second, plan.latency_ms,
                  plan.energy_uj, plan.switch_ms);
      plan.latency_us = plan.latency_ms * 1000;
      if (plan.switch_ms > 0) plan.switch_us = plan.switch_ms * 1000;
      placements.reset();
      bind_all(placements, plan.id);
      while (placements.executeStep()) RowReader(placements).into(plan.placements.emplace_back());
    }
    return summaries;
  });
}

}  // namespace synergy::store
