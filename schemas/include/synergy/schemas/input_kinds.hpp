// What a model takes beyond frames of its own shape.
#pragma once

#include <optional>

#include "synergy/schemas/picture.hpp"
#include "synergy/schemas/sound.hpp"

namespace synergy::schemas {

/// Neither: it takes frames of its own shape only. At most one is told (InputDescription::check()).
struct InputKinds {
  std::optional<PictureDescription> picture{};
  std::optional<SoundDescription> sound{};
  bool operator==(const InputKinds&) const = default;
};

}  // namespace synergy::schemas
