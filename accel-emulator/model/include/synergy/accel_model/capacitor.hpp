// A capacitor that leaks, and its charge over time in closed form.
//
// "Charge" here is stored energy, W = C V^2 / 2 in uJ (C in uF, V in volts). Leakage is a resistor R beside
// the capacitor. It is told by the time constant R C, which a kind of capacitor has whatever its size. While
// an input of A uW (harvest less all loads; negative where they are more) is constant,
//
//   dW/dt = A - V^2 / R = A - a W,   a = 2 / (R C)
//   W(t)  = W(0) e^(-at) + A (1 - e^(-at)) / a
//
// so W runs towards A / a, never past it and never back: it meets each level at most once, at
//
//   t = -ln(1 - a (W(t) - W(0)) / (A - a W(0))) / a.
//
// Derived here. The forms used hold to full precision also for a = 0 (no leakage, where W is a straight line)
// and for a t far below 1, where (1 - e^(-at)) / a and its difference to t lose all digits if written so.
#pragma once

#include <optional>

namespace synergy::accel_model {

struct Capacitor {
  double capacitance_uf = 0;  ///< above 0
  double rc_s = 0;            ///< leakage; 0: none
  double esr_ohm = 0;         ///< in series: a load of I sees V - I x ESR
  bool operator==(const Capacitor&) const = default;

  [[nodiscard]] double charge_uj(double volts) const { return capacitance_uf * volts * volts / 2; }
  /// Of a charge that is not negative.
  [[nodiscard]] double volts(double charge_uj) const;
  /// What leaks at that charge: uW.
  [[nodiscard]] double leakage_uw(double charge_uj) const { return decay_per_s() * charge_uj; }
  /// `a` of above.
  [[nodiscard]] double decay_per_s() const { return rc_s > 0 ? 2 / rc_s : 0; }
};

/// How a charge goes on while its input stays constant. Nothing bounds it: whoever has a highest voltage, or
/// an empty capacitor, ends the course there.
struct Course {
  double input_uw = 0;
  double decay_per_s = 0;

  /// uW, above 0 where the charge grows.
  [[nodiscard]] double slope_uw(double charge_uj) const { return input_uw - decay_per_s * charge_uj; }
  [[nodiscard]] double after(double charge_uj, double seconds) const;
  /// What leaks in that time, integrated by itself and not as what is missing: uJ.
  [[nodiscard]] double leaked_uj(double charge_uj, double seconds) const;
  /// Seconds until it is `level_uj`; nothing where that never comes. 0 where it is so now.
  [[nodiscard]] std::optional<double> time_to(double charge_uj, double level_uj) const;
};

}  // namespace synergy::accel_model
