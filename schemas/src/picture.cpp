#include "synergy/schemas/picture.hpp"

#include "checks.hpp"
#include "synergy/schemas/describe.hpp"

namespace synergy::schemas {

Status PictureDescription::check_input(const FrameShape& input) const {
  const std::uint64_t pixels = std::uint64_t(fold) * fold;
  if (fold != 0 && (input.channels == pixels || input.channels == 3 * pixels)) return {};
  return wrong("a picture has 1 channel (grey) or 3 (red, green, blue), times fold x fold = " +
               std::to_string(pixels) + "; this input has " + std::to_string(input.channels));
}

FrameShape PictureDescription::unfolded(const FrameShape& input) const {
  return {input.channels / (fold * fold), input.rows * fold, input.columns * fold};
}

template const StructInfo& describe<PictureDescription>();

}  // namespace synergy::schemas
