// How many runs of each pipeline a cycle holds, with figures worked out by hand, and what holds of random
// ones.
#include "cycles.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <numeric>

#include "rates.hpp"
#include "synergy/base/splitmix64.hpp"
#include "synergy/schemas/limits.hpp"

namespace synergy::planner {
namespace {

using schemas::CollaborationPlan;
using testing::Each;
using testing::ElementsAre;
using namespace std::chrono_literals;

/// Pipelines whose runs hold the cpu of a device for so long.
class Plan {
 public:
  /// Ways of the same length; `device`: whose cpu.
  Plan& add(const std::string& device, Duration time, std::vector<double> shares = {1}) {
    auto& pipeline = plan.pipelines.emplace_back();
    pipeline.app = AppId("app" + std::to_string(plan.pipelines.size()));
    for (const double share : shares) {
      auto& execution = pipeline.executions.emplace_back();
      execution.share = share;
      execution.steps = {{schemas::TaskKind::kPrepare, DeviceId(device), {}, 0, time, 0, 0}};
    }
    return *this;
  }
  /// Nothing else is asked of the rates.
  Plan& free(double turns) { return target({turns, turns, 0, false, {}}); }
  Plan& paced(double rate) { return target({rate, rate, rate, true, "its own rate"}); }
  Plan& at_least(double turns) { return target({turns, turns, turns, false, {}}); }
  Plan& choose() {
    choose_cycles(plan, targets);
    return *this;
  }
  [[nodiscard]] std::vector<std::uint32_t> runs() const {
    std::vector<std::uint32_t> made;
    for (const auto& pipeline : plan.pipelines) made.push_back(pipeline.runs_per_cycle);
    return made;
  }
  [[nodiscard]] std::uint32_t all_runs() const {
    const auto made = runs();
    return std::accumulate(made.begin(), made.end(), 0u);
  }
  /// Turns per second of a pipeline where its group's cycle is as long as its busiest unit's load.
  [[nodiscard]] double turns_of(std::uint32_t p) const {
    for (const auto& group : schemas::groups_of(plan)) {
      if (!std::binary_search(group.begin(), group.end(), p)) continue;
      double ns = 0;
      for (const auto q : group)
        ns += double(plan.pipelines[q].runs_per_cycle) *
              double(plan.pipelines[q].executions.front().steps.front().duration.count());
      return plan.pipelines[p].runs_per_cycle / ns * 1e9;
    }
    return 0;
  }

  CollaborationPlan plan;
  std::vector<Target> targets;

 private:
  Plan& target(Target made) {
    targets.push_back(std::move(made));
    return *this;
  }
};

TEST(Cycles, HoldWholeProportionsExactly) {
  EXPECT_THAT(Plan().add("a", 10ms).add("a", 70ms).free(30).free(10).choose().runs(), ElementsAre(3, 1));
  EXPECT_THAT(Plan().add("a", 20ms).add("a", 20ms).free(30).free(20).choose().runs(), ElementsAre(3, 2));
  EXPECT_THAT(Plan().add("a", 50ms).add("a", 50ms).free(10).free(10).choose().runs(), ElementsAre(1, 1));
}

TEST(Cycles, OfOnePipelineHoldOneRun) {
  EXPECT_THAT(Plan().add("a", 1ms).add("b", 90ms).free(1000).free(11).choose().runs(), ElementsAre(1, 1))
      << "they share nothing";
}

TEST(Cycles, AreNoLongerThanALossOfTwoInAThousandAsksFor) {
  // Both fill the cpu at 21.6 runs to one: 21.6 x 1 ms + 10 ms. One run of the slow one and 21 of the fast
  // one lose 0.9 %: 21 / 31 ms of 21.6 / 31.6 ms. Two and 43 lose 0.15 %: 43 / 63 ms.
  const double slow = 1 / 31.6e-3;
  const auto made = Plan().add("a", 1ms).add("a", 10ms).free(21.6 * slow).free(slow).choose();
  EXPECT_THAT(made.runs(), ElementsAre(43, 2));
  EXPECT_NEAR(made.turns_of(0), 43 / 63e-3, 1e-9);
}

TEST(Cycles, RoundPacedPipelinesUpAndTheOthersDown) {
  // 23 x 10 ms + 10 x 77 ms fill a second. Up to nine runs of the other one, some rate is lost: 7 and 3 make
  // a cycle of 301 ms, in which the other has 9.97 turns a second.
  const auto exact = Plan().add("a", 10ms).add("a", 77ms).paced(23).free(10).choose();
  EXPECT_THAT(exact.runs(), ElementsAre(23, 10));
  // 64 runs do not reach an exact proportion of a rate like this one.
  const auto near = Plan().add("a", 10ms).add("a", 77ms).paced(23.0001).free(9.99998701).choose();
  EXPECT_GE(near.turns_of(0), 23.0001);
  EXPECT_GE(near.turns_of(1), 9.99998701 * (1 - kMostLoss));
  EXPECT_LE(near.turns_of(1), 9.99998701);
}

TEST(Cycles, GiveEveryPipelineTheTurnsThatItMustHave) {
  // The first is held by its floor, the second has what is left: 10.04 runs a second, 2.96 to one. Two runs
  // in a cycle of 90 ms would be too few of the first.
  const double left = (1 - 29.7 * 10e-3) / 70e-3;
  const auto made = Plan().add("a", 10ms).add("a", 70ms).at_least(29.7).free(left).choose();
  EXPECT_GE(made.turns_of(0), 29.7);
  EXPECT_GE(made.turns_of(1), left * (1 - kMostLoss));
  // Two paced ones: rounding one up must not take turns from the other.
  const auto both = Plan().add("a", 10ms).add("a", 10ms).add("a", 57ms).paced(20).paced(23).free(10).choose();
  EXPECT_GE(both.turns_of(0), 20 * (1 - 1e-9));
  EXPECT_GE(both.turns_of(1), 23 * (1 - 1e-9));
  EXPECT_GE(both.turns_of(2), 10 * (1 - kMostLoss));
}

TEST(Cycles, AreAsLongAsAPlaceInTheSramIsTaken) {
  // The middle device holds the input of its chunk or the output: a run takes that place for 100 ms, the
  // accelerator for 70 ms. The cpu that both share has 96 ms left in that time: 6.316 runs of 15.2 ms. Six
  // beside one would be a cycle of 95.2 ms by the units alone; in the place's 100 ms they lose 5 %.
  using schemas::TaskKind;
  const DeviceId first("a"), middle("m"), last("z");
  Plan made;
  made.add("a", 4ms).add("a", 15200us).free(10).free(96 / 15.2 * 10);
  auto& slow = made.plan.pipelines[0].executions[0];
  slow.chunks = {{first, 0, 0}, {middle, 1, 1}, {last, 2, 2}};
  slow.steps.push_back({TaskKind::kTransfer, first, middle, 0, 10ms, 60, 0});
  slow.steps.push_back({TaskKind::kLoad, middle, {}, 1, 10ms, 60, 0});
  slow.steps.push_back({TaskKind::kInfer, middle, {}, 1, 50ms, 0, 0});
  slow.steps.push_back({TaskKind::kUnload, middle, {}, 1, 10ms, 60, 0});
  slow.steps.push_back({TaskKind::kTransfer, middle, last, 1, 20ms, 60, 0});
  // The result comes back to the middle device, its target: that takes nothing of the place.
  slow.steps.push_back({TaskKind::kTransfer, last, middle, 2, 15ms, 1, 0});
  const auto one_place = schedule::Sram{{first, 1000}, {middle, 100}, {last, 1000}};
  const auto runs_with = [&made](const schedule::Sram& sram) {
    auto plan = made;
    choose_cycles(plan.plan, plan.targets, sram);
    return plan.runs();
  };
  EXPECT_THAT(runs_with(one_place), ElementsAre(10, 63)) << "0.25 % are lost";
  EXPECT_THAT(runs_with({{first, 1000}, {middle, 120}, {last, 1000}}), ElementsAre(1, 6)) << "room for both";
  auto& leaves = slow.steps[slow.steps.size() - 2];
  leaves.loads = true;  // streamed into the last chunk, whose number it has then
  leaves.chunk = 2;
  EXPECT_THAT(runs_with(one_place), ElementsAre(10, 63)) << "streamed on";
}

TEST(Cycles, HoldNoMoreRunsThanAPlanMay) {
  // A thousand to one: 256 runs in all, and the slow one has more than its part.
  const auto far = Plan().add("a", 1ms).add("a", 1ms).free(999).free(1).choose();
  EXPECT_THAT(far.runs(), ElementsAre(255, 1));
  const auto three = Plan().add("a", 1ms).add("a", 1ms).add("a", 1ms).free(600).free(399).free(1).choose();
  EXPECT_EQ(three.runs()[2], 1u);
  EXPECT_LE(three.all_runs(), schemas::kMaxRunsPerCycle);
  EXPECT_NEAR(three.runs()[0] / double(three.runs()[1]), 1.5, 0.02) << "both lose the same part";
}

TEST(Cycles, OfSeveralGroupsShareTheRunsEvenly) {
  Plan made;
  for (const auto* device : {"a", "b", "c"}) made.add(device, 1ms).add(device, 1ms).free(999).free(1);
  made.add("d", 5ms).free(200);
  const auto runs = made.choose().runs();
  EXPECT_LE(made.all_runs(), schemas::kMaxRunsPerCycle);
  for (const auto group : {0u, 2u, 4u}) {
    EXPECT_NEAR(runs[group], 84, 1) << "a third of 256 - 1, less the slow one's run";
    EXPECT_EQ(runs[group + 1], 1u);
  }
  EXPECT_EQ(runs[6], 1u);
}

TEST(Cycles, OfMorePipelinesThanRunsHoldOneRunOfEach) {
  Plan made;
  for (int p = 0; p < 300; ++p) made.add("a", 1ms).free(p == 0 ? 700 : 1);
  EXPECT_THAT(made.choose().runs(), Each(1));
}

TEST(Cycles, SpreadRunsOverWaysInWholeRuns) {
  // Two of three runs take 10 ms of one cpu, the third 20 ms of another: 150 runs a second.
  auto made = Plan().add("a", 10ms, {2.0 / 3, 1.0 / 3}).free(150);
  made.plan.pipelines[0].executions[1].steps[0].device = DeviceId("b");
  made.plan.pipelines[0].executions[1].steps[0].duration = 20ms;
  made.choose();
  const auto& pipeline = made.plan.pipelines[0];
  EXPECT_EQ(pipeline.runs_per_cycle % 3, 0u);
  EXPECT_EQ(pipeline.sequence.size(), pipeline.runs_per_cycle);
  EXPECT_EQ(std::count(pipeline.sequence.begin(), pipeline.sequence.end(), 1u) * 3,
            std::ptrdiff_t(pipeline.runs_per_cycle));
  EXPECT_DOUBLE_EQ(pipeline.executions[0].share, 2.0 / 3);
}

TEST(Cycles, OfRandomRatesKeepWhatMustBeKeptAndLoseLittle) {
  SplitMix64 random(7);
  int small_loss = 0;
  for (int n = 0; n < 500; ++n) {
    SCOPED_TRACE(n);
    // Fair rates of two to four pipelines on one cpu, some of them capped or with a floor.
    Plan made;
    std::vector<Demand> demands;
    const auto pipelines = 2 + random.below(3);
    for (std::uint64_t p = 0; p < pipelines; ++p) {
      made.add("a", Duration(std::int64_t(1'000'000 + random.below(60'000'000))));
      auto& demand = demands.emplace_back();
      demand.weight = 0.25 + double(random.below(1000)) / 250;
      if (random.below(3) == 0)
        demand.cap = 0.5 + double(random.below(400)) / 100;
      else if (random.below(3) == 0)
        demand.floor = 0.5 + double(random.below(400)) / 100;
    }
    const auto loads = loads_of(made.plan);
    ASSERT_TRUE(floors_fit(loads, demands));
    const auto rates = fair_rates(loads, demands);
    for (std::uint64_t p = 0; p < pipelines; ++p) {
      const bool is_paced = rates[p] >= demands[p].cap * (1 - 1e-9);
      made.targets.push_back({rates[p], rates[p], is_paced ? rates[p] : demands[p].floor, is_paced, {}});
    }
    made.choose();
    EXPECT_LE(made.all_runs(), schemas::kMaxRunsPerCycle);
    double loss = 0;
    for (std::uint32_t p = 0; p < pipelines; ++p) {
      EXPECT_GE(made.turns_of(p), made.targets[p].least * (1 - 1e-9)) << p;
      loss = std::max(loss, 1 - made.turns_of(p) / rates[p]);
    }
    small_loss += loss <= kMostLoss;
  }
  EXPECT_GE(small_loss, 480);
}

}  // namespace
}  // namespace synergy::planner
