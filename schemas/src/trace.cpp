#include "synergy/schemas/trace.hpp"

#include "checks.hpp"
#include "synergy/schemas/describe.hpp"

namespace synergy::schemas {

Status TaskRecord::check() const { return check_interval(begin, end); }

template const StructInfo& describe<TaskRecord>();
template const StructInfo& describe<TaskTable>();
template const StructInfo& describe<QueryTasks>();

}  // namespace synergy::schemas
