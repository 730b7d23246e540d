#include "synergy/schemas/accelerator.hpp"

#include "synergy/schemas/describe.hpp"

namespace synergy::schemas {

template const StructInfo& describe<ChunkKey>();
template const StructInfo& describe<AcceleratorDone>();
template const StructInfo& describe<AcceleratorDo>();

}  // namespace synergy::schemas
