#include "synergy/execution/task_order.hpp"

#include "synergy/execution/cyclic_schedule.hpp"
#include "synergy/execution/dynamic_schedule.hpp"

namespace synergy::execution {

std::unique_ptr<TaskOrder> make_order(const schemas::CollaborationPlan& plan, const DeviceId& device) {
  if (plan.order == schemas::TaskOrder::kDynamic) return std::make_unique<DynamicSchedule>();
  return std::make_unique<CyclicSchedule>(plan, device);
}

}  // namespace synergy::execution
