#include "synergy/harvested_offline/summary.hpp"

namespace synergy::harvested_offline {

RunSummary summary_of(const harvested::RunReport& report) {
  using accel_model::PowerState;
  constexpr double kSecondsPerHour = 3600;
  const auto in = [&](PowerState state) { return seconds(report.time_in_state(state)); };
  const auto& books = report.books;
  RunSummary summary;
  summary.time_s = seconds(report.end.time_since_epoch());
  summary.inferences = report.inferences();
  summary.inferences_per_hour = double(report.inferences()) / summary.time_s * kSecondsPerHour;
  if (report.inferences() > 0) summary.used_uj_per_inference = books.used / double(report.inferences());
  summary.deaths = report.deaths;
  summary.deaths_in_segment = report.deaths_in_segment;
  summary.boots = report.boots;
  summary.sleeps = report.sleeps;
  summary.weight_loads = report.weight_loads;
  summary.saves = report.saves;
  summary.began_uj = books.began;
  summary.harvested_uj = books.harvested;
  summary.conversion_loss_uj = books.conversion_loss;
  summary.quiescent_uj = books.quiescent;
  summary.used_uj = books.used;
  summary.leaked_uj = books.leaked;
  summary.shunted_uj = books.shunted;
  summary.stored_uj = books.stored;
  summary.imbalance = books.imbalance();
  summary.dead_s = in(PowerState::kDead);
  summary.off_s = in(PowerState::kOff);
  summary.booting_s = in(PowerState::kBooting);
  summary.on_s = in(PowerState::kOn);
  summary.retained_s = in(PowerState::kRetained);
  return summary;
}

}  // namespace synergy::harvested_offline
