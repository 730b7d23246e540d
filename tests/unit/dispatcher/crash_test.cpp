// A dispatcher killed at any instant: the next one goes on from what the store holds.
#include "fake_world.hpp"

namespace synergy::dispatcher_test {
namespace {

using schemas::AppPhase;

constexpr std::uint64_t kRuns = 20;

/// Submits, and counts how many events the mesh takes when nothing goes wrong.
std::uint64_t undisturbed_events(const std::function<void(FakeWorld&)>& prepare) {
  FakeWorld world;
  prepare(world);
  (void)world.submit(app_request("digits", kRuns));
  std::uint64_t events = 0;
  while (world.step()) ++events;
  EXPECT_EQ(world.store.runs_of("digits"), kRuns);
  return events;
}

void expect_all_runs(const FakeWorld& world, std::uint64_t runs = kRuns) {
  EXPECT_EQ(world.store.runs_of("digits"), runs);
  for (std::uint64_t run = 0; run < runs; ++run)
    ASSERT_TRUE(world.store.runs.contains({AppId("digits"), run})) << "run " << run << " was lost";
  EXPECT_EQ(world.stored("digits").phase, AppPhase::kFinished);
  EXPECT_EQ(world.stored("digits").completed, runs);
}

void crash_everywhere(const std::function<void(FakeWorld&)>& prepare) {
  const auto events = undisturbed_events(prepare);
  ASSERT_GT(events, 60u);
  for (std::uint64_t crash = 0; crash <= events; ++crash) {
    SCOPED_TRACE("crash after event " + std::to_string(crash) + " of " + std::to_string(events));
    FakeWorld world;
    prepare(world);
    const auto answer = world.submit(app_request("digits", kRuns));
    for (std::uint64_t event = 0; event < crash; ++event) world.step();
    const bool acknowledged = answer->has_value() && **answer;
    world.crash();
    world.restart();  // FakeWorld fails the test when a run is granted that had its record
    if (acknowledged) {
      EXPECT_TRUE(world.store.apps.contains(AppId("digits"))) << "an acknowledged app was lost";
    } else if (!world.store.apps.contains(AppId("digits"))) {
      (void)world.submit(app_request("digits", kRuns));  // as whoever got no answer would
    }
    world.run_out();
    expect_all_runs(world);
    EXPECT_TRUE(world.dispatcher().settled());
    if (testing::Test::HasFailure()) return;
  }
}

TEST(Crash, AtAnyEventLosesNoRunAndRepeatsNoneThatWasRecorded) {
  crash_everywhere([](FakeWorld&) {});
}

TEST(Crash, AtAnyEventLosesNoRunWithASlowStore) {
  crash_everywhere([](FakeWorld& world) { world.store_delay = 35ms; });
}

TEST(Crash, AtAnyEventLosesNoRunWhereSomeFailAndSomeComeTwice) {
  crash_everywhere([](FakeWorld& world) {
    world.fate = [](const schemas::RunGrant& grant) {
      if (grant.key.run % 5 == 1) return FakeWorld::Fate::kTwice;
      return grant.key.run % 5 == 3 && grant.key.attempt == 1 ? FakeWorld::Fate::kFailed
                                                              : FakeWorld::Fate::kResult;
    };
  });
}

TEST(Crash, TwiceInARowLosesNoRun) {
  const auto events = undisturbed_events([](FakeWorld&) {});
  for (std::uint64_t first = 5; first < events; first += 7)
    for (std::uint64_t second = 1; second < 60; second += 11) {
      SCOPED_TRACE("after events " + std::to_string(first) + " and " + std::to_string(second));
      FakeWorld world;
      const auto answer = world.submit(app_request("digits", kRuns));
      for (std::uint64_t event = 0; event < first; ++event) world.step();
      world.crash();
      world.restart();
      for (std::uint64_t event = 0; event < second; ++event) world.step();
      world.crash();
      world.restart();
      if (!world.store.apps.contains(AppId("digits"))) (void)world.submit(app_request("digits", kRuns));
      world.run_out();
      expect_all_runs(world);
    }
}

TEST(Crash, AtAnyEventOfTheNextSubmissionLosesNoRunOfTheOneBefore) {
  // The app is submitted again the moment its last result arrives, before that is kept.
  for (std::uint64_t crash = 0; crash < 40; ++crash) {
    SCOPED_TRACE("crash after event " + std::to_string(crash));
    FakeWorld world;
    (void)world.submit(app_request("digits", 5));
    ASSERT_TRUE(
        world.run_until([&] { return world.grants.size() == 5 && world.counter("runs.under_way") == 0; }));
    (void)world.submit(app_request("digits", 3));
    for (std::uint64_t event = 0; event < crash; ++event) world.step();
    world.crash();
    world.restart();
    world.run_out();
    const auto& status = world.stored("digits");
    EXPECT_EQ(status.phase, AppPhase::kFinished);
    EXPECT_EQ(world.store.runs_of("digits"), status.next_run);
    EXPECT_EQ(status.next_run, status.first_run == 0 ? 5u : 8u);
  }
}

TEST(Crash, AtAnyEventOfAStopLosesNoResultThatCameBeforeItsAnswer) {
  for (std::uint64_t crash = 0; crash < 60; ++crash) {
    SCOPED_TRACE("crash after event " + std::to_string(crash));
    FakeWorld world;
    (void)world.submit(app_request("digits", 0));
    ASSERT_TRUE(world.run_until([&] { return world.grants.size() == 20; }));
    const auto answer = world.stop("digits");
    for (std::uint64_t event = 0; event < crash; ++event) world.step();
    world.crash();
    world.restart();
    if (world.stored("digits").phase == AppPhase::kStopped) {
      EXPECT_EQ(world.store.runs_of("digits"), 20u);
      EXPECT_EQ(world.stored("digits").completed, 20u);
    } else {
      EXPECT_FALSE(answer->has_value()) << "acknowledged, and running again";
    }
  }
}

TEST(Crash, BetweenTwoCommandsOfManyRunsLosesNone) {
  // More runs wait for the store than one command takes: the first must not say that the app has finished.
  constexpr std::uint64_t kMany = dispatcher::kMostRunsAtOnce + 200;
  FakeWorld world;
  world.run_time = 1ms;
  world.depth = 8;
  world.runs_fault = [] { return Error{ErrorCode::kUnavailable, "the store is away"}; };
  (void)world.submit(app_request("digits", kMany));
  world.run_for(1min);
  EXPECT_EQ(world.store.runs_of("digits"), 0u);
  world.runs_fault = [] { return std::nullopt; };
  ASSERT_TRUE(world.run_until([&] { return world.store.runs_of("digits") == dispatcher::kMostRunsAtOnce; }));
  world.crash();
  world.restart();
  world.run_out();
  expect_all_runs(world, kMany);
}

TEST(Resume, WithNothingStoredWaitsForApps) {
  FakeWorld world;
  EXPECT_TRUE(world.deployments.empty());
  EXPECT_TRUE(world.plan_requests.empty());
  ASSERT_TRUE(world.published);
  EXPECT_TRUE(world.published->apps.empty());
}

TEST(Resume, WithAPlanOfAnEarlierProgramPlansAnewAndLosesNoRun) {
  FakeWorld world;
  (void)world.submit(app_request("digits", kRuns));
  world.run_until([&] { return world.store.runs_of("digits") >= 10; });
  world.crash();
  ASSERT_EQ(world.store.plan->id, 1u);
  world.store.plan_is_older = true;
  world.plan_requests.clear();
  world.restart();
  ASSERT_EQ(world.plan_requests.size(), 1u);
  EXPECT_EQ(world.plan_requests[0].id, 2u) << "numbers go on";
  EXPECT_EQ(world.plan_requests[0].cause, "the dispatcher started again; plan 1 is of an earlier program");
  world.store.plan_is_older = false;
  world.run_out();
  expect_all_runs(world);
  EXPECT_EQ(world.store.plan->id, 2u);
}

TEST(Resume, PublishesAppsAndPlanAndDeploysIt) {
  FakeWorld world;
  (void)world.submit(app_request("digits", 0));
  world.run_until([&] { return world.store.runs_of("digits") >= 10; });
  world.crash();
  world.published.reset();
  world.published_plan.reset();
  world.deployments.clear();
  world.restart();
  ASSERT_TRUE(world.published);
  EXPECT_EQ(world.published->apps.at(0).request.app, AppId("digits"));
  ASSERT_TRUE(world.published_plan);
  EXPECT_EQ(world.published_plan->id, 1u);
  EXPECT_EQ(world.deployments.size(), 2u);
  EXPECT_EQ(world.plan_requests.size(), 1u) << "it was not planned again";
}

TEST(Resume, DoesNotStartAppsThatHadEnded) {
  FakeWorld world;
  (void)world.submit(app_request("digits", 3));
  world.run_out();
  world.crash();
  world.deployments.clear();
  world.grants.clear();
  world.restart();
  world.run_out();
  EXPECT_TRUE(world.deployments.empty());
  EXPECT_TRUE(world.grants.empty());
}

TEST(Resume, NumbersPlansAndRunsOn) {
  FakeWorld world;
  (void)world.submit(app_request("digits", 3));
  world.run_out();
  world.crash();
  world.restart();
  const auto answer = world.submit(app_request("digits", 2));
  world.run_out();
  ASSERT_TRUE(**answer);
  EXPECT_EQ((*answer)->value().plan_id, 2u);
  EXPECT_EQ((*answer)->value().first_run, 3u);
  EXPECT_EQ(world.store.runs_of("digits"), 5u);
}

TEST(Resume, PlansAgainWhereNoPlanIsStored) {
  FakeWorld world;
  schemas::AppStatus status;
  status.request = app_request("digits", 4);
  world.store.apps[AppId("digits")] = status;
  world.crash();
  world.restart();
  world.run_out();
  EXPECT_EQ(world.plan_requests.size(), 1u);
  EXPECT_EQ(world.store.runs_of("digits"), 4u);
}

TEST(Resume, PlansAgainForAnAppThatTheStoredPlanDoesNotServe) {
  FakeWorld world;
  (void)world.submit(app_request("first", 0));
  world.run_until([&] { return world.store.runs_of("first") >= 5; });
  schemas::AppStatus second;
  second.request = app_request("second", 4);
  world.store.apps[AppId("second")] = second;
  world.crash();
  world.restart();
  world.run_for(1min);
  EXPECT_EQ(world.plan_requests.size(), 3u) << "the third when 'second' has come to its end";
  EXPECT_EQ(world.store.runs_of("second"), 4u);
}

TEST(Resume, PlansAgainUntilThePlannerIsThere) {
  FakeWorld world;
  schemas::AppStatus status;
  status.request = app_request("digits", 4);
  world.store.apps[AppId("digits")] = status;
  world.crash();
  const auto back = world.now() + 20s;
  world.planner_fault = [&](const auto&) -> std::optional<Error> {
    if (world.now() >= back) return std::nullopt;
    return Error{ErrorCode::kUnavailable, "the body is not known yet"};
  };
  world.restart();
  world.run_for(10s);
  EXPECT_EQ(world.store.runs_of("digits"), 0u);
  EXPECT_LE(world.plan_requests.size(), 20u) << "the planner is not hammered";
  const auto other = world.stop("nobody");
  EXPECT_TRUE(other->has_value()) << "others are not kept waiting";
  world.run_out();
  EXPECT_EQ(world.store.runs_of("digits"), 4u);
  EXPECT_EQ(world.stored("digits").phase, AppPhase::kFinished);
}

TEST(Resume, EndsAnAppAllOfWhoseRunsAreRecorded) {
  FakeWorld world;
  (void)world.submit(app_request("digits", 4));
  world.run_out();
  world.store.apps[AppId("digits")].phase = AppPhase::kRunning;
  world.crash();
  world.grants.clear();
  world.restart();
  world.run_out();
  EXPECT_TRUE(world.grants.empty());
  EXPECT_EQ(world.published->apps.at(0).phase, AppPhase::kFinished);
}

TEST(Resume, CountsRunsRecordedAsFailed) {
  FakeWorld world;
  world.fate = [](const schemas::RunGrant& grant) {
    return grant.key.run == 0 ? FakeWorld::Fate::kFailed : FakeWorld::Fate::kResult;
  };
  (void)world.submit(app_request("digits", 0));
  world.run_until(
      [&] { return world.store.apps.contains(AppId("digits")) && world.stored("digits").failed == 1; });
  const auto completed = world.stored("digits").completed;
  world.crash();
  world.restart();
  EXPECT_EQ(world.published->apps.at(0).failed, 1u);
  EXPECT_EQ(world.published->apps.at(0).completed, completed);
}

}  // namespace
}  // namespace synergy::dispatcher_test
