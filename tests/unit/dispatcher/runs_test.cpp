// Runs: repeated results, failed attempts, silent and restarted executors, a store that is away.
#include <gmock/gmock.h>

#include <random>

#include "fake_world.hpp"

namespace synergy::dispatcher_test {
namespace {

using schemas::AppPhase;
using testing::Each;
using Fate = FakeWorld::Fate;

TEST(Runs, AreNeverMoreUnderWayThanTheDepth) {
  FakeWorld world;
  world.depth = 3;
  (void)world.submit(app_request("digits", 40));
  std::uint64_t most = 0;
  while (world.step()) most = std::max(most, world.counter("runs.under_way"));
  EXPECT_EQ(most, 3u);
}

TEST(Runs, AreGrantedOnceInOrderOfTheirNumberWhenNothingFails) {
  FakeWorld world;
  (void)world.submit(app_request("digits", 30));
  world.run_out();
  ASSERT_EQ(world.grants.size(), 30u);
  for (std::uint64_t run = 0; run < 30; ++run) {
    EXPECT_EQ(world.grants[run].key, (schemas::RunKey{AppId("digits"), run, 1}));
    EXPECT_EQ(world.grants[run].plan_id, 1u);
  }
}

TEST(Runs, BeginWhenTheOneWhosePlaceTheyTakeEnded) {
  FakeWorld world;
  world.depth = 1;
  (void)world.submit(app_request("digits", 5));
  world.run_out();
  for (std::uint64_t run = 1; run < 5; ++run)
    EXPECT_EQ(world.grants[run].not_before, world.store.runs.at({AppId("digits"), run - 1}).ended);
}

TEST(Runs, WhoseResultComesTwiceAreCountedAndStoredOnce) {
  FakeWorld world;
  world.fate = [](const auto&) { return Fate::kTwice; };
  (void)world.submit(app_request("digits", 20));
  world.run_out();
  EXPECT_EQ(world.store.runs_of("digits"), 20u);
  EXPECT_EQ(world.store.repeated_records, 0u);
  EXPECT_EQ(world.stored("digits").completed, 20u);
  EXPECT_GE(world.counter("runs.repeated"), 19u);  // of a finished app nothing is counted any more
}

TEST(Runs, ThatFailAreRepeatedWithAHigherAttempt) {
  FakeWorld world;
  world.fate = [](const schemas::RunGrant& grant) {
    return grant.key.run == 4 && grant.key.attempt < 3 ? Fate::kFailed : Fate::kResult;
  };
  (void)world.submit(app_request("digits", 10));
  world.run_out();
  EXPECT_EQ(world.store.runs_of("digits"), 10u);
  EXPECT_EQ(world.store.runs.at({AppId("digits"), 4}).attempts, 3u);
  EXPECT_EQ(world.store.runs.at({AppId("digits"), 5}).attempts, 1u);
  EXPECT_EQ(world.counter("runs.retried"), 2u);
  EXPECT_EQ(world.stored("digits").failed, 0u);
}

TEST(Runs, OfASilentExecutorAreRepeatedWhenPatienceIsOver) {
  FakeWorld world;
  world.fate = [](const schemas::RunGrant& grant) {
    return grant.key.run == 0 && grant.key.attempt == 1 ? Fate::kSilent : Fate::kResult;
  };
  (void)world.submit(app_request("digits", 3));
  world.run_until([&] { return world.grants.size() >= 1; });
  const auto granted = world.now();
  world.run_until([&] { return world.grants.back().key.attempt == 2; });
  // 3 s and 10 times the latency for each run in flight, then the pause before a repetition.
  EXPECT_GE(world.now() - granted, 3s + 10 * 2 * 10ms + dispatcher::kRetryPause);
  EXPECT_LT(world.now() - granted, 3s + 10 * 2 * 10ms + dispatcher::kRetryPause + 100ms);
  world.run_out();
  EXPECT_EQ(world.store.runs_of("digits"), 3u);
}

TEST(Runs, ThatNeverComeThroughAreReportedFailedAfterAMinute) {
  FakeWorld world;
  world.fate = [](const schemas::RunGrant& grant) {
    return grant.key.run == 1 ? Fate::kFailed : Fate::kResult;
  };
  (void)world.submit(app_request("digits", 4));
  const auto begin = world.now();
  world.run_out();
  EXPECT_GE(world.now() - begin, dispatcher::kGiveUpAfter);
  const auto& record = world.store.runs.at({AppId("digits"), 1});
  EXPECT_EQ(record.outcome, schemas::RunOutcome::kFailed);
  EXPECT_GT(record.attempts, 12u) << "starting again takes its time where it does not help";
  EXPECT_EQ(record.reason,
            "glasses: for the test; no result after " + std::to_string(record.attempts) + " attempts");
  EXPECT_EQ(world.stored("digits").phase, AppPhase::kFinished);
  EXPECT_EQ(world.stored("digits").completed, 3u);
  EXPECT_EQ(world.stored("digits").failed, 1u);
}

TEST(Runs, IgnoreResultsAndFailuresOfUnknownApps) {
  FakeWorld world;
  world.result("stranger", 3);
  world.dispatcher().on(schemas::RunFailed{{AppId("stranger"), 1, 1}, kGlasses, "?"});
  world.run_out();
  EXPECT_TRUE(world.store.runs.empty());
}

TEST(ExecutorRestart, IsSeenByItsInstanceAndDeployedToAgain) {
  FakeWorld world;
  (void)world.submit(app_request("digits", 60));
  world.run_until([&] { return world.store.runs_of("digits") >= 10; });
  world.heartbeat(kGlasses);
  const auto deployed = world.deployments.size();
  world.heartbeat(kGlasses);
  EXPECT_EQ(world.deployments.size(), deployed) << "the same instance";
  world.restart_executor(kGlasses);
  world.heartbeat(kGlasses, schemas::LifeCycle::kStarting);
  EXPECT_EQ(world.deployments.size(), deployed) << "it is not ready yet";
  world.heartbeat(kGlasses);
  EXPECT_EQ(world.counter("runs.under_way"), 0u) << "its runs are gone";
  world.run_until([&] { return world.deployments.size() == deployed + 2; }, 1s);
  EXPECT_EQ(world.deployments.size(), deployed + 2) << "the plan is started again, everywhere";
  world.run_out();
  EXPECT_EQ(world.store.runs_of("digits"), 60u);
  EXPECT_GE(world.counter("runs.retried"), 1u);
  EXPECT_THAT(
      world.store.runs,
      Each(testing::Field(&std::pair<const std::pair<AppId, std::uint64_t>, schemas::RunRecord>::second,
                          testing::Field(&schemas::RunRecord::outcome, schemas::RunOutcome::kCompleted))));
}

TEST(ExecutorRestart, BeforeItsFirstHeartbeatWasHeardIsSeenAllTheSame) {
  FakeWorld world;
  (void)world.submit(app_request("digits", 60));
  world.run_until([&] { return world.store.runs_of("digits") >= 10; });
  const auto deployed = world.deployments.size();
  world.restart_executor(kGlasses);
  world.heartbeat(kGlasses);
  world.run_until([&] { return world.deployments.size() == deployed + 2; }, 1s);
  EXPECT_EQ(world.deployments.size(), deployed + 2);
  world.run_out();
  EXPECT_EQ(world.store.runs_of("digits"), 60u);
}

TEST(Runs, WhoseResultClaimsToEndFarAheadDoNotHoldUpTheNext) {
  FakeWorld world;
  (void)world.submit(app_request("digits", 20));
  world.run_until([&] { return world.counter("runs.under_way") == 2; });
  schemas::RunResult nonsense;
  nonsense.run.key = {AppId("digits"), 0, 1};
  nonsense.ended = ModelTime{Duration(std::int64_t(1) << 62)};
  world.dispatcher().on(nonsense);
  world.run_out();
  EXPECT_EQ(world.store.runs_of("digits"), 20u);
  for (const auto& grant : world.grants) EXPECT_LT(grant.not_before, ModelTime{2000s});
}

TEST(StoreAway, ForLongStopsNewRunsUntilItHasKeptSome) {
  FakeWorld world;
  world.run_time = 1ms;
  world.depth = 8;
  (void)world.submit(app_request("digits", 0));
  world.run_until([&] { return world.grants.size() > 5; });
  world.runs_fault = [] { return Error{ErrorCode::kUnavailable, "the store is away"}; };
  world.run_for(2min);
  EXPECT_GE(world.counter("runs.to_keep"), dispatcher::kMostRunsToKeep);
  EXPECT_LE(world.counter("runs.to_keep"), dispatcher::kMostRunsToKeep + 8);
  const auto granted = world.grants.size();
  world.run_for(10s);
  EXPECT_EQ(world.grants.size(), granted);
  world.runs_fault = [] { return std::nullopt; };
  world.run_for(10s);
  EXPECT_GT(world.grants.size(), granted);
}

TEST(ExecutorRestart, OfADeviceThatThePlanDoesNotUseIsNothing) {
  FakeWorld world;
  world.executors.emplace(DeviceId("ring"), FakeExecutor{});
  (void)world.submit(app_request("digits", 60));
  world.run_until([&] { return world.store.runs_of("digits") >= 10; });
  const auto deployed = world.deployments.size();
  world.heartbeat(DeviceId("ring"));
  world.restart_executor(DeviceId("ring"));
  world.heartbeat(DeviceId("ring"));
  EXPECT_EQ(world.deployments.size(), deployed);
}

TEST(ExecutorRestart, WhileItWasDownDelaysRunsButLosesNone) {
  FakeWorld world;
  (void)world.submit(app_request("digits", 60));
  world.run_until([&] { return world.store.runs_of("digits") >= 10; });
  world.heartbeat(kWatch);
  world.executors.at(kWatch).alive = false;
  world.at(world.now() + 8s, [&] {
    world.restart_executor(kWatch);
    world.heartbeat(kWatch);
  });
  world.run_out();
  EXPECT_EQ(world.store.runs_of("digits"), 60u);
  EXPECT_EQ(world.stored("digits").completed, 60u);
}

TEST(StoreAway, LosesNoRunAndIsNotHammered) {
  FakeWorld world;
  (void)world.submit(app_request("digits", 100));
  world.run_until([&] { return world.store.runs_of("digits") >= 10; });
  std::uint64_t refused = 0;
  const auto back = world.now() + 5s;
  world.runs_fault = [&]() -> std::optional<Error> {
    if (world.now() >= back) return std::nullopt;
    ++refused;
    return Error{ErrorCode::kEnvironment, "the disk is full"};
  };
  world.run_out();
  EXPECT_EQ(world.store.runs_of("digits"), 100u);
  EXPECT_EQ(world.stored("digits").completed, 100u);
  EXPECT_GE(refused, 2u);
  EXPECT_LE(refused, 200u) << "a refused command waits before it is repeated";
}

TEST(StoreAway, ForRunsDoesNotKeepADecisionOutForEver) {
  FakeWorld world;
  (void)world.submit(app_request("digits", 0));
  world.run_until([&] { return world.store.runs_of("digits") >= 10; });
  world.runs_fault = [] { return Error{ErrorCode::kInvalid, "refused for the test"}; };
  world.run_for(1s);
  const auto answer = world.stop("digits");
  world.run_for(20s);
  EXPECT_TRUE(answer->has_value());
  world.runs_fault = [] { return std::nullopt; };
  world.run_out();
  EXPECT_EQ(world.store.runs_of("digits"), world.grants.size());
}

TEST(StoreAway, WithMoreRunsThanOneCommandTakesRecordsThemAll) {
  FakeWorld world;
  world.run_time = 1ms;
  world.depth = 8;
  (void)world.submit(app_request("digits", 1200));
  world.run_until([&] { return world.grants.size() > 5; });
  const auto back = world.now() + 20s;
  world.runs_fault = [&]() -> std::optional<Error> {
    if (world.now() >= back) return std::nullopt;
    return Error{ErrorCode::kUnavailable, "the store is away"};
  };
  world.run_out();
  EXPECT_EQ(world.store.runs_of("digits"), 1200u);
  EXPECT_EQ(world.store.repeated_records, 0u);
  EXPECT_EQ(world.stored("digits").phase, AppPhase::kFinished);
}

/// Everything that can go wrong, at random; every run must end, be recorded once, and be counted.
TEST(Soak, EndsEveryRunOfEveryAppOnceWhateverFails) {
  for (std::uint32_t seed = 1; seed <= 60; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random(seed);
    const auto one_in = [&](std::uint32_t n) { return random() % n == 0; };
    FakeWorld world;
    bool calm = false;
    world.store.counts_may_fall = true;
    world.depth = 1 + random() % 4;
    world.store_delay = std::chrono::milliseconds(1 + random() % 40);
    world.fate = [&](const auto&) {
      if (calm || !one_in(6)) return Fate::kResult;
      return one_in(3) ? Fate::kSilent : one_in(2) ? Fate::kTwice : Fate::kFailed;
    };
    world.runs_fault = [&]() -> std::optional<Error> {
      if (calm || !one_in(8)) return std::nullopt;
      return Error{ErrorCode::kUnavailable, "for the test"};
    };
    world.decision_fault = world.runs_fault;
    world.planner_fault = [&](const auto&) { return world.runs_fault(); };
    world.deploy_fault = [&](const auto&) { return world.runs_fault(); };
    world.answer_lost = [&] { return !calm && one_in(20); };

    std::map<std::string, std::uint64_t> asked{
        {"a", 20 + random() % 30}, {"b", 20 + random() % 30}, {"c", 10}};
    std::map<std::string, FakeWorld::Answer<schemas::AppSubmitted>> answers;
    for (int round = 0; round < 25; ++round) {
      for (const auto& [app, runs] : asked) {
        // As a person would: ask again until it is in the store.
        if (world.store.apps.contains(AppId(app)) || (answers[app] && !answers[app]->has_value())) continue;
        answers[app] = world.submit(app_request(app, runs));
      }
      world.run_for(std::chrono::milliseconds(random() % 1500));
      world.heartbeat(kGlasses);
      world.heartbeat(kWatch);
      if (one_in(5)) {
        world.crash();
        world.restart();
        answers.clear();
      }
      if (one_in(5)) {
        const auto& device = one_in(2) ? kGlasses : kWatch;
        world.heartbeat(device);
        world.restart_executor(device);
        world.heartbeat(device);
      }
    }
    calm = true;
    world.run_out();
    for (const auto& [app, runs] : asked) {
      if (!world.store.apps.contains(AppId(app)) || world.stored(app).phase == AppPhase::kRunning) {
        (void)world.submit(app_request(app, runs));
        world.run_out();
      }
      ASSERT_TRUE(world.store.apps.contains(AppId(app))) << app;
      EXPECT_EQ(world.store.runs_of(app), runs) << app;
      EXPECT_EQ(world.stored(app).phase, AppPhase::kFinished) << app;
      EXPECT_EQ(world.stored(app).completed + world.stored(app).failed, runs) << app;
    }
    EXPECT_TRUE(world.dispatcher().settled());
  }
}

}  // namespace
}  // namespace synergy::dispatcher_test
