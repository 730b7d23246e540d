#include "synergy/schemas/plan_commands.hpp"

#include "synergy/schemas/describe.hpp"

namespace synergy::schemas {

template const StructInfo& describe<AppForecast>();
template const StructInfo& describe<AppTry>();
template const StructInfo& describe<PlanMake>();
template const StructInfo& describe<Deployed>();
template const StructInfo& describe<Deploy>();
template const StructInfo& describe<PlanAgain>();

}  // namespace synergy::schemas
