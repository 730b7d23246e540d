#include "synergy/harvested_offline/bound.hpp"

#include <gmock/gmock.h>

namespace synergy::harvested_offline {
namespace {

using namespace std::chrono_literals;
using accel_model::HarvestTrace;
using harvested::Cost;
using intermittent::Range;

Cost cost(double uj, Duration time) { return {harvested::Picojoules(uj * intermittent::kPjPerUj), time}; }

Range range(double infer_uj, Duration infer) {
  Range made;
  made.weights = cost(500, 10ms);
  made.registers = cost(5, 1ms);
  made.steps = {cost(1, 1ms), cost(2, 1ms), cost(infer_uj, infer), cost(3, 1ms), cost(4, 1ms)};
  made.variable = made.steps.sum();
  return made;
}

/// Two pieces of 10 and 20 uJ; both at once take 25, and longer.
Case by_hand() {
  Chain chain(2);
  chain.boot = cost(19, 2500us);
  chain.range(0, 1) = range(10, 1ms);
  chain.range(1, 2) = range(20, 1ms);
  chain.range(0, 2) = range(25, 5ms);
  chain.first_layer = {0, 1, 2};
  chain.layers = {"a", "b"};
  chain.kept_bytes = {8, 8, 8};
  chain.fram_bytes = 1 << 20;
  for (const std::uint32_t from : {0, 1, 2})
    for (std::uint32_t to = 0; to <= from; ++to) chain.set_together(from, to, true);
  DeviceFigures figures;
  figures.store.capacitor = {.capacitance_uf = 1000, .rc_s = 0, .esr_ohm = 0};
  figures.store.thresholds = {.on_v = 3, .off_v = 2, .max_v = 4};
  figures.store.converter.output_efficiency = 0.5;
  return {"m", "d", "h", std::move(chain), figures, HarvestTrace::constant(100'000)};
}

TEST(LeastOfInference, TakesTheCheapestWayInEnergyAndTheShortestInTime) {
  const auto least = least_of_inference(by_hand().chain);
  EXPECT_EQ(least.energy, cost(1 + 2 + 25 + 3 + 4, {}).energy);
  EXPECT_EQ(least.time, 6ms) << "restore, load, two pieces, unload, save";
}

TEST(LeastOfInference, LeavesOutWhatTheAcceleratorRefuses) {
  auto given = by_hand();
  given.chain.range(0, 2).refusal = "too large";
  EXPECT_EQ(least_of_inference(given.chain).energy, cost(1 + 2 + 10 + 20 + 3 + 4, {}).energy);
}

TEST(Bound, OfAnyPolicyIsTheEnergyThatThereIsOverTheLeastOfAnInference) {
  // 1000 uF from 3 to 2 V: 2500 uJ. 100 uW for 10 s: 1000 uJ. Half of it reaches the load.
  const auto bound = bound_of(by_hand(), {.policy = "adaptive", .length = 10s, .into_trace = {}, .volts = 3});
  EXPECT_EQ(bound.kind, BoundKind::kEnergy);
  EXPECT_DOUBLE_EQ(bound.uj_per_inference, 35);
  EXPECT_NEAR(bound.inferences, 1750.0 / 35, 1e-9);
}

TEST(Bound, OfAnEmptyCapacitorCountsWhatMustComeBeforeAnythingCanRun) {
  // 2000 uJ lie between 0 and 2 V.
  auto bound = bound_of(by_hand(), {.policy = "adaptive", .length = 30s, .into_trace = {}, .volts = 0});
  EXPECT_NEAR(bound.inferences, 500.0 / 35, 1e-9);
  bound = bound_of(by_hand(), {.policy = "adaptive", .length = 10s, .into_trace = {}, .volts = 0});
  EXPECT_EQ(bound.inferences, 0);
}

TEST(Bound, IsTheTimeOrTheInputsWhereThatIsLess) {
  // 120 ms hold 20 inferences of 6 ms; (2500 + 12) uJ x 0.5 / 35 uJ would be 35.9.
  auto bound = bound_of(by_hand(), {.policy = "jit", .length = 120ms, .into_trace = {}, .volts = 3});
  EXPECT_EQ(bound.kind, BoundKind::kTime);
  EXPECT_NEAR(bound.inferences, 20, 1e-9);
  bound = bound_of(by_hand(), {.policy = "jit", .length = 120ms, .into_trace = {}, .volts = 3, .inputs = 7});
  EXPECT_EQ(bound.kind, BoundKind::kInputs);
  EXPECT_EQ(bound.inferences, 7);
}

TEST(Bound, OfPowerCyclesCountsBootAndWeights) {
  // Between 4 and 2 V there are 6000 uJ. Of E at the load, 2 E leave the capacitor, and 100 uW fill it for
  // E / 1 mW at most, the least load of any step: E <= 6000 / (2 - 0.1) = 3157.9 uJ.
  const auto bound = bound_of(by_hand(), {.policy = "batch", .length = 100s, .into_trace = {}, .volts = 2});
  EXPECT_EQ(bound.kind, BoundKind::kCycleProgram);
  EXPECT_GT(bound.uj_per_inference, 35);
  // 19 + 500 + 5 + 35 k <= 3157.9 has k = 75.
  EXPECT_NEAR(bound.uj_per_inference, 35 + 524.0 / 75, 0.05);
}

TEST(StoredHarvest, IsWhatTheConverterLetsThroughRowByRow) {
  schemas::HarvestRecording recording;
  recording.kind = schemas::HarvestKind::kHarvesterOutput;
  recording.duration_us = 4'000'000;
  recording.rows = {{0, 50'000}, {1'000'000, 200'000}};
  accel_model::Converter converter;
  converter.efficiency = accel_model::EfficiencyTable(0.5);
  converter.least_input_uw = 60;
  // From 2 s on for 5 s: 200 uW until 4, 50 (too little) until 5, 200 until 7.
  EXPECT_DOUBLE_EQ(stored_uj(converter, *HarvestTrace::of(recording), 2s, 5s), 0.5 * 200 * (2 + 2));
}

}  // namespace
}  // namespace synergy::harvested_offline
