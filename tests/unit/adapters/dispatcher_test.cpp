// The dispatcher's process over a transport that the test holds: how it begins, what it serves, and its
// ports.
#include "adapter_fixtures.hpp"
#include "synergy/dispatcher_adapter/ports.hpp"
#include "synergy/dispatcher_adapter/run.hpp"

namespace synergy::adapter_test {
namespace {

class DispatcherAdapterTest : public test_support::ProcessTest {
 protected:
  DispatcherAdapterTest() : ProcessTest("dispatcher") {}

  void begin(const schemas::StoredState& state) {
    then([this] { arrive(topics::kBody, body_view()); });
    when([this, state] { return answer<schemas::LoadState>("cmd/store", state); });
  }
  /// The devices that were asked to deploy, once each has been answered.
  std::size_t deployments() const {
    std::size_t count = 0;
    for (const auto& device : body_view().devices)
      count += sent<schemas::Deploy>(topics::executor(device.id)).size();
    return count;
  }
  void answer_deployments() {
    for (const auto& device : body_view().devices)
      while (answer<schemas::Deploy>(topics::executor(device.id), schemas::Deployed{})) {
      }
  }
  /// Lets the ports' calls repeat what they repeat.
  void wait_for_retries() {
    clock_.advance(bus::kFirstRetry);
    context_.bus().tick();
  }
};

schemas::StoredState stored_with_plan() {
  schemas::StoredState state;
  state.plan = digits_plan();
  state.last_plan_id = state.plan->id;
  schemas::AppStatus status;
  status.request = digits();
  status.plan_id = state.plan->id;
  state.apps.push_back(status);
  return state;
}

TEST_F(DispatcherAdapterTest, WaitsForTheBodyThenForTheStoreThenServes) {
  std::string id;
  then([&] { EXPECT_EQ(health().note, "the body view"); });
  then([&] { id = ask("cmd/dispatcher", schemas::AppStop{kApp}); });
  then([&] { EXPECT_FALSE(outcome_of<schemas::AppStop>(id)) << "served before it knows what is stored"; });
  begin({});
  then([&] { EXPECT_EQ(health().state, schemas::LifeCycle::kReady); });
  then([&] { id = ask("cmd/dispatcher", schemas::AppStop{kApp}); });
  when([&] { return outcome_of<schemas::AppStop>(id).has_value(); });
  ASSERT_TRUE(play(dispatcher_adapter::run));
  EXPECT_EQ(outcome_of<schemas::AppStop>(id)->error().code, ErrorCode::kNotFound);
}

TEST_F(DispatcherAdapterTest, AsksTheStoreAgainUntilItTells) {
  then([&] { arrive(topics::kBody, body_view()); });
  when([&] { return answer<schemas::LoadState>("cmd/store", Error{ErrorCode::kEnvironment, "no room"}); });
  then([&] { EXPECT_EQ(sent<schemas::LoadState>("cmd/store").size(), 1u) << "at once"; });
  then([&] { clock_.advance(dispatcher_adapter::kLoadAgainAfter); });
  when([&] { return answer<schemas::LoadState>("cmd/store", schemas::StoredState{}); });
  when([&] { return health().state == schemas::LifeCycle::kReady; });
  ASSERT_TRUE(play(dispatcher_adapter::run));
  EXPECT_EQ(sent<schemas::LoadState>("cmd/store").size(), 2u);
}

TEST_F(DispatcherAdapterTest, AnAppThatIsSubmittedIsPlannedFor) {
  begin({});
  then([&] { ask("cmd/dispatcher", schemas::AppSubmit{digits()}); });
  when([&] { return !sent<schemas::PlanMake>("cmd/planner").empty(); });
  ASSERT_TRUE(play(dispatcher_adapter::run));
  const auto question = sent<schemas::PlanMake>("cmd/planner").front();
  ASSERT_EQ(question.apps.size(), 1u);
  EXPECT_EQ(question.apps[0], digits());
}

TEST_F(DispatcherAdapterTest, WhatIsStoredIsPublishedDeployedAndGranted) {
  begin(stored_with_plan());
  when([&] { return deployments() >= digits_plan().memory.size() && deployments() > 0; });
  then([&] { answer_deployments(); });
  when([&] { return !sent<schemas::RunGrant>(topics::run(kGlasses)).empty(); });
  ASSERT_TRUE(play(dispatcher_adapter::run));
  EXPECT_EQ(sent<schemas::CollaborationPlan>(topics::kPlan), std::vector{digits_plan()});
  ASSERT_FALSE(sent<schemas::AppSet>(topics::kApps).empty());
  EXPECT_EQ(sent<schemas::AppSet>(topics::kApps).back().apps.at(0).request, digits());
  EXPECT_EQ(sent<schemas::RunGrant>(topics::run(kGlasses)).front().key.app, kApp);
}

TEST_F(DispatcherAdapterTest, AfterABrokerThatStartedAgainThePlanIsStartedAgain) {
  std::size_t before = 0;
  begin(stored_with_plan());
  when([&] { return deployments() > 0; });
  then([&] { answer_deployments(); });
  then([&] { clock_.advance(dispatcher_adapter::kLookAtBus); });
  then([&] {
    before = deployments();
    broker_epoch_ = 8;
    arrive(topics::kBroker, schemas::BrokerState{broker_epoch_, {}});
  });
  when([&] { return context_.bus().epoch() == 8; });
  then([&] { EXPECT_EQ(deployments(), before) << "for another reason"; });
  then([&] { clock_.advance(dispatcher_adapter::kLookAtBus); });
  then([&] { clock_.advance(dispatcher::kStartAgainAfter); });  // the plan has only just begun
  then([&] { EXPECT_GT(deployments(), before); });
  ASSERT_TRUE(play(dispatcher_adapter::run));
}

TEST_F(DispatcherAdapterTest, ANewerDeploymentOfAStageEndsTheOlderOfThatDevice) {
  auto ports = dispatcher_adapter::ports_of(context_, TimeScale(1));
  int answers = 0;
  const auto count = [&](const auto&) { ++answers; };
  ports.deploy(kWatch, schemas::Deploy{digits_plan(), 1, schemas::DeployStage::kServe}, count);
  ports.deploy(kGlasses, schemas::Deploy{digits_plan(), 1, schemas::DeployStage::kServe}, count);
  ports.deploy(kWatch, schemas::Deploy{digits_plan(), 2, schemas::DeployStage::kServe}, count);
  wait_for_retries();
  std::vector<std::uint64_t> starts;
  for (const auto& deploy : sent<schemas::Deploy>(topics::executor(kWatch))) starts.push_back(deploy.start);
  EXPECT_EQ(starts, (std::vector<std::uint64_t>{1, 2, 2})) << "the older one is repeated";
  EXPECT_EQ(sent<schemas::Deploy>(topics::executor(kGlasses)).size(), 2u);
  while (answer<schemas::Deploy>(topics::executor(kWatch), schemas::Deployed{})) {
  }
  while (context_.bus().step()) {
  }
  EXPECT_EQ(answers, 1);
}

TEST_F(DispatcherAdapterTest, ANewerQuestionToThePlannerEndsTheOlder) {
  auto ports = dispatcher_adapter::ports_of(context_, TimeScale(1));
  for (const auto id : {1, 2}) {
    schemas::PlanMake question;
    question.id = std::uint64_t(id);
    ports.make_plan(question, [](const auto&) {});
  }
  wait_for_retries();
  std::vector<std::uint64_t> asked;
  for (const auto& question : sent<schemas::PlanMake>("cmd/planner")) asked.push_back(question.id);
  EXPECT_EQ(asked, (std::vector<std::uint64_t>{1, 2, 2}));
}

TEST_F(DispatcherAdapterTest, TheNewestPlansNumberIsNoneOrThatOfTheHistory) {
  auto ports = dispatcher_adapter::ports_of(context_, TimeScale(1));
  std::vector<std::uint64_t> numbers;
  std::string error;
  const auto tell = [&](const Result<std::uint64_t>& number) {
    if (number)
      numbers.push_back(*number);
    else
      error = number.error().message;
  };
  schemas::PlanSummary newest;
  newest.id = 12;
  ports.newest_plan(tell);
  ports.newest_plan(tell);
  ports.newest_plan(tell);
  EXPECT_TRUE(answer<schemas::QueryHistory>("cmd/store", schemas::PlanHistory{}));
  EXPECT_TRUE(answer<schemas::QueryHistory>("cmd/store", schemas::PlanHistory{{newest}}));
  EXPECT_TRUE(answer<schemas::QueryHistory>("cmd/store", Error{ErrorCode::kCorrupt, "damaged"}));
  while (context_.bus().step()) {
  }
  EXPECT_EQ(numbers, (std::vector<std::uint64_t>{0, 12}));
  EXPECT_EQ(error, "damaged");
}

TEST_F(DispatcherAdapterTest, TimesOfTheModelFollowTheScale) {
  const auto ports = dispatcher_adapter::ports_of(context_, TimeScale(10));
  EXPECT_EQ(ports.to_host(1s), 10s);
  EXPECT_EQ(ports.model_now().time_since_epoch() * 10, ports.now().time_since_epoch());
}

}  // namespace
}  // namespace synergy::adapter_test
