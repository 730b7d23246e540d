// What the units of a body did over a stretch of model time: from the executors' task tables to a picture, a
// trace for the viewers of the Chrome trace format (Perfetto, chrome://tracing), or a table of busy shares.
//
// Pure, and the same input gives the same bytes.
#pragma once

#include <string>
#include <vector>

#include "synergy/base/clock.hpp"
#include "synergy/schemas/device.hpp"
#include "synergy/schemas/fields.hpp"
#include "synergy/schemas/plan.hpp"
#include "synergy/schemas/trace.hpp"

namespace synergy::client {

/// One unit that was in use.
struct Lane {
  schemas::UnitRef unit;
  std::vector<schemas::TaskRecord> tasks;  ///< that overlap the stretch, by their begin
  double busy = 0;                         ///< share of the stretch, 0 to 1
};

struct Timeline {
  std::string body;
  ModelTime begin{}, end{};
  std::vector<Lane> lanes;  ///< in the body's order of devices, then sensor to actuator
  std::vector<AppId> apps;  ///< whose tasks are here, by name
  bool cut = false;         ///< it is shorter than asked for: an executor remembers no more
};

/// The stretch of length `last` that ends where the tables are complete: tasks are told when they have ended,
/// so the time since, less than the longest of them, would look emptier than it was. Ask for tables that
/// reach back `reach_of(last)`.
[[nodiscard]] Timeline make_timeline(const schemas::BodyView& body,
                                     const std::vector<schemas::TaskTable>& tables, Duration last);
[[nodiscard]] constexpr Duration reach_of(Duration last) { return 2 * last; }

[[nodiscard]] std::string to_svg(const Timeline& timeline);
/// Chrome's trace format: a process for each device, a thread for each unit, times in us from the first task
/// on.
[[nodiscard]] std::string to_chrome_trace(const Timeline& timeline);

/// The share of each unit in use, for tables and for programs.
struct LaneShare {
  DeviceId device;
  schemas::Unit unit = schemas::Unit::kCpu;
  double busy = 0;
  std::uint64_t tasks = 0;

  static void fields(auto& f) {
    using L = LaneShare;
    f.required("device", &L::device, "the device");
    f.required("unit", &L::unit, "the unit");
    f.required("busy", &L::busy, "share of the time, 0 to 1");
    f.required("tasks", &L::tasks, "that held it");
  }
};
struct TimelineShares {
  ModelTime begin{}, end{};
  std::vector<LaneShare> units;

  static void fields(auto& f) {
    using S = TimelineShares;
    f.required("begin_ns", &S::begin, "model time");
    f.required("end_ns", &S::end, "model time");
    f.required("units", &S::units, "that were in use");
  }
};
[[nodiscard]] TimelineShares shares_of(const Timeline& timeline);
[[nodiscard]] std::string to_text(const TimelineShares& shares);

}  // namespace synergy::client

// The field list is instantiated once, in src/.
extern template const synergy::schemas::StructInfo&
synergy::schemas::describe<synergy::client::TimelineShares>();
