#include "synergy/intermittent_offline/income.hpp"

#include <cmath>

namespace synergy::intermittent_offline {
namespace {

/// Four minutes of five have as much or more.
constexpr double kLowShare = 0.2;

}  // namespace

Result<Income> income_of(const schemas::HarvestRecording& harvest, const accel_model::StoreSettings& store) {
  auto stored = harvest;
  for (auto& row : stored.rows)
    row.p_nw = std::uint64_t(std::llround(store.converter.stored_uw(row.p_nw, false) * 1000));
  const auto trace = accel_model::HarvestTrace::of(stored);
  if (!trace) return trace.error();
  Income income;
  income.mean_uw = trace->mean_nw() / 1000;
  income.low_uw = double(trace->quantile_of_means_nw(kLowShare)) / 1000;
  income.quiescent_uw = store.converter.quiescent_uw;
  income.leakage_uw = store.capacitor.leakage_uw(store.capacitor.charge_uj(store.thresholds.on_v));
  return income;
}

}  // namespace synergy::intermittent_offline
