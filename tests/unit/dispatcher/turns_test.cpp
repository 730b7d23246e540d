// Turns and rates: who is not there lets its turns pass, and nobody waits for it.
#include "synergy/execution/turns.hpp"

#include <gmock/gmock.h>

#include "fake_world.hpp"

namespace synergy::dispatcher_test {
namespace {

using execution::Turns;

const AppId kA("a"), kB("b");

/// Two pipelines that share their units. Cycles of 10 ms; units serve tasks up to `lag` cycles behind.
schemas::CollaborationPlan plan_with(std::uint32_t lag) {
  schemas::CollaborationPlan plan;
  plan.pipelines = {pipeline_of(kA), pipeline_of(kB)};
  plan.units = {{kGlasses, schemas::Unit::kCpu, {{0, 0, 0, 0, lag}}, {}}};
  return plan;
}
constexpr ModelTime kBegin{1000s};

TEST(Turns, OfWhoDoesNotComePassAsFarAsRunsUnderWayMayAsk) {
  Turns turns(plan_with(2), kBegin);
  EXPECT_EQ(turns.pass(kB, false, kBegin), std::nullopt) << "no run is under way";
  EXPECT_EQ(turns.take(kA, kBegin), 0u);
  EXPECT_EQ(turns.take(kA, kBegin), 1u);
  EXPECT_EQ(turns.pass(kB, false, kBegin), (Turns::Skip{0, 5}));
  EXPECT_EQ(turns.pass(kB, false, kBegin), std::nullopt);
  EXPECT_EQ(turns.pass(kA, false, kBegin), (Turns::Skip{2, 3})) << "its own last runs ask for the next ones";
  EXPECT_EQ(turns.take(kB, kBegin), 5u);
}

TEST(Turns, OfWhoComesLaterPassWithTheRounds) {
  Turns turns(plan_with(1), kBegin);
  (void)turns.take(kA, kBegin);
  EXPECT_EQ(turns.take(kB, kBegin), 0u);
  EXPECT_EQ(turns.pass(kB, true, kBegin + 9ms), std::nullopt) << "its next turn has not come yet";
  EXPECT_EQ(turns.next_pass(kB, kBegin + 9ms), kBegin + 10ms);
  EXPECT_EQ(turns.pass(kB, true, kBegin + 10ms), (Turns::Skip{1, 1}));
  EXPECT_EQ(turns.next_pass(kB, kBegin + 10ms), kBegin + 20ms);
  EXPECT_EQ(turns.pass(kB, true, kBegin + 1h), (Turns::Skip{2, 1})) << "no further than anybody asks";
}

const AppId kC("c");

/// Three runs of a and one of b in a cycle of 30 ms, which lag by a cycle at most; c has units of its own,
/// and a cycle of 10 ms.
schemas::CollaborationPlan plan_of_two_groups() {
  auto plan = plan_with(1);
  plan.pipelines[0].runs_per_cycle = 3;
  plan.pipelines.push_back(pipeline_of(kC));
  for (auto& step : plan.pipelines[2].executions[0].steps) step.device = step.to = DeviceId("ring");
  plan.pipelines[0].cycle = plan.pipelines[1].cycle = 30ms;
  plan.units.push_back({DeviceId("ring"), schemas::Unit::kCpu, {{2, 0, 0, 0, 7}}, {}});
  return plan;
}

TEST(Turns, OfAFastPipelineAreSeveralInEachCycle) {
  Turns turns(plan_of_two_groups(), kBegin);
  for (std::uint64_t turn = 0; turn < 3; ++turn) EXPECT_EQ(turns.take(kA, kBegin), turn);
  EXPECT_EQ(turns.pass(kB, false, kBegin), (Turns::Skip{0, 3})) << "runs of cycle 0 may ask for cycle 2";
  EXPECT_EQ(turns.take(kA, kBegin), 3u);
  EXPECT_EQ(turns.pass(kB, false, kBegin), (Turns::Skip{3, 1})) << "a begins its second cycle";
  EXPECT_EQ(turns.take(kA, kBegin), 4u);
  EXPECT_EQ(turns.pass(kB, false, kBegin), std::nullopt);
  EXPECT_EQ(turns.pass(kA, false, kBegin), (Turns::Skip{5, 7})) << "to the end of cycle 3";
}

TEST(Turns, OfAFastPipelinePassAtItsShareOfTheCycle) {
  Turns turns(plan_of_two_groups(), kBegin);
  EXPECT_EQ(turns.take(kB, kBegin), 0u);
  EXPECT_EQ(turns.pass(kA, true, kBegin + 9ms), std::nullopt);
  EXPECT_EQ(turns.next_pass(kA, kBegin + 9ms), kBegin + 10ms);
  EXPECT_EQ(turns.pass(kA, true, kBegin + 10ms), (Turns::Skip{0, 1}));
  EXPECT_EQ(turns.pass(kA, true, kBegin + 35ms), (Turns::Skip{1, 2}));
  EXPECT_EQ(turns.next_pass(kA, kBegin + 35ms), kBegin + 40ms);
  EXPECT_EQ(turns.take(kA, kBegin + 37ms), 3u);
  EXPECT_EQ(turns.pass(kA, true, kBegin + 46ms), std::nullopt);
  EXPECT_EQ(turns.pass(kA, true, kBegin + 47ms), (Turns::Skip{4, 1}));
}

TEST(Turns, OfOneGroupAreNothingToTheOthers) {
  Turns turns(plan_of_two_groups(), kBegin);
  EXPECT_EQ(turns.take(kA, kBegin), 0u);
  EXPECT_EQ(turns.pass(kC, false, kBegin), std::nullopt) << "nobody waits for it";
  EXPECT_EQ(turns.pass(kC, true, kBegin + 1s), std::nullopt);
  EXPECT_EQ(turns.take(kC, kBegin), 0u);
  EXPECT_EQ(turns.pass(kC, false, kBegin), (Turns::Skip{1, 8})) << "by the lag of its own units";
  EXPECT_EQ(turns.pass(kB, false, kBegin), (Turns::Skip{0, 3})) << "by the lag of these";
}

/// No turn is taken or passed over twice.
void expect_no_turn_twice(const FakeWorld& world) {
  std::map<std::uint64_t, std::map<AppId, std::map<std::uint64_t, int>>> seen;  // by start, app, turn
  for (const auto& grant : world.grants) ++seen[grant.start][grant.key.app][grant.turn];
  for (const auto& [device, skip] : world.skips) {
    if (device != kGlasses) continue;  // each of a pipeline's devices is told the same
    for (std::uint64_t i = 0; i < skip.turns; ++i) ++seen[skip.start][skip.app][skip.first_turn + i];
  }
  for (const auto& [start, apps] : seen)
    for (const auto& [app, turns] : apps)
      for (const auto& [turn, times] : turns)
        EXPECT_EQ(times, 1) << app.text() << " turn " << turn << " of start " << start;
}

TEST(Rates, StartNoMoreRunsThanWantedAndLetTheOthersGoOn) {
  FakeWorld world;
  auto slow = app_request("slow", 0);
  slow.rate = 10;
  (void)world.submit(app_request("fast", 0));
  const auto answer = world.submit(slow);
  world.run_for(100ms);
  ASSERT_TRUE(answer->has_value() && **answer);
  const auto fast_before = world.store.runs_of("fast"), slow_before = world.store.runs_of("slow");
  world.run_for(10s);
  const auto fast = world.store.runs_of("fast") - fast_before;
  const auto slow_runs = world.store.runs_of("slow") - slow_before;
  EXPECT_NEAR(double(slow_runs), 100, 3);
  EXPECT_GT(fast, 1000u) << "two in flight, of 10 ms each and a little";
  EXPECT_FALSE(world.skips.empty());
  expect_no_turn_twice(world);
}

TEST(Rates, AreThoseOfThePlan) {
  FakeWorld world;
  world.paced_at = {{AppId("held"), 20}, {AppId("asks"), 30}};
  auto asks = app_request("asks", 0);
  asks.rate = 50;  // the plan gives less
  (void)world.submit(app_request("held", 0));
  (void)world.submit(asks);
  world.run_for(500ms);
  const auto held_before = world.store.runs_of("held"), asks_before = world.store.runs_of("asks");
  world.run_for(10s);
  EXPECT_NEAR(double(world.store.runs_of("held") - held_before), 200, 3) << "though it asks for no rate";
  EXPECT_NEAR(double(world.store.runs_of("asks") - asks_before), 300, 3);
  expect_no_turn_twice(world);
}

TEST(WithoutOverlap, RunsOfAFastPipelineAreSeveralToOneOfTheOthers) {
  FakeWorld world;
  world.overlap = false;
  world.runs_per_cycle = {{kA, 3}};
  (void)world.submit(app_request("a", 0));
  (void)world.submit(app_request("b", 0));
  world.run_for(500ms);
  const auto first = world.grants.size();
  world.run_for(5s);
  ASSERT_GT(world.grants.size(), first + 100);
  for (auto n = first; n + 4 <= world.grants.size(); ++n) {
    const auto of_b =
        std::count_if(world.grants.begin() + std::ptrdiff_t(n), world.grants.begin() + std::ptrdiff_t(n + 4),
                      [](const auto& grant) { return grant.key.app == kB; });
    ASSERT_EQ(of_b, 1) << "in the grants from " << n << " on";
  }
  const auto ended = world.store.runs_of("a") + world.store.runs_of("b");
  EXPECT_LE(world.grants.size(), ended + 8) << "one at a time: what is not stored yet is not much";
}

TEST(WithoutOverlap, WhoIsPacedLeavesItsPlaceToTheOthers) {
  FakeWorld world;
  world.overlap = false;
  world.runs_per_cycle = {{kA, 3}};
  world.paced_at = {{kA, 5}};
  (void)world.submit(app_request("a", 0));
  (void)world.submit(app_request("b", 0));
  world.run_for(500ms);
  const auto a_before = world.store.runs_of("a"), b_before = world.store.runs_of("b");
  world.run_for(10s);
  EXPECT_NEAR(double(world.store.runs_of("a") - a_before), 50, 3);
  EXPECT_GT(world.store.runs_of("b") - b_before, 500u) << "runs of 12 ms, one after the other";
}

TEST(Rates, OfAnAppThatRunsMayBeChanged) {
  FakeWorld world;
  auto request = app_request("digits", 0);
  request.rate = 5;
  (void)world.submit(request);
  world.run_for(2s);
  const auto before = world.store.runs_of("digits");
  EXPECT_NEAR(double(before), 10, 2);
  request.rate = 50;
  const auto answer = world.submit(request);
  world.run_for(200ms);
  ASSERT_TRUE(answer->has_value() && **answer) << (*answer)->error().message;
  EXPECT_EQ((*answer)->value().first_run, 0u) << "the submission goes on";
  EXPECT_EQ(world.stored("digits").request.rate, 50);
  const auto changed = world.store.runs_of("digits");
  world.run_for(2s);
  EXPECT_NEAR(double(world.store.runs_of("digits") - changed), 100, 5);
  for (std::uint64_t run = 0; run < world.store.runs_of("digits"); ++run)
    EXPECT_TRUE(world.store.runs.contains({AppId("digits"), run})) << "run " << run;
}

TEST(Rates, AreTakenUpAtOnce) {
  FakeWorld world;
  auto request = app_request("digits", 0);
  request.rate = 0.01;
  (void)world.submit(request);
  world.run_for(2s);
  EXPECT_EQ(world.store.runs_of("digits"), 1u) << "the next is due in 100 s";
  request.rate = 50;
  (void)world.submit(request);
  world.run_for(2s);
  EXPECT_NEAR(double(world.store.runs_of("digits")), 100, 5);
}

/// An app of ten runs that was asked for once.
void expect_ten_runs(const FakeWorld& world) {
  EXPECT_EQ(world.store.runs_of("digits"), 10u);
  EXPECT_EQ(world.stored("digits").phase, schemas::AppPhase::kFinished);
  EXPECT_EQ(world.stored("digits").next_run, 10u);
  EXPECT_EQ(world.store.repeated_records, 0u);
  EXPECT_EQ(world.grants_of("digits"), 10u);
}

TEST(Rates, OfAnAppThatEndsWhileTheyArePlannedDoNotRunItAgain) {
  FakeWorld world;
  auto request = app_request("digits", 10);
  (void)world.submit(request);
  (void)world.run_until([&] { return world.grants.size() == 9; });
  world.plan_delay = 500ms;
  request.rate = 1000;
  const auto answer = world.submit(request);
  world.run_out();
  ASSERT_TRUE(answer->has_value() && !**answer);
  EXPECT_EQ((*answer)->error().code, ErrorCode::kConflict);
  expect_ten_runs(world);
}

TEST(Rates, OfAnAppThatEndsWhileTheyAreKeptDoNotRunItAgain) {
  FakeWorld world;
  world.fate = [](const schemas::RunGrant& grant) {
    return grant.key.run == 9 ? FakeWorld::Fate::kSilent : FakeWorld::Fate::kResult;
  };
  auto request = app_request("digits", 10);
  (void)world.submit(request);
  (void)world.run_until([&] { return world.store.runs_of("digits") == 9; });
  world.store_delay = 400ms;
  request.rate = 1000;
  const auto answer = world.submit(request);
  world.run_for(dispatcher::kDrainPatience + 50ms);  // on its way to the store, with a run under way
  world.result("digits", 9);
  world.run_out();
  ASSERT_TRUE(answer->has_value());
  expect_ten_runs(world);
}

TEST(Store, IsAskedToKeepADecisionHoweverManyRunsEnd) {
  FakeWorld world;
  world.depth = 16;
  (void)world.submit(app_request("digits", 0));
  world.run_for(1s);
  world.store_delay = 60ms;  // results come in every round trip
  world.left_out = {{AppId("too-large"), "no columns are free"}};
  const auto answer = world.submit(app_request("too-large", 0));
  world.run_for(1s);
  EXPECT_TRUE(answer->has_value());
}

TEST(Timers, DoNotAddUpWithPlansStartedAgain) {
  FakeWorld world;
  auto paced = app_request("paced", 0);
  paced.rate = 20;
  (void)world.submit(app_request("digits", 0));
  (void)world.submit(paced);
  world.fate = [](const schemas::RunGrant& grant) {
    return grant.key.run % 50 == 0 && grant.key.attempt == 1 ? FakeWorld::Fate::kFailed
                                                             : FakeWorld::Fate::kResult;
  };
  world.run_for(60s);
  const auto few = world.events_ahead();
  world.run_for(240s);
  EXPECT_GT(world.counter("plan.starts"), 50u);
  EXPECT_LE(world.events_ahead(), few + 10);
}

TEST(Switching, OutlivesAStartOfThePlanBefore) {
  FakeWorld world;
  (void)world.submit(app_request("digits", 0));
  world.run_for(6s);  // undisturbed: the plan is started again at once
  world.fate = [](const auto&) { return FakeWorld::Fate::kSilent; };  // nothing ends
  world.store_delay = 100ms;
  world.run_for(300ms);
  (void)world.submit(app_request("second", 0));
  world.run_for(200ms);
  world.restart_executor(kWatch);
  world.heartbeat(kWatch);  // the plan before is served again before the next one is kept
  world.run_for(3s);
  EXPECT_EQ(world.published_plan->id, 2u);
  ASSERT_FALSE(world.store.switches.empty());
  EXPECT_EQ(world.store.switches.back().plan_id, 2u);
  EXPECT_GT(world.store.switches.back().drain, 0ms);
}

TEST(Turns, OfAnAppThatHasComeToItsEndArePassedOver) {
  FakeWorld world;
  (void)world.submit(app_request("long", 200));
  (void)world.submit(app_request("short", 20));
  world.run_out();
  EXPECT_EQ(world.store.runs_of("long"), 200u);
  EXPECT_EQ(world.store.runs_of("short"), 20u);
  expect_no_turn_twice(world);
}

TEST(Failure, OfOneRunStartsThePlanAgainForAll) {
  FakeWorld world;
  world.fate = [](const schemas::RunGrant& grant) {
    return grant.key.app == kA && grant.key.run == 7 && grant.key.attempt == 1 ? FakeWorld::Fate::kFailed
                                                                               : FakeWorld::Fate::kResult;
  };
  (void)world.submit(app_request("a", 40));
  (void)world.submit(app_request("b", 40));
  world.run_out();
  EXPECT_EQ(world.store.runs_of("a"), 40u);
  EXPECT_EQ(world.store.runs_of("b"), 40u);
  EXPECT_EQ(world.store.repeated_records, 0u);
  std::set<std::uint64_t> starts;
  for (const auto& grant : world.grants) starts.insert(grant.start);
  EXPECT_GE(starts.size(), 2u);
  expect_no_turn_twice(world);
}

TEST(BrokerRestart, StartsThePlanAgainAtOnce) {
  FakeWorld world;
  (void)world.submit(app_request("digits", 400));
  world.run_for(1s);
  const auto starts = world.counter("plan.starts");
  world.dispatcher().on_bus_restart();
  world.run_for(300ms);
  EXPECT_EQ(world.counter("plan.starts"), starts + 1);
  world.run_out();
  EXPECT_EQ(world.store.runs_of("digits"), 400u);
}

TEST(Switching, LoadsBesideThenDrainsAndKeepsHowLongItTook) {
  FakeWorld world;
  world.beside_time = 500ms;
  (void)world.submit(app_request("first", 0));
  world.run_for(1s);
  const auto runs = world.store.runs_of("first");
  (void)world.submit(app_request("second", 0));
  world.run_for(400ms);
  EXPECT_GT(world.store.runs_of("first"), runs + 20) << "it goes on while the next plan is loaded beside";
  EXPECT_THAT(world.loaded_beside, testing::UnorderedElementsAre(kGlasses, kWatch));
  world.run_for(1s);
  EXPECT_EQ(world.stored("first").plan_id, 2u);
  ASSERT_EQ(world.store.switches.size(), 2u);
  EXPECT_EQ(world.store.switches[1].plan_id, 2u);
  EXPECT_LE(world.store.switches[1].drain, 40ms);
  EXPECT_LE(world.store.switches[1].load, 40ms);
  EXPECT_GT(world.counter("switch.last_us"), 0u);
}

}  // namespace
}  // namespace synergy::dispatcher_test
