#include "synergy/client/timeline.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "synergy/client/table.hpp"
#include "synergy/schemas/describe.hpp"

namespace synergy::client {
namespace {

bool any_begins_before(ModelTime end, const std::vector<schemas::TaskTable>& tables) {
  return std::any_of(tables.begin(), tables.end(), [&](const auto& table) {
    return std::any_of(table.tasks.begin(), table.tasks.end(),
                       [&](const auto& task) { return task.begin < end; });
  });
}

/// Sets begin and end of the stretch that the tables know completely.
void choose_stretch(const std::vector<schemas::TaskTable>& tables, Duration last, Timeline& timeline) {
  Duration longest{0};
  ModelTime now = ModelTime::max(), latest{}, known_from{};
  for (const auto& table : tables) {
    now = std::min(now, table.now);
    for (const auto& task : table.tasks) {
      longest = std::max(longest, Duration(task.end - task.begin));
      latest = std::max(latest, task.end);
    }
    known_from = std::max(known_from, table.now - reach_of(last));
    // What is gone had ended before the oldest one left.
    if (table.cut && !table.tasks.empty()) known_from = std::max(known_from, table.tasks.front().end);
  }
  if (tables.empty()) now = {};
  timeline.end = latest == ModelTime{} ? now : std::min(latest, now - std::min(longest, last));
  if (!any_begins_before(timeline.end, tables)) timeline.end = std::max(timeline.end, latest);
  timeline.begin = timeline.end - last;
  timeline.cut = known_from > timeline.begin && known_from < timeline.end;
  if (timeline.cut) timeline.begin = known_from;
}

/// The length of the union of the tasks' intervals within the stretch; `tasks` by their begin.
Duration held(const std::vector<schemas::TaskRecord>& tasks, ModelTime begin, ModelTime end) {
  Duration sum{0};
  for (const auto& task : tasks) {
    const auto from = std::max(task.begin, begin), until = std::min(task.end, end);
    if (until <= from) continue;
    sum += until - from;
    begin = until;
  }
  return sum;
}

}  // namespace

Timeline make_timeline(const schemas::BodyView& body, const std::vector<schemas::TaskTable>& tables,
                       Duration last) {
  Timeline timeline;
  timeline.body = body.name;
  choose_stretch(tables, last, timeline);
  std::map<schemas::UnitRef, std::vector<schemas::TaskRecord>> tasks;
  std::set<AppId> apps;
  for (const auto& table : tables)
    for (const auto& task : table.tasks) {
      if (task.end <= timeline.begin || task.begin >= timeline.end) continue;
      apps.insert(task.app);
      for (const auto unit : task.units) tasks[{table.device, unit}].push_back(task);
    }
  timeline.apps.assign(apps.begin(), apps.end());
  for (const auto& device : body.devices)
    for (const auto& [unit, name] : schemas::kEnumNames<schemas::Unit>) {
      const auto found = tasks.find({device.id, unit});
      if (found == tasks.end()) continue;
      Lane lane{found->first, std::move(found->second), 0};
      std::stable_sort(lane.tasks.begin(), lane.tasks.end(),
                       [](const auto& a, const auto& b) { return a.begin < b.begin; });
      const auto length = timeline.end - timeline.begin;
      lane.busy = double(held(lane.tasks, timeline.begin, timeline.end).count()) / double(length.count());
      timeline.lanes.push_back(std::move(lane));
    }
  return timeline;
}

TimelineShares shares_of(const Timeline& timeline) {
  TimelineShares shares{timeline.begin, timeline.end, {}};
  for (const auto& lane : timeline.lanes)
    shares.units.push_back({lane.unit.device, lane.unit.unit, lane.busy, lane.tasks.size()});
  return shares;
}

std::string to_text(const TimelineShares& shares) {
  const auto length = fixed(milliseconds(shares.end - shares.begin), 0) + " ms of model time";
  if (shares.units.empty()) return "no unit was in use during " + length + "\n";
  Table table({"DEVICE", "UNIT", "BUSY %", "TASKS"});
  for (const auto& unit : shares.units)
    table.add({unit.device.text(), std::string(schemas::name_of(unit.unit)), fixed(100 * unit.busy, 1),
               std::to_string(unit.tasks)});
  return table.text() + "over " + length + "\n";
}

}  // namespace synergy::client

template const synergy::schemas::StructInfo& synergy::schemas::describe<synergy::client::TimelineShares>();
