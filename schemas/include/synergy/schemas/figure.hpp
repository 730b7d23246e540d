// One figure of a profile, with a mark that says where it comes from, so that a report can say what it rests
// on.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "synergy/schemas/fields.hpp"

namespace synergy::schemas {

/// Where a figure comes from.
enum class Mark { kSilicon, kFit, kSheet, kAssumed, kUnverified };
template <>
inline constexpr std::array<std::pair<Mark, std::string_view>, 5> kEnumNames<Mark>{{
    {Mark::kSilicon, "silicon"},
    {Mark::kFit, "fit"},
    {Mark::kSheet, "sheet"},
    {Mark::kAssumed, "assumed"},
    {Mark::kUnverified, "unverified"},
}};

struct Figure {
  double value = 0;
  Mark mark = Mark::kAssumed;
  std::string source;

  static void fields(auto& f) {
    f.required("value", &Figure::value, "in the unit its name says", amount(kMaxFigure));
    f.required("mark", &Figure::mark, "silicon, fit, sheet, assumed or unverified");
    f.optional("source", &Figure::source, "where it was read");
  }
  bool operator==(const Figure&) const = default;
};

/// A figure of a profile under the name that its file gives it: `cnn_clock_mhz`, `store.on_v`,
/// `harvest.efficiency[2].stored`.
struct NamedFigure {
  std::string name;
  const Figure* figure;  ///< in the profile that was asked, which must outlive it
};
/// All figures of a struct that are there, in the order of its fields; those of its parts among them.
[[nodiscard]] std::vector<NamedFigure> figures_of(const StructInfo& info, const void* profile);
template <Described Profile>
[[nodiscard]] std::vector<NamedFigure> figures_of(const Profile& profile) {
  return figures_of(describe<Profile>(), &profile);
}
/// The same figures, to be changed.
[[nodiscard]] std::vector<Figure*> figures_in(const StructInfo& info, void* profile);
template <Described Profile>
[[nodiscard]] std::vector<Figure*> figures_in(Profile& profile) {
  return figures_in(describe<Profile>(), &profile);
}

extern template const StructInfo& describe<Figure>();

}  // namespace synergy::schemas
