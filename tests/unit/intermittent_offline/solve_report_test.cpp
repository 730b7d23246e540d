// What solve reports: segments that cover the model, energies above the bound, and refusals with what to do.
#include "synergy/intermittent_offline/solve_report.hpp"

#include "cases.hpp"

namespace synergy::intermittent_offline {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

SolveReport solved(const Case& given, PolicyClass policy, bool front = false) {
  SolveOptions options;
  options.policy = policy;
  options.front = front;
  const auto report = solve(given, options);
  EXPECT_TRUE(report) << report.error().message;
  return report ? *report : SolveReport{};
}

std::string refusal(const Case& given) {
  const auto report = solve(given, {});
  if (report) return "no error";
  EXPECT_EQ(report.error().code, ErrorCode::kNoFit);
  return report.error().message;
}

TEST(Solve, SegmentsOfOnceAndBatchCoverTheModelInOrder) {
  const auto given = case_of("ressimplenet", 330);
  for (const auto policy : {PolicyClass::kOnce, PolicyClass::kBatch}) {
    const auto report = solved(given, policy);
    std::uint64_t next = 0;
    for (const auto& line : report.segments) {
      EXPECT_EQ(line.first_layer, next);
      EXPECT_GE(line.last_layer, line.first_layer);
      EXPECT_LE(line.power_cycle_uj, report.capacity_uj);
      EXPECT_GE(line.inputs, 1u);
      next = line.last_layer + 1;
    }
    EXPECT_EQ(next, given.model.program.layers.size());
    EXPECT_EQ(report.segments.back().power_cycle, report.segments.size());
  }
}

TEST(Solve, NoPolicyIsBelowTheBound) {
  const auto given = case_of("kws", 470);
  for (const auto policy : {PolicyClass::kOnce, PolicyClass::kSequence, PolicyClass::kBatch}) {
    const auto report = solved(given, policy);
    EXPECT_GT(report.bound_uj, 0);
    EXPECT_GE(report.energy_uj_per_inference, report.bound_uj * (1 - 1e-9));
    EXPECT_NEAR(report.above_bound, report.energy_uj_per_inference / report.bound_uj - 1, 1e-12);
  }
  EXPECT_LT(solved(given, PolicyClass::kBatch).energy_uj_per_inference,
            solved(given, PolicyClass::kOnce).energy_uj_per_inference);
}

TEST(Solve, TheSmallestCapacitorDoesAndATenthLessIsRefused) {
  const double smallest = solved(case_of("kws", 470), PolicyClass::kOnce).smallest_capacitor_uf;
  EXPECT_EQ(solved(case_of("kws", smallest), PolicyClass::kOnce).smallest_capacitor_uf, smallest);
  EXPECT_THAT(
      refusal(case_of("kws", smallest - 0.1)),
      AllOf(StartsWith("model 'kws': no inference would ever end: layer"),
            HasSubstr(" uJ in one power cycle"), HasSubstr("the smallest capacitor that would do has")));
}

TEST(Solve, AHarvestBelowLeakageIsToldWithBothPowers) {
  auto given = case_of("kws", 4700);
  given.harvest = recording(1'000'000, {{0, 60'000}});
  // 4700 uF x 3.15^2 / 196 s = 238 uW.
  EXPECT_THAT(
      refusal(given),
      AllOf(StartsWith("no progress: it never wakes at 3.15 V, where it leaks 238 uW"), HasSubstr("'on_v'")));
}

TEST(Solve, RatesFollowTheHarvest) {
  const auto given = case_of("convnet5", 330);
  const auto report = solved(given, PolicyClass::kBatch);
  ASSERT_TRUE(report.inferences_per_hour);
  const double net = report.harvest_uw - report.quiescent_uw - report.leakage_uw;
  EXPECT_NEAR(*report.inferences_per_hour, 3600 * net * 0.85 / report.energy_uj_per_inference, 1e-6);
  EXPECT_LE(report.low_inferences_per_hour.value_or(0), *report.inferences_per_hour);
}

TEST(Solve, TheFrontTradesEnergyForLatency) {
  const auto report = solved(case_of("kws", 1000), PolicyClass::kBatch, true);
  ASSERT_GT(report.front.size(), 2u);
  for (std::size_t i = 1; i < report.front.size(); ++i) {
    EXPECT_LT(report.front[i].energy_uj_per_inference, report.front[i - 1].energy_uj_per_inference);
    EXPECT_GT(report.front[i].latency_s, report.front[i - 1].latency_s);
  }
  auto dark = case_of("kws", 1000);
  dark.harvest = recording(1'000'000'000, {{0, 3'000'000}, {10'000'000, 0}});  // bursts: wakes, yet pays not
  SolveOptions options;
  options.front = true;
  const auto none = solve(dark, options);
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code, ErrorCode::kInvalid);
  EXPECT_THAT(none.error().message, HasSubstr("there is no latency; leave --front out"));
  options.front = false;
  const auto poor = solve(dark, options);
  ASSERT_TRUE(poor) << poor.error().message;
  EXPECT_FALSE(poor->inferences_per_hour);
}

}  // namespace
}  // namespace synergy::intermittent_offline
