#include "synergy/schemas/trace.hpp"

#include "checks.hpp"
#include "synergy/schemas/describe.hpp"

namespace synergy::schemas {

Status TaskRecord::check() const {
  return first_of(check_name("app", app.text()), check_at_most("'run'", run, kMaxRunNumber),
                  check_at_most("the number of units", units.size(), kEnumNames<Unit>.size()),
                  check_interval(begin, end));
}

Status TaskTable::check() const {
  return first_of(check_name("device", device.text()), check_time("'now_ns'", now),
                  check_at_most("the number of tasks", tasks.size(), kMaxTasksOfTable));
}

Status QueryTasks::check() const {
  return first_of(check_time("'since_ns'", since), check_duration("'last_ns'", last));
}

template const StructInfo& describe<TaskRecord>();
template const StructInfo& describe<TaskTable>();
template const StructInfo& describe<QueryTasks>();

}  // namespace synergy::schemas
