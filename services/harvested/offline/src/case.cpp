#include "synergy/harvested_offline/case.hpp"

#include <utility>

#include "synergy/accel_model/device_store.hpp"
#include "synergy/intermittent/device_costs.hpp"
#include "synergy/planner_service/read_model.hpp"

namespace synergy::harvested_offline {
namespace {

Result<schemas::DeviceProfile> read_device(const documents::DeployFolder& deploy,
                                           const CaseQuestion& question) {
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

DeviceFigures figures_of(const schemas::DeviceProfile& device, schemas::HarvestKind recorded,
                         const Chain& chain) {
  DeviceFigures figures;
  figures.store = harvested::with_boot_of(chain, accel_model::store_settings(device, recorded));
  figures.margin = device.store->margin.value;
  // 1 mW for 1 ns is 1 pJ.
  figures.resume.energy =
      harvested::Picojoules(double(figures.resume.time.count()) * device.mcu_active_mw.value);
  return figures;
}

}  // namespace

Result<Case> read_case(const documents::DeployFolder& deploy, const CaseQuestion& question) {
  const auto device = read_device(deploy, question);
  if (!device) return device.error();
  const auto& trace_name = question.trace.empty() ? device->harvest->trace : question.trace;
  const auto recording = deploy.harvest(trace_name);
  if (!recording) return recording.error();
  auto trace = accel_model::HarvestTrace::of(*recording);
  if (!trace) return trace.error().at(trace_name);
  const auto model = planner_service::read_model(deploy, ModelId(question.model));
  if (!model) return model.error();
  auto costs = intermittent::checkpoint_figures(*device);
  costs.inputs_in_fram = !question.inputs_at_hand;
  auto chain = intermittent::make_chain(*model, *device, costs);
  if (!chain) return chain.error();
  const auto figures = figures_of(*device, recording->kind, *chain);
  return Case{question.model,    device->name, recording->name.empty() ? trace_name : recording->name,
              std::move(*chain), figures,      std::move(*trace)};
}

}  // namespace synergy::harvested_offline
