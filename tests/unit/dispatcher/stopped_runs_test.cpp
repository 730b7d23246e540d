// Runs of stopped apps: each run that was granted ends in one record, whatever became of it.
#include <gmock/gmock.h>

#include "fake_world.hpp"

namespace synergy::dispatcher_test {
namespace {

using schemas::AppPhase;
using schemas::RunOutcome;
using testing::HasSubstr;
using testing::StartsWith;
using Fate = FakeWorld::Fate;

void expect_each_granted_run_recorded(const FakeWorld& world) {
  for (const auto& grant : world.grants)
    EXPECT_TRUE(world.store.runs.contains({grant.key.app, grant.key.run}))
        << grant.key.app.text() << " run " << grant.key.run << " has no record";
  for (const auto& [id, status] : world.store.apps)
    EXPECT_EQ(status.completed + status.failed, status.next_run - status.first_run) << id.text();
}

const schemas::RunRecord& record(const FakeWorld& world, const std::string& app, std::uint64_t run) {
  return world.store.runs.at({AppId(app), run});
}

/// An app with runs of twenty seconds: longer than a stop waits for them.
struct SlowApp {
  FakeWorld world;
  std::shared_ptr<std::optional<Result<schemas::AppStopped>>> answer;

  SlowApp() {
    world.run_time = 20s;
    world.depth = 3;
    (void)world.submit(app_request("slow", 0));
    world.run_until([&] { return world.grants.size() == 3; });
  }
  /// Another app comes, and runs by the same plan.
  void add_other(std::uint64_t runs) {
    (void)world.submit(app_request("other", runs));
    world.run_until([&] { return world.grants_of("other") > 0; });
  }
  void stop() {
    answer = world.stop("slow");
    ASSERT_TRUE(world.run_until([&] { return answer->has_value(); }, 10s));
    ASSERT_TRUE(**answer);
  }
};

TEST(StoppedRuns, OfTheLastAppComeThroughAndAreRecorded) {
  SlowApp slow;
  slow.stop();
  EXPECT_EQ(slow.world.store.runs_of("slow"), 0u) << "they are still under way";
  EXPECT_EQ(slow.world.stored("slow").phase, AppPhase::kStopped);
  slow.world.run_out();
  EXPECT_EQ(slow.world.stored("slow").completed, 3u);
  EXPECT_EQ(record(slow.world, "slow", 2).outcome, RunOutcome::kCompleted);
  expect_each_granted_run_recorded(slow.world);
}

TEST(StoppedRuns, ThatTheNextPlanEndsAreRecordedAsStopped) {
  SlowApp slow;
  auto& world = slow.world;
  slow.add_other(2);
  slow.stop();
  const auto stopped = world.now();
  ASSERT_TRUE(world.run_until([&] { return world.store.runs_of("slow") >= 3; }));
  EXPECT_LT(world.now() - stopped, 2s) << "nobody works on them: there is nothing to wait for";
  world.run_out();
  for (std::uint64_t run = 0; run < 3; ++run) {
    EXPECT_EQ(record(world, "slow", run).outcome, RunOutcome::kFailed);
    EXPECT_EQ(record(world, "slow", run).reason, "stopped: under way when the app was stopped");
  }
  EXPECT_EQ(world.stored("slow").failed, world.stored("slow").next_run);
  EXPECT_EQ(world.stored("other").completed, 2u);
  expect_each_granted_run_recorded(world);
}

TEST(StoppedRuns, WhoseResultWasOnItsWayAreRecordedAsCompleted) {
  SlowApp slow;
  auto& world = slow.world;
  slow.add_other(0);
  slow.stop();
  world.run_until([&] { return world.counter("runs.under_way") == 3; });  // those of the other app
  world.result("slow", 1, 2);
  world.result("slow", 1, 2);
  world.run_for(5s);
  EXPECT_EQ(record(world, "slow", 1).outcome, RunOutcome::kCompleted);
  EXPECT_EQ(record(world, "slow", 2).outcome, RunOutcome::kFailed);
  EXPECT_EQ(world.stored("slow").completed, 1u);
  EXPECT_EQ(world.stored("slow").failed, world.stored("slow").next_run - 1);
}

TEST(StoppedRuns, ThatFailAreNotRepeated) {
  SlowApp slow;
  slow.world.fate = [](const auto&) { return Fate::kFailed; };
  slow.world.run_until([&] { return slow.world.grants.size() == 6; });  // the second grants will fail
  slow.stop();
  const auto granted = slow.world.grants.size();
  slow.world.run_out();
  EXPECT_EQ(slow.world.grants.size(), granted);
  EXPECT_EQ(record(slow.world, "slow", 4).outcome, RunOutcome::kFailed);
  EXPECT_THAT(record(slow.world, "slow", 4).reason, StartsWith("stopped: "));
  expect_each_granted_run_recorded(slow.world);
}

TEST(StoppedRuns, OfASilentExecutorEndWhenTheirPatienceIsOver) {
  FakeWorld world;
  world.fate = [](const auto&) { return Fate::kSilent; };
  (void)world.submit(app_request("digits", 0));
  world.run_until([&] { return world.grants.size() == 2; });
  (void)world.stop("digits");
  const auto stopped = world.now();
  world.run_out();
  EXPECT_LT(world.now() - stopped, 10s);
  EXPECT_EQ(world.stored("digits").failed, 2u);
  expect_each_granted_run_recorded(world);
}

TEST(StoppedRuns, AreNotThoseOfTheNextSubmission) {
  SlowApp slow;
  auto& world = slow.world;
  slow.stop();
  auto again = world.submit(app_request("slow", 2));
  ASSERT_TRUE(world.run_until([&] { return again->has_value(); }));
  EXPECT_EQ((*again)->value().first_run, 3u);
  world.run_out();
  EXPECT_EQ(world.stored("slow").phase, AppPhase::kFinished);
  EXPECT_EQ(world.stored("slow").completed, 2u);
  EXPECT_EQ(world.stored("slow").failed, 0u);
  EXPECT_EQ(world.store.runs_of("slow"), 5u);
  expect_each_granted_run_recorded(world);
}

TEST(StoppedRuns, AreRecordedByTheNextDispatcherWhenThisOneDies) {
  for (const bool with_another : {false, true}) {
    SCOPED_TRACE(with_another);
    SlowApp slow;
    auto& world = slow.world;
    if (with_another) (void)world.submit(app_request("other", 0));
    world.run_for(100ms);
    slow.stop();
    world.crash();
    world.restart();
    world.run_for(2min);
    EXPECT_EQ(world.store.runs_of("slow"), 3u);
    const auto& status = world.stored("slow");
    EXPECT_EQ(status.completed + status.failed, 3u);
    EXPECT_EQ(status.phase, AppPhase::kStopped);
  }
}

TEST(StoppedRuns, SayThatTheirDeviceLeftWhereItDid) {
  FakeWorld world;
  schemas::BodyView body;
  body.name = "for the test";
  body.devices = {{kGlasses, "max78000", {}, {}}, {kWatch, "max78000", {}, {}}};
  body.device_profiles["max78000"].name = "max78000";
  world.dispatcher().on(body);
  world.run_time = 20s;
  (void)world.submit(app_request("digits", 1));
  world.run_until([&] { return world.grants.size() == 1; });
  body.absent = {kWatch};
  world.restart_executor(kGlasses);  // no result of what was under way comes any more
  world.left_out = {{AppId("digits"), "no device offers 'display'", "no_fit"}};
  world.dispatcher().on(body);
  world.run_out();
  ASSERT_EQ(world.store.runs_of("digits"), 1u);
  EXPECT_EQ(record(world, "digits", 0).outcome, RunOutcome::kFailed);
  EXPECT_THAT(record(world, "digits", 0).reason, StartsWith("device_left: "));
  EXPECT_THAT(record(world, "digits", 0).reason, HasSubstr("watch"));
  expect_each_granted_run_recorded(world);
}

TEST(EndingRuns, AreForgottenOnlyWhereNobodyMayTellTheirResult) {
  dispatcher::EndingRuns runs;
  const MonotonicTime now{1h}, until = now + 1min;
  runs.add(AppId("a"), 1, {1, 7, until, {kGlasses, kWatch}, false});
  runs.add(AppId("a"), 2, {1, 7, until, {kWatch}, false});
  runs.add(AppId("b"), 1, {0, 7, until, {}, false});
  EXPECT_EQ(runs.under_way(), 3u);
  runs.forgotten_by({kWatch}, now);
  EXPECT_EQ(runs.under_way(), 1u);
  EXPECT_EQ(runs.next_end(), now + dispatcher::kLateResult);
  EXPECT_TRUE(runs.over(now + dispatcher::kLateResult - 1ns).empty());
  const auto over = runs.over(now + dispatcher::kLateResult);
  ASSERT_EQ(over.size(), 2u);
  EXPECT_EQ(over[0].first, dispatcher::EndingRuns::Key(AppId("a"), 2));
  EXPECT_EQ(over[1].first, dispatcher::EndingRuns::Key(AppId("b"), 1));
  EXPECT_TRUE(runs.has(AppId("a")));
  EXPECT_FALSE(runs.has(AppId("b")));
  EXPECT_EQ(runs.next_end(), until);
  EXPECT_EQ(runs.take(AppId("a"), 1)->plan_id, 7u);
  EXPECT_FALSE(runs.take(AppId("a"), 1));
  EXPECT_EQ(runs.next_end(), MonotonicTime::max());
}

}  // namespace
}  // namespace synergy::dispatcher_test
