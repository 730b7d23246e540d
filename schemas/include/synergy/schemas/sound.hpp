// What a model that listens was trained on, beyond the size: what is needed to make its input of any sound.
// How that is done, with formulas: `synergy/frames/sound.hpp`.
#pragma once

#include <optional>

#include "synergy/base/result.hpp"
#include "synergy/schemas/fields.hpp"
#include "synergy/schemas/limits.hpp"

namespace synergy::schemas {

/// Of an input of channels x rows x columns samples, a window of mono sound: sample t x channels + c is value
/// t (row by row) of channel c.
struct SoundDescription {
  std::uint32_t rate = 0;
  std::optional<std::uint32_t> gain{};  ///< nothing: sound stays as loud as it is

  static void fields(auto& f) {
    using S = SoundDescription;
    f.required("rate", &S::rate, "that its input has",
               in_unit("samples per second", from_to(kMinSoundRate, kMaxModelSoundRate)));
    f.optional("gain", &S::gain,
               "a window is made louder until its loudest sample is full scale, but no more than so many "
               "times; null: it stays as loud as it is",
               in_unit("times", from_to(1, kMaxGain)));
  }
  bool operator==(const SoundDescription&) const = default;
};

// The field lists are instantiated once, in src/.
extern template const StructInfo& describe<SoundDescription>();

}  // namespace synergy::schemas
