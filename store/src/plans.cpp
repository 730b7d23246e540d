#include "synergy/store/plans.hpp"

#include "sqlite.hpp"
#include "synergy/schemas/decode.hpp"
#include "synergy/schemas/encode.hpp"

namespace synergy::store {
namespace {

constexpr auto kContent = "SELECT content FROM collaboration_plans WHERE id = ?";
constexpr auto kLastId = "SELECT ifnull(max(id), 0) FROM collaboration_plans";
constexpr auto kNewestContent = "SELECT id, content FROM collaboration_plans ORDER BY id DESC LIMIT 1";

constexpr auto kAddPlan = R"(
INSERT INTO collaboration_plans (id, made_unix_ns, body, policy, objective, status, stopped_by, nodes_spent, cause,
                                 reason, bottleneck, rounds_per_second, latency_ns, energy_uj, planning_us, content)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?))";
constexpr auto kAddExecution = R"(
INSERT INTO execution_plans (plan_id, app, ordinal, pipeline, model, share, source, target, latency_ns, energy_uj)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?))";
constexpr auto kAddChunk = R"(
INSERT INTO chunks (plan_id, app, execution, position, device, first_layer, last_layer)
VALUES (?, ?, ?, ?, ?, ?, ?))";

constexpr auto kNewestSummaries = R"(
SELECT p.id, strftime('%Y-%m-%d %H:%M:%S', p.made_unix_ns / 1000000000, 'unixepoch'), p.body, p.policy, p.status,
       p.stopped_by, p.nodes_spent, p.cause, p.reason, p.bottleneck, p.rounds_per_second, p.latency_ns / 1e6, p.energy_uj,
       ifnull((s.drain_ns + s.load_ns) / 1e6, 0)
FROM collaboration_plans p LEFT JOIN plan_switches s ON s.plan_id = p.id ORDER BY p.id DESC LIMIT ?)";
constexpr auto kAddSwitch = R"(
INSERT INTO plan_switches (plan_id, drain_ns, load_ns) VALUES (?, ?, ?) ON CONFLICT (plan_id) DO NOTHING)";
constexpr auto kPlacements = "SELECT placement FROM plan_placements WHERE plan = ? ORDER BY pipeline";

schemas::CollaborationPlan restored(std::uint64_t id, const schemas::Bytes& content) {
  auto plan = schemas::from_msgpack<schemas::CollaborationPlan>(content);
  if (!plan)
    throw Refusal{{ErrorCode::kCorrupt, "plan " + std::to_string(id) +
                                            " in the store can not be read: " + plan.error().message +
                                            "; stop the mesh and move the store file away"}};
  return std::move(*plan);
}

std::optional<schemas::CollaborationPlan> find(SQLite::Database& sqlite, std::uint64_t id) {
  SQLite::Statement row(sqlite, kContent);
  bind_all(row, id);
  if (!row.executeStep()) return {};
  schemas::Bytes content;
  RowReader(row).into(content);
  return restored(id, content);
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
  SQLite::Statement add_execution(sqlite, kAddExecution), add_chunk(sqlite, kAddChunk);
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

}  // namespace

Result<bool> Plans::keep(const schemas::CollaborationPlan& plan, UnixTime made, const std::string& cause) {
  auto& connection = database_.connection();
  return guarded(connection.path, [&]() -> Result<bool> {
    auto& sqlite = connection.sqlite;
    if (const auto there = find(sqlite, plan.id)) {
      if (*there == plan) return false;
      return Error{ErrorCode::kConflict,
                   "another plan " + std::to_string(plan.id) +
                       " is in the history already; load the state and take a higher number"};
    }
    const auto last = std::uint64_t(sqlite.execAndGet(kLastId).getInt64());
    if (auto status = check_next(plan.id, last); !status) return status.error();
    SQLite::Statement add(sqlite, kAddPlan);
    execute(add, plan.id, made, plan.body, plan.policy, plan.objective, plan.status, plan.stopped_by,
            plan.nodes_spent, cause, plan.reason, plan.bottleneck, plan.rounds_per_second, plan.latency,
            plan.energy_uj, plan.planning_us, schemas::to_msgpack(plan));
    for (std::size_t i = 0; i < plan.pipelines.size(); ++i)
      add_pipeline(sqlite, plan.id, i, plan.pipelines[i]);
    return true;
  });
}

Result<bool> Plans::keep_switch(const schemas::StoreSwitch& took) {
  auto& connection = database_.connection();
  return guarded(connection.path, [&]() -> Result<bool> {
    if (!find(connection.sqlite, took.plan_id))
      return Error{ErrorCode::kNotFound, "no plan " + std::to_string(took.plan_id) + " in the history"};
    SQLite::Statement add(connection.sqlite, kAddSwitch);
    return execute(add, took.plan_id, took.drain, took.load) > 0;
  });
}

Result<std::optional<schemas::CollaborationPlan>> Plans::newest() const {
  auto& connection = database_.connection();
  return guarded(connection.path, [&]() -> Result<std::optional<schemas::CollaborationPlan>> {
    SQLite::Statement row(connection.sqlite, kNewestContent);
    if (!row.executeStep()) return std::optional<schemas::CollaborationPlan>();
    std::uint64_t id = 0;
    schemas::Bytes content;
    RowReader(row).into(id, content);
    return std::optional(restored(id, content));
  });
}

Result<schemas::CollaborationPlan> Plans::of(std::uint64_t id) const {
  auto& connection = database_.connection();
  return guarded(connection.path, [&]() -> Result<schemas::CollaborationPlan> {
    auto plan = find(connection.sqlite, id);
    if (!plan)
      return Error{ErrorCode::kNotFound, "no plan " + std::to_string(id) +
                                             " in the history; 'synergy history' lists those there are"};
    return std::move(*plan);
  });
}

Result<std::vector<schemas::PlanSummary>> Plans::newest_summaries(std::uint32_t limit) const {
  auto& connection = database_.connection();
  return guarded(connection.path, [&]() -> Result<std::vector<schemas::PlanSummary>> {
    std::vector<schemas::PlanSummary> summaries;
    SQLite::Statement rows(connection.sqlite, kNewestSummaries), placements(connection.sqlite, kPlacements);
    bind_all(rows, limit);
    while (rows.executeStep()) {
      auto& plan = summaries.emplace_back();
      RowReader(rows).into(plan.id, plan.made, plan.body, plan.policy, plan.status.emplace(), plan.stopped_by,
                           plan.nodes_spent, plan.cause, plan.reason, plan.bottleneck, plan.rounds_per_second,
                           plan.latency_ms, plan.energy_uj, plan.switch_ms);
      placements.reset();
      bind_all(placements, plan.id);
      while (placements.executeStep()) RowReader(placements).into(plan.placements.emplace_back());
    }
    return summaries;
  });
}

}  // namespace synergy::store
