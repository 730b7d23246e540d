#include "synergy/schemas/frame.hpp"

#include "checks.hpp"
#include "synergy/schemas/describe.hpp"

namespace synergy::schemas {

Status FrameFeed::check() const {
  std::uint64_t values = 1;
  for (const auto length : shape) {
    if (length == 0 || length > kMaxTensorBytes || values > kMaxTensorBytes / length)
      return wrong("a frame of " + to_text(shape) + " has no values, or more than " +
                   std::to_string(kMaxTensorBytes));
    values *= length;
  }
  const bool is_sound = sound_rate != 0;
  if (is_sound != (dtype == ElementType::kInt16))
    return wrong(is_sound ? "sound is 'dtype' int16; it is " + std::string(name_of(dtype))
                          : "a frame of int16 is sound: say its 'sound_rate'");
  if (is_sound && shape.size() != 1)
    return wrong("sound is mono, with one axis: its samples; 'shape' is " + to_text(shape));
  if (values * bytes_of(dtype) == data.size()) return {};
  return wrong("a frame of " + to_text(shape) + " has " + std::to_string(values) + " values, and 'data' " +
               std::to_string(data.size()) +
               " bytes: " + (is_sound ? "two bytes a value are" : "a byte a value is") + " expected");
}

template const StructInfo& describe<FrameRef>();
template const StructInfo& describe<FrameFed>();
template const StructInfo& describe<FrameFeed>();
template const StructInfo& describe<OpenFrame>();
template const StructInfo& describe<FramesOpen>();
template const StructInfo& describe<FrameEnded>();
template const StructInfo& describe<FrameOutcome>();
template const StructInfo& describe<FrameOutcomes>();
template const StructInfo& describe<QueryFrames>();

}  // namespace synergy::schemas
