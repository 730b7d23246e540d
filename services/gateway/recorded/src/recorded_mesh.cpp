#include "synergy/gateway_recorded/recorded_mesh.hpp"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "recorded_history.hpp"

namespace synergy::gateway_recorded {
namespace {

/// Recorded answers of an executor that are looked through for one question: each holds what was new since
/// the one before it, or all.
constexpr std::size_t kMaxTables = 200;

/// Orders tasks as they ended, and tells two of one device apart.
auto key_of(const schemas::TaskRecord& task) {
  return std::tuple(task.end, task.begin, task.app, task.run, task.attempt, task.step, task.kind);
}

}  // namespace

Result<schemas::PlanHistory> RecordedMesh::ask(const schemas::QueryHistory& query) {
  const auto end = player_.end();
  const auto places = file_.index().plans(end);
  schemas::PlanHistory history;
  for (auto place = places.rbegin(); place != places.rend() && history.plans.size() < query.limit; ++place)
    if (const auto plan = plan_at(file_, file_.index().entries()[place->entry]))
      history.plans.push_back(summary_of(*plan));
  add_switches(file_, end, history.plans);
  return history;
}

Result<schemas::CollaborationPlan> RecordedMesh::ask(const schemas::QueryPlan& query) {
  for (const auto& place : file_.index().plans(player_.end())) {
    if (place.id != query.id) continue;
    if (auto plan = plan_at(file_, file_.index().entries()[place.entry])) return std::move(plan->plan);
  }
  return Error{ErrorCode::kNotFound,
               "the recording has no plan " + std::to_string(query.id) + " up to the moment shown"};
}

Result<schemas::RunTable> RecordedMesh::ask(const schemas::QueryRuns& query) {
  const auto places = file_.index().runs(query.app.text(), player_.end());
  std::map<std::uint64_t, std::uint32_t> wanted;  // run, and the entry that told it first
  for (auto place = places.rbegin(); place != places.rend() && wanted.size() < query.limit; ++place)
    if (place->run >= query.first_run) wanted[place->run] = place->entry;
  std::map<std::uint32_t, schemas::StoreRuns> read;
  schemas::RunTable table;
  for (const auto& [run, entry] : wanted) {
    auto told = read.find(entry);
    if (told == read.end()) {
      auto message = file_.message<schemas::StoreRuns>(file_.index().entries()[entry]);
      if (!message) return message.error();
      told = read.emplace(entry, std::move(*message)).first;
    }
    const auto& runs = told->second.runs;
    const auto found = std::find_if(runs.begin(), runs.end(), [&, run = run](const auto& record) {
      return record.app == query.app && record.run == run;
    });
    if (found != runs.end()) table.runs.push_back(*found);
  }
  return table;
}

Result<schemas::EventTable> RecordedMesh::ask(const schemas::QueryEvents& query) {
  return schemas::EventTable{events_of(file_, player_.end(), query.limit)};
}

Result<schemas::TaskTable> RecordedMesh::ask(const DeviceId& device, const schemas::QueryTasks& query) {
  const auto& index = file_.index();
  const auto list = std::string(client::kTasksPrefix) + device.text();
  const auto places = index.places(list, player_.end());
  if (index.lists(client::kTasksPrefix).empty())
    return Error{ErrorCode::kNotFound,
                 "the recording does not tell what units did; 'synergy record --tasks' records that, too"};
  const auto body = board_.body();
  schemas::TaskTable table;
  table.device = device;
  table.now = TimeScale(body ? body->time_scale : 1).to_model(player_.monotonic());
  const auto since = std::max(query.since, query.last > Duration(0) ? table.now - query.last : ModelTime{});
  std::map<decltype(key_of({})), schemas::TaskRecord> tasks;
  std::size_t looked = 0;
  for (auto place = places.rbegin(); place != places.rend() && ++looked <= kMaxTables; ++place) {
    auto told = file_.message<schemas::TaskTable>(index.entries()[*place]);
    if (!told) continue;
    for (auto& task : told->tasks)
      if (task.end > since) tasks.emplace(key_of(task), std::move(task));
    if (told->now <= since || tasks.size() > schemas::kMaxTasksOfTable) break;
  }
  const auto surplus = tasks.size() - std::min(tasks.size(), schemas::kMaxTasksOfTable);
  tasks.erase(tasks.begin(), std::next(tasks.begin(), std::ptrdiff_t(surplus)));
  for (auto& [key, task] : tasks) table.tasks.push_back(std::move(task));
  return table;
}

}  // namespace synergy::gateway_recorded
