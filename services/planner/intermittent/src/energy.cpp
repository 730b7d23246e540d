#include "synergy/intermittent/energy.hpp"

#include <algorithm>
#include <cmath>

namespace synergy::intermittent {
namespace {

bool is_share(double x) { return x > 0 && x <= 1; }  // false for what is no number

double usable_uj(const Supply& supply) {
  return supply.margin * supply.store.usable_uj(supply.store.current_ma(supply.peak_mw));
}

Status check(const Supply& supply) {
  const auto invalid = [](const char* what) { return Error{ErrorCode::kInvalid, what}; };
  const auto& capacitor = supply.store.capacitor;
  const auto& thresholds = supply.store.thresholds;
  if (!(capacitor.capacitance_uf > 0) || !(capacitor.capacitance_uf <= kMostMicrofarads))
    return invalid("a capacitor has more than 0 and at most 1 000 000 uF");
  if (!is_share(supply.margin)) return invalid("the margin is above 0 and at most 1");
  if (!is_share(supply.store.converter.output_efficiency))
    return invalid("the efficiency of the output converter is above 0 and at most 1");
  if (!(thresholds.off_v > 0) || !(capacitor.esr_ohm >= 0) || !(supply.peak_mw >= 0) ||
      !(thresholds.on_v <= 1000) || !(usable_uj(supply) > 0))
    return invalid(
        "the voltage to switch on at lies above the one to switch off at and what the series resistance "
        "drops under load");
  return {};
}

}  // namespace

Result<Picojoules> usable_energy(const Supply& supply) {
  if (auto status = check(supply); !status) return status.error();
  const double pj = std::floor(usable_uj(supply) * kPjPerUj);
  if (!(pj <= double(kMostEnergy)))
    return Error{ErrorCode::kInvalid, "the capacitor holds more than 1 kJ at these voltages"};
  return Picojoules(pj);
}

Result<double> smallest_capacitor_uf(Picojoules need, Supply like) {
  auto& microfarads = like.store.capacitor.capacitance_uf;
  microfarads = 1;
  if (auto status = check(like); !status) return status.error();
  const double tenths = std::ceil(10 * microjoules(need) / usable_uj(like));
  // Rounding may leave the quotient a tenth off, either way.
  for (double t = std::max(1.0, tenths - 1); t <= tenths + 2; ++t) {
    microfarads = t / 10;
    const auto usable = usable_energy(like);
    if (!usable) return Error{ErrorCode::kNoFit, "no capacitor of up to 1 F gives that much energy"};
    if (*usable >= need) return microfarads;
  }
  return Error{ErrorCode::kInternal, "the smallest capacitor was not found where it must be"};
}

}  // namespace synergy::intermittent
