// Table E: how much energy sharing weights saves, by the plans that `synergy intermittent solve` makes.
#include <algorithm>

#include "synergy/intermittent/cycle_program.hpp"
#include "synergy/intermittent_offline/plan.hpp"
#include "tables.hpp"

namespace synergy::harvested_bench {
namespace {

using intermittent_offline::plan_of;
using intermittent_offline::PolicyClass;
using intermittent_offline::PowerPlan;

constexpr double kSteadyUw = 100;  ///< net harvest, for latencies

/// Nothing where there is no such plan; `reason` says why.
Result<std::optional<PowerPlan>> plan_at(const intermittent::Chain& chain, PolicyClass policy,
                                         intermittent::Picojoules capacity, std::string& reason) {
  auto plan = plan_of(chain, policy, capacity);
  if (plan) return std::optional(*std::move(plan));
  if (plan.error().code != ErrorCode::kNoFit) return plan.error();
  reason = plan.error().message;
  return std::optional<PowerPlan>();
}

std::uint64_t most_inputs_of(const PowerPlan& plan) {
  std::int64_t most = 0;
  for (const auto& cycle : plan.cycles)
    for (const auto& stage : cycle.stages) most = std::max(most, stage.inputs);
  return std::uint64_t(most);
}

Result<SharingRow> share_at(const Subject& subject, double microfarads) {
  auto row = row_at<SharingRow>(subject, microfarads);
  const auto& chain = subject.planned.chain;
  const double efficiency = subject.planned.device.store->output_efficiency.value;
  const auto capacity = usable_energy(subject.planned.supply_with(microfarads));
  if (!capacity) return capacity.error();
  const auto once = plan_at(chain, PolicyClass::kOnce, *capacity, row.reason);
  if (!once) return once.error();
  if (!*once) return row;
  row.once_uj = (*once)->uj_per_inference;
  row.once_latency_s = (*once)->seconds_per_inference(kSteadyUw, efficiency);
  const auto sequence = plan_at(chain, PolicyClass::kSequence, *capacity, row.reason);
  if (!sequence) return sequence.error();
  if (*sequence) {
    row.sequence_uj = (*sequence)->uj_per_inference;
    row.sequence_times = *row.once_uj / *row.sequence_uj;
  }
  const auto batch = plan_at(chain, PolicyClass::kBatch, *capacity, row.reason);
  if (!batch) return batch.error();
  if (*batch) {
    row.batch_uj = (*batch)->uj_per_inference;
    row.batch_times = *row.once_uj / *row.batch_uj;
    row.batch_latency_s = double((*batch)->latency_inferences.value_or(1)) *
                          (*batch)->seconds_per_inference(kSteadyUw, efficiency).value();
    row.batch_inputs = most_inputs_of(**batch);
    row.queue_bytes = (*batch)->queue_bytes;
  }
  const auto bound = intermittent::cycle_program(chain, *capacity);
  if (!bound) return bound.error();
  row.bound_uj = bound->bound_uj;
  return row;
}

}  // namespace

std::size_t steps_of_sharing(const Subjects& subjects) {
  return subjects.all.size() * subjects.capacitors_uf.size();
}

Result<std::vector<SharingRow>> share_weights(const Subjects& subjects, Progress& progress) {
  std::vector<SharingRow> rows;
  for (const auto& subject : subjects.all)
    for (const auto microfarads : subjects.capacitors_uf) {
      auto row = share_at(subject, microfarads);
      if (!row) return row.error();
      rows.push_back(*std::move(row));
      progress.done("plans of " + subject.model());
    }
  return rows;
}

}  // namespace synergy::harvested_bench
