// The executor's process over a transport that the test holds: deployments, runs, its accelerator, its ports.
#include "adapter_fixtures.hpp"
#include "synergy/executor_adapter/begin.hpp"
#include "synergy/executor_adapter/bus_driver.hpp"
#include "synergy/executor_adapter/ports.hpp"

namespace synergy::adapter_test {
namespace {

class ExecutorAdapterTest : public test_support::ProcessTest {
 protected:
  explicit ExecutorAdapterTest(const std::string& level = "error") : ProcessTest("executor/glasses", level) {}

  Status play_on_glasses() {
    return play([](runtime::Context& context) -> Status {
      const auto body = body_view();
      const auto& device = *body.find(kGlasses);
      const auto parts = executor_adapter::begin(
          context, {device, body.profile_of(device), TimeScale(1), deploy_folder().root()});
      if (!parts) return parts.error();
      context.ready();
      return context.run();
    });
  }
  /// The accelerator does at once what it is told.
  bool serve_accelerator() {
    schemas::AcceleratorDone done;
    done.begin = done.end = TimeScale(1).to_model(clock_.monotonic());
    return answer<schemas::AcceleratorDo>(topics::accelerator(kGlasses), done);
  }
  /// Asks for the plan and answers the accelerator until that is deployed.
  void deploy(std::string& id, const std::string& origin = {}) {
    then([this, &id, origin] {
      id = ask(topics::executor(kGlasses),
               schemas::Deploy{digits_plan(), 1, schemas::DeployStage::kServe, origin});
    });
    when([this, &id] {
      serve_accelerator();
      return outcome_of<schemas::Deploy>(id).has_value();
    });
  }
};

TEST_F(ExecutorAdapterTest, ADeploymentIsAnsweredWithTheInstanceOfTheHeartbeats) {
  std::string id;
  deploy(id);
  ASSERT_TRUE(play_on_glasses());
  const auto deployed = *outcome_of<schemas::Deploy>(id);
  ASSERT_TRUE(deployed) << deployed.error().message;
  EXPECT_EQ(deployed->device, kGlasses);
  EXPECT_EQ(deployed->instance, health().instance);
  const auto operations = sent<schemas::AcceleratorDo>(topics::accelerator(kGlasses));
  ASSERT_FALSE(operations.empty());
  EXPECT_EQ(operations.front().action, schemas::AcceleratorAction::kPowerCycle);
}

class ExecutorLogTest : public ExecutorAdapterTest {
 protected:
  ExecutorLogTest() : ExecutorAdapterTest("info") {}
};

TEST_F(ExecutorLogTest, ADeploymentNamesTheCommandThatItGoesBackTo) {
  std::string id;
  deploy(id, "cli-1#2.3");
  EXPECT_THAT(logged([&] { return play_on_glasses(); }),
              ::testing::ContainsRegex(" deployed plan=1 start=1 stage=serve .* request=cli-1#2\\.3\n"));
}

TEST_F(ExecutorAdapterTest, ADeploymentThatTheAcceleratorRefusesIsAnsweredWithItsError) {
  std::string id;
  then([&] {
    id = ask(topics::executor(kGlasses), schemas::Deploy{digits_plan(), 1, schemas::DeployStage::kServe});
  });
  when([&] {
    return answer<schemas::AcceleratorDo>(topics::accelerator(kGlasses),
                                          Error{ErrorCode::kNoFit, "no room for weights"});
  });
  when([&] { return outcome_of<schemas::Deploy>(id).has_value(); });
  ASSERT_TRUE(play_on_glasses());
  ASSERT_FALSE(*outcome_of<schemas::Deploy>(id));
  EXPECT_EQ(outcome_of<schemas::Deploy>(id)->error().code, ErrorCode::kNoFit);
}

TEST_F(ExecutorAdapterTest, AGrantedRunIsTakenUpAndToldInTheTaskTable) {
  std::string id, query;
  deploy(id);
  then([&] {
    schemas::RunGrant grant;
    grant.key = {kApp, 0, 1};
    grant.plan_id = digits_plan().id;
    grant.start = 1;
    arrive(topics::run(kGlasses), grant);
  });
  when([&] {  // sensing takes its time; then the accelerator is told to load
    clock_.advance(1ms);
    serve_accelerator();
    return sent<schemas::AcceleratorDo>(topics::accelerator(kGlasses)).back().action ==
           schemas::AcceleratorAction::kLoad;
  });
  then([&] { query = ask(topics::executor(kGlasses), schemas::QueryTasks{}); });
  when([&] { return outcome_of<schemas::QueryTasks>(query).has_value(); });
  then([&] { clock_.advance(schemas::kHeartbeatPeriod); });
  ASSERT_TRUE(play_on_glasses());
  const auto table = *outcome_of<schemas::QueryTasks>(query);
  ASSERT_TRUE(table) << table.error().message;
  EXPECT_EQ(table->device, kGlasses);
  ASSERT_FALSE(table->tasks.empty());
  EXPECT_EQ(table->tasks[0].app, kApp);
  EXPECT_EQ(table->tasks[0].kind, schemas::TaskKind::kSense);
  EXPECT_EQ(health().counters.at("runs.active"), 1u);
}

TEST_F(ExecutorAdapterTest, ADeviceWhoseFramesCanNotBeReadDoesNotBegin) {
  const auto body = body_view();
  auto device = *body.find(kGlasses);
  ASSERT_FALSE(device.sensors.empty());
  schemas::SensorSource gone;
  gone.frames = "nowhere.npy";
  for (auto& sensor : device.sensors) sensor.sources = {{gone}};
  const auto parts = executor_adapter::begin(
      context_, {device, body.profile_of(device), TimeScale(1), deploy_folder().root()});
  ASSERT_FALSE(parts);
  EXPECT_THAT(parts.error().message, ::testing::HasSubstr("nowhere.npy"));
}

TEST_F(ExecutorAdapterTest, WhatTheDriverForgetsIsNotTriedAgainAndNotTold) {
  executor_adapter::BusDriver driver(context_.bus(), kGlasses);
  int told = 0;
  driver.perform({}, [&](const auto&) { ++told; });
  driver.perform({}, [&](const auto&) { ++told; });
  ASSERT_TRUE(serve_accelerator());
  while (context_.bus().step()) {
  }
  EXPECT_EQ(told, 1);
  driver.forget();
  clock_.advance(bus::kFirstRetry);
  context_.bus().tick();
  EXPECT_EQ(sent<schemas::AcceleratorDo>(topics::accelerator(kGlasses)).size(), 2u) << "tried again";
  ASSERT_TRUE(serve_accelerator());
  while (context_.bus().step()) {
  }
  EXPECT_EQ(told, 1) << "a late answer to what is forgotten";
}

TEST_F(ExecutorAdapterTest, EachMessageGoesToItsTopicAndAnAppIsFollowedOnce) {
  executor_adapter::BusDriver driver(context_.bus(), kGlasses);
  execution::TaskTrace trace;
  executor::Executor executor(kGlasses, {}, driver, {});
  auto ports = executor_adapter::ports_of(context_, TimeScale(2), executor, trace);
  context_.bus().join();
  ASSERT_TRUE(answer<schemas::Join>("cmd/broker", schemas::Joined{broker_epoch_}));
  while (context_.bus().step()) {
  }
  schemas::RunResult result;
  result.run.key.app = kApp;
  schemas::RunFailed failed;
  failed.key.app = kApp;
  schemas::TensorSent tensor;
  tensor.run.key.app = kApp;
  schemas::TensorTaken taken;
  tensor.from = kGlasses;
  taken.key.app = kApp;
  ports.send_tensor(kWatch, tensor);
  ports.send_taken(kWatch, taken);
  ports.publish_result(result);
  ports.publish_failed(failed);
  EXPECT_EQ(sent<schemas::TensorSent>(topics::run(kWatch)).size(), 1u);
  EXPECT_EQ(sent<schemas::TensorTaken>(topics::run(kWatch)).size(), 1u);
  EXPECT_EQ(sent<schemas::RunResult>(topics::result(kApp)).size(), 1u);
  EXPECT_EQ(sent<schemas::RunFailed>(topics::failed(kApp)).size(), 1u);

  ports.follow_results(kApp);
  ports.follow_results(kApp);
  EXPECT_EQ(std::count(wire_.subscriptions.begin(), wire_.subscriptions.end(), topics::result(kApp)), 1);
  EXPECT_EQ(ports.now().time_since_epoch() * 2, clock_.monotonic().time_since_epoch());
}

}  // namespace
}  // namespace synergy::adapter_test
