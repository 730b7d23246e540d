// `optimal` against every combination of every source, target, ordered choice of devices and cut
// (enumeration.hpp), on 500 small problems, or 10 000 behind --long.
#include <algorithm>
#include <array>
#include <cstdlib>

#include "enumeration.hpp"
#include "planner_fixtures.hpp"
#include "synergy/planner/measures.hpp"
#include "synergy/planner/verify.hpp"

namespace synergy::planner_test {
namespace {

using planner::Objective;
using planner::OutcomeStatus;
using planner::Problem;

void ask_for_own_rate(schemas::AppRequest& app, Random& random) {
  app.weight = random.any_of<double>({1, 1, 1, 2, 0.5, 1.0 / 3, 7});
  if (random.one_in(4)) app.rate = double(1 + random.below(300)) / 3;
  app.repeat = !random.one_in(5);
}

/// Up to 3 pipelines on up to 3 devices, up to 6 layers each; memory, SRAM, deadlines and rates often matter.
Problem small_problem(std::uint64_t seed, const planner::SolveOptions& options) {
  Random random(seed);
  const auto pipelines = random.any_of<std::size_t>({1, 2, 2, 3});
  auto problem = random_problem(random.next(), pipelines);
  while (problem.body.devices.size() > 3) problem.body.devices.pop_back();
  std::erase_if(problem.body.absent, [&](const DeviceId& id) { return problem.body.find(id) == nullptr; });
  for (auto& pipeline : problem.pipelines) {
    for (auto* need : {&pipeline.app.sensing, &pipeline.app.interaction})
      if (problem.body.find(need->on) == nullptr) need->on = {};
    if (random.one_in(6)) pipeline.app.deadline_us = double(2'000 + random.below(40'000));
    pipeline.app.repeat = true;
    // With overlap the rate of a plan may be below what its busiest unit allows; where rates are raised one
    // by one, seldom below a low floor.
    const bool raises = options.objective == Objective::kFair || options.objective == Objective::kSum;
    if ((!options.overlap || raises) && random.one_in(8))
      pipeline.app.min_rate = double(1 + random.below(options.overlap ? 30 : 80));
    if (raises) ask_for_own_rate(pipeline.app, random);
    if (options.objective == Objective::kLifetime) {
      (random.one_in(2) ? pipeline.app.min_rate : pipeline.app.rate) = double(1 + random.below(60)) / 3;
      pipeline.app.repeat = !random.one_in(5);
    }
  }
  for (auto& [name, profile] : problem.body.device_profiles)
    if (random.one_in(2))
      profile.sram_for_tensors_bytes.value = random.any_of<double>({64, 300, 1'000, 3'000, 9'000, 40'000});
  if (options.objective == Objective::kLifetime) {
    for (auto& [name, profile] : problem.body.device_profiles)
      profile.battery_mwh.emplace().value = random.any_of<double>({40, 180, 180, 1'100});
    for (const auto& device : problem.body.devices)
      problem.body.batteries[device.id.text()] = random.any_of<std::uint32_t>({100, 100, 55, 3, 0});
  }
  return problem;
}

planner::SolveOptions options_of(std::uint64_t seed) {
  planner::SolveOptions options;
  options.objective =
      std::array{Objective::kRounds, Objective::kFair,   Objective::kLatency, Objective::kSum,
                 Objective::kFair,   Objective::kEnergy, Objective::kSum,     Objective::kLifetime}[seed % 8];
  options.overlap = seed / 8 % 4 != 0;
  return options;
}

double in_outcome_units(double cost, Objective objective) {
  return planner::more_is_better(objective) ? 1e9 / cost : cost;
}

#if defined(__SANITIZE_ADDRESS__)
constexpr std::uint64_t kPerShard = 5;  // ten times as slow
#else
constexpr std::uint64_t kPerShard = 50;
#endif
/// Problems of each shard: kPerShard, or as many as SYNERGY_ENUMERATED says.
std::uint64_t problems_of_a_shard() {
  const char* asked = std::getenv("SYNERGY_ENUMERATED");
  return asked == nullptr ? kPerShard : std::stoull(asked);
}
constexpr double kMostCombinations = 40'000;

/// Every level is proved, and together they are the fairest rates, or hours, of all plans.
void expect_levels(const planner::Outcome& outcome, const std::vector<double>& fairest) {
  std::vector<double> levels;
  for (const auto& level : outcome.plan.levels) {
    EXPECT_EQ(level.value, level.bound);
    levels.insert(levels.end(), level.apps.size() + level.devices.size(), level.value);
  }
  std::sort(levels.begin(), levels.end());
  ASSERT_EQ(levels.size(), fairest.size());
  for (std::size_t k = 0; k < fairest.size(); ++k) EXPECT_NEAR(levels[k], fairest[k], 1e-6 * fairest[k]) << k;
}

/// `optimal-mixed` is never behind `optimal`, and never above its own bound.
void expect_mixture_within(const Problem& problem, planner::SolveOptions options,
                           const planner::Outcome& single) {
  options.policy = "optimal-mixed";
  const auto mixed = planner::solve(problem, options);
  ASSERT_TRUE(mixed.has_plan()) << mixed.reason;
  EXPECT_GE(planner::advantage(mixed.objective_value, single.objective_value, options.objective), -1e-6);
  EXPECT_LE(planner::advantage(mixed.objective_value, mixed.bound, options.objective), 1e-6);
}

bool asks_for_floor(const Problem& problem) {
  return std::any_of(problem.pipelines.begin(), problem.pipelines.end(),
                     [](const auto& pipeline) { return pipeline.app.min_rate > 0; });
}

class OptimalShard : public testing::TestWithParam<std::uint64_t> {};

TEST_P(OptimalShard, EqualsTheBestOfAllPlans) {
  const auto problems = problems_of_a_shard();
  std::uint64_t compared = 0, together = 0, infeasible = 0, reached = 0, missed = 0;
  for (std::uint64_t seed = GetParam() * 1'000'000; compared < problems; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const auto options = options_of(seed);
    const auto problem = small_problem(seed, options);
    Enumeration plans(problem, options);
    if (plans.count() > kMostCombinations) continue;
    ++compared;
    const auto best = plans.best();
    const auto outcome = planner::solve(problem, options);
    if (outcome.status == OutcomeStatus::kInvalid) {  // no battery that is not empty
      EXPECT_EQ(options.objective, Objective::kLifetime) << outcome.reason;
      continue;
    }
    if (!best) {
      ++infeasible;
      EXPECT_EQ(outcome.status, OutcomeStatus::kInfeasible) << outcome.reason;
      EXPECT_FALSE(outcome.reason.empty());
      continue;
    }
    // What fits where units are loaded to the full may not be met by whole runs in a cycle.
    if (outcome.status == OutcomeStatus::kOutOfResource && asks_for_floor(problem)) {
      ++missed;
      continue;
    }
    ASSERT_TRUE(outcome.has_plan()) << outcome.reason;
    EXPECT_EQ(outcome.stopped_by, planner::StoppedBy::kProof);
    const double expected = in_outcome_units(*best, options.objective);
    EXPECT_NEAR(outcome.bound, expected, 1e-6 * expected);
    if (options.objective == Objective::kFair || options.objective == Objective::kLifetime)
      expect_levels(outcome, plans.fairest());
    if (seed % 5 == 0) expect_mixture_within(problem, options, outcome);
    const auto verified = planner::verify(problem, outcome.plan);
    EXPECT_TRUE(verified) << verified.error().message;
    together += problem.pipelines.size() > 1;
    reached += outcome.plan.status == schemas::PlanStatus::kOptimal;
  }
  EXPECT_GE(together, problems / 8) << "the problems must be worth something";
  EXPECT_GE(infeasible, problems / 25);
  EXPECT_LE(missed, problems / 50);
  // A plan's real rate may be below what the busiest unit allows, but seldom is.
  if (problems >= 50) {
    EXPECT_GE(double(reached), 0.7 * double(compared - infeasible));
  }
  RecordProperty("reached", int(reached));
}

INSTANTIATE_TEST_SUITE_P(Enumerated, OptimalShard, testing::Range<std::uint64_t>(1, 11));

}  // namespace
}  // namespace synergy::planner_test