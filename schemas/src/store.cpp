#include "synergy/schemas/store.hpp"

#include "checks.hpp"
#include "synergy/schemas/describe.hpp"

namespace synergy::schemas {

Status StoreSwitch::check() const {
  return first_of(check_duration("'drain_ns'", drain), check_duration("'load_ns'", load));
}

Status RunRecord::check() const {
  return first_of(check_interval(began, ended), check_amount("'energy_uj'", energy_uj),
                  check_at_most("'run'", run, kMaxRunNumber));
}

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
template const StructInfo& describe<QueryPlan>();
template const StructInfo& describe<RunTable>();
template const StructInfo& describe<QueryRuns>();

}  // namespace synergy::schemas
