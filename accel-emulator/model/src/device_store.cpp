#include "synergy/accel_model/device_store.hpp"

#include <cmath>

#include "synergy/base/check.hpp"

namespace synergy::accel_model {
namespace {

EfficiencyTable table_of(const std::vector<schemas::EfficiencyPoint>& points) {
  std::vector<EfficiencyPoint> table;
  for (const auto& point : points)
    table.push_back({point.input_mv.value_or(0),
                     point.input_uw ? *point.input_uw : point.input_ua.value_or(0), point.stored.value});
  return EfficiencyTable(std::move(table));
}

/// Up to the capacitor.
Converter input_converter(const schemas::HarvestProfile& harvest, schemas::HarvestKind recorded) {
  Converter converter;
  if (recorded == schemas::HarvestKind::kRfInput)
    converter.rectifier_efficiency = harvest.rectifier_efficiency.value;
  converter.efficiency = table_of(harvest.efficiency);
  converter.input_mv = harvest.input_mv.value;
  converter.least_input_uw = harvest.least_input_uw.value;
  converter.quiescent_uw = harvest.quiescent_uw.value;
  converter.cold_start_below_v = harvest.cold_start_below_v.value;
  converter.cold_start_least_uw = harvest.cold_start_least_uw.value;
  converter.cold_start_efficiency = harvest.cold_start_efficiency.value;
  return converter;
}

}  // namespace

StoreSettings store_settings(const schemas::DeviceProfile& profile, schemas::HarvestKind recorded) {
  SYNERGY_CHECK(profile.harvest && profile.store && profile.checkpoint,
                "a device with a battery has no energy store");
  const auto& store = *profile.store;
  const auto& checkpoint = *profile.checkpoint;
  StoreSettings settings;
  settings.capacitor = {store.capacitance_uf.value, store.leakage_rc_s.value, store.esr_ohm.value};
  settings.converter = input_converter(*profile.harvest, recorded);
  settings.converter.output_efficiency = store.output_efficiency.value;
  settings.thresholds = {store.on_v.value, store.off_v.value, store.max_v.value};
  settings.boot = Duration(std::llround(checkpoint.boot_us.value * 1000));
  settings.boot_mw = profile.mcu_active_mw.value;
  settings.retained_mw = checkpoint.retained_mw.value;
  return settings;
}

}  // namespace synergy::accel_model
