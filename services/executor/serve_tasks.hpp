// Where the executor's trace of tasks meets the bus; for main.cpp, as only programs meet `runtime`.
#pragma once

#include "synergy/executor/task_table.hpp"
#include "synergy/runtime/context.hpp"
#include "synergy/schemas/topics.hpp"

namespace synergy {

/// Answers `tasks.query` at `cmd/executor/DEVICE`. The trace must outlive the context's loop.
inline void serve_tasks(runtime::Context& context, const DeviceId& device, const TimeScale& scale,
                        const execution::TaskTrace& trace) {
  context.bus().serve<schemas::QueryTasks>(
      schemas::topics::executor(device),
      [&context, &trace, device, scale](const schemas::QueryTasks& query) -> Result<schemas::TaskTable> {
        return executor::task_table(query, device, trace, scale.to_model(context.clock().monotonic()));
      });
}

}  // namespace synergy
