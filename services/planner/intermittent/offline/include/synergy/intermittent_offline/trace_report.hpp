// What a harvest is like, in a few figures.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "synergy/base/clock.hpp"
#include "synergy/base/result.hpp"
#include "synergy/schemas/fields.hpp"
#include "synergy/schemas/harvest.hpp"

namespace synergy::intermittent_offline {

/// All powers are those of the recording, before rectifier and converter.
struct TraceLine {
  std::string name, what, kind;
  std::uint64_t rows = 0;
  double duration_s = 0, mean_uw = 0, p20_uw = 0, median_uw = 0, p80_uw = 0;
  double gap_below_uw = 0;
  std::optional<double> longest_gap_s;
  std::string source, licence;

  static void fields(auto& f) {
    using L = TraceLine;
    f.required("name", &L::name, "its name");
    f.required("what", &L::what, "was recorded");
    f.required("kind", &L::kind, "rf_input_power (before a rectifier) or harvester_output_power");
    f.required("rows", &L::rows, "at which the power changes");
    f.required("duration_s", &L::duration_s, "after which it repeats");
    f.required("mean_uw", &L::mean_uw, "over all of it");
    f.required("p20_uw", &L::p20_uw, "mean that four minutes of five have or pass");
    f.required("median_uw", &L::median_uw, "mean that half of the minutes have at most");
    f.required("p80_uw", &L::p80_uw, "mean that four minutes of five have at most");
    f.required("gap_below_uw", &L::gap_below_uw, "what counts as a gap: less power than that");
    f.required("longest_gap_s", &L::longest_gap_s,
               "longest time with less power than that, over the end too; null: it never has more");
    f.required("source", &L::source, "where it comes from");
    f.required("licence", &L::licence, "under which it may be used");
  }
};

struct TraceList {
  std::vector<TraceLine> traces;
  static void fields(auto& f) { f.required("traces", &TraceList::traces, "in the order asked for"); }
};

/// The longest time in which the power is below `power_nw`, on a recording that repeats: 0 where it never is,
/// nothing where it always is. The recording has no fault.
[[nodiscard]] std::optional<Duration> longest_gap(const schemas::HarvestRecording& recording,
                                                  double power_nw);

/// `gap_below_uw`: nothing: a tenth of the recording's mean. Fails with kInvalid where the recording has a
/// fault.
[[nodiscard]] Result<TraceLine> describe_trace(const schemas::HarvestRecording& recording,
                                               std::optional<double> gap_below_uw);

}  // namespace synergy::intermittent_offline
