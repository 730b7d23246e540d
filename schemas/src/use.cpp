#include "synergy/schemas/use.hpp"

#include "synergy/schemas/describe.hpp"

namespace synergy::schemas {

template const StructInfo& describe<UnitUse>();
template const StructInfo& describe<DeviceUse>();
template const StructInfo& describe<PipelineUse>();
template const StructInfo& describe<BusUse>();
template const StructInfo& describe<ProcessUse>();
template const StructInfo& describe<MeshUse>();

}  // namespace synergy::schemas
