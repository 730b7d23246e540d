#include "synergy/intermittent_offline/plan.hpp"

#include <algorithm>
#include <utility>

#include "synergy/intermittent/once.hpp"
#include "synergy/intermittent/sequence.hpp"

namespace synergy::intermittent_offline {
namespace {

using intermittent::Chain;
using intermittent::Picojoules;

Result<PowerPlan> once_plan(const Chain& chain, Picojoules capacity) {
  const auto found = intermittent::once(chain, capacity);
  if (!found) return found.error();
  PowerPlan plan;
  for (const auto& segment : found->segments) plan.cycles.push_back(one_range(chain, segment, 1));
  plan.cycles_per_inference = double(plan.cycles.size());
  plan.uj_per_inference = intermittent::microjoules(found->cost.energy);
  plan.on_per_inference = found->cost.time;
  return plan;
}

Result<PowerPlan> sequence_plan(const Chain& chain, Picojoules capacity) {
  auto found = intermittent::sequence(chain, capacity);
  if (!found) return found.error();
  PowerPlan plan;
  plan.cycles = std::move(found->pattern);
  plan.cycles_per_inference = double(plan.cycles.size()) / double(found->inferences);
  plan.uj_per_inference = found->uj_per_inference();
  plan.on_per_inference = found->cost.time / found->inferences;
  return plan;
}

Result<PowerPlan> batch_plan(const Chain& chain, Picojoules capacity, std::int64_t most_inputs) {
  for (auto most = most_inputs;; most /= 2) {
    auto found = intermittent::batch(chain, capacity, most);
    if (!found) return found.error();
    if (found->queue_bytes <= chain.fram_bytes) return plan_of(chain, *found);
    if (most == 1)
      return Error{ErrorCode::kNoFit, chain.label + ": its queues take " +
                                          std::to_string(found->queue_bytes) + " bytes, and the FRAM has " +
                                          std::to_string(chain.fram_bytes)};
  }
}

}  // namespace

PowerPlan plan_of(const Chain& chain, const intermittent::Batch& batch) {
  PowerPlan plan;
  for (const auto& segment : batch.segments) {
    plan.cycles.push_back(one_range(chain, segment.range, segment.inputs));
    plan.cycles_per_inference += 1 / double(segment.inputs);
  }
  plan.uj_per_inference = intermittent::microjoules(batch.energy);
  plan.on_per_inference = batch.time;
  plan.latency_inferences = batch.periods;
  plan.queue_bytes = batch.queue_bytes;
  return plan;
}

Result<PowerPlan> plan_of(const Chain& chain, PolicyClass policy, Picojoules capacity,
                          std::int64_t most_inputs) {
  switch (policy) {
    case PolicyClass::kOnce:
      return once_plan(chain, capacity);
    case PolicyClass::kSequence:
      return sequence_plan(chain, capacity);
    case PolicyClass::kBatch:
      break;
  }
  return batch_plan(chain, capacity, most_inputs);
}

std::optional<double> PowerPlan::seconds_per_inference(double net_uw, double output_efficiency) const {
  if (!(net_uw > 0)) return std::nullopt;
  const double on_s = std::chrono::duration<double>(on_per_inference).count();
  return std::max(uj_per_inference / (net_uw * output_efficiency), on_s);
}

}  // namespace synergy::intermittent_offline
