// A run as a person asks for it: what it was, and its course for a picture.
#pragma once

#include <optional>
#include <string>

#include "synergy/harvested/run.hpp"
#include "synergy/harvested_offline/case.hpp"
#include "synergy/harvested_offline/course.hpp"
#include "synergy/harvested_offline/inputs.hpp"
#include "synergy/harvested_offline/real_bytes.hpp"
#include "synergy/harvested_offline/summary.hpp"

namespace synergy::harvested_offline {

/// A day. What is kept of a run grows with its results.
inline constexpr Duration kLongestRun = std::chrono::hours(24);
/// Of a run with real bytes, all of whose results are kept.
inline constexpr Duration kLongestRunOfBytes = std::chrono::hours(1);

struct RunAsked {
  std::string policy{harvested::kDefaultPolicy};
  Duration length = std::chrono::minutes(10);  ///< above 0, at most kLongestRun
  Duration into_trace{};
  double volts = 0;  ///< of the capacitor at the beginning
  Inputs inputs{};
  std::optional<Duration> deadline{};  ///< wants inputs that come
};

struct Outcome {
  RunSummary summary;
  harvested::RunReport report;
};

/// Fails with kNoFit where no inference would ever end, and says why; with kInvalid where a run with bytes is
/// longer than kLongestRunOfBytes, there are more inputs than Inputs::kMost, or a deadline without inputs
/// that come; and as make_policy() and run(). `bytes`: of the same model, or none travel.
[[nodiscard]] Result<Outcome> virtual_run(const Case& given, const RunAsked& asked,
                                          RealBytes* bytes = nullptr);

/// The same run again, without bytes, in that many columns at most. `report` is what virtual_run() made of
/// it.
[[nodiscard]] Result<Course> course_of(const Case& given, const RunAsked& asked,
                                       const harvested::RunReport& report, std::size_t most_columns);

}  // namespace synergy::harvested_offline
