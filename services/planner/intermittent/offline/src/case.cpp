#include "synergy/intermittent_offline/case.hpp"

#include <utility>

#include "synergy/accel_model/device_store.hpp"
#include "synergy/intermittent/device_costs.hpp"
#include "synergy/planner_service/read_model.hpp"

namespace synergy::intermittent_offline {
namespace {

Result<schemas::DeviceProfile> read_device(const documents::DeployFolder& deploy, const Question& question) {
  auto device = deploy.device_profile_at(question.device);
  if (!device) return device.error();
  if (!device->is_harvested())
    return Error{
        ErrorCode::kInvalid,
        "device '" + question.device +
            "' has a battery; name one that has 'harvest', 'store' and 'checkpoint' in its place, as "
            "deploy/devices/max78000-harvested.yaml has"};
  if (question.retained_mw && !(*question.retained_mw >= 0))
    return Error{ErrorCode::kInvalid, "'retained_mw' must be at least 0"};
  if (question.capacitance_uf) device->store->capacitance_uf.value = *question.capacitance_uf;
  if (question.retained_mw) device->checkpoint->retained_mw.value = *question.retained_mw;
  if (question.boot_ms) device->checkpoint->boot_us.value = *question.boot_ms * 1000;
  for (const auto& status : {device->store->check(), device->checkpoint->check(), device->check()})
    if (!status) return status.error().at("device '" + question.device + "'");
  return device;
}

Result<schemas::HarvestRecording> read_harvest(const documents::DeployFolder& deploy,
                                               const Question& question,
                                               const schemas::DeviceProfile& device) {
  const bool own = question.trace.empty();
  const auto& asked = own ? device.harvest->trace : question.trace;
  auto harvest = deploy.harvest(asked);
  if (!harvest && own) return harvest.error().at("device '" + question.device + "', its trace");
  if (harvest && harvest->name.empty()) harvest->name = asked;
  return harvest;
}

}  // namespace

accel_model::StoreSettings Case::store() const { return accel_model::store_settings(device, harvest.kind); }

accel_model::StoreSettings Case::store_with(double capacitance_uf) const {
  auto settings = store();
  settings.capacitor.capacitance_uf = capacitance_uf;
  return settings;
}

intermittent::Supply Case::supply_with(double capacitance_uf) const {
  auto supply = intermittent::supply_of(device, chain);
  supply.store.capacitor.capacitance_uf = capacitance_uf;
  return supply;
}

Result<Case> read_case(const documents::DeployFolder& deploy, const Question& question) {
  auto device = read_device(deploy, question);
  if (!device) return device.error();
  auto harvest = read_harvest(deploy, question, *device);
  if (!harvest) return harvest.error();
  auto model = planner_service::read_model(deploy, ModelId(question.model));
  if (!model) return model.error();
  auto figures = intermittent::checkpoint_figures(*device);
  figures.inputs_in_fram = !question.inputs_at_hand;
  auto chain = intermittent::make_chain(*model, *device, figures);
  if (!chain) return chain.error();
  return Case{std::move(*model), std::move(*device), std::move(*harvest), std::move(*chain)};
}

}  // namespace synergy::intermittent_offline
