// Whole numbers of steps.
#pragma once

namespace synergy::accel_model {

/// The first multiple of `step` from `value` on. `step` is above 0.
template <class Number>
[[nodiscard]] constexpr Number round_up(Number value, Number step) {
  return (value + step - 1) / step * step;
}

}  // namespace synergy::accel_model
