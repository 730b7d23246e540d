// From one plan to the next, alone: the order of its steps, and what each does when it can not end.
#include "synergy/dispatcher/switching.hpp"

#include <gmock/gmock.h>

#include "manual_ports.hpp"

namespace synergy::dispatcher_test {
namespace {

using dispatcher::Switching;
using dispatcher::SwitchingPhase;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class Change : public testing::Test {
 protected:
  ManualPorts world;
  dispatcher::Apps apps;
  dispatcher::BodyWatch body{world.now()};
  dispatcher::StoreQueue store{world.ports(), apps, {[] {}, [] {}, [](const AppId&) {}, [] {}}};
  dispatcher::Deployment deployment{world.ports(),
                                    body,
                                    {[this](const std::string& why) { runs.are_lost(why); },
                                     [this] {
                                       runs.plan_is_served({});
                                       switching.served();
                                       runs.grant_due();
                                     },
                                     [](const auto&) {}}};
  dispatcher::FedFrames fed{world.ports(), apps, store, [] {}};
  dispatcher::Runs runs{world.ports(), apps, deployment,
                        store,         fed,  {[](const auto&) {}, [](const auto&) {}}};
  Switching switching{world.ports(), deployment, runs, store};
  int asked = 0;  ///< how often the switch came to the store

  /// Plan 1 serves app a, with runs under way.
  Change() {
    apps[AppId("a")].status = status_of("a");
    apps.at(AppId("a")).book.emplace(0, 0);
    deployment.put_in_force(plan_of(1, {"a"}), {});
    world.all_take_in();
  }

  void begin(const schemas::CollaborationPlan* next) {
    switching.begin(next, "for the test", {}, {}, [this] { ++asked; });
  }
  void end_runs() {
    for (const auto& [device, grant] : std::exchange(world.grants, {})) {
      schemas::RunResult result;
      result.run.key = grant.key;
      result.ended = ModelTime{world.now().time_since_epoch()};
      runs.on(result);
    }
  }
};

TEST_F(Change, LoadsBesideThenDrainsThenAsksTheStoreThenLoadsWhatIsLeft) {
  const auto next = plan_of(2, {"a"});
  begin(&next);
  EXPECT_EQ(switching.phase(), SwitchingPhase::kLoadingBeside);
  EXPECT_THAT(world.grants, SizeIs(2));
  end_runs();
  EXPECT_THAT(world.grants, SizeIs(2)) << "the plan in force serves meanwhile";
  ASSERT_THAT(world.deploys, SizeIs(2));
  EXPECT_EQ(world.deploys.front().question.second.stage, schemas::DeployStage::kLoadBeside);
  world.all_take_in();
  EXPECT_EQ(switching.phase(), SwitchingPhase::kDraining);

  end_runs();
  EXPECT_THAT(world.grants, IsEmpty()) << "none is granted";
  EXPECT_EQ(asked, 0);
  world.run_for(5ms);
  EXPECT_EQ(asked, 1);
  EXPECT_EQ(switching.phase(), SwitchingPhase::kKeeping);
  world.run_for(100ms);  // the store takes its time
  runs.grant_due();
  EXPECT_THAT(world.grants, IsEmpty()) << "none is granted yet";

  switching.kept(true);
  deployment.put_in_force(next, {});
  EXPECT_EQ(switching.phase(), SwitchingPhase::kLoading);
  world.run_for(20ms);
  world.all_take_in();
  EXPECT_EQ(switching.phase(), SwitchingPhase::kAtRest);
  EXPECT_THAT(world.grants, SizeIs(2));
  if (!world.runs.empty()) ManualPorts::answer(world.runs, schemas::Done{});
  ASSERT_THAT(world.switches, SizeIs(1));
  const auto& took = world.switches.front().question;
  EXPECT_EQ(took.plan_id, 2u);
  EXPECT_EQ(took.drain, 5ms);
  EXPECT_EQ(took.load, 120ms);
  EXPECT_EQ(switching.last(), 125ms);
}

TEST_F(Change, DoesNotWaitForeverForWhoDoesNotLoadNorForRunsThatDoNotEnd) {
  const auto next = plan_of(2, {"a"});
  begin(&next);
  world.run_for(dispatcher::kBesidePatience - 1ms);
  EXPECT_EQ(switching.phase(), SwitchingPhase::kLoadingBeside);
  end_runs();  // the next begin, and do not end
  world.run_for(1ms);
  EXPECT_EQ(switching.phase(), SwitchingPhase::kDraining);
  world.all_take_in();  // too late: it changes nothing
  world.run_for(dispatcher::kDrainPatience - 10ms);
  EXPECT_EQ(asked, 0);
  world.run_for(15ms);
  EXPECT_EQ(asked, 1);
}

TEST_F(Change, WaitsForTheLastRunsOfTheAppThatIsStoppedToBeStored) {
  begin(nullptr);
  EXPECT_EQ(switching.phase(), SwitchingPhase::kDraining) << "there is nothing to load";
  end_runs();
  world.run_for(5ms);
  EXPECT_EQ(asked, 1) << "runs of another app may wait for the store";

  switching.kept(false);
  runs.grant_due();
  asked = 0;
  switching.begin(nullptr, "for the test", "", AppId("a"), [this] { ++asked; });
  end_runs();
  world.run_for(100ms);
  EXPECT_EQ(asked, 0);
  while (!world.runs.empty()) ManualPorts::answer(world.runs, schemas::Done{});
  world.run_for(60ms);
  while (!world.runs.empty()) ManualPorts::answer(world.runs, schemas::Done{});
  world.run_for(5ms);
  EXPECT_EQ(asked, 1);
}

TEST_F(Change, FromAPlanThatLostADeviceWaitsForNothing) {
  body.hear(schemas::BodyView{}, world.now());
  const auto next = plan_of(2, {"a"});
  begin(&next);
  EXPECT_EQ(asked, 1);
  EXPECT_THAT(world.deploys, IsEmpty());
  EXPECT_EQ(runs.under_way(), 0u) << "what was under way is repeated";
}

TEST_F(Change, ThatTheStoreRefusesLeavesThePlanInForceServing) {
  const auto next = plan_of(2, {"a"});
  begin(&next);
  world.all_take_in();
  end_runs();
  world.run_for(5ms);
  ASSERT_EQ(asked, 1);
  switching.not_kept();
  runs.grant_due();
  EXPECT_THAT(world.grants, SizeIs(2));
  EXPECT_EQ(switching.phase(), SwitchingPhase::kAtRest);
  deployment.start_again("why");
  world.run_for(dispatcher::kStartAgainAfter);
  world.all_take_in();
  EXPECT_THAT(world.switches, IsEmpty()) << "a start of the plan in force is no switch";
}

TEST_F(Change, ThatIsOvertakenBeforeItIsServedIsNotCounted) {
  const auto second = plan_of(2, {"a"}), third = plan_of(3, {"a"});
  body.hear(schemas::BodyView{}, world.now());
  begin(&second);
  switching.kept(true);
  deployment.put_in_force(second, {});
  EXPECT_EQ(switching.phase(), SwitchingPhase::kLoading);
  begin(&third);
  EXPECT_EQ(asked, 2);
  switching.kept(true);
  deployment.put_in_force(third, {});
  world.all_take_in();
  ASSERT_THAT(world.switches, SizeIs(1));
  EXPECT_EQ(world.switches.front().question.plan_id, 3u);
}

}  // namespace
}  // namespace synergy::dispatcher_test
