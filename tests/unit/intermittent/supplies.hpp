// Stores of the tests: 3.15 to 2.0 V, output efficiency 0.85, and nothing else that takes energy.
#pragma once

#include "synergy/intermittent/energy.hpp"

namespace synergy::intermittent_test {

inline intermittent::Supply supply(double microfarads, double margin = 1) {
  intermittent::Supply made;
  made.store.capacitor.capacitance_uf = microfarads;
  made.store.thresholds = {.on_v = 3.15, .off_v = 2.0, .max_v = 3.3};
  made.store.converter.output_efficiency = 0.85;
  made.margin = margin;
  return made;
}

}  // namespace synergy::intermittent_test
