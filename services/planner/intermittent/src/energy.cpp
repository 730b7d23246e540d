#include "synergy/intermittent/energy.hpp"

#include <algorithm>
#include <cmath>

#include "synergy/accel_model/capacitor.hpp"

namespace synergy::intermittent {
namespace {

bool is_share(double x) { return x > 0 && x <= 1; }  // false for what is no number

/// uJ of each uF.
double per_microfarad(const Capacitor& c) {
  const accel_model::Capacitor one{1};
  return c.margin * c.efficiency * (one.charge_uj(c.on_v) - one.charge_uj(c.off_v + c.drop_v));
}

Status check(const Capacitor& c) {
  const auto invalid = [](const char* what) { return Error{ErrorCode::kInvalid, what}; };
  if (!(c.microfarads > 0) || !(c.microfarads <= kMostMicrofarads))
    return invalid("a capacitor has more than 0 and at most 1 000 000 uF");
  if (!(c.off_v >= 0) || !(c.drop_v >= 0) || !(c.on_v > c.off_v + c.drop_v) || !(c.on_v <= 1000))
    return invalid("the voltage to switch on at lies above the one to switch off at and the drop under load");
  if (!is_share(c.margin)) return invalid("the margin is above 0 and at most 1");
  if (!is_share(c.efficiency))
    return invalid("the efficiency of the output converter is above 0 and at most 1");
  return {};
}

}  // namespace

Result<Picojoules> usable_energy(const Capacitor& capacitor) {
  if (auto status = check(capacitor); !status) return status.error();
  const double pj = std::floor(capacitor.microfarads * per_microfarad(capacitor) * kPjPerUj);
  if (!(pj <= double(kMostEnergy)))
    return Error{ErrorCode::kInvalid, "the capacitor holds more than 1 kJ at these voltages"};
  return Picojoules(pj);
}

Result<double> smallest_capacitor_uf(Picojoules need, Capacitor like) {
  like.microfarads = 1;
  if (auto status = check(like); !status) return status.error();
  const double tenths = std::ceil(10 * microjoules(need) / per_microfarad(like));
  // Rounding may leave the quotient a tenth off, either way.
  for (double t = std::max(1.0, tenths - 1); t <= tenths + 2; ++t) {
    like.microfarads = t / 10;
    const auto usable = usable_energy(like);
    if (!usable) return Error{ErrorCode::kNoFit, "no capacitor of up to 1 F gives that much energy"};
    if (*usable >= need) return like.microfarads;
  }
  return Error{ErrorCode::kInternal, "the smallest capacitor was not found where it must be"};
}

}  // namespace synergy::intermittent
