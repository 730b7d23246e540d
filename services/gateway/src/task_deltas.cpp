#include "synergy/gateway/task_deltas.hpp"

#include <algorithm>
#include <utility>

namespace synergy::gateway {
namespace {

ModelTime reach_of(ModelTime newest) {
  return newest.time_since_epoch() > kReachBack ? newest - kReachBack : ModelTime{};
}

}  // namespace

schemas::QueryTasks TaskDeltas::question(const DeviceId& device) const {
  const auto known = devices_.find(device);
  if (known == devices_.end()) return {{}, kFirstReach};
  return {reach_of(known->second.newest), {}};
}

schemas::TaskTable TaskDeltas::fresh(schemas::TaskTable answer) {
  auto& told = devices_[answer.device];
  // An executor that starts on another model time line (another time scale) is told from its beginning.
  if (answer.now < told.newest) told = {};
  std::erase_if(answer.tasks, [&](const schemas::TaskRecord& task) {
    told.newest = std::max(told.newest, task.end);
    return !told.tasks.insert({task.end, task.app, task.run, task.attempt, task.step, task.kind, task.begin})
                .second;
  });
  const auto kept = reach_of(told.newest);
  std::erase_if(told.tasks, [&](const Key& key) { return key.end <= kept; });
  return answer;
}

}  // namespace synergy::gateway
