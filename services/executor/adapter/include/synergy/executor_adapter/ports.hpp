// The executor's ports, over the bus and the service loop.
#pragma once

#include "synergy/execution/task_trace.hpp"
#include "synergy/executor/executor.hpp"
#include "synergy/runtime/context.hpp"

namespace synergy::executor_adapter {

/// Borrows all three, which must outlive the ports. `executor` is only used when a port is called: it may be
/// the one that these ports are made for. A message that can not be sent is logged: it is a lost tensor or
/// result, and the dispatcher repeats its run.
[[nodiscard]] executor::Ports ports_of(runtime::Context& context, const TimeScale& scale,
                                       executor::Executor& executor, execution::TaskTrace& trace);

}  // namespace synergy::executor_adapter
