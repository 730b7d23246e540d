// The plans of all policies in one form: what they cost is what their power cycles cost.
#include "synergy/intermittent_offline/plan.hpp"

#include "cases.hpp"
#include "synergy/intermittent/once.hpp"

namespace synergy::intermittent_offline {
namespace {

using intermittent::Chain;
using intermittent::Picojoules;

Picojoules capacity_of(const Case& given) {
  return *usable_energy(given.supply_with(given.device.store->capacitance_uf.value));
}

double microjoules_of(const PowerPlan& plan) {
  double sum = 0;
  for (const auto& cycle : plan.cycles) sum += intermittent::microjoules(cycle.cost.energy);
  return sum;
}

TEST(Plan, OfOnceIsAPathWhoseSumIsPaid) {
  const auto given = case_of("kws", 330);
  const auto plan = plan_of(given.chain, PolicyClass::kOnce, capacity_of(given));
  ASSERT_TRUE(plan) << plan.error().message;
  EXPECT_GT(plan->cycles.size(), 1u);
  EXPECT_EQ(plan->cycles_per_inference, double(plan->cycles.size()));
  EXPECT_NEAR(microjoules_of(*plan), plan->uj_per_inference, 1e-6);
  EXPECT_FALSE(plan->latency_inferences || plan->queue_bytes);
}

TEST(Plan, OfSequenceSharesItsPatternAmongItsInferences) {
  const auto given = case_of("kws", 1000);
  const auto plan = plan_of(given.chain, PolicyClass::kSequence, capacity_of(given));
  ASSERT_TRUE(plan) << plan.error().message;
  const double inferences = double(plan->cycles.size()) / plan->cycles_per_inference;
  EXPECT_GT(inferences, 1) << "weights are shared";
  EXPECT_NEAR(microjoules_of(*plan) / inferences, plan->uj_per_inference, 1e-6);
}

TEST(Plan, OfBatchSharesEachPowerCycleAmongItsInputs) {
  const auto given = case_of("kws", 330);
  const auto plan = plan_of(given.chain, PolicyClass::kBatch, capacity_of(given));
  ASSERT_TRUE(plan) << plan.error().message;
  double shared = 0, often = 0;
  std::int64_t waits = 0;
  for (const auto& cycle : plan->cycles) {
    shared += intermittent::microjoules(cycle.cost.energy) / double(cycle.stages.front().inputs);
    often += 1 / double(cycle.stages.front().inputs);
    waits += cycle.stages.front().inputs;
  }
  EXPECT_NEAR(shared, plan->uj_per_inference, 1e-6 * double(plan->cycles.size()));
  EXPECT_NEAR(often, plan->cycles_per_inference, 1e-12);
  EXPECT_EQ(waits, plan->latency_inferences);
  EXPECT_LE(*plan->queue_bytes, given.chain.fram_bytes);
}

TEST(Plan, OfBatchIsHalvedUntilTheFramHoldsItsQueues) {
  auto given = case_of("kws", 10'000);
  const auto capacity = capacity_of(given);
  const auto roomy = plan_of(given.chain, PolicyClass::kBatch, capacity);
  ASSERT_TRUE(roomy);
  given.chain.fram_bytes = *roomy->queue_bytes * 3 / 4;
  const auto tight = plan_of(given.chain, PolicyClass::kBatch, capacity);
  ASSERT_TRUE(tight) << tight.error().message;
  EXPECT_LE(*tight->queue_bytes, given.chain.fram_bytes);
  EXPECT_GT(tight->uj_per_inference, roomy->uj_per_inference);
  given.chain.fram_bytes = 1;
  const auto none = plan_of(given.chain, PolicyClass::kBatch, capacity);
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code, ErrorCode::kNoFit);
}

TEST(Plan, IsBoundByEnergyOrByTime) {
  PowerPlan plan;
  plan.uj_per_inference = 200;
  plan.on_per_inference = std::chrono::milliseconds(50);
  EXPECT_NEAR(*plan.seconds_per_inference(100, 0.8), 2.5, 1e-12);
  EXPECT_NEAR(*plan.seconds_per_inference(1e6, 0.8), 0.05, 1e-12);
  EXPECT_FALSE(plan.seconds_per_inference(0, 0.8));
  EXPECT_FALSE(plan.seconds_per_inference(-3, 0.8));
}

}  // namespace
}  // namespace synergy::intermittent_offline
