#include "synergy/cli/description.hpp"

#include <gmock/gmock.h>

namespace synergy::cli {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

schemas::EventRecord event(const std::string& subject, const std::string& text) {
  return {UnixTime(std::chrono::seconds(0)), "apps", subject, text};
}

/// App `digits` from the camera of `glasses` over `watch` to its display; app `kws` waits.
Heard some_mesh() {
  Heard heard;
  schemas::AppStatus digits, kws;
  digits.request.app = AppId("digits");
  digits.request.model = ModelId("digits");
  digits.request.sensing.needs = "camera";
  digits.request.interaction.needs = "display";
  digits.request.rate = 10;
  digits.plan_id = 4;
  digits.completed = 12;
  kws.request.app = AppId("kws");
  kws.reason = "no microphone is there";
  heard.apps = schemas::AppSet{{digits, kws}};

  auto& body = heard.body.emplace();
  for (const char* id : {"glasses", "watch"}) {
    auto& device = body.devices.emplace_back();
    device.id = DeviceId(id);
    device.profile = "max78000";
  }
  body.device_profiles["max78000"].accelerator = schemas::AcceleratorKind::kMax78000;
  body.absent = {DeviceId("watch")};
  body.notes["watch"] = "its battery is empty";
  body.batteries["glasses"] = 41;

  auto& plan = heard.plan.emplace();
  plan.id = 4;
  plan.policy = "optimal";
  plan.reason = "nothing is faster";
  auto& pipeline = plan.pipelines.emplace_back();
  pipeline.app = AppId("digits");
  pipeline.runs_per_second = 9.5;
  pipeline.energy_uj = 640.25;
  pipeline.bottleneck = "watch rx";
  auto& way = pipeline.executions.emplace_back();
  way.share = 1;
  way.source = DeviceId("glasses");
  way.target = DeviceId("watch");
  way.latency = std::chrono::microseconds(12400);
  way.chunks.resize(2);
  way.chunks[0].device = DeviceId("glasses");
  way.chunks[0].last_layer = 3;
  way.chunks[1].device = DeviceId("watch");
  way.chunks[1].first_layer = 4;
  way.chunks[1].last_layer = 8;
  auto& use = heard.use.emplace();
  use.pipelines.emplace_back().app = AppId("digits");
  use.pipelines.back().completed = 3;
  use.pipelines.back().runs_per_second = 9.25;
  use.pipelines.back().latency_p50_us = 13100;
  use.units.push_back({DeviceId("glasses"), schemas::Unit::kCpu, 0.25, 1});
  heard.events = {event("kws", "rejected"), event("plan 4", "digits was submitted"),
                  event("digits", "submitted")};
  return heard;
}

TEST(AppDescription, GathersWhatWasAskedPlannedAndMeasured) {
  const auto made = describe_app(AppId("digits"), some_mesh());
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ(made->state, "running");
  EXPECT_EQ(made->plan_id, 4u);
  EXPECT_EQ(made->predicted_latency_us, 12400);
  EXPECT_EQ(made->rates, (AppRates{AppId("digits"), 10, {}, 9.5, 9.25}));
  ASSERT_EQ(made->events.size(), 2u) << "those of kws are not of digits";
  EXPECT_EQ(made->events[0].subject, "digits") << "the newest is the last";
  EXPECT_THAT(
      to_text(*made, client::Colours::kOff),
      AllOf(HasSubstr(
                "\nroute:        glasses senses > glasses layers 0-3 > watch layers 4-8 > watch interacts\n"),
            HasSubstr("asked 10.00, at least -, granted 9.50, measured 9.25"),
            HasSubstr("predicted 12.40 ms in an empty mesh, measured p50 13.10 ms"),
            HasSubstr("why:          nothing is faster\n"), HasSubstr("640.2")));
}

TEST(AppDescription, OfAnAppThatWaitsSaysWhyAndHasNoPlan) {
  const auto made = describe_app(AppId("kws"), some_mesh());
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_FALSE(made->plan);
  EXPECT_THAT(to_text(*made, client::Colours::kOff),
              AllOf(HasSubstr("state:        waiting: no microphone is there\n"),
                    HasSubstr("plan:         none serves it now\n"), Not(HasSubstr("route:"))));
}

TEST(AppDescription, OfNoAppNamesTheLikelyOnes) {
  const auto made = describe_app(AppId("digit"), some_mesh());
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error(), (Error{ErrorCode::kNotFound,
                                 "unknown app 'digit'; did you mean 'digits'? (synergy apps lists them)"}));
}

TEST(DeviceDescription, GathersWhatThePlanDoesOnIt) {
  const auto made = describe_device(DeviceId("glasses"), some_mesh());
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_TRUE(made->present);
  EXPECT_EQ(made->battery_percent, 41u);
  EXPECT_THAT(made->tasks,
              ElementsAre(DeviceTask{AppId("digits"), "senses"}, DeviceTask{AppId("digits"), "layers 0-3"}));
  EXPECT_EQ(made->units.size(), 1u);
  EXPECT_THAT(to_text(*made, client::Colours::kOff),
              AllOf(HasSubstr("battery:      41 %\n"), HasSubstr("does:         digits: layers 0-3\n")));
}

TEST(DeviceDescription, SaysWhyADeviceIsNotThereAndNamesTheLikelyOnesOfAnUnknown) {
  const auto away = describe_device(DeviceId("watch"), some_mesh());
  ASSERT_TRUE(away) << away.error().message;
  EXPECT_THAT(to_text(*away, client::Colours::kOff), HasSubstr("present:      no: its battery is empty\n"));
  const auto unknown = describe_device(DeviceId("wacth"), some_mesh());
  ASSERT_FALSE(unknown);
  EXPECT_THAT(unknown.error().message, HasSubstr("did you mean 'watch'?"));
}

TEST(TellsOf, FindsANameAsAWordOnly) {
  EXPECT_TRUE(tells_of("digits was stopped", "digits"));
  EXPECT_TRUE(tells_of("kws, digits", "digits"));
  EXPECT_TRUE(tells_of("ask-digits and digits.", "digits"));
  EXPECT_FALSE(tells_of("ask-digits", "digits"));
  EXPECT_FALSE(tells_of("digits2", "digits"));
  EXPECT_FALSE(tells_of("anything", ""));
}

}  // namespace
}  // namespace synergy::cli
