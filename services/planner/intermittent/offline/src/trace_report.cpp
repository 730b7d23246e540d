#include "synergy/intermittent_offline/trace_report.hpp"

#include <algorithm>

#include "synergy/accel_model/harvest_trace.hpp"

namespace synergy::intermittent_offline {

std::optional<Duration> longest_gap(const schemas::HarvestRecording& recording, double power_nw) {
  const auto& rows = recording.rows;
  std::uint64_t longest = 0, gap = 0;
  // Twice over, for a gap that goes on over the end.
  for (std::size_t i = 0; i < 2 * rows.size(); ++i) {
    const auto row = i % rows.size();
    const auto until = row + 1 < rows.size() ? rows[row + 1].t_us : recording.duration_us;
    gap = double(rows[row].p_nw) < power_nw ? gap + (until - rows[row].t_us) : 0;
    longest = std::max(longest, gap);
  }
  if (longest >= 2 * recording.duration_us) return std::nullopt;
  return std::chrono::microseconds(longest);
}

Result<TraceLine> describe_trace(const schemas::HarvestRecording& recording,
                                 std::optional<double> gap_below_uw) {
  const auto trace = accel_model::HarvestTrace::of(recording);
  if (!trace) return trace.error();
  const auto quantile_uw = [&](double share) { return double(trace->quantile_of_means_nw(share)) / 1000; };
  const auto seconds = [](Duration time) { return std::chrono::duration<double>(time).count(); };
  TraceLine line;
  line.name = recording.name;
  line.what = recording.what;
  line.kind = schemas::name_of(recording.kind);
  line.rows = recording.rows.size();
  line.duration_s = seconds(trace->duration());
  line.mean_uw = trace->mean_nw() / 1000;
  line.p20_uw = quantile_uw(0.2);
  line.median_uw = quantile_uw(0.5);
  line.p80_uw = quantile_uw(0.8);
  line.gap_below_uw = gap_below_uw.value_or(line.mean_uw / 10);
  if (const auto gap = longest_gap(recording, line.gap_below_uw * 1000)) line.longest_gap_s = seconds(*gap);
  line.source = recording.source;
  line.licence = recording.licence;
  return line;
}

}  // namespace synergy::intermittent_offline
