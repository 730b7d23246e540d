#include "synergy/accel_model/capacitor.hpp"

#include <cmath>

namespace synergy::accel_model {
namespace {

/// (1 - e^-x) / x, from x = 0 on.
double mean_decay(double x) { return x == 0 ? 1 : -std::expm1(-x) / x; }

/// 1 - (1 - e^-x) / x = x/2 - x^2/6 + x^3/24 - ...; written out it would lose digits for small x.
double mean_decayed(double x) {
  constexpr double kSmall = 0.05;
  if (x > kSmall) return 1 - mean_decay(x);
  double term = x / 2, sum = 0;
  for (int n = 3; n <= 12; ++n) {  // 0.05^10 / 12! is far below the last digit
    sum += term;
    term *= -x / n;
  }
  return sum;
}

}  // namespace

double Capacitor::volts(double charge_uj) const { return std::sqrt(2 * charge_uj / capacitance_uf); }

double Course::after(double charge_uj, double seconds) const {
  const double x = decay_per_s * seconds;
  return charge_uj * std::exp(-x) + input_uw * seconds * mean_decay(x);
}

double Course::leaked_uj(double charge_uj, double seconds) const {
  const double x = decay_per_s * seconds;
  return charge_uj * -std::expm1(-x) + input_uw * seconds * mean_decayed(x);
}

std::optional<double> Course::time_to(double charge_uj, double level_uj) const {
  const double way = level_uj - charge_uj, slope = slope_uw(charge_uj);
  if (way == 0) return 0;
  if (slope == 0 || (way > 0) != (slope > 0)) return std::nullopt;
  if (decay_per_s == 0) return way / slope;
  const double part = decay_per_s * way / slope;  // of the way to where it never arrives
  if (part >= 1) return std::nullopt;
  return -std::log1p(-part) / decay_per_s;
}

}  // namespace synergy::accel_model
