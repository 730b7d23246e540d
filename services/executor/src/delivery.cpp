// Results of a pipeline whose runs take several ways come out in the order of the runs: the last step of a
// run waits for the end of the run before it, wherever that was.
#include <algorithm>
#include <set>

#include "synergy/executor/executor.hpp"

namespace synergy::executor {

void Executor::make_deliveries() {
  deliveries_.clear();
  for (std::uint32_t p = 0; p < plan_->pipelines.size(); ++p) {
    const auto& pipeline = plan_->pipelines[p];
    std::set<DeviceId> targets;
    for (const auto& execution : pipeline.executions) targets.insert(execution.target);
    if (pipeline.executions.size() < 2 || !targets.contains(device_)) continue;
    deliveries_[p];
    if (targets.size() > 1) ports_.follow_results(pipeline.app);
  }
}

void Executor::on(const schemas::RunResult& result) {
  if (!is_of_this_start(result.run.plan_id, result.run.start) || is_far_ahead(result.ended)) return;
  for (auto& [p, delivery] : deliveries_)
    if (plan_->pipelines[p].app == result.run.key.app && result.run.turn == delivery.next)
      delivered(delivery, result.run.turn + 1, result.ended);
  start_tasks();
}

/// All turns before `turn` have ended, the last of them at `ended`.
void Executor::delivered(Delivery& delivery, std::uint64_t turn, ModelTime ended) {
  delivery.next = std::max(delivery.next, turn);
  delivery.ended = std::max(delivery.ended, ended);
  for (auto skip = delivery.skipped.begin(); skip != delivery.skipped.end() && skip->first <= delivery.next;
       skip = delivery.skipped.erase(skip))
    delivery.next = std::max(delivery.next, skip->second);
  const auto found = delivery.waiting.find(delivery.next);
  if (found == delivery.waiting.end()) return;
  auto [task, ready] = std::move(found->second);
  delivery.waiting.erase(found);
  enqueue(std::move(task), std::max(ready, delivery.ended));
}

}  // namespace synergy::executor
