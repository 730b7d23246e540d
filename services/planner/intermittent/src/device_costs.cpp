#include "synergy/intermittent/device_costs.hpp"

#include "synergy/accel_model/device_store.hpp"
#include "synergy/base/check.hpp"

namespace synergy::intermittent {

CheckpointFigures checkpoint_figures(const schemas::DeviceProfile& profile) {
  SYNERGY_CHECK(profile.checkpoint.has_value(), "a device with a battery makes no checkpoints");
  const auto& checkpoint = *profile.checkpoint;
  constexpr double kUjPerMwUs = 1e-3, kNjPerMwNs = 1e-3;
  const double working_mw = profile.mcu_active_mw.value;
  CheckpointFigures figures;
  figures.boot_us = checkpoint.boot_us.value;
  figures.boot_uj = checkpoint.boot_us.value * working_mw * kUjPerMwUs;
  figures.fram_ns_per_byte = checkpoint.fram_ns_per_byte.value;
  figures.fram_nj_per_byte =
      checkpoint.fram_nj_per_byte.value + checkpoint.fram_ns_per_byte.value * working_mw * kNjPerMwNs;
  figures.checkpoint_us = checkpoint.commit_us.value;
  figures.checkpoint_uj = checkpoint.commit_us.value * working_mw * kUjPerMwUs;
  figures.fram_bytes = std::uint64_t(checkpoint.fram_bytes.value);
  return figures;
}

Supply supply_of(const schemas::DeviceProfile& profile, const Chain& chain) {
  return {accel_model::store_settings(profile, schemas::HarvestKind::kHarvesterOutput), chain.peak_mw,
          profile.store->margin.value};
}

}  // namespace synergy::intermittent
