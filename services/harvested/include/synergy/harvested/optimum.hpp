// What one who knows the harvest could do: the oracle of the planning (intermittent/oracle.hpp) on the store
// of the virtual run.
//
// The class: atomic power cycles, each begun when the store wakes the device at `on_v`, safe without harvest,
// weights shared within a power cycle and gone after it, the device off between them. It is no bound on
// policies that go on within a power cycle on what they harvest meanwhile, or that sleep with their weights:
// these can be faster.
#pragma once

#include <optional>

#include "synergy/accel_model/harvest_trace.hpp"
#include "synergy/harvested/policy.hpp"
#include "synergy/intermittent/oracle.hpp"

namespace synergy::harvested {

struct KnownHarvest {
  const accel_model::HarvestTrace& trace;
  Duration into_trace{};
  double volts = 0;   ///< at the beginning; the device is off
  Duration length{};  ///< what takes longer is not looked for
};

/// The earliest end of `inferences` of them, inputs at hand. Nothing where that is beyond the length. Fails
/// as plan_capacity(). Takes a second for 50 inferences of a small model.
[[nodiscard]] Result<std::optional<intermittent::Oracle>> optimum(const Chain& chain,
                                                                  const DeviceFigures& device,
                                                                  const KnownHarvest& harvest,
                                                                  std::uint32_t inferences);

}  // namespace synergy::harvested
