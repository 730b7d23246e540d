// Runs, alone: when they are granted and when not, at which pace, and how each ends.
#include <gmock/gmock.h>

#include "runs_fixture.hpp"

namespace synergy::dispatcher_test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class Grants : public RunsFixture {
 protected:
  dispatcher::App& know(const std::string& name, std::uint64_t count = 0) {
    auto& app = apps[AppId(name)];
    app.status = status_of(name);
    app.status.request.runs = count;
    app.book.emplace(0, count);
    return app;
  }
  [[nodiscard]] std::vector<std::string> granted() const {
    std::vector<std::string> keys;
    for (const auto& [device, grant] : world.grants)
      keys.push_back(grant.key.app.text() + std::to_string(grant.key.run) + "." +
                     std::to_string(grant.key.attempt));
    return keys;
  }
  void end(const std::string& app, std::uint64_t run, Duration ago = 0ms) {
    schemas::RunResult result;
    result.run.key = {AppId(app), run, 1};
    result.ended = ModelTime{world.now().time_since_epoch()} - ago;
    runs.on(result);
  }
};

TEST_F(Grants, AreAsManyAsThePlansDepthAndTheNextFollowsAnEnd) {
  know("a");
  know("b");
  serve(plan_of(1, {"a", "b"}));
  EXPECT_THAT(granted(), ElementsAre("a0.1", "a1.1", "b0.1", "b1.1"));
  end("b", 0);
  EXPECT_EQ(granted().back(), "b2.1");
  EXPECT_EQ(runs.under_way(), 4u);
  EXPECT_EQ(world.grants.back().second.turn, 2u);
  EXPECT_EQ(world.grants.back().second.start, deployment.start());
}

TEST_F(Grants, BeginAtTheEndOfTheRunWhosePlaceTheyTakeEvenIfWordOfItCameLate) {
  know("a");
  serve(plan_of(1, {"a"}));
  world.run_for(500ms);
  end("a", 0, 40ms);
  EXPECT_EQ(world.grants.back().second.not_before,
            ModelTime{world.now().time_since_epoch()} - ModelTime::duration(40ms));
  world.run_for(2s);
  end("a", 1, 1500ms);
  EXPECT_EQ(world.grants.back().second.not_before, ModelTime{world.now().time_since_epoch()})
      << "after a pause the run begins now";
}

TEST_F(Grants, WithoutOverlapAreOneAtATimeAppByApp) {
  know("a");
  know("b");
  auto plan = plan_of(1, {"a", "b"});
  plan.overlap = false;
  serve(plan);
  EXPECT_THAT(granted(), ElementsAre("a0.1"));
  end("a", 0);
  end("b", 0);
  end("a", 1);
  EXPECT_THAT(granted(), ElementsAre("a0.1", "b0.1", "a1.1", "b1.1"));
}

TEST_F(Grants, KeepTheRateOfThePlanAndDoNotMakeUpForWhatWasMissed) {
  know("a");
  auto plan = plan_of(1, {"a"});
  plan.pipelines[0].paced = true;
  plan.pipelines[0].runs_per_second = 10;
  serve(plan);
  EXPECT_THAT(granted(), SizeIs(1));
  for (std::uint64_t run = 0; run < 10; ++run) {
    end("a", run);
    world.run_for(99ms);
    EXPECT_EQ(granted().size(), run + 1) << "too early";
    world.run_for(1ms);
    EXPECT_EQ(granted().size(), run + 2);
  }
  world.run_for(900ms);  // a long run
  end("a", 10);
  end("a", 11);
  world.run_for(150ms);
  EXPECT_LE(granted().size(), 15u);
}

// What falls due between two looks at the clock is too early at the first and late at the second. Here a look
// takes a nanosecond. The timer for a turn that passes goes off so many looks before the next run is due, and
// no run is under way any more whose end would have the dispatcher look again.
TEST_F(Grants, OfAPacedAppComeHoweverFewLooksAtTheClockTheyAreAfterATurn) {
  world.pass_at_each_look(1ns);
  for (int looks = 0; looks < 100; ++looks) {
    know("a");
    runs.submitted(AppId("a"));
    auto plan = plan_of(std::uint64_t(looks) + 1, {"a"});
    plan.pipelines[0].paced = true;
    plan.pipelines[0].runs_per_second = 10;
    plan.pipelines[0].cycle = 100ms - looks * 1ns;
    world.grants.clear();
    serve(plan);
    world.run_for(95ms);
    end("a", 0);
    EXPECT_THAT(world.grants, SizeIs(1));
    world.run_for(10ms);
    EXPECT_THAT(world.grants, SizeIs(2)) << "run 1 never began, due " << looks << " looks after the turn";
  }
}

TEST_F(Grants, AreHeldWhileThePlanGivesWayAndNeverGoOnAfterTheEnd) {
  know("a");
  serve(plan_of(1, {"a"}));
  const auto before = granted().size();
  runs.hold();
  end("a", 0);
  runs.grant_due();
  EXPECT_EQ(granted().size(), before);
  EXPECT_THAT(world.skips, testing::Not(IsEmpty()))
      << "runs under way must not wait for those that do not come";
  runs.release();
  runs.grant_due();
  EXPECT_EQ(granted().size(), before + 1);
  runs.close();
  EXPECT_TRUE(runs.is_closed());
  runs.release();
  end("a", 1);
  EXPECT_EQ(granted().size(), before + 1);
}

TEST_F(Grants, StopWhileTheStoreHasTooMuchToKeep) {
  know("a");
  serve(plan_of(1, {"a"}));
  while (!store.is_full()) {
    const auto run = world.grants.back().second.key.run;
    end("a", run - 1);
    ASSERT_LT(world.grants.size(), 2 * dispatcher::kMostRunsToKeep);
  }
  const auto before = granted().size();
  end("a", world.grants.back().second.key.run);
  EXPECT_EQ(granted().size(), before);
  ManualPorts::answer(world.runs, schemas::Done{});
  EXPECT_EQ(granted().size(), before + 2);
}

TEST_F(Grants, AFailedAttemptDisturbsThePlanAndTheRunIsGrantedAgain) {
  know("a");
  serve(plan_of(1, {"a"}));
  runs.on(schemas::RunFailed{{AppId("a"), 0, 1}, DeviceId("ring"), "broke"});
  EXPECT_THAT(said, ElementsAre("disturbed: ring: broke"));
  runs.on(schemas::RunFailed{{AppId("a"), 0, 1}, DeviceId("ring"), "an old attempt"});
  EXPECT_THAT(said, SizeIs(1));
  world.run_for(dispatcher::kRetryPause + 5ms);
  EXPECT_EQ(granted().back(), "a0.2");
  EXPECT_EQ(runs.retried(), 1u);
}

TEST_F(Grants, TheLastRunFinishesTheAppAndARepeatedResultIsCountedOnlyAsSuch) {
  know("a", 2);
  serve(plan_of(1, {"a"}));
  end("a", 0);
  end("a", 0);
  EXPECT_EQ(runs.repeated(), 1u);
  EXPECT_THAT(said, IsEmpty());
  end("a", 1);
  EXPECT_THAT(said, ElementsAre("a finished"));
  EXPECT_EQ(apps.at(AppId("a")).status.phase, schemas::AppPhase::kFinished);
  EXPECT_EQ(store.runs_waiting(), 2u);
}

TEST_F(Grants, OfAStoppedAppEndWithoutItAndEachIsRecordedOnce) {
  auto& app = know("a");
  serve(plan_of(1, {"a"}));
  app.status = app.current_status();
  app.status.phase = schemas::AppPhase::kStopped;
  runs.leave_to_end(app);
  EXPECT_TRUE(runs.are_ending(AppId("a")));
  end("a", 0);
  end("a", 0);
  EXPECT_EQ(app.status.completed, 1u);
  world.run_for(10s);
  EXPECT_FALSE(runs.are_ending(AppId("a")));
  EXPECT_EQ(app.status.failed, 1u);
  EXPECT_EQ(store.runs_waiting() + 0u, 2u);
}

}  // namespace
}  // namespace synergy::dispatcher_test
