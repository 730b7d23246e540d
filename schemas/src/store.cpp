#include "synergy/schemas/store.hpp"

#include "checks.hpp"
#include "synergy/schemas/describe.hpp"

namespace synergy::schemas {

Status RunRecord::check() const { return check_interval(began, ended); }

template const StructInfo& describe<StoreBody>();
template const StructInfo& describe<StoreDecision>();
template const StructInfo& describe<StoreSwitch>();
template const StructInfo& describe<RunRecord>();
template const StructInfo& describe<StoreRuns>();
template const StructInfo& describe<StoredState>();
template const StructInfo& describe<LoadState>();
template const StructInfo& describe<PlanSummary>();
template const StructInfo& describe<PlanHistory>();
template const StructInfo& describe<QueryHistory>();
template const StructInfo& describe<BackupProgress>();
template const StructInfo& describe<BackupStore>();
template const StructInfo& describe<QueryPlan>();
template const StructInfo& describe<EventRecord>();
template const StructInfo& describe<EventTable>();
template const StructInfo& describe<QueryEvents>();
template const StructInfo& describe<RunTable>();
template const StructInfo& describe<QueryRuns>();

}  // namespace synergy::schemas
