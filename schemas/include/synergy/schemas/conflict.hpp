// Why apps can not be served together: a set of what they ask that no plan keeps, and what would fit.
//
// What a reader gets wrong: the demands of a conflict are each part of the cause. Where it is smallest, a
// plan exists as soon as any one of them is given up, the others being kept.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "synergy/base/strong_id.hpp"
#include "synergy/schemas/fields.hpp"

namespace synergy::schemas {

/// What can be given up. All but `memory` belong to an app, and are named as in its file.
enum class DemandKind {
  kApp,             ///< that the app is served at all
  kMinimumRate,     ///< `value`: runs per second
  kRate,            ///< `value`: runs per second that it starts at most
  kFreshFrames,     ///< `repeat: false`; `value`: fresh frames per second of its sensor
  kDeadline,        ///< `value`: us
  kAtLeastDevices,  ///< `value`: accelerators
  kSensing,         ///< `detail`: why no device senses for it
  kSensingOn,       ///< `detail`: the device
  kInteraction,     ///< as kSensing
  kInteractionOn,   ///< as kSensingOn
  /// That what the apps keep on a device, chunks and tensors, fits it together. `detail`: what is missing.
  kMemory,
};
template <>
inline constexpr std::array<std::pair<DemandKind, std::string_view>, 11> kEnumNames<DemandKind>{{
    {DemandKind::kApp, "app"},
    {DemandKind::kMinimumRate, "min_rate"},
    {DemandKind::kRate, "rate"},
    {DemandKind::kFreshFrames, "repeat"},
    {DemandKind::kDeadline, "deadline_us"},
    {DemandKind::kAtLeastDevices, "at_least_devices"},
    {DemandKind::kSensing, "sensing.needs"},
    {DemandKind::kSensingOn, "sensing.on"},
    {DemandKind::kInteraction, "interaction.needs"},
    {DemandKind::kInteractionOn, "interaction.on"},
    {DemandKind::kMemory, "memory"},
}};

struct Demand {
  DemandKind kind = DemandKind::kApp;
  AppId app;           ///< empty: of the body
  double value = 0;    ///< as asked; 0 where the kind has none
  std::string detail;  ///< as the kind says; empty where it has none
  /// The value that fits where all other demands stay: the greatest `min_rate` or `at_least_devices` found,
  /// the least `deadline_us`. Nothing where it was not found, or where the demand can only be given up.
  std::optional<double> fits = std::nullopt;

  static void fields(auto& f) {
    f.required("kind", &Demand::kind, "what is asked, as the app's file calls it; app: to be served at all");
    f.optional("app", &Demand::app, "by whom; empty: by the body", kPlainNameOrNone);
    f.optional("value", &Demand::value, "as asked: runs per second, us, devices", amount());
    f.optional("detail", &Demand::detail,
               "of sensing.on and interaction.on the device; of memory and capabilities what is missing");
    f.optional("fits", &Demand::fits,
               "the value that fits where all else stays; null: not known, or it can only be given up",
               amount());
  }
  bool operator==(const Demand&) const = default;
};

struct Conflict {
  std::vector<Demand> demands;
  /// Proved: without any one of the demands there is a plan for the others.
  bool is_smallest = false;
  /// Giving up one of the demands, the right one, lets all apps be served. Else other demands are in each
  /// other's way, too.
  bool is_enough = true;
  /// Where several minimum rates are part of it: the part of each that fits at once. Nothing: not known.
  std::optional<double> min_rates_fit = std::nullopt;

  static void fields(auto& f) {
    f.required("demands", &Conflict::demands, "that no plan keeps together");
    f.required("is_smallest", &Conflict::is_smallest,
               "proved: without any one of them the others can be kept");
    f.optional("is_enough", &Conflict::is_enough,
               "giving up one of them lets all apps be served; false: there are other conflicts, or it is "
               "not known");
    f.optional("min_rates_fit", &Conflict::min_rates_fit,
               "of several minimum rates: the part of each that fits at once; null: not known", amount(1));
  }
  bool operator==(const Conflict&) const = default;
};

// The field lists are instantiated once, in src/.
extern template const StructInfo& describe<Conflict>();
extern template const StructInfo& describe<Demand>();

}  // namespace synergy::schemas
