// The answer to `tasks.query`: what a device's units did lately.
#pragma once

#include "synergy/base/clock.hpp"
#include "synergy/base/strong_id.hpp"
#include "synergy/execution/task_trace.hpp"
#include "synergy/schemas/trace.hpp"

namespace synergy::executor {

/// At most the newest schemas::kMaxTasksOfTable of the tasks asked for, which fit one message; `cut` says
/// that there were more.
[[nodiscard]] schemas::TaskTable task_table(const schemas::QueryTasks& query, const DeviceId& device,
                                            const execution::TaskTrace& trace, ModelTime now);

}  // namespace synergy::executor
