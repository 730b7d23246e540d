// What a model that looks at pictures was trained on, beyond the size: what is needed to make its input of
// any picture. How that is done, with formulas: `synergy/frames/convert.hpp`.
#pragma once

#include <optional>
#include <string_view>

#include "synergy/base/result.hpp"
#include "synergy/schemas/fields.hpp"
#include "synergy/schemas/frame_shape.hpp"
#include "synergy/schemas/limits.hpp"

namespace synergy::schemas {

/// How a picture of other proportions becomes the model's: its middle; all of it, with background beside it;
/// or all of it, out of proportion.
enum class Fit { kCrop, kPad, kStretch };
template <>
inline constexpr std::array<std::pair<Fit, std::string_view>, 3> kEnumNames<Fit>{{
    {Fit::kCrop, "crop"},
    {Fit::kPad, "pad"},
    {Fit::kStretch, "stretch"},
}};

/// What stands behind the things in the pictures. A model of light strokes on a dark background reads ink on
/// paper only once it is inverted.
enum class Background { kAny, kDark, kLight };
template <>
inline constexpr std::array<std::pair<Background, std::string_view>, 3> kEnumNames<Background>{{
    {Background::kAny, "any"},
    {Background::kDark, "dark"},
    {Background::kLight, "light"},
}};

/// Of an input of 1 channel (grey) or 3 (red, green, blue, in this order), 0 black to 255 white; or of
/// fold x fold times as many, where squares of fold x fold pixels become channels ("space to depth").
struct PictureDescription {
  Fit fit = Fit::kCrop;
  Background background = Background::kAny;
  std::uint32_t fold = 1;

  static void fields(auto& f) {
    using P = PictureDescription;
    f.optional("fit", &P::fit, "of other proportions: crop (default: the middle), pad or stretch");
    f.optional("background", &P::background,
               "dark or light: pictures of the other kind are inverted; default any: none is");
    f.optional("fold", &P::fold, "so many rows and columns become channels; default 1", from_to(1, kMaxFold));
  }
  bool operator==(const PictureDescription&) const = default;

  /// Refuses an input whose channels are not those of a picture.
  [[nodiscard]] Status check_input(const FrameShape& input) const;
  /// The picture that is folded into that input, for which check_input() holds.
  [[nodiscard]] FrameShape unfolded(const FrameShape& input) const;
};

// The field lists are instantiated once, in src/.
extern template const StructInfo& describe<PictureDescription>();

}  // namespace synergy::schemas
