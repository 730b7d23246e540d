// A harvested device as the tests use it, and recordings of a few rows.
#pragma once

#include <gmock/gmock.h>

#include <utility>
#include <vector>

#include "synergy/accel_model/energy_store.hpp"

namespace synergy::harvest_test {

using namespace std::chrono_literals;
using accel_model::EnergyStore;
using accel_model::HarvestTrace;
using accel_model::StoreSettings;
using schemas::HarvestRecording;

/// 330 uF of tantalum between 2.0 and 3.15 V, behind a converter of flat 80 %, 85 % towards the load.
inline StoreSettings tantalum() {
  StoreSettings settings;
  settings.capacitor = {.capacitance_uf = 330, .rc_s = 196, .esr_ohm = 1};
  settings.converter.efficiency = accel_model::EfficiencyTable(0.8);
  settings.converter.quiescent_uw = 1.5;
  settings.converter.output_efficiency = 0.85;
  settings.thresholds = {.on_v = 3.15, .off_v = 2.0, .max_v = 3.3};
  settings.boot = 2500us;
  settings.boot_mw = 7.6;
  settings.retained_mw = 0.25;
  return settings;
}

inline HarvestRecording recording(std::uint64_t duration_us, std::vector<schemas::HarvestRow> rows) {
  HarvestRecording made;
  made.duration_us = duration_us;
  made.rows = std::move(rows);
  return made;
}

inline HarvestTrace trace(std::uint64_t duration_us, std::vector<schemas::HarvestRow> rows) {
  return *HarvestTrace::of(recording(duration_us, std::move(rows)));
}

inline ModelTime at(Duration time) { return ModelTime{time}; }

}  // namespace synergy::harvest_test
