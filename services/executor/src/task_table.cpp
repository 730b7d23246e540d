#include "synergy/executor/task_table.hpp"

#include <algorithm>

namespace synergy::executor {

schemas::TaskTable task_table(const schemas::QueryTasks& query, const DeviceId& device,
                              const execution::TaskTrace& trace, ModelTime now) {
  auto since = query.since;
  if (query.last > Duration(0)) since = std::max(since, now - query.last);
  schemas::TaskTable table{device, now, trace.forgot_since(since), trace.since(since)};
  if (table.tasks.size() > schemas::kMaxTasksOfTable) {
    table.cut = true;
    table.tasks.erase(table.tasks.begin(), table.tasks.end() - std::ptrdiff_t(schemas::kMaxTasksOfTable));
  }
  return table;
}

}  // namespace synergy::executor
