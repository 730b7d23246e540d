// The monitor's process over a transport that the test holds: what it publishes, takes over, changes and has
// stored.
#include "adapter_fixtures.hpp"
#include "synergy/monitor/usage.hpp"
#include "synergy/monitor_adapter/run.hpp"
#include "synergy/schemas/store.hpp"

namespace synergy::adapter_test {
namespace {

class MonitorAdapterTest : public test_support::ProcessTest {
 protected:
  MonitorAdapterTest() : ProcessTest("monitor") {}

  Status play_on_body() {
    return play([](runtime::Context& context) {
      return monitor_adapter::run(context, deploy_folder().root(), body_file());
    });
  }
  void judge() {
    then([this] { clock_.advance(monitor_adapter::kJudgeEvery); });
  }
  std::vector<schemas::BodyView> bodies() const { return sent<schemas::BodyView>(topics::kBody); }
};

TEST_F(MonitorAdapterTest, PublishesBodyAndProcessesOnceItIsOnTheBusAndWhenTheyChange) {
  then([&] { EXPECT_TRUE(bodies().empty()); });
  judge();
  then([&] { EXPECT_EQ(bodies().size(), 1u); });
  judge();
  then([&] { EXPECT_EQ(bodies().size(), 1u) << "nothing changed"; });
  then([&] {
    for (const auto* process : {"executor/watch", "accelerator/watch"}) {
      schemas::Health health;
      health.process = process;
      health.instance = 1;
      health.state = schemas::LifeCycle::kReady;
      arrive(topics::health(process), health);
    }
  });
  judge();
  ASSERT_TRUE(play_on_body());
  const auto views = bodies();
  ASSERT_EQ(views.size(), 2u);
  EXPECT_THAT(views[0].absent, ::testing::Contains(kWatch));
  EXPECT_THAT(views[1].absent, ::testing::Not(::testing::Contains(kWatch)));
  EXPECT_EQ(sent<schemas::ServiceList>(topics::kServices).size(), 2u);
}

TEST_F(MonitorAdapterTest, WhatAnEarlierMonitorPublishedLastHolds) {
  auto last = body_view();
  last.link = *deploy_folder().link("ideal");
  arrive(topics::kBody, last);  // the broker sends it before it confirms that this one has joined
  judge();
  then([&] {
    auto of_others = last;
    of_others.link = *deploy_folder().link("wired-spi");
    arrive(topics::kBody, of_others);  // after that it is this monitor's own view that comes back
  });
  judge();
  ASSERT_TRUE(play_on_body());
  ASSERT_FALSE(bodies().empty());
  for (const auto& body : bodies()) EXPECT_EQ(body.link, last.link);
}

TEST_F(MonitorAdapterTest, AChangeIsPublishedBeforeItIsAnswered) {
  std::string id, wrong;
  judge();
  then([&] {
    schemas::BodyChange change;
    change.link = "ideal";
    id = ask("cmd/monitor", change);
    change.link = "nolink";
    wrong = ask("cmd/monitor", change);
  });
  when([&] { return outcome_of<schemas::BodyChange>(wrong).has_value(); });
  ASSERT_TRUE(play_on_body());
  EXPECT_TRUE(*outcome_of<schemas::BodyChange>(id));
  EXPECT_EQ(outcome_of<schemas::BodyChange>(wrong)->error().code, ErrorCode::kNotFound);
  ASSERT_EQ(bodies().size(), 2u);
  EXPECT_EQ(bodies()[1].link, *deploy_folder().link("ideal"));
  std::vector<std::string> order;
  for (const auto& packet : wire_.sent)
    if (packet.topic == topics::kBody || packet.topic == "@asker/reply") order.push_back(packet.topic);
  EXPECT_EQ(order, (std::vector<std::string>{"state/body", "state/body", "@asker/reply", "@asker/reply"}));
}

TEST_F(MonitorAdapterTest, TheBodyIsOfferedToTheStoreUntilItIsKeptButNotWhereItIsWrong) {
  when([&] { return answer<schemas::StoreBody>("cmd/store", Error{ErrorCode::kEnvironment, "full"}); });
  then([&] { EXPECT_EQ(sent<schemas::StoreBody>("cmd/store").size(), 1u) << "at once"; });
  then([&] { clock_.advance(monitor_adapter::kKeepBodyAgainAfter); });
  when([&] { return answer<schemas::StoreBody>("cmd/store", Error{ErrorCode::kInvalid, "two of a name"}); });
  then([&] { clock_.advance(2 * monitor_adapter::kKeepBodyAgainAfter); });
  ASSERT_TRUE(play_on_body());
  ASSERT_EQ(sent<schemas::StoreBody>("cmd/store").size(), 2u);
  EXPECT_EQ(sent<schemas::StoreBody>("cmd/store")[1].body.name, body_view().name);
}

TEST_F(MonitorAdapterTest, TheUseOfTheMeshIsPublishedOnceASecondFromWhatIsHeard) {
  then([&] { arrive(topics::kPlan, digits_plan()); });
  then([&] { clock_.advance(monitor::kUsePeriod); });
  ASSERT_TRUE(play_on_body());
  const auto uses = sent<schemas::MeshUse>(topics::kUse);
  ASSERT_EQ(uses.size(), 1u);
  EXPECT_EQ(uses[0].plan_id, digits_plan().id);
}

TEST_F(MonitorAdapterTest, ABodyThatIsNotThereEndsIt) {
  const auto status = play([](runtime::Context& context) {
    return monitor_adapter::run(context, deploy_folder().root(), deploy_folder().root() / "bodies/none.yaml");
  });
  ASSERT_FALSE(status);
  EXPECT_THAT(status.error().message, ::testing::HasSubstr("none.yaml"));
}

}  // namespace
}  // namespace synergy::adapter_test
