#include "synergy/schemas/health.hpp"

#include "synergy/schemas/describe.hpp"

namespace synergy::schemas {

template const StructInfo& describe<Health>();
template const StructInfo& describe<ServiceList>();
template const StructInfo& describe<BrokerState>();
template const StructInfo& describe<Joined>();
template const StructInfo& describe<Join>();

}  // namespace synergy::schemas
