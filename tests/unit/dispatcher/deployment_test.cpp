// The plan in force, alone: its starts, who takes it in, and who refuses.
#include "synergy/dispatcher/deployment.hpp"

#include <gmock/gmock.h>

#include "manual_ports.hpp"

namespace synergy::dispatcher_test {
namespace {

using dispatcher::Deployment;
using dispatcher::DeploymentPhase;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

const Error kNoRoom{ErrorCode::kNoFit, "no room"};

class PlanInForce : public testing::Test {
 protected:
  ManualPorts world;
  dispatcher::BodyWatch body{world.now()};
  std::vector<std::string> said;
  std::vector<Deployment::Refusal> refusals;
  Deployment deployment{world.ports(),
                        body,
                        {[this](const std::string& why) { said.push_back("lost: " + why); },
                         [this] { said.emplace_back("served"); },
                         [this](Deployment::Refusal refusal) { refusals.push_back(std::move(refusal)); }}};

  void serve(std::uint64_t number, const std::vector<std::string>& apps = {"a"}) {
    deployment.put_in_force(plan_of(number, apps), {});
    world.all_take_in();
    said.clear();
  }
  void heartbeat(const std::string& process, std::uint64_t instance) {
    schemas::Health health;
    health.process = process;
    health.instance = instance;
    health.state = schemas::LifeCycle::kReady;
    deployment.hear(health);
  }
};

TEST_F(PlanInForce, IsServedWhenAllItsExecutorsHaveTakenItIn) {
  EXPECT_EQ(deployment.phase(), DeploymentPhase::kNothing);
  deployment.put_in_force(plan_of(7, {"a"}), "command");
  EXPECT_EQ(deployment.phase(), DeploymentPhase::kDeploying);
  EXPECT_THAT(world.published_plans, ElementsAre(7u));
  ASSERT_THAT(world.deploys, SizeIs(2));
  ManualPorts::answer(world.deploys, schemas::Deployed{DeviceId("glasses"), 7, 1ms, 1});
  EXPECT_FALSE(deployment.is_serving());
  ManualPorts::answer(world.deploys, schemas::Deployed{DeviceId("watch"), 7, 1ms, 1});
  EXPECT_TRUE(deployment.is_serving());
  EXPECT_THAT(said, ElementsAre("lost: ", "served"));
  EXPECT_EQ(deployment.request(), "command");
}

TEST_F(PlanInForce, WithoutDevicesIsServedAtOnce) {
  deployment.put_in_force(plan_of(1, {}), {});
  EXPECT_TRUE(deployment.is_serving());
}

TEST_F(PlanInForce, IsStartedAgainAtOnceWhereItRanUndisturbedElseAfterAPauseThatDoubles) {
  serve(1);
  world.run_for(dispatcher::kUndisturbed + 1ms);
  const auto before = deployment.start();
  deployment.start_again("why");
  EXPECT_EQ(deployment.phase(), DeploymentPhase::kDeploying);
  EXPECT_EQ(deployment.start(), before + 1);
  EXPECT_THAT(said, ElementsAre("lost: why", "lost: "));
  world.all_take_in();
  for (const auto pause : {250ms, 500ms, 1000ms, 2000ms, 4000ms, 4000ms}) {
    deployment.start_again("once more");
    EXPECT_EQ(deployment.phase(), DeploymentPhase::kPausing);
    deployment.start_again("it is to be started again already");
    world.run_for(pause - 1ms);
    EXPECT_EQ(deployment.phase(), DeploymentPhase::kPausing);
    world.run_for(1ms);
    EXPECT_EQ(deployment.phase(), DeploymentPhase::kDeploying);
    world.all_take_in();
  }
  EXPECT_EQ(deployment.starts(), 8u);
}

TEST_F(PlanInForce, WhatWasAnsweredToAnEarlierStartDoesNotCount) {
  deployment.put_in_force(plan_of(1, {"a"}), {});
  auto old = std::exchange(world.deploys, {});
  deployment.start_again("meanwhile");
  for (auto& one : old) one.answer(schemas::Deployed{one.question.first, 1, 1ms, 1});
  EXPECT_EQ(deployment.phase(), DeploymentPhase::kPausing) << "the pause is kept";
  world.run_for(dispatcher::kStartAgainAfter);
  ASSERT_THAT(world.deploys, SizeIs(2));
  EXPECT_EQ(world.deploys.front().question.second.start, deployment.start());
  for (auto& one : old) one.answer(schemas::Deployed{one.question.first, 1, 1ms, 1});
  EXPECT_FALSE(deployment.is_serving());
  world.all_take_in();
  EXPECT_TRUE(deployment.is_serving());
}

TEST_F(PlanInForce, AnotherPlanEndsAPause) {
  serve(1);
  deployment.start_again("why");
  ASSERT_EQ(deployment.phase(), DeploymentPhase::kPausing);
  deployment.put_in_force(plan_of(2, {"a"}), {});
  world.all_take_in();
  EXPECT_TRUE(deployment.is_serving());
  const auto starts = deployment.starts();
  world.run_for(10s);
  EXPECT_EQ(deployment.starts(), starts) << "the old pause's timer starts nothing";
}

TEST_F(PlanInForce, AnExecutorThatDoesNotAnswerIsAskedAgain) {
  deployment.put_in_force(plan_of(1, {"a"}), {});
  ManualPorts::answer(world.deploys, Error{ErrorCode::kTimeout, "no answer"});
  EXPECT_THAT(refusals, IsEmpty());
  EXPECT_THAT(world.deploys, SizeIs(1));
  world.run_for(dispatcher::kDeployAgainAfter);
  EXPECT_THAT(world.deploys, SizeIs(2));
  world.all_take_in();
  EXPECT_TRUE(deployment.is_serving());
}

TEST_F(PlanInForce, GivesWayOnceToTheLastThatRan) {
  serve(1);
  deployment.put_in_force(plan_of(2, {"a", "b"}), {});
  ManualPorts::answer(world.deploys, kNoRoom);
  ManualPorts::answer(world.deploys, kNoRoom);
  ASSERT_THAT(refusals, SizeIs(1));
  EXPECT_EQ(refusals[0].plan, 2u);
  ASSERT_TRUE(refusals[0].roll_back_to);
  EXPECT_EQ(refusals[0].roll_back_to->id, 1u);
  EXPECT_EQ(refusals[0].cause, "plan 2 can not be deployed on 'glasses': no room");
  world.run_for(dispatcher::kDeployAgainAfter);
  ASSERT_THAT(world.deploys, SizeIs(2)) << "what an executor lacks may come";
  ManualPorts::answer(world.deploys, kNoRoom);
  EXPECT_THAT(refusals, SizeIs(1));
  deployment.forget_refusal();
  ManualPorts::answer(world.deploys, kNoRoom);
  EXPECT_THAT(refusals, SizeIs(2));
}

TEST_F(PlanInForce, DoesNotGoBackToOneThatServesTheSameOrLacksADevice) {
  deployment.put_in_force(plan_of(1, {"a"}), {});
  ManualPorts::answer(world.deploys, kNoRoom);
  ASSERT_THAT(refusals, SizeIs(1));
  EXPECT_FALSE(refusals[0].roll_back_to) << "none ran before";

  world.deploys.clear();
  serve(2);
  deployment.put_in_force(plan_of(3, {"a"}), {});
  ManualPorts::answer(world.deploys, kNoRoom);
  ASSERT_THAT(refusals, SizeIs(2));
  EXPECT_FALSE(refusals[1].roll_back_to) << "it would be refused as well";

  world.deploys.clear();
  schemas::BodyView without;
  body.hear(without, world.now());
  EXPECT_TRUE(deployment.is_broken());
  deployment.put_in_force(plan_of(4, {"a", "b"}), {});
  ManualPorts::answer(world.deploys, kNoRoom);
  ASSERT_THAT(refusals, SizeIs(3));
  EXPECT_FALSE(refusals[2].roll_back_to) << "its devices are gone";
}

TEST_F(PlanInForce, AnotherInstanceOfOneOfItsExecutorsStartsItAgain) {
  serve(1);
  world.run_for(dispatcher::kUndisturbed + 1ms);
  heartbeat("executor/watch", 1);
  heartbeat("executor/ring", 9);
  heartbeat("executor/ring", 10);
  heartbeat("planner", 2);
  EXPECT_THAT(said, IsEmpty()) << "the same instance, and others that the plan does not name";
  heartbeat("executor/watch", 2);
  EXPECT_THAT(said, ElementsAre("lost: executor/watch was started again", "lost: "));
}

}  // namespace
}  // namespace synergy::dispatcher_test
