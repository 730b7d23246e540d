// What happens on a day, as a person writes it: a YAML list.
//
//   - {at_s: 0, submit: ../apps/digits.yaml}
//   - {at_s: 10, leave: watch}
//   - {at_s: 20, join: watch}
//   - {at_s: 25, link: ble-2m}
//   - {at_s: 30, battery: ring, percent: 3}
//   - {at_s: 40, rate: digits, runs_per_second: 2}
//   - {at_s: 50, replan: optimal}
//   - {at_s: 60, stop: digits}
//   - {until_s: 70}
//
// Times count from the beginning of the day, when every device is there and no app is known. Entries need not
// be in order; those of one time happen in the order in which they are written.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "synergy/base/clock.hpp"
#include "synergy/documents/load.hpp"
#include "synergy/schemas/decode.hpp"

namespace synergy::virtual_mesh {

/// A day is at most so long.
inline constexpr double kLongestDay = 31 * 86400.0;

/// One entry of the list. Exactly one of `submit` ... `until_s` is told.
struct DayEvent {
  std::optional<double> at_s;
  std::string submit, stop, leave, join, link, battery, rate, replan;
  std::optional<double> percent;          ///< with `battery`
  std::optional<double> runs_per_second;  ///< with `rate`; 0: as many as come through
  std::optional<double> until_s;

  static void fields(auto& f) {
    using E = DayEvent;
    f.optional("at_s", &E::at_s, "seconds from the beginning of the day", schemas::from_to(0.0, kLongestDay));
    f.optional("submit", &E::submit, "an app file, as seen from this file's folder");
    f.optional("stop", &E::stop, "an app");
    f.optional("leave", &E::leave, "a device, whose processes end in order");
    f.optional("join", &E::join, "a device that had left");
    f.optional("link", &E::link, "a profile of deploy/links, or a link file");
    f.optional("battery", &E::battery, "a device, whose battery is `percent` full");
    f.optional("percent", &E::percent, "0 to 100", schemas::from_to(0.0, 100.0));
    f.optional("rate", &E::rate, "an app, which is to run `runs_per_second` times a second");
    f.optional("runs_per_second", &E::runs_per_second, "0: as many as come through", schemas::kIsRate);
    f.optional("replan", &E::replan, "a policy, from now on");
    f.optional("until_s", &E::until_s, "the day ends then", schemas::from_to(0.0, kLongestDay));
  }
  bool operator==(const DayEvent&) const = default;
};

/// An entry with what it names read.
struct ScriptedEvent {
  Duration at{0};
  std::string what;  ///< for people: `leave watch`
  DayEvent event;
  std::optional<schemas::AppRequest> app;  ///< of submit and rate
  std::optional<schemas::LinkProfile> link;
};

struct DayScript {
  std::vector<ScriptedEvent> events;  ///< in order of time
  Duration until{0};
};

/// Reads a day for that body. `until_s`: where it is given, the day ends then, and not where the file says.
/// Fails with kInvalid, and tells all that is wrong, a line each: what is no event, a device or app that
/// there is not (then), a file that it names.
[[nodiscard]] Result<DayScript> read_day(const std::filesystem::path& file,
                                         const documents::DeployFolder& deploy, const schemas::BodyView& body,
                                         std::optional<double> until_s = std::nullopt);

/// The same of the tree of that file.
[[nodiscard]] Result<DayScript> read_day_list(schemas::Node list, const std::filesystem::path& file,
                                              const documents::DeployFolder& deploy,
                                              const schemas::BodyView& body,
                                              std::optional<double> until_s = std::nullopt);

}  // namespace synergy::virtual_mesh
