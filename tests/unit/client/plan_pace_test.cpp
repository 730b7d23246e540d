#include "synergy/client/plan_pace.hpp"

#include <gmock/gmock.h>

#include <cmath>

namespace synergy::client {
namespace {

using namespace std::chrono_literals;
using schemas::RunRecord;

class Records {
 public:
  /// `count` runs of the plan that end one after the other, `step` apart, the first `after` the last one
  /// before.
  Records& add(std::uint64_t plan, int count, Duration step, Duration after = 0ms) {
    now_ += after;
    for (int i = 0; i < count; ++i) {
      RunRecord run;
      run.app = AppId("paced");
      run.run = made_.size();
      run.plan_id = plan;
      run.ended = now_ + (i == 0 ? 0ms : step);
      run.began = run.ended - 4ms;
      run.energy_uj = 50;
      run.recorded = UnixTime{1'800'000'000s} + run.ended.time_since_epoch();
      now_ = run.ended;
      made_.push_back(run);
    }
    return *this;
  }
  std::vector<RunRecord> made_;

 private:
  ModelTime now_{1000s};
};

/// That serves another app, too.
schemas::CollaborationPlan plan(double runs_per_second, std::uint32_t runs_per_cycle = 1) {
  schemas::CollaborationPlan made;
  made.pipelines.resize(2);
  made.pipelines[0].app = AppId("other");
  made.pipelines[0].runs_per_second = 1e6;
  made.pipelines[0].cycle = 1us;
  made.pipelines[1].app = AppId("paced");
  made.pipelines[1].runs_per_second = runs_per_second;
  made.pipelines[1].runs_per_cycle = runs_per_cycle;
  made.pipelines[1].cycle = Duration(std::llround(1e9 / runs_per_second)) * runs_per_cycle;
  return made;
}

std::optional<double> rate_of(const Records& records) {
  const auto paces = paces_of(records.made_, {});
  EXPECT_EQ(paces.size(), 1u);
  return paces.front().runs_per_second;
}

TEST(PlanPace, APauseOfTheMeshIsNoTimeOfThePlan) {
  // Over all time it would be 199 runs in 37.9 s: 5.25 runs a second.
  const auto paces = paces_of(Records().add(1, 100, 50ms).add(1, 100, 50ms, 28s).made_, {});
  ASSERT_EQ(paces.size(), 1u);
  EXPECT_DOUBLE_EQ(*paces[0].runs_per_second, 20);
  EXPECT_EQ(paces[0].pauses, 1u);
  EXPECT_DOUBLE_EQ(paces[0].paused_us, 28e6);
  EXPECT_DOUBLE_EQ(paces[0].measured_us, 2 * 99 * 50e3);
  EXPECT_EQ(paces[0].completed, 200u);
}

TEST(PlanPace, EachPlanHasItsOwnRateAndTheNewestIsLast) {
  const auto paces = paces_of(Records().add(3, 21, 50ms).add(4, 11, 200ms, 300ms).made_, {{4, plan(9.5)}});
  ASSERT_EQ(paces.size(), 2u);
  EXPECT_EQ(paces[0].plan_id, 3u);
  EXPECT_DOUBLE_EQ(*paces[0].runs_per_second, 20);
  EXPECT_FALSE(paces[0].plan_runs_per_second);
  EXPECT_EQ(paces[1].plan_id, 4u);
  EXPECT_DOUBLE_EQ(*paces[1].runs_per_second, 5);
  EXPECT_DOUBLE_EQ(*paces[1].plan_runs_per_second, 9.5);
  EXPECT_EQ(paces[1].first_run, 21u);
  EXPECT_EQ(paces[1].last_run, 31u);
}

TEST(PlanPace, ASlowAppIsNotTakenForOneThatPauses) {
  EXPECT_DOUBLE_EQ(*rate_of(Records().add(1, 10, 5s)), 0.2);
  const auto paces = paces_of(Records().add(1, 10, 5s).add(1, 10, 5s, 60s).made_, {});
  EXPECT_DOUBLE_EQ(*paces[0].runs_per_second, 0.2);
  EXPECT_EQ(paces[0].pauses, 1u);
}

TEST(PlanPace, TheGapsOfAPlanWhoseRunsComeInBurstsAreNoPauses) {
  // Cycles of three runs: 0.1 s, 0.1 s, 4.8 s.
  Records records;
  for (int cycle = 0; cycle < 4; ++cycle) records.add(1, 3, 100ms, 4800ms);
  const auto known = paces_of(records.made_, {{1, plan(0.6, 3)}});
  EXPECT_EQ(known[0].pauses, 0u);
  EXPECT_DOUBLE_EQ(*known[0].runs_per_second, 11 / (3 * 5 + 0.2));
}

TEST(PlanPace, AModelClockThatBeganAnewBeginsAnotherStretch) {
  auto records = Records().add(1, 11, 100ms);
  auto again = Records().add(1, 11, 100ms);  // the host was started again: the same times once more
  for (auto& run : again.made_) run.run += 11, run.ended -= 500s, run.began -= 500s;
  records.made_.insert(records.made_.end(), again.made_.begin(), again.made_.end());
  const auto paces = paces_of(records.made_, {});
  EXPECT_DOUBLE_EQ(*paces[0].runs_per_second, 10);
  EXPECT_EQ(paces[0].pauses, 1u);
  EXPECT_DOUBLE_EQ(paces[0].paused_us, 0);
}

TEST(PlanPace, RunsThatOvertakeEachOtherCountOnce) {
  auto records = Records().add(1, 11, 100ms);
  std::swap(records.made_[4].ended, records.made_[5].ended);
  std::swap(records.made_[9].ended, records.made_[10].ended);
  EXPECT_DOUBLE_EQ(*rate_of(records), 10);
}

TEST(PlanPace, WhatIsNotKnownIsNotZero) {
  const auto one = paces_of(Records().add(1, 1, 0ms).made_, {});
  EXPECT_FALSE(one[0].runs_per_second);
  EXPECT_DOUBLE_EQ(*one[0].latency_p50_us, 4000);
  auto records = Records().add(1, 2, 10ms);
  for (auto& run : records.made_) run.outcome = schemas::RunOutcome::kFailed;
  const auto none = paces_of(records.made_, {});
  EXPECT_EQ(none[0].failed, 2u);
  EXPECT_FALSE(none[0].latency_p50_us);
  EXPECT_FALSE(none[0].latency_max_us);
  EXPECT_FALSE(none[0].energy_uj);
  EXPECT_TRUE(paces_of({}, {}).empty());
}

TEST(PlanPace, SaysWhenItsRunsWereRecorded) {
  const auto paces = paces_of(Records().add(1, 11, 1s).made_, {});
  EXPECT_EQ(paces[0].since, "2027-01-15 08:16:40");
  EXPECT_EQ(paces[0].until, "2027-01-15 08:16:50");
}

}  // namespace
}  // namespace synergy::client
