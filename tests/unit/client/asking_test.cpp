// Asking an app about a frame: to which sensor it goes, what is said where it can not, and how the answer
// reads.
#include "synergy/client/asking.hpp"

#include <gmock/gmock.h>

#include "synergy/schemas/describe.hpp"
#include "synergy/schemas/encode.hpp"

namespace synergy::client {
namespace {

using ::testing::HasSubstr;

const AppId kApp("digits");

schemas::CollaborationPlan plan_of(schemas::FrameUse use) {
  schemas::CollaborationPlan plan;
  auto& pipeline = plan.pipelines.emplace_back();
  pipeline.app = kApp;
  pipeline.sensing = "camera";
  pipeline.frames = use;
  pipeline.labels = {"zero", "one"};
  pipeline.executions.emplace_back().source = DeviceId("glasses");
  return plan;
}

schemas::AppSet apps_with(schemas::AppPhase phase, std::uint64_t plan_id, const std::string& reason = {}) {
  schemas::AppStatus status;
  status.request.app = kApp;
  status.phase = phase;
  status.plan_id = plan_id;
  status.reason = reason;
  return {{status}};
}

TEST(Asking, GoesToTheSensorWhoseFramesTheAppTakes) {
  for (const auto use : {schemas::FrameUse::kEvery, schemas::FrameUse::kOnce, schemas::FrameUse::kNewest}) {
    const auto sensor = sensor_of(kApp, plan_of(use), apps_with(schemas::AppPhase::kRunning, 1));
    ASSERT_TRUE(sensor) << sensor.error().message;
    EXPECT_EQ(sensor->device, DeviceId("glasses"));
    EXPECT_EQ(sensor->sensor, "camera");
  }
}

TEST(Asking, AnAppThatTakesItsSensorsOwnFramesSaysWhatToDo) {
  const auto sensor =
      sensor_of(kApp, plan_of(schemas::FrameUse::kOwn), apps_with(schemas::AppPhase::kRunning, 1));
  ASSERT_FALSE(sensor);
  EXPECT_EQ(sensor.error().code, ErrorCode::kConflict);
  EXPECT_THAT(sensor.error().message, HasSubstr("'trigger: frame'"));
  EXPECT_THAT(sensor.error().message, HasSubstr("'feed: true'"));
}

/// An executor that owes the app an outcome from its n-th frame on.
struct LateExecutor {
  int from = 0;
  std::vector<std::string> ids{};
  Duration waited{0};

  Result<schemas::FrameFed> feed(schemas::FrameUse use) {
    schemas::FrameFeed frame;
    return feed_for(
        kApp, use, frame, "ask",
        [&](const schemas::FrameFeed& sent) -> Result<schemas::FrameFed> {
          ids.push_back(sent.id);
          schemas::FrameFed fed;
          fed.apps = {AppId("another")};
          if (int(ids.size()) >= from) fed.apps.push_back(kApp);
          return fed;
        },
        [&](Duration time) { waited += time; });
  }
};

TEST(Asking, AFrameThatIsFedBeforeThePlanHasComeIsFedAgainUnderAnotherId) {
  LateExecutor late{3};
  ASSERT_TRUE(late.feed(schemas::FrameUse::kEvery));
  ASSERT_EQ(late.ids.size(), 3u);
  EXPECT_NE(late.ids[0], late.ids[1]);
  EXPECT_EQ(late.waited, 2 * kFeedAgainAfter);
  LateExecutor at_once{1};
  ASSERT_TRUE(at_once.feed(schemas::FrameUse::kOnce));
  EXPECT_EQ(at_once.ids.size(), 1u);
}

TEST(Asking, AnAppThatOwesNoOutcomeIsNotFedForEver) {
  LateExecutor never{1000};
  const auto fed = never.feed(schemas::FrameUse::kEvery);
  ASSERT_FALSE(fed);
  EXPECT_EQ(fed.error().code, ErrorCode::kConflict);
  EXPECT_EQ(int(never.ids.size()), kFeedAgainTimes + 1);
  LateExecutor newest{1000};
  EXPECT_FALSE(newest.feed(schemas::FrameUse::kNewest));
  EXPECT_EQ(newest.ids.size(), 1u) << "it takes the newest one, whatever comes";
}

TEST(Asking, AnAppThatIsNotServedSaysWhy) {
  const auto refusal = [](const std::optional<schemas::CollaborationPlan>& plan,
                          const schemas::AppSet& apps) {
    const auto sensor = sensor_of(kApp, plan, apps);
    EXPECT_FALSE(sensor);
    return sensor ? Error{} : sensor.error();
  };
  const auto every = plan_of(schemas::FrameUse::kEvery);
  const auto waiting = refusal({}, apps_with(schemas::AppPhase::kRunning, 0, "waits: no camera"));
  EXPECT_EQ(waiting.code, ErrorCode::kUnavailable);
  EXPECT_THAT(waiting.message, HasSubstr("waits: no camera"));
  // The plan in force may still have an app that has just been stopped.
  EXPECT_THAT(refusal(every, apps_with(schemas::AppPhase::kStopped, 1)).message, HasSubstr("stopped"));
  const auto unknown = sensor_of(AppId("digit"), every, apps_with(schemas::AppPhase::kRunning, 1));
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().code, ErrorCode::kNotFound);
  EXPECT_THAT(unknown.error().message, HasSubstr("did you mean 'digits'"));
}

TEST(Asking, TheAnswerTellsClassWayTimeAndEnergy) {
  schemas::RunResult result;
  result.run.key = {kApp, 7, 1};
  result.run.frame = schemas::FrameRef{DeviceId("glasses"), "camera", "ask-1", 41};
  result.run.devices = {DeviceId("glasses"), DeviceId("watch")};
  result.run.began = ModelTime{std::chrono::milliseconds(5)};
  result.ended = ModelTime{std::chrono::microseconds(17'400)};
  result.run.energy_uj = 640.25;
  result.label = 1;
  result.score = 93;
  result.label_name = "one";
  const auto plan = plan_of(schemas::FrameUse::kEvery);
  const auto asked = asked_of(result, &plan.pipelines[0]);
  EXPECT_EQ(asked.label, 1);
  EXPECT_EQ(asked.frame.id, "ask-1");
  EXPECT_DOUBLE_EQ(asked.latency_us, 12'400);
  EXPECT_EQ(to_text(asked), "digits: 1 (one), value 93; glasses > watch, 12.40 ms, 640.2 uJ");
  EXPECT_THAT(schemas::to_json(asked), HasSubstr("\"devices\":[\"glasses\",\"watch\"]"));
}

}  // namespace
}  // namespace synergy::client
