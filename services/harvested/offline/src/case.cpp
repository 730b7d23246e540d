#include "synergy/harvested_offline/case.hpp"

#include <utility>

namespace synergy::harvested_offline {
namespace {

DeviceFigures figures_of(const intermittent_offline::Case& planned) {
  DeviceFigures figures;
  figures.store = harvested::with_boot_of(planned.chain, planned.store());
  figures.margin = planned.device.store->margin.value;
  // 1 mW for 1 ns is 1 pJ.
  figures.resume.energy =
      harvested::Picojoules(double(figures.resume.time.count()) * planned.device.mcu_active_mw.value);
  return figures;
}

}  // namespace

Result<Case> run_case(intermittent_offline::Case planned) {
  auto trace = accel_model::HarvestTrace::of(planned.harvest);
  if (!trace) return trace.error().at(planned.harvest.name);
  const auto figures = figures_of(planned);
  return Case{planned.model.program.model.text(),
              planned.device.name,
              std::move(planned.harvest.name),
              std::move(planned.chain),
              figures,
              std::move(*trace)};
}

Result<Case> run_case(const documents::DeployFolder& deploy, const intermittent_offline::Question& question) {
  auto planned = read_case(deploy, question);
  if (!planned) return planned.error();
  return run_case(*std::move(planned));
}

}  // namespace synergy::harvested_offline
