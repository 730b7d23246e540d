#include "synergy/execution/task_trace.hpp"

#include <algorithm>
#include <utility>

namespace synergy::execution {

TaskTrace::TaskTrace(std::size_t most) : most_(std::max<std::size_t>(most, 1)) {}

void TaskTrace::add(schemas::TaskRecord task) {
  if (ring_.size() < most_) {
    ring_.push_back(std::move(task));
    return;
  }
  forgotten_until_ = std::max(forgotten_until_, ring_[oldest_].end);
  ring_[oldest_] = std::move(task);
  oldest_ = (oldest_ + 1) % most_;
}

std::vector<schemas::TaskRecord> TaskTrace::since(ModelTime time) const {
  std::vector<schemas::TaskRecord> tasks;
  for (std::size_t i = 0; i < ring_.size(); ++i) {
    const auto& task = ring_[(oldest_ + i) % ring_.size()];
    if (task.end > time) tasks.push_back(task);
  }
  return tasks;
}

}  // namespace synergy::execution
