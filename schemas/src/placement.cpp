#include "synergy/schemas/placement.hpp"

#include "checks.hpp"
#include "synergy/schemas/describe.hpp"

namespace synergy::schemas {

Status Chunk::check() const {
  if (last_layer >= first_layer) return {};
  return wrong("'last_layer' is " + std::to_string(last_layer) + ", before 'first_layer', which is " +
               std::to_string(first_layer) + ": the chunk's last layer is before its first");
}

template const StructInfo& describe<Chunk>();
template const StructInfo& describe<PlacedWay>();
template const StructInfo& describe<PlacedApp>();
template const StructInfo& describe<Placement>();

}  // namespace synergy::schemas
