#include "synergy/intermittent_offline/solve_report.hpp"

#include "synergy/accel_model/wake_outlook.hpp"
#include "synergy/intermittent/cycle_program.hpp"
#include "synergy/intermittent/feasible.hpp"
#include "synergy/intermittent_offline/income.hpp"

namespace synergy::intermittent_offline {
namespace {

using intermittent::Picojoules;

constexpr double kSecondsPerHour = 3600;

double milliseconds(Duration time) { return std::chrono::duration<double, std::milli>(time).count(); }

Status check_wakes(const Case& given) {
  const auto trace = accel_model::HarvestTrace::of(given.harvest);
  if (!trace) return trace.error();
  if (const auto never = accel_model::why_never_wakes(given.store(), *trace))
    return Error{ErrorCode::kNoFit, never->text()};
  return {};
}

void add_segments(const Case& given, const PowerPlan& plan, SolveReport& report) {
  const auto& first_layer = given.chain.first_layer;
  for (std::size_t i = 0; i < plan.cycles.size(); ++i) {
    const auto& cycle = plan.cycles[i];
    for (const auto& stage : cycle.stages)
      report.segments.push_back({i + 1, first_layer[stage.range.from], first_layer[stage.range.to] - 1,
                                 std::uint64_t(stage.inputs), intermittent::microjoules(cycle.cost.energy),
                                 milliseconds(cycle.cost.time)});
  }
}

std::optional<double> per_hour(const PowerPlan& plan, const Case& given, double net_uw) {
  const auto seconds = plan.seconds_per_inference(net_uw, given.device.store->output_efficiency.value);
  return seconds ? std::optional(kSecondsPerHour / *seconds) : std::nullopt;
}

/// All but the segments.
void add_costs(const Case& given, const PowerPlan& plan, const Income& income, SolveReport& report) {
  report.energy_uj_per_inference = plan.uj_per_inference;
  report.above_bound = report.bound_uj > 0 ? plan.uj_per_inference / report.bound_uj - 1 : 0;
  report.power_cycles_per_inference = plan.cycles_per_inference;
  report.on_ms_per_inference = milliseconds(plan.on_per_inference);
  report.harvest_uw = income.mean_uw;
  report.low_harvest_uw = income.low_uw;
  report.quiescent_uw = income.quiescent_uw;
  report.leakage_uw = income.leakage_uw;
  report.inferences_per_hour = per_hour(plan, given, income.net_uw());
  report.low_inferences_per_hour = per_hour(plan, given, income.low_net_uw());
  if (plan.latency_inferences) report.latency_inferences = std::uint64_t(*plan.latency_inferences);
  report.queue_bytes = plan.queue_bytes;
}

Status add_front(const Case& given, Picojoules capacity, const Income& income, SolveReport& report) {
  const double net_mw = income.net_uw() / 1000 * given.device.store->output_efficiency.value;
  if (!(net_mw > 0))
    return Error{ErrorCode::kInvalid,
                 "a front sets energy against latency, and this harvest does not pay for leakage and "
                 "converter in the mean: there is no latency; leave --front out"};
  const auto points = intermittent::batch_front(given.chain, capacity, net_mw);
  if (!points) return points.error();
  for (const auto& point : *points)
    report.front.push_back({std::uint64_t(point.most_inputs), point.plan.segments.size(),
                            std::uint64_t(point.plan.periods), point.plan.queue_bytes,
                            intermittent::microjoules(point.plan.energy),
                            std::chrono::duration<double>(point.plan.latency(net_mw)).count()});
  return {};
}

}  // namespace

Result<SolveReport> solve(const Case& given, const SolveOptions& options) {
  const double microfarads = given.device.store->capacitance_uf.value;
  const auto supply = given.supply_with(microfarads);
  if (auto status = check_progress(given.chain, supply); !status) return status.error();
  if (auto status = check_wakes(given); !status) return status.error();
  const auto capacity = usable_energy(supply);
  if (!capacity) return capacity.error();
  const auto least = least_capacity(given.chain);
  if (!least) return least.error();
  const auto smallest = smallest_capacitor_uf(least->need, supply);
  if (!smallest) return smallest.error();
  const auto plan = plan_of(given.chain, options.policy, *capacity, options.most_inputs);
  if (!plan) return plan.error();
  const auto bound = cycle_program(given.chain, *capacity);
  if (!bound) return bound.error();
  const auto income = income_of(given.harvest, given.store());
  if (!income) return income.error();
  SolveReport report;
  report.model = given.model.program.model.text();
  report.device = given.device.name;
  report.harvest = given.harvest.name;
  report.policy = options.policy;
  report.bound_uj = bound->bound_uj;
  report.capacitance_uf = microfarads;
  report.capacity_uj = intermittent::microjoules(*capacity);
  report.smallest_capacitor_uf = *smallest;
  add_segments(given, *plan, report);
  add_costs(given, *plan, *income, report);
  if (options.front)
    if (auto status = add_front(given, *capacity, *income, report); !status) return status.error();
  return report;
}

}  // namespace synergy::intermittent_offline
