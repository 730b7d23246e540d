#include "synergy/schemas/sound.hpp"

#include "synergy/schemas/describe.hpp"

namespace synergy::schemas {

template const StructInfo& describe<SoundDescription>();

}  // namespace synergy::schemas
